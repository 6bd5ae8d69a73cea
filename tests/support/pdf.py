"""Signed results for tests: an agency's certificate, a real PDF, a real PAdES signature by pyHanko."""

import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore
from reportlab.pdfgen.canvas import Canvas

VALID_FROM = datetime(2026, 1, 1, tzinfo=UTC)
SIGNED_AT = datetime(2026, 11, 21, 1, tzinfo=UTC)


@dataclass(frozen=True)
class PdfSigner:
    """A key and a self-signed certificate made out to one agency."""

    signer: signers.SimpleSigner
    certificate_pem: bytes
    name: str


@cache
def a_pdf_signer(agency_code: str = "H17.10", name: str = "Ban Quản lý ATTP", years: int = 5) -> PdfSigner:
    """The signer of an agency; the same arguments give the same one (a key costs time)."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
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
        .not_valid_after(VALID_FROM + timedelta(days=365 * years))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    der = certificate.public_bytes(serialization.Encoding.DER)
    key_der = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    signer = signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(der),
        signing_key=asn1_keys.PrivateKeyInfo.load(key_der),
        cert_registry=SimpleCertificateStore(),
    )
    return PdfSigner(signer, certificate.public_bytes(serialization.Encoding.PEM), name)


def a_pdf(text: str = "GCN 48/2026/ATTP") -> bytes:
    """An unsigned page. The same text gives the same bytes."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=True)
    canvas.drawString(72, 720, text)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


class _SignerWithClock(signers.PdfSigner):
    """Signs at a given moment; pyHanko would ask the machine."""

    at: datetime

    def init_signing_session(self, *args: Any, **kwargs: Any) -> Any:
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self.at
        return session


def signed(document: bytes, by: PdfSigner, field: str = "Agency", at: datetime = SIGNED_AT) -> bytes:
    """The document with one more signature, appended as an incremental update."""
    writer = IncrementalPdfFileWriter(io.BytesIO(document))
    metadata = signers.PdfSignatureMetadata(
        field_name=field, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, name=by.name
    )
    pdf_signer = _SignerWithClock(metadata, signer=by.signer)
    pdf_signer.at = at
    return pdf_signer.sign_pdf(writer).getvalue()


def a_signed_pdf(text: str = "GCN 48/2026/ATTP", by: PdfSigner | None = None, at: datetime = SIGNED_AT) -> bytes:
    return signed(a_pdf(text), by or a_pdf_signer(), at=at)
