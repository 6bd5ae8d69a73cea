"""What a decided dossier leaves behind: a signed document, a licence where the procedure says so, and slips."""

import pypdfium2
import pytest

from backend.bootstrap import PDF_ROOTS_FILE, Container
from backend.results.pdf_signatures import PdfSignatures
from tests.support.api import Cast, Phone, problem_of
from tests.support.builders_identity import AN, TRANG
from tests.support.database import only
from tests.support.dossiers import WARD, Desk, a_ward, do, done, file, good, written


@pytest.fixture
def ward(container: Container, sign_in: Cast) -> Desk:
    return a_ward(container, sign_in)


@pytest.fixture
def owner(ward: Desk, sign_in: Cast) -> Phone:
    return sign_in.citizen(TRANG)


def in_hand(ward: Desk, owner: Phone) -> dict[str, object]:
    """A birth registration that somebody works on."""
    dossier = good(ward.clerk.get(f"/desk/dossiers/{file(owner)['id']}"))
    done(ward.clerk, dossier, "accept")
    done(ward.officer, dossier, "start")
    return dossier


def words(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in document)
    finally:
        document.close()


def test_an_approved_dossier_ends_in_a_signed_document(ward: Desk, owner: Phone, container: Container) -> None:
    dossier = in_hand(ward, owner)
    assert problem_of(owner.get(f"/dossiers/{dossier['id']}/result.pdf")) == (404, "result.unknown")
    done(ward.officer, dossier, "propose", decision="approve", text="Đủ điều kiện.", result={"number": "121/2026"})
    done(ward.leader, dossier, "resolve")
    result = only(container.database, "results")
    assert dossier["result"] == {
        "result_id": result["_id"],
        "licence_id": None,
        "number": "121/2026",
        "decision": "approved",
    }
    assert (result["type"], result["agency_code"], result["dossier_id"]) == ("birth_certificate", WARD, dossier["id"])
    own = owner.get(f"/dossiers/{dossier['id']}/result.pdf")
    assert own.get_data() == ward.clerk.get(f"/desk/dossiers/{dossier['id']}/result.pdf").get_data()
    signatures = PdfSignatures(container.settings.keys_dir / PDF_ROOTS_FILE)
    report = signatures.verify(own.get_data(), WARD, container.clock.now())
    assert [finding.field for finding in report.findings] == ["NguoiKy", "CoQuan"]
    said = words(own.get_data())
    for part in ("GIẤY KHAI SINH", "Trần Bảo Ngọc", "121/2026", "Võ Minh Quân", "DEMO"):
        assert part in said, part


def test_a_refusal_is_signed_too(ward: Desk, owner: Phone, container: Container) -> None:
    dossier = in_hand(ward, owner)
    done(ward.officer, dossier, "propose", decision="refuse", text="Trẻ đã được đăng ký nơi khác.")
    done(ward.leader, dossier, "resolve")
    assert only(container.database, "results")["type"] == "refusal"
    assert "Trẻ đã được đăng ký nơi khác." in words(owner.get(f"/dossiers/{dossier['id']}/result.pdf").get_data())


def test_a_decision_that_cannot_be_signed_leaves_everything_as_it_was(
    ward: Desk, owner: Phone, container: Container, sign_in: Cast
) -> None:
    first, second = in_hand(ward, owner), in_hand(ward, owner)
    for dossier in (first, second):
        done(ward.officer, dossier, "propose", decision="approve", text="Đủ.", result={"number": "7/2026"})
    done(ward.leader, first, "resolve")
    before = written(container)
    assert problem_of(do(ward.leader, second, "resolve")) == (409, "result.already_delivered")
    assert written(container) == before
    done(ward.leader, second, "send_back", reason="Số đã cấp")
    done(ward.officer, second, "propose", decision="approve", text="Đủ.", result={"number": "8/2026"})
    done(ward.leader, second, "resolve")


def test_a_proposal_says_only_what_a_result_can(ward: Desk, owner: Phone) -> None:
    dossier = in_hand(ward, owner)
    refused = do(ward.officer, dossier, "propose", decision="approve", text="Đủ.", result={"colour": "red"})
    assert problem_of(refused) == (422, "request.invalid")
    assert refused.get_json()["errors"] == {"result.colour": ["field.unknown"]}


def test_slips_are_for_the_owner_and_the_desk_and_nobody_else(ward: Desk, owner: Phone, sign_in: Cast) -> None:
    dossier = in_hand(ward, owner)
    for phone, side in ((owner, ""), (ward.officer, "/desk")):
        said = words(phone.get(f"{side}/dossiers/{dossier['id']}/slips/01.pdf").get_data())
        assert dossier["code"] in said
        assert "HẸN TRẢ KẾT QUẢ" in said
    assert problem_of(owner.get(f"/dossiers/{dossier['id']}/slips/04.pdf")) == (404, "slip.unknown")
    stranger = sign_in.citizen(AN)
    for paper in ("slips/01", "result"):
        assert problem_of(stranger.get(f"/dossiers/{dossier['id']}/{paper}.pdf")) == (404, "dossier.unknown")
    log = owner.get("/me/access-log").get_json()["items"]
    assert "dossier.file_read" in {entry["action"] for entry in log}
