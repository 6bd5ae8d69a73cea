"""Orders that run out, are superseded, paid at the counter or late, and gateways that do not tell."""

from datetime import timedelta
from typing import Any

from backend.bootstrap import Container
from backend.payments.ports import Notice, NoticeOutcome
from shared_models.clock import FixedClock
from tests.support.api import Cast, Phone, problem_of
from tests.support.dossiers import Desk, by_owner, done, good
from tests.support.ids import an_id
from tests.support.paying import (
    FEE,
    attempt,
    board,
    code_of,
    due,
    gateway_of,
    kept,
    order_of,
    owner,
    told,
)

__all__ = ["board", "due", "owner"]


def test_money_for_an_order_that_is_over_is_taken_and_somebody_is_told(
    owner: Phone, due: dict[str, Any], container: Container, clock: FixedClock, sign_in: Cast
) -> None:
    order = order_of(owner, due)
    attempt(owner, order, "bank")
    code = code_of(container, "bank")
    clock.advance(timedelta(days=30, minutes=10))
    assert container.payments.chasing.ask_late(clock.now()) == 2
    owner = sign_in.citizen()
    assert good(owner.get(f"/orders/{order['id']}"))["state"] == "expired"
    assert told(owner, code, "bank") == {"said": "taken"}
    assert good(owner.get(f"/orders/{order['id']}"))["state"] == "paid"
    assert good(owner.get(f"/dossiers/{due['id']}"))["payment"] == "paid"
    assert [task["kind"] for task in kept(container, "payment_tasks")] == ["paid_late"]


def test_an_order_that_ran_out_is_followed_by_another(
    owner: Phone, due: dict[str, Any], container: Container, clock: FixedClock, sign_in: Cast
) -> None:
    old = order_of(owner, due)
    clock.advance(timedelta(days=31))
    container.payments.chasing.ask_late(clock.now())
    owner = sign_in.citizen()
    refused = owner.post(f"/orders/{old['id']}/attempts", {"id": an_id("att"), "gateway": "vnpay"})
    assert problem_of(refused) == (409, "order.closed")
    new = order_of(owner, due)
    assert (new["id"] != old["id"], new["state"], new["amount"]) == (True, "created", FEE)


def test_late_money_ends_the_order_that_followed(
    owner: Phone, due: dict[str, Any], container: Container, clock: FixedClock, sign_in: Cast
) -> None:
    attempt(owner, order_of(owner, due), "bank")
    code = code_of(container, "bank")
    clock.advance(timedelta(days=30, minutes=10))
    container.payments.chasing.ask_late(clock.now())
    owner = sign_in.citizen()
    new = order_of(owner, due)
    attempt(owner, new, "vnpay")
    assert told(owner, code, "bank") == {"said": "taken"}
    assert good(owner.get(f"/orders/{new['id']}"))["state"] == "expired"
    refused = owner.post(f"/orders/{new['id']}/attempts", {"id": an_id("att"), "gateway": "momo"})
    assert problem_of(refused) == (409, "order.closed")
    assert good(owner.get(f"/dossiers/{due['id']}"))["payment"] == "paid"
    assert told(owner, code_of(container)) == {"said": "taken"}
    assert {task["kind"] for task in kept(container, "payment_tasks")} == {"paid_late", "not_wanted"}


def test_status_6_and_back(board: Desk, owner: Phone, due: dict[str, Any], container: Container) -> None:
    at_desk = good(board.clerk.get(f"/desk/dossiers/{due['id']}"))
    done(board.clerk, at_desk, "ask_payment", amount=FEE)
    attempt(owner, order_of(owner, due))
    assert told(owner, code_of(container)) == {"said": "taken"}
    dossier = good(owner.get(f"/dossiers/{due['id']}"))
    assert (dossier["status"], dossier["payment"], dossier["asks"]) == (2, "paid", None)
    assert dossier["deadline"]["due_at"] is not None


def test_money_that_nobody_waits_for_any_more_is_a_task(
    board: Desk, owner: Phone, due: dict[str, Any], container: Container
) -> None:
    attempt(owner, order_of(owner, due))
    code = code_of(container)
    at_desk = good(board.clerk.get(f"/desk/dossiers/{due['id']}"))
    done(board.clerk, at_desk, "ask_payment", amount=FEE)
    new = order_of(owner, due)
    assert told(owner, code) == {"said": "taken"}
    assert told(owner, code) == {"said": "repeated"}
    assert {task["kind"] for task in kept(container, "payment_tasks")} == {"paid_late", "not_wanted"}
    heard = [one["kind"] for one in good(owner.get("/notices"))["items"] if one["kind"].startswith("payment.")]
    assert sorted(heard) == ["payment.not_wanted", "payment.received"]
    assert good(owner.get(f"/dossiers/{due['id']}"))["payment"] == "due"
    assert good(owner.get(f"/orders/{new['id']}"))["state"] == "created"


def test_a_dossier_that_is_withdrawn_ends_its_order(owner: Phone, due: dict[str, Any], container: Container) -> None:
    order = order_of(owner, due)
    assert by_owner(owner, due, "withdraw").status_code == 200
    assert good(owner.get(f"/orders/{order['id']}"))["state"] == "expired"
    assert problem_of(owner.post(f"/dossiers/{due['id']}/order")) == (409, "dossier.nothing_to_pay")


def test_money_at_the_counter_is_the_same_order_with_a_receipt(
    board: Desk, owner: Phone, due: dict[str, Any], container: Container
) -> None:
    order = order_of(owner, due)
    at_desk = good(board.clerk.get(f"/desk/dossiers/{due['id']}"))
    paid = done(board.clerk, at_desk, "record_payment", amount=FEE)
    seen = good(owner.get(f"/orders/{order['id']}"))
    assert (seen["state"], seen["method"]) == ("paid", "cash")
    assert paid["fee"]["receipt_number"] == seen["receipt"]["number"]
    assert order_of(owner, due)["id"] == order["id"]


def test_a_receipt_on_paper_makes_no_other(
    board: Desk, owner: Phone, due: dict[str, Any], container: Container
) -> None:
    at_desk = good(board.clerk.get(f"/desk/dossiers/{due['id']}"))
    done(board.clerk, at_desk, "record_payment", amount=FEE, receipt_number="BL-0012")
    assert (order_of(owner, due)["receipt"], kept(container, "receipts")) == (None, [])


def test_a_gateway_that_never_tells_is_asked(
    owner: Phone, due: dict[str, Any], container: Container, clock: FixedClock
) -> None:
    order = order_of(owner, due)
    attempt(owner, order, "national")
    asked, code = gateway_of(container, "national"), code_of(container, "national")
    assert container.payments.chasing.ask_silent(clock.now()) == 0
    asked.said[code] = Notice(code, NoticeOutcome.PAID, FEE, "DVCQG-1", clock.now())
    clock.advance(timedelta(seconds=2))
    assert container.payments.chasing.ask_silent(clock.now()) == 1
    assert good(owner.get(f"/orders/{order['id']}"))["state"] == "paid"


def test_a_notice_that_never_comes_is_asked_for_and_an_attempt_ends(
    owner: Phone, due: dict[str, Any], container: Container, clock: FixedClock, sign_in: Cast
) -> None:
    order = order_of(owner, due)
    attempt(owner, order)
    assert container.payments.chasing.ask_late(clock.now()) == 0
    clock.advance(timedelta(minutes=21))
    gateway_of(container).is_down = True
    assert container.payments.chasing.ask_late(clock.now()) == 1
    seen = good(sign_in.citizen().get(f"/orders/{order['id']}"))
    assert (seen["state"], seen["attempts"][0]["state"]) == ("failed", "expired")


def test_a_gateway_that_is_away_leaves_an_order_that_can_be_paid(
    owner: Phone, due: dict[str, Any], container: Container
) -> None:
    order = order_of(owner, due)
    gateway_of(container).is_down = True
    begun = owner.post(f"/orders/{order['id']}/attempts", {"id": an_id("att"), "gateway": "vnpay"})
    assert problem_of(begun)[1] == "gateway.unreachable"
    assert good(owner.get(f"/orders/{order['id']}"))["state"] == "failed"
    gateway_of(container).is_down = False
    assert attempt(owner, order)["url"] is not None


def test_a_phone_that_follows_is_told_only_what_is_new(owner: Phone, due: dict[str, Any]) -> None:
    order = order_of(owner, due)
    etag = owner.get(f"/orders/{order['id']}").headers["ETag"]
    assert owner.get(f"/orders/{order['id']}", headers={"If-None-Match": etag}).status_code == 304
    attempt(owner, order)
    assert owner.get(f"/orders/{order['id']}", headers={"If-None-Match": etag}).status_code == 200


def test_an_orders_history_has_a_line_for_each_event(owner: Phone, due: dict[str, Any], container: Container) -> None:
    order = order_of(owner, due)
    attempt(owner, order)
    told(owner, code_of(container))
    lines = container.payments.history.of(order["id"])
    assert [(line["seq"], line["kind"]) for line in lines] == [(1, "created"), (2, "attempt_started"), (3, "paid")]
