"""Only a file that the delivering agency signed last, as a whole, is accepted."""

import io
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from backend.results.pdf_signatures import PdfSignatures
from shared_models.errors import Invalid
from tests.support.pdf import SIGNED_AT, a_pdf, a_pdf_signer, a_signed_pdf, signed

AGENCY = "H17.10"
NOW = SIGNED_AT + timedelta(hours=1)


@pytest.fixture(scope="module")
def signatures(tmp_path_factory: pytest.TempPathFactory) -> PdfSignatures:
    roots = tmp_path_factory.mktemp("keys") / "pdf-roots.pem"
    roots.write_bytes(a_pdf_signer().certificate_pem + a_pdf_signer("H17.30.02", "UBND phường").certificate_pem)
    return PdfSignatures(roots)


def refusal(signatures: PdfSignatures, document: bytes, agency: str = AGENCY, now: datetime = NOW) -> str:
    with pytest.raises(Invalid) as refused:
        signatures.verify(document, agency, now)
    assert refused.value.fields == {"document": [refused.value.code]}
    return refused.value.code


def test_the_agencys_signature_over_the_whole_file_is_reported(signatures: PdfSignatures) -> None:
    report = signatures.verify(a_signed_pdf(), AGENCY, NOW)
    finding = report.agency
    assert (finding.intact, finding.trusted, finding.covers_file) == (True, True, True)
    assert "Ban Quản lý ATTP" in finding.signer
    assert len(finding.fingerprint) == 64
    assert report.to_document()[0]["field"] == "Agency"


def test_an_officers_signature_before_the_agencys_is_welcome(signatures: PdfSignatures) -> None:
    officer = a_pdf_signer("H17.10", "Nguyễn Văn B")
    report = signatures.verify(signed(signed(a_pdf(), officer, "Officer"), a_pdf_signer()), AGENCY, NOW)
    assert [finding.field for finding in report.findings] == ["Officer", "Agency"]
    assert [finding.trusted for finding in report.findings] == [False, True]
    assert report.agency.field == "Agency"


@pytest.mark.parametrize("document", [b"", b"hello", b"%PDF-1.7 and nothing else", b"PK\x03\x04" + b"0" * 100])
def test_what_is_no_pdf_is_refused(signatures: PdfSignatures, document: bytes) -> None:
    assert refusal(signatures, document) == "result.not_pdf"


def test_a_pdf_without_signature_is_refused(signatures: PdfSignatures) -> None:
    assert refusal(signatures, a_pdf()) == "result.unsigned"


def test_one_changed_byte_is_noticed(signatures: PdfSignatures) -> None:
    document = bytearray(a_signed_pdf())
    at = bytes(document).index(b"/MediaBox") + 12
    document[at] = ord("1") if document[at] != ord("1") else ord("2")
    assert refusal(signatures, bytes(document)) == "result.altered"


def test_bytes_after_the_signed_part_are_noticed(signatures: PdfSignatures) -> None:
    assert refusal(signatures, a_signed_pdf() + b"\n% and one more thing\n") == "result.altered"


def test_an_update_after_the_signature_is_noticed(signatures: PdfSignatures) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(a_signed_pdf()))
    writer.root["/Extra"] = writer.add_object(writer.root["/Pages"].get_object())
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    assert refusal(signatures, out.getvalue()) == "result.altered"


def test_bytes_hidden_in_the_padding_of_the_signature_are_noticed(signatures: PdfSignatures) -> None:
    document = a_signed_pdf()
    end = document.index(b"00>", document.index(b"/Contents"))
    hidden = document[: end - 4] + b"beef" + document[end:]
    assert len(hidden) == len(document)
    assert refusal(signatures, hidden) == "result.altered"


def test_another_agencys_signature_is_refused(signatures: PdfSignatures) -> None:
    document = a_signed_pdf(by=a_pdf_signer("H17.30.02", "UBND phường"))
    assert signatures.verify(document, "H17.30.02", NOW).agency.trusted
    assert refusal(signatures, document) == "result.wrong_signer"


def test_a_certificate_that_nobody_vouches_for_is_refused(signatures: PdfSignatures) -> None:
    impostor = a_pdf_signer(AGENCY, "Ban Quản lý ATTP (giả)")
    assert refusal(signatures, a_signed_pdf(by=impostor)) == "result.wrong_signer"


def test_an_expired_certificate_is_refused(signatures: PdfSignatures) -> None:
    assert refusal(signatures, a_signed_pdf(), now=NOW + timedelta(days=365 * 9)) == "result.wrong_signer"


def test_a_signers_clock_may_be_a_little_ahead(signatures: PdfSignatures) -> None:
    assert signatures.verify(a_signed_pdf(), AGENCY, SIGNED_AT - timedelta(minutes=4)).agency.signed_at == SIGNED_AT


def test_a_signature_from_the_future_is_refused(signatures: PdfSignatures) -> None:
    assert refusal(signatures, a_signed_pdf(), now=SIGNED_AT - timedelta(hours=1)) == "result.signed_in_future"


def test_roots_are_read_when_they_come_and_when_they_change(tmp_path: Path) -> None:
    roots = tmp_path / "pdf-roots.pem"
    signatures = PdfSignatures(roots)
    assert refusal(signatures, a_signed_pdf()) == "result.wrong_signer"
    roots.write_bytes(b"")
    assert refusal(signatures, a_signed_pdf()) == "result.wrong_signer"
    roots.write_bytes(a_pdf_signer().certificate_pem)
    assert signatures.verify(a_signed_pdf(), AGENCY, NOW).agency.trusted
