"""A receipt is never deleted or numbered anew: it is cancelled, or replaced by another that names it."""

import dataclasses
from datetime import timedelta
from typing import Any

import pytest

from backend.bootstrap import PDF_ROOTS_FILE, Container
from backend.infra.file_bucket import LOOSE_FOR
from backend.payments.documents import RECEIPTS
from backend.payments.services.receipts import Receipts
from backend.results.pdf_signatures import PdfSignatures
from shared_models.access import Duty
from shared_models.clock import FixedClock
from tests.support.api import Cast, Phone, problem_of
from tests.support.builders_identity import FOOD_BOARD, ROAD_BOARD, TRANG
from tests.support.builders_results import a_city
from tests.support.dossiers import an_officer, good
from tests.support.ids import an_id
from tests.support.payments import a_paid_order
from tests.support.receipts import an_order, issued, numbers_of, receipts_of, words_of
from tests.support.seals import give_seal

FOOD = FOOD_BOARD[0]
WHY = "Ghi sai tên người nộp"


@pytest.fixture
def receipts(container: Container) -> Receipts:
    a_city(container)
    give_seal(container, FOOD)
    return receipts_of(container)


@pytest.fixture
def collector(receipts: Receipts, container: Container, sign_in: Cast) -> Phone:
    return an_officer(container, sign_in, FOOD, Duty.COLLECT)


@pytest.fixture
def receipt_id(receipts: Receipts, container: Container, owner: Phone) -> str:
    """The owner's receipt, number 1."""
    order = an_order(payer={"id": owner.user["id"], "name": owner.user["name"]})
    return str(issued(receipts, container.database, order)["_id"])


def an_ask(*, replace: bool = False, **changes: Any) -> dict[str, Any]:
    return {"id": an_id("act"), "why": WHY, "replace": replace} | changes


def cancel(phone: Phone, receipt_id: str, ask: dict[str, Any]) -> Any:
    return phone.post(f"/desk/payments/receipts/{receipt_id}/cancel", ask)


def stored(container: Container) -> list[dict[str, Any]]:
    return list(container.database.collection(RECEIPTS).find().sort("number", 1))


def test_one_is_cancelled_keeps_its_number_and_its_payer_is_told(
    container: Container, owner: Phone, collector: Phone, receipt_id: str
) -> None:
    seen = good(cancel(collector, receipt_id, an_ask()))
    assert (seen["id"], seen["number"], seen["state"], seen["replaced_by"]) == (
        receipt_id,
        "00000001",
        "cancelled",
        None,
    )
    assert (seen["cancelled"]["by"], seen["cancelled"]["why"]) == (collector.user["name"], WHY)
    (mine,) = good(owner.get("/receipts"))["items"]
    assert mine["state"] == "cancelled"
    assert len(stored(container)) == 1
    notice = good(owner.get("/notices"))["items"][0]
    assert notice["kind"] == "receipt.cancelled"
    assert notice["params"] == {"number": "26TAA-00000001", "agency": FOOD_BOARD[1], "reason": WHY}
    assert [entry["action"] for entry in good(owner.get("/me/access-log"))["items"]] == ["receipt.cancelled"]


def test_one_is_replaced_by_a_new_number_and_both_name_each_other(
    receipts: Receipts, container: Container, owner: Phone, collector: Phone, receipt_id: str
) -> None:
    seen = good(cancel(collector, receipt_id, an_ask(replace=True)))
    old, new = stored(container)
    assert (old["_id"], old["state"], old["replaced_by"]) == (receipt_id, "replaced", new["_id"])
    assert seen["replaced_by"] == {"id": new["_id"], "number": "26TAA-00000002", "state": "issued"}
    after = good(collector.get(f"/desk/payments/receipts/{new['_id']}"))
    assert after["replaces"] == {"id": receipt_id, "number": "26TAA-00000001", "state": "replaced"}
    assert (new["number"], new["state"], new["replaces"]) == (2, "issued", receipt_id)
    for name in ("order_id", "payer", "reference", "title", "lines", "amount", "words", "method"):
        assert new[name] == old[name], name
    notice = good(owner.get("/notices"))["items"][0]
    assert (notice["kind"], notice["params"]["new_number"]) == ("receipt.replaced", "26TAA-00000002")
    in_force = receipts.of_order({"_id": old["order_id"]})
    assert in_force is not None
    assert in_force["_id"] == new["_id"], "an order's receipt is the one in force"
    order = an_order(order_id=old["order_id"])
    assert issued(receipts, container.database, order)["_id"] == new["_id"], "paying has nothing to add"


def test_a_replacement_says_who_pays_as_identity_knows_them_now(
    container: Container, collector: Phone, receipt_id: str, sign_in: Cast
) -> None:
    sign_in.citizen(dataclasses.replace(TRANG, full_name="Trần Thị Thu Trâm"))
    good(cancel(collector, receipt_id, an_ask(replace=True)))
    old, new = stored(container)
    assert (old["payer"]["name"], new["payer"]["name"]) == ("Trần Thị Thu Trang", "Trần Thị Thu Trâm")
    assert new["payer"]["id"] == old["payer"]["id"]


def test_a_reason_that_names_a_personal_number_is_told_without_it(
    container: Container, owner: Phone, collector: Phone, receipt_id: str
) -> None:
    why = "Sai số định danh 048192900003"
    good(cancel(collector, receipt_id, an_ask(why=why)))
    assert good(owner.get("/notices"))["items"][0]["params"]["reason"] == "Sai số định danh 048•••••0003"
    assert stored(container)[0]["cancelled"]["why"] == why, "the agency keeps what was said"


@pytest.mark.parametrize("replace", [False, True])
def test_the_same_again_changes_nothing(
    replace: bool, container: Container, owner: Phone, collector: Phone, receipt_id: str
) -> None:
    ask = an_ask(replace=replace)
    first = good(cancel(collector, receipt_id, ask))
    assert good(cancel(collector, receipt_id, ask)) == first
    assert len(stored(container)) == 1 + replace
    assert len(good(owner.get("/notices"))["items"]) == 1
    assert numbers_of(container.database, FOOD, "26TAA").counted == 1 + replace


def test_the_same_id_with_other_words_is_refused_and_so_is_a_second_time(
    container: Container, collector: Phone, receipt_id: str
) -> None:
    ask = an_ask()
    good(cancel(collector, receipt_id, ask))
    before = stored(container)
    for other in (ask | {"why": "Một lý do khác"}, ask | {"replace": True}):
        assert problem_of(cancel(collector, receipt_id, other)) == (409, "receipt.id_reused")
    assert problem_of(cancel(collector, receipt_id, an_ask(replace=True))) == (409, "receipt.not_in_force")
    assert stored(container) == before


def test_only_an_officer_of_the_agency_who_collects_may(
    container: Container, owner: Phone, sign_in: Cast, receipt_id: str
) -> None:
    before = stored(container)
    elsewhere = an_officer(container, sign_in, ROAD_BOARD[0], Duty.COLLECT)
    clerk = an_officer(container, sign_in, FOOD, Duty.RECEIVE, Duty.PROCESS, Duty.APPROVE, name="clerk.food")
    assert problem_of(cancel(elsewhere, receipt_id, an_ask())) == (404, "receipt.unknown")
    for phone in (clerk, owner):
        assert problem_of(cancel(phone, receipt_id, an_ask())) == (403, "access.scope_missing")
    assert stored(container) == before
    assert good(owner.get("/notices"))["items"] == []


@pytest.mark.parametrize(
    "changes",
    [
        {"why": "sai"},
        {"why": "   a    "},
        {"why": "x" * 501},
        {"id": "act_1"},
        {"replace": "maybe"},
        {"replace": None},
        {"amount": 1},
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    changes: dict[str, Any], container: Container, collector: Phone, receipt_id: str
) -> None:
    before = stored(container)
    assert problem_of(cancel(collector, receipt_id, an_ask() | changes)) == (422, "request.invalid")
    assert stored(container) == before


def test_a_file_is_never_changed_another_stands_beside_it(
    receipts: Receipts, container: Container, owner: Phone, collector: Phone, receipt_id: str, clock: FixedClock
) -> None:
    first = owner.get(f"/receipts/{receipt_id}.pdf").data
    before = container.database.collection(RECEIPTS).find_one({"_id": receipt_id})
    assert before is not None
    clock.advance(timedelta(minutes=2))
    good(cancel(collector, receipt_id, an_ask(replace=True)))
    second = owner.get(f"/receipts/{receipt_id}.pdf").data
    assert "ĐÃ THAY THẾ" in words_of(second)
    assert "26TAA số 00000002" in words_of(second)
    assert "ĐÃ THAY THẾ" not in words_of(first)
    signatures = PdfSignatures(container.settings.keys_dir / PDF_ROOTS_FILE)
    for content in (first, second):
        assert signatures.verify(content, FOOD, clock.now()).agency.covers_file
    after = container.database.collection(RECEIPTS).find_one({"_id": receipt_id})
    assert after is not None
    assert after["past_renderings"] == [before["rendered"]]
    assert b"<Ma>replaced</Ma>" in owner.get(f"/receipts/{receipt_id}.xml").data
    new_id = after["replaced_by"]
    assert "Thay thế biên lai ký hiệu 26TAA số 00000001" in words_of(owner.get(f"/receipts/{new_id}.pdf").data)
    clock.advance(LOOSE_FOR + timedelta(hours=1))
    receipts.files.sweep()
    assert container.payments.receipts.files.read(before, "pdf")[0] == first, "the old file is kept"


def test_an_order_names_the_receipt_that_replaced_its_first_and_the_desk_all_of_them(
    receipts: Receipts, container: Container, owner: Phone, collector: Phone
) -> None:
    order = a_paid_order(container)
    before = owner.get(f"/orders/{order['_id']}")
    assert good(before)["receipt"]["number"] == "26TAA-00000001"
    good(cancel(collector, order["receipt_id"], an_ask(replace=True)))
    after = owner.get(f"/orders/{order['_id']}", headers={"If-None-Match": before.headers["ETag"]})
    last = {"id": stored(container)[1]["_id"], "number": "26TAA-00000002", "state": "issued"}
    assert good(after)["receipt"] == last, "the answer of before is not good any more"
    at_desk = good(collector.get(f"/desk/payments/orders/{order['_id']}"))
    assert at_desk["receipts"] == [{"id": order["receipt_id"], "number": "26TAA-00000001", "state": "replaced"}, last]
    good(cancel(collector, last["id"], an_ask()))
    assert good(owner.get(f"/orders/{order['_id']}"))["receipt"]["state"] == "cancelled"
