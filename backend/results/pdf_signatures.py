"""Whether a file is the document that the agency signed, and nothing but it.

A digitally signed result is signed by the authorised person first and by the agency last (NĐ 30/2020/NĐ-CP, Phụ lục I).
So every signature must hold for what it covers, and the last one must cover the whole file and belong to the agency
that delivers. Certificates are judged at the moment of delivery against the roots that the city accepts; revocation
data is used where the file carries it (PAdES B-LT), nothing is fetched from addresses that a document names.
"""

import io
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import (
    EmbeddedPdfSignature,
    PdfSignatureStatus,
    SignatureCoverageLevel,
    validate_pdf_signature,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

from shared_models.clock import to_wire
from shared_models.errors import Invalid

CLOCK_TOLERANCE: Final = timedelta(minutes=5)
"""How far ahead of ours a signer's clock may be."""

_SIGNING_USES: Final = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"})
_AGENCY_ATTRIBUTE: Final = "organization_identifier"
_HEX_STRING: Final = re.compile(rb"<[0-9A-Fa-f]*>")


@dataclass(frozen=True, slots=True)
class SignatureFinding:
    """One signature of the file. ``signer`` is the certificate's subject, ``fingerprint`` its SHA-256 in hex."""

    field: str
    signer: str
    fingerprint: str
    serial: str
    signed_at: datetime | None
    intact: bool
    trusted: bool
    covers_file: bool

    def to_document(self) -> dict[str, Any]:
        return {
            "field": self.field,
            "signer": self.signer,
            "fingerprint": self.fingerprint,
            "serial": self.serial,
            "signed_at": to_wire(self.signed_at) if self.signed_at else None,
            "intact": self.intact,
            "trusted": self.trusted,
            "covers_file": self.covers_file,
        }


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """What was found in an accepted file; ``agency`` is the signature that covers all of it."""

    agency: SignatureFinding
    findings: tuple[SignatureFinding, ...]

    def to_document(self) -> list[dict[str, Any]]:
        return [finding.to_document() for finding in self.findings]


class PdfSignatures:
    """Verifies signed results against the accepted certificates in a PEM file (``keys/pdf-roots.pem``).

    The file is read again when it changes, so that a new agency needs no restart; without it nothing is accepted.
    """

    def __init__(self, roots_file: Path) -> None:
        self._roots_file: Final = roots_file
        self._held: tuple[tuple[int, int], tuple[x509.Certificate, ...]] | None = None

    def _roots(self) -> tuple[x509.Certificate, ...]:
        try:
            found = self._roots_file.stat()
        except FileNotFoundError:
            return ()
        mark = (found.st_mtime_ns, found.st_size)
        if self._held is None or self._held[0] != mark:
            self._held = (mark, _certificates(self._roots_file.read_bytes()))
        return self._held[1]

    def verify(self, document: bytes, agency_code: str, now: datetime) -> SignatureReport:
        """The report on a file that ``agency_code`` may deliver at ``now``.

        Raises:
            Invalid: ``result.not_pdf``, ``result.encrypted``, ``result.unsigned``, ``result.altered``,
                ``result.wrong_signer`` or ``result.signed_in_future``.
        """
        signatures = _read_signatures(document)
        if not signatures:
            raise _refusal("result.unsigned")
        findings = [self._examine(signature, document, now) for signature in signatures]
        last, last_finding = signatures[-1], findings[-1]
        if not all(finding.intact for finding in findings) or not last_finding.covers_file:
            raise _refusal("result.altered")
        if not last_finding.trusted or agency_code not in _agency_codes(last.signer_cert):
            raise _refusal("result.wrong_signer")
        if any(finding.signed_at and finding.signed_at > now + CLOCK_TOLERANCE for finding in findings):
            raise _refusal("result.signed_in_future")
        return SignatureReport(last_finding, tuple(findings))

    def _examine(self, signature: EmbeddedPdfSignature, document: bytes, now: datetime) -> SignatureFinding:
        context = ValidationContext(
            trust_roots=list(self._roots()),
            other_certs=list(signature.other_embedded_certs),
            moment=now,
            allow_fetching=False,
            revocation_mode="soft-fail",
        )
        try:
            status: PdfSignatureStatus = validate_pdf_signature(
                signature, signer_validation_context=context, key_usage_settings=_SIGNING_USES
            )
        except Exception as fault:  # the parser meets hostile files and raises whatever it trips over
            raise _refusal("result.altered") from fault
        certificate = signature.signer_cert
        return SignatureFinding(
            field=signature.field_name,
            signer=certificate.subject.human_friendly,
            fingerprint=certificate.sha256.hex(),
            serial=f"{certificate.serial_number:x}",
            signed_at=status.signer_reported_dt,
            intact=status.intact and status.valid and bool(status.docmdp_ok),
            # a trust anchor's own dates are nobody's business in RFC 5280 6.1; here the signers themselves are anchors
            trusted=status.trusted and certificate.not_valid_before <= now <= certificate.not_valid_after,
            covers_file=(
                status.coverage == SignatureCoverageLevel.ENTIRE_FILE and _gap_is_the_signature(document, signature)
            ),
        )


def _certificates(content: bytes) -> tuple[x509.Certificate, ...]:
    if not content.strip():
        return ()
    return tuple(x509.Certificate.load(der) for _, _, der in pem.unarmor(content, multiple=True))


def _read_signatures(document: bytes) -> list[EmbeddedPdfSignature]:
    """The signatures of a file in the order in which they were made; document time stamps are not among them."""
    if not document.startswith(b"%PDF-"):
        raise _refusal("result.not_pdf")
    try:
        reader = PdfFileReader(io.BytesIO(document))
        encrypted = reader.encrypted
        pages = 0 if encrypted else int(reader.root["/Pages"]["/Count"])
        signatures = [] if encrypted else list(reader.embedded_regular_signatures)
    except Exception as fault:  # as above: anything at all can be sent in place of a PDF
        raise _refusal("result.not_pdf") from fault
    if encrypted:
        raise _refusal("result.encrypted")
    if pages < 1:
        raise _refusal("result.not_pdf")
    return signatures


def _gap_is_the_signature(document: bytes, signature: EmbeddedPdfSignature) -> bool:
    """Whether the one part that the byte range leaves out is the signature's own hex string, padded with zeros only.

    pyHanko compares lengths; this compares places too, so that nothing can be moved into the gap (the signature
    wrapping attacks of Mladenov et al., "1 Trillion Dollar Refund", CCS 2019).
    """
    start, first, resume, rest = (int(number) for number in signature.byte_range)
    gap = document[first:resume]
    if start != 0 or resume + rest != len(document) or _HEX_STRING.fullmatch(gap) is None:
        return False
    contents = bytes.fromhex(gap[1:-1].decode("ascii"))
    padding = contents[_der_length(contents) :]
    return contents == signature.pkcs7_content and not padding.strip(b"\x00")


def _der_length(contents: bytes) -> int:
    """Octets of the first DER element (X.690 8.1.3), so that what follows is known to be padding."""
    if len(contents) < 2:
        return len(contents)
    head = contents[1]
    if head < 0x80:
        return 2 + head
    size = head & 0x7F
    return 2 + size + int.from_bytes(contents[2 : 2 + size], "big")


def _agency_codes(certificate: x509.Certificate) -> set[str]:
    """The agency codes that a certificate is made out to (ETSI EN 319 412-1 5.1.4)."""
    value = certificate.subject.native.get(_AGENCY_ATTRIBUTE, ())
    return {value} if isinstance(value, str) else set(value)


def _refusal(code: str) -> Invalid:
    return Invalid(code, {"document": [code]})
