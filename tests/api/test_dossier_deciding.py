"""The desk's other actions: handing out, opinions, stopping, a later day, returning; and who may do them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backend.bootstrap import Container
from shared_models.access import Duty
from shared_models.clock import FixedClock
from tests.support.api import Cast, problem_of
from tests.support.builders_identity import AN, TRANG
from tests.support.dossiers import (
    OTHER_WARD,
    WARD,
    Desk,
    a_birth,
    a_pdf,
    a_request,
    a_ward,
    an_officer,
    by_owner,
    do,
    done,
    file,
    good,
    upload,
)
from tests.support.ids import an_id

FOOD = "H17.08"


@pytest.fixture
def board(container: Container, sign_in: Cast, clock: FixedClock) -> Desk:
    clock.at = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)  # Monday, 08:00 in the city
    return a_ward(container, sign_in, FOOD)


@pytest.fixture
def dossier(board: Desk, sign_in: Cast) -> dict[str, Any]:
    """Paid, taken in and being worked on; due on Monday, 23 November at 08:00."""
    sent = good(sign_in.citizen().post("/dossiers", a_request(sign_in.citizen())), 201)
    found = good(board.clerk.get(f"/desk/dossiers/{sent['id']}"))
    done(board.clerk, found, "ask_payment", amount=500_000)
    done(board.clerk, found, "record_payment", amount=500_000, receipt_number="BL-0001")
    return done(board.officer, found, "start")


def test_a_dossier_is_handed_from_one_to_another(
    board: Desk, dossier: dict[str, Any], container: Container, sign_in: Cast
) -> None:
    other = an_officer(container, sign_in, FOOD, Duty.PROCESS, name="canbo.hai")
    colleagues = good(board.officer.get("/desk/colleagues"))["items"]
    assert {one["id"] for one in colleagues} >= {other.user["id"], board.leader.user["id"]}
    assert problem_of(do(other, dossier, "assign", to=other.user["id"])) == (403, "dossier.assigned_elsewhere")
    stranger = an_officer(container, sign_in, WARD, Duty.PROCESS)
    nobody = do(board.officer, dossier, "hand_over", to=stranger.user["id"], reason="Nghỉ phép")
    assert problem_of(nobody) == (422, "staff.no_colleague")
    done(board.officer, dossier, "hand_over", to=other.user["id"], reason="Nghỉ phép năm")
    assert dossier["assigned_to"]["id"] == other.user["id"]
    assert [one["id"] for one in other.get("/desk/dossiers?view=mine").get_json()["items"]] == [dossier["id"]]
    assert other.get("/notices").get_json()["items"][0]["kind"] == "dossier.assigned"
    assert not board.officer.get("/desk/dossiers?view=mine").get_json()["items"]
    done(board.leader, dossier, "assign", to=board.officer.user["id"])
    owner = sign_in.citizen()
    notes = {line["action"]: line["note"] for line in good(owner.get(f"/dossiers/{dossier['id']}"))["timeline"]}
    assert notes["hand_over"] is None, "colleagues' words to each other"
    assert [line["note"] for line in dossier["timeline"] if line["action"] == "hand_over"] == ["Nghỉ phép năm"]


def test_another_agency_gives_its_opinion(
    board: Desk, dossier: dict[str, Any], container: Container, sign_in: Cast
) -> None:
    asked = an_officer(container, sign_in, "H17.07", Duty.PROCESS)
    assert asked.get(f"/desk/dossiers/{dossier['id']}").status_code == 404
    done(board.officer, dossier, "ask_opinion", agency="H17.07", question="Chỉ tiêu vi sinh có đạt?", within_days=3)
    [opinion] = dossier["opinions"]
    assert (opinion["kind"], opinion["due_at"]) == ("opinion", "2026-11-19T10:30:00Z")
    seen = good(asked.get(f"/desk/dossiers/{dossier['id']}"))
    assert seen["may"] == ["answer_opinion"]
    assert problem_of(do(asked, dict(seen), "propose", decision="approve", text="Đạt")) == (
        403,
        "dossier.not_on_your_desk",
    )
    answer = {"opinion_id": opinion["id"], "text": "Đạt theo QCVN 8-3:2012/BYT"}
    done(asked, seen, "answer_opinion", **answer)
    assert seen["opinions"][0]["answered_by"] == "Phạm Quốc Bảo"
    assert problem_of(do(asked, seen, "answer_opinion", **answer)) == (409, "dossier.opinion_answered")
    log = sign_in.citizen().get("/me/access-log").get_json()["items"]
    assert "Sở Y tế" in {entry["agency_name"] for entry in log}


def test_a_later_day_comes_with_an_apology_in_time_and_once(
    board: Desk, dossier: dict[str, Any], clock: FixedClock, container: Container, sign_in: Cast
) -> None:
    late = {"reason": "Chờ kết quả kiểm nghiệm", "new_due_date": "2026-11-20"}
    assert problem_of(do(board.officer, dossier, "extend", **late)) == (422, "apology.not_later")
    holiday = {**late, "new_due_date": "2026-11-24"}
    assert problem_of(do(board.officer, dossier, "extend", **holiday)) == (422, "apology.day_off")
    clock.at = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    board = a_ward(container, sign_in, FOOD)
    done(board.officer, dossier, "extend", **{**late, "new_due_date": "2026-11-27"})
    assert dossier["deadline"]["due_date"] == "2026-11-27"
    assert dossier["deadline"]["original_due_date"] == "2026-11-23"
    assert dossier["slips"] == ["01", "04", "06"]
    again = do(board.officer, dossier, "extend", **{**late, "new_due_date": "2026-11-30"})
    assert problem_of(again) == (409, "apology.again")
    apology = sign_in.citizen().get("/notices").get_json()["items"][0]
    assert (apology["kind"], apology["params"]["due_date"]) == ("dossier.apology", "27/11/2026")


def test_an_apology_on_the_last_day_is_too_late(
    board: Desk, dossier: dict[str, Any], clock: FixedClock, container: Container, sign_in: Cast
) -> None:
    assert board
    clock.at = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)  # 00:30 of the due day in the city
    officer = a_ward(container, sign_in, FOOD).officer
    ask = {"reason": "Chờ kết quả kiểm nghiệm", "new_due_date": "2026-11-27"}
    assert problem_of(do(officer, dossier, "extend", **ask)) == (409, "apology.too_late")


def test_a_stopped_dossier_goes_on_with_what_was_left(
    board: Desk, dossier: dict[str, Any], clock: FixedClock, container: Container, sign_in: Cast
) -> None:
    done(board.officer, dossier, "propose", decision="approve", text="Đủ điều kiện")
    done(board.officer, dossier, "stop", reason="Có đơn khiếu nại", legal_basis="NĐ 61/2018 điều 19")
    assert (dossier["status"], dossier["proposal"], dossier["slips"]) == (8, None, ["01", "05", "06"])
    clock.at += timedelta(days=1)
    board = a_ward(container, sign_in, FOOD)
    done(board.leader, dossier, "resume")
    assert dossier["deadline"]["due_date"] == "2026-11-25"
    assert problem_of(do(board.leader, dossier, "resolve")) == (409, "dossier.nothing_proposed")


def test_a_refusal_at_reception_says_why(board: Desk, sign_in: Cast) -> None:
    owner = sign_in.citizen()
    sent = good(owner.post("/dossiers", a_request(owner)), 201)
    dossier = good(board.clerk.get(f"/desk/dossiers/{sent['id']}"))
    bare = do(board.clerk, dossier, "refuse", reason="Không thuộc thẩm quyền")
    assert (bare.status_code, bare.get_json()["errors"]) == (422, {"legal_basis": ["field.required"]})
    stray = do(board.clerk, dossier, "start", reason="Không cần lý do")
    assert (stray.status_code, stray.get_json()["errors"]) == (422, {"reason": ["field.unknown"]})
    done(board.clerk, dossier, "refuse", reason="Không thuộc thẩm quyền", legal_basis="NĐ 15/2018 điều 7")
    assert (dossier["status"], dossier["code"], dossier["slips"]) == (3, None, ["03"])


def test_an_officer_files_for_a_citizen_who_stays_the_applicant(
    container: Container, sign_in: Cast, clock: FixedClock
) -> None:
    clock.at = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    ward = a_ward(container, sign_in)
    helper = a_ward(container, sign_in, OTHER_WARD).clerk
    owner = {"personal_id": AN.personal_id, "full_name": AN.full_name}
    papers = [{"key": key, "upload_id": upload(helper, a_pdf(key))} for key in ("birth_certificate", "identity_card")]
    body = a_birth(helper, components=papers) | {"owner": owner, "channel": "direct"}
    sent = good(helper.post("/desk/dossiers", body), 201)
    assert (sent["channel"], sent["owner"]["name"], sent["assisted_by"]) == (1, AN.full_name, "Đặng Thị Kim Oanh")
    assert (sent["receiving_agency"]["code"], sent["support_agency"]["code"]) == (WARD, OTHER_WARD)
    assert good(ward.clerk.get(f"/desk/dossiers/{sent['id']}"))["id"] == sent["id"]
    assert problem_of(do(helper, sent, "accept")) == (403, "dossier.not_on_your_desk")
    mine = sign_in.citizen(AN).get("/dossiers").get_json()["items"]
    assert [one["id"] for one in mine] == [sent["id"]]
    somebody = {**owner, "full_name": TRANG.full_name}
    wrong = helper.post("/desk/dossiers", body | {"id": an_id("dos"), "owner": somebody})
    assert (wrong.status_code, wrong.get_json()["errors"]) == (422, {"owner.full_name": ["person.name_differs"]})


def test_a_dossier_is_decided_at_home_wherever_it_was_filed(
    container: Container, sign_in: Cast, clock: FixedClock
) -> None:
    clock.at = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    home, other = a_ward(container, sign_in), a_ward(container, sign_in, OTHER_WARD)
    owner = sign_in.citizen()
    container.identity.people.place_person(owner.user["id"], "20242")
    sent = file(owner, receiving_agency=OTHER_WARD)
    assert (sent["receiving_agency"]["code"], sent["competent_agency"]["code"]) == (OTHER_WARD, WARD)
    dossier = good(other.clerk.get(f"/desk/dossiers/{sent['id']}"))
    assert problem_of(do(home.clerk, dict(dossier), "accept")) == (403, "dossier.not_on_your_desk")
    assert done(other.clerk, dossier, "accept")["code"].startswith(OTHER_WARD)
    assert problem_of(do(other.officer, dict(dossier), "start")) == (403, "dossier.not_on_your_desk")
    done(home.officer, dossier, "start")
    done(home.officer, dossier, "propose", decision="approve", text="Đủ điều kiện")
    done(home.leader, dossier, "resolve")
    assert done(other.clerk, dossier, "return_result", way="counter")["delivery"] == "delivered"


def test_a_withdrawn_dossier_is_over(board: Desk, dossier: dict[str, Any], sign_in: Cast) -> None:
    owner = sign_in.citizen()
    assert good(by_owner(owner, dossier, "withdraw", reason="Đổi ý"))["status"] == 7
    seen = good(board.officer.get(f"/desk/dossiers/{dossier['id']}"))
    assert seen["may"] == []
    assert problem_of(do(board.officer, seen, "propose", decision="approve", text="Đạt")) == (
        409,
        "dossier.move_not_allowed",
    )
    assert problem_of(by_owner(owner, dossier, "withdraw")) == (409, "dossier.move_not_allowed")
