"""The demonstration certificate authority: agencies' signing certificates as a public CA would issue them.

The city is given the authority's certificate only (``DATA/keys/pdf-roots.pem``); each agency keeps its keys in
``DATA/sandbox/agency/<code>/``: ``signer.p12`` (its seal), ``person.p12`` (the authorised person), ``client.pem`` (its
software). Agencies that decide dossiers here have a second pair in ``DATA/keys/seals/<code>/``: the city's own to sign
with. Passwords of the p12 files lie beside them: this is a sandbox.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509.oid import NameOID

from backend.bootstrap import SEALS_FOLDER
from scripts.sandbox.egov_store import egov_folder
from scripts.sandbox.seed_data import agency_name, deciding_agencies, issuing_agencies

LIFE = timedelta(days=3650)
# Licences of the seed were signed years ago; their certificates have to be older than they are.
BACKDATED = timedelta(days=5 * 365)
AUTHORITY = "DEMO – Chứng thực chữ ký số thử nghiệm"


@dataclass(frozen=True)
class Issued:
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


def prepare(data: Path) -> None:
    """Make what is missing: the authority, every agency's signers, and every agency's client key."""
    authority = _authority(data / "sandbox" / "ca")
    roots = data / "keys" / "pdf-roots.pem"
    roots.parent.mkdir(parents=True, exist_ok=True)
    pem = authority.certificate.public_bytes(Encoding.PEM)
    if not roots.exists() or pem not in roots.read_bytes():
        with roots.open("ab") as file:
            file.write(pem)
    for code in issuing_agencies():
        folder = agency_folder(data, code)
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "client.pem").exists():
            _write_key(folder / "client.pem", ec.generate_private_key(ec.SECP256R1()))
        _signer(folder / "signer.p12", authority, agency_name(code), code)
        _signer(folder / "person.p12", authority, "Người có thẩm quyền ký", code)
    for code in deciding_agencies():
        software = egov_folder(data, code)
        software.mkdir(parents=True, exist_ok=True)
        if not (software / "client.pem").exists():
            make_client_key(software / "client.pem")
        folder = data / "keys" / SEALS_FOLDER / code
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _signer(folder / "signer.p12", authority, agency_name(code), code)
        _signer(folder / "person.p12", authority, "Người có thẩm quyền ký", code)


def agency_folder(data: Path, code: str) -> Path:
    return data / "sandbox" / "agency" / code


def _authority(folder: Path) -> Issued:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key_file, certificate_file = folder / "ca.key.pem", folder / "ca.pem"
    if key_file.exists() and certificate_file.exists():
        key = load_pem_private_key(key_file.read_bytes(), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError(f"{key_file} is not an EC key")
        return Issued(key, x509.load_pem_x509_certificate(certificate_file.read_bytes()))
    issued = _issue(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, AUTHORITY)]), None)
    _write_key(key_file, issued.key)
    certificate_file.write_bytes(issued.certificate.public_bytes(Encoding.PEM))
    return issued


def _signer(file: Path, authority: Issued, name: str, code: str) -> None:
    if file.exists():
        return
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, agency_name(code)),
            # ETSI EN 319 412-1 5.1.4: the organisation's registered code; the city compares it with who delivers.
            x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, code),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{name} (DEMO)"[:64]),
        ]
    )
    issued = _issue(subject, authority)
    password = secrets.token_urlsafe(16)
    sealed = serialize_key_and_certificates(
        code.encode(),
        issued.key,
        issued.certificate,
        [authority.certificate],
        BestAvailableEncryption(password.encode()),
    )
    _write_private(file.with_suffix(".password"), password.encode())
    _write_private(file, sealed)


def _issue(subject: x509.Name, by: Issued | None) -> Issued:
    """A key and its certificate: of an authority when ``by`` is None, else of a signer under it."""
    key = ec.generate_private_key(ec.SECP256R1())
    is_authority = by is None
    usage = x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=not is_authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )
    now = datetime.now(UTC).replace(microsecond=0)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + LIFE)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=0 if is_authority else None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if by:
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(by.key.public_key())
        builder = builder.add_extension(identifier, critical=False)
    return Issued(key, builder.sign(by.key if by else key, hashes.SHA256()))


def make_client_key(file: Path) -> None:
    """A new key of a machine client, there as a whole or not at all."""
    fresh = file.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    _write_key(fresh, ec.generate_private_key(ec.SECP256R1()))
    fresh.replace(file)


def _write_key(file: Path, key: ec.EllipticCurvePrivateKey) -> None:
    _write_private(file, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def _write_private(file: Path, content: bytes) -> None:
    """Never readable by others, not even for a moment."""
    file.touch(mode=0o600)
    file.write_bytes(content)
