"""What the citizen may be asked for, and what not: supplements, payments, and the clock meanwhile."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backend.bootstrap import Container
from shared_models.access import Duty
from shared_models.clock import FixedClock
from tests.support.api import Cast, Phone, problem_of
from tests.support.dossiers import (
    REQUEST_VALUES,
    Desk,
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
    written,
)
from tests.support.ids import an_id

FOOD = "H17.08"
REASON = "Bản chụp mờ, không đọc được"


@pytest.fixture
def board(container: Container, sign_in: Cast, clock: FixedClock) -> Desk:
    clock.at = datetime(2026, 10, 5, 1, 0, tzinfo=UTC)  # Monday, 08:00 in the city: the vector of domain 2.4
    return a_ward(container, sign_in, FOOD)


@pytest.fixture
def owner(board: Desk, sign_in: Cast) -> Phone:
    return sign_in.citizen()


def a_paid(board: Desk, owner: Phone, **changes: Any) -> dict[str, Any]:
    """A dossier that was paid at reception and is being worked on."""
    sent = good(owner.post("/dossiers", a_request(owner, **changes)), 201)
    dossier = good(board.clerk.get(f"/desk/dossiers/{sent['id']}"))
    done(board.clerk, dossier, "ask_payment", amount=500_000)
    done(board.clerk, dossier, "record_payment", amount=500_000, receipt_number="BL-0001")
    done(board.officer, dossier, "start")
    return dossier


def again(board: Desk, clock: FixedClock, container: Container, cast: Cast, at: datetime) -> tuple[Desk, Phone]:
    """Another day: everybody signs in anew."""
    clock.at = at
    return a_ward(container, cast, FOOD), cast.citizen()


def test_a_supplement_starts_the_clock_anew(
    board: Desk, owner: Phone, container: Container, sign_in: Cast, clock: FixedClock
) -> None:
    dossier = a_paid(board, owner)
    assert dossier["deadline"]["due_at"] == "2026-10-12T01:00:00Z"
    board, owner = again(board, clock, container, sign_in, datetime(2026, 10, 7, 3, 0, tzinfo=UTC))
    done(board.officer, dossier, "ask_supplement", items=[{"component": "test_report", "reason": REASON}])
    assert (dossier["status"], dossier["waits_for"]) == (5, "supplement")
    assert dossier["deadline"]["paused"]
    assert dossier["deadline"]["due_at"] is None
    assert dossier["asks"]["answer_by"] == "2026-11-06T16:59:59Z"
    assert dossier["slips"] == ["01", "02", "06"]
    board, owner = again(board, clock, container, sign_in, datetime(2026, 10, 12, 2, 0, tzinfo=UTC))
    missing = by_owner(owner, dossier, "answer_supplement", components=[])
    assert problem_of(missing) == (422, "dossier.components_invalid")
    assert missing.get_json()["errors"] == {"components.test_report": ["component.missing"]}
    stray = [{"key": "declaration", "upload_id": upload(owner, a_pdf("again"))}]
    assert by_owner(owner, dossier, "answer_supplement", components=stray).get_json()["errors"] == {
        "components.declaration": ["component.unknown"],
        "components.test_report": ["component.missing"],
    }
    brought = [{"key": "test_report", "upload_id": upload(owner, a_pdf("sharp"))}]
    answered = good(by_owner(owner, dossier, "answer_supplement", components=brought))
    assert answered["status"] == 4
    assert answered["deadline"]["due_at"] == "2026-10-19T02:00:00Z"
    assert answered["deadline"]["original_due_date"] == "2026-10-12"
    assert [one["label"] for one in answered["components"]] == ["giay.pdf", "giay.pdf"]
    assert board.officer.get("/notices").get_json()["items"][0]["kind"] == "dossier.answered"
    kinds = [item["kind"] for item in owner.get("/notices").get_json()["items"]]
    assert kinds.count("dossier.supplement") == 1


@pytest.mark.parametrize(
    ("component", "code"),
    [("giấy xác nhận của tổ dân phố", "supplement.not_in_list"), ("test_report", None)],
)
def test_only_what_is_published_may_be_asked_for(
    board: Desk, owner: Phone, container: Container, component: str, code: str | None
) -> None:
    dossier = a_paid(board, owner)
    asked = do(board.officer, dossier, "ask_supplement", items=[{"component": component, "reason": REASON}])
    if code is None:
        assert asked.status_code == 200
        return
    assert problem_of(asked) == (422, code)
    assert asked.get_json()["errors"] == {f"items.{component}": [code]}
    seen = good(board.officer.get(f"/desk/dossiers/{dossier['id']}"))
    assert (seen["version"], seen["status"]) == (dossier["version"], 4)
    assert [(one["code"], one["component"], one["by"]) for one in seen["refused_demands"]] == [
        (code, component, "Phạm Quốc Bảo")
    ]
    assert "refused_demands" not in good(owner.get(f"/dossiers/{dossier['id']}"))
    assert container.database.collection("dossier_events").count_documents({"action": "ask_supplement"}) == 0


def test_a_refused_demand_is_counted_once(board: Desk, owner: Phone) -> None:
    dossier = a_paid(board, owner)
    items = [{"component": "so_ho_khau", "reason": REASON}]
    ask = {"id": an_id("act"), "version": dossier["version"], "action": "ask_supplement", "items": items}
    for _ in range(2):
        answer = board.officer.post(f"/desk/dossiers/{dossier['id']}/actions", ask)
        assert problem_of(answer) == (422, "supplement.not_in_list")
    assert len(good(board.officer.get(f"/desk/dossiers/{dossier['id']}"))["refused_demands"]) == 1


def test_what_the_city_holds_may_not_be_asked_for(container: Container, sign_in: Cast, clock: FixedClock) -> None:
    clock.at = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    ward = a_ward(container, sign_in)
    sent = file(sign_in.citizen())
    assert {one["key"]: one["source"] for one in sent["components"]} == {
        "birth_certificate": "upload",
        "identity_card": "person",
    }
    dossier = good(ward.clerk.get(f"/desk/dossiers/{sent['id']}"))
    assert [one["component"] for one in dossier["held_evidence"]] == ["identity_card"]
    items = [{"component": "identity_card", "reason": REASON}]
    refused = do(ward.clerk, dossier, "ask_supplement", items=items)
    assert problem_of(refused) == (422, "supplement.already_held")
    seen = good(ward.clerk.get(f"/desk/dossiers/{sent['id']}"))
    assert [one["code"] for one in seen["refused_demands"]] == ["supplement.already_held"]


def test_there_is_one_complete_notice(board: Desk, owner: Phone) -> None:
    dossier = a_paid(board, owner)
    done(board.officer, dossier, "ask_supplement", items=[{"component": "form", "reason": "Sai tên sản phẩm"}])
    assert problem_of(by_owner(owner, dossier, "answer_supplement")) == (422, "form.answers_invalid")
    values = REQUEST_VALUES | {"subject": "Công bố sản phẩm mắm nêm Nam Ô"}
    answered = good(by_owner(owner, dossier, "answer_supplement", values=values))
    assert answered["values"]["subject"].endswith("mắm nêm Nam Ô")
    dossier = good(board.officer.get(f"/desk/dossiers/{dossier['id']}"))
    second = do(board.officer, dossier, "ask_supplement", items=[{"component": "test_report", "reason": REASON}])
    assert problem_of(second) == (409, "supplement.already_asked")
    assert len(good(board.officer.get(f"/desk/dossiers/{dossier['id']}"))["refused_demands"]) == 1


def test_a_supplement_that_nobody_answers_closes_the_dossier(
    board: Desk, owner: Phone, container: Container, sign_in: Cast, clock: FixedClock
) -> None:
    dossier = a_paid(board, owner)
    done(board.officer, dossier, "ask_supplement", items=[{"component": "test_report", "reason": REASON}])
    clock.advance(timedelta(days=30, hours=14))
    assert container.dossiers.deadlines.close_unanswered() == 0
    clock.advance(timedelta(hours=2))
    assert container.dossiers.deadlines.close_unanswered() == 1
    assert container.dossiers.deadlines.close_unanswered() == 0
    seen = good(sign_in.citizen().get(f"/dossiers/{dossier['id']}"))
    assert (seen["status"], seen["timeline"][-1]["actor"], seen["slips"]) == (8, None, ["01", "02", "05", "06"])
    leader = a_ward(container, sign_in, FOOD).leader
    dossier = good(leader.get(f"/desk/dossiers/{dossier['id']}"))
    assert done(leader, dossier, "resume")["status"] == 4


def test_a_fee_comes_before_the_code_and_stops_the_clock(
    board: Desk, owner: Phone, container: Container, sign_in: Cast, clock: FixedClock
) -> None:
    sent = good(owner.post("/dossiers", a_request(owner)), 201)
    assert (sent["payment"], sent["fee"]["amount"]) == ("due", 500_000)
    dossier = good(board.clerk.get(f"/desk/dossiers/{sent['id']}"))
    assert "accept" not in dossier["may"]
    assert problem_of(do(board.clerk, dossier, "accept")) == (409, "dossier.payment_first")
    assert problem_of(do(board.clerk, dossier, "ask_payment", amount=700_000)) == (422, "fee.above_list")
    done(board.clerk, dossier, "ask_payment", amount=500_000)
    assert (dossier["status"], dossier["code"], dossier["waits_for"]) == (6, None, "payment")
    board, owner = again(board, clock, container, sign_in, datetime(2026, 10, 6, 1, 0, tzinfo=UTC))
    before = written(container)
    less = do(board.clerk, dossier, "record_payment", amount=400_000, receipt_number="BL-1")
    assert problem_of(less) == (422, "fee.amount_differs")
    assert written(container) == before
    done(board.clerk, dossier, "record_payment", amount=500_000, receipt_number="BL-1")
    assert (dossier["status"], dossier["code"], dossier["payment"]) == (2, "H17.08-261006-0001", "paid")
    # Received on Monday at 08:00; the day for which the payment was waited does not count.
    assert dossier["deadline"]["due_at"] == "2026-10-13T01:00:00Z"
    again_paid = do(board.clerk, dossier, "record_payment", amount=500_000, receipt_number="BL-2")
    assert problem_of(again_paid) == (409, "dossier.nothing_to_pay")
    assert problem_of(do(board.clerk, dossier, "ask_payment", amount=500_000)) == (409, "dossier.already_paid")


def test_each_asks_by_their_duty(board: Desk, owner: Phone, container: Container, sign_in: Cast) -> None:
    dossier = a_paid(board, owner)
    items = [{"component": "test_report", "reason": REASON}]
    assert problem_of(do(board.leader, dossier, "ask_supplement", items=items)) == (403, "access.scope_missing")
    other = an_officer(container, sign_in, FOOD, Duty.PROCESS, name="canbo.khac")
    assert problem_of(do(other, dossier, "ask_supplement", items=items)) == (403, "dossier.assigned_elsewhere")
    receipt = {"amount": 1, "receipt_number": "x"}
    assert problem_of(do(board.officer, dossier, "record_payment", **receipt)) == (403, "access.scope_missing")
