"""An agency's seal as an operator puts it into the keys of a city: p12 files, and the certificate that is accepted."""

from datetime import timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509.oid import NameOID

from backend.bootstrap import PDF_ROOTS_FILE, SEALS_FOLDER, Container
from tests.support.pdf import VALID_FROM

PASSWORD = b"test"


def give_seal(container: Container, agency_code: str) -> None:
    """Lets this agency sign what it decides."""
    keys = container.settings.keys_dir
    folder: Path = keys / SEALS_FOLDER / agency_code
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("person", "signer"):
        sealed, certificate = _made(agency_code, name)
        (folder / f"{name}.p12").write_bytes(sealed)
        (folder / f"{name}.password").write_bytes(PASSWORD)
        accept(keys / PDF_ROOTS_FILE, certificate)


def accept(roots: Path, certificate_pem: bytes) -> None:
    """Adds a certificate to those that the city accepts."""
    known = roots.read_bytes() if roots.exists() else b""
    if certificate_pem not in known:
        roots.write_bytes(known + certificate_pem)


@cache
def _made(agency_code: str, name: str) -> tuple[bytes, bytes]:
    """A p12 file with a self-signed certificate made out to the agency, and that certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, f"{name} {agency_code}"),
            x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, agency_code),
        ]
    )
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(VALID_FROM)
        .not_valid_after(VALID_FROM + timedelta(days=3650))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    sealed = serialize_key_and_certificates(b"seal", key, certificate, None, BestAvailableEncryption(PASSWORD))
    return sealed, certificate.public_bytes(Encoding.PEM)
