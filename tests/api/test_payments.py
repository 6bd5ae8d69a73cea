"""Orders through the API: paid once however often a gateway calls, and the dossier moves on by itself."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backend.bootstrap import Container
from backend.payments.ports import Notice, NoticeOutcome
from shared_models.clock import FixedClock
from tests.support.api import Cast, Phone, problem_of
from tests.support.builders_identity import AN
from tests.support.dossiers import Desk, a_ward, an_id, by_owner, done, file, good, written
from tests.support.paying import (
    FEE,
    a_due_dossier,
    attempt,
    code_of,
    gateway_of,
    kept,
    notice,
    order_of,
    send,
    told,
)

FOOD = "H17.08"


@pytest.fixture
def board(container: Container, sign_in: Cast, clock: FixedClock) -> Desk:
    clock.at = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    return a_ward(container, sign_in, FOOD)


@pytest.fixture
def owner(board: Desk, sign_in: Cast) -> Phone:
    return sign_in.citizen()


@pytest.fixture
def due(owner: Phone) -> dict[str, Any]:
    return a_due_dossier(owner)


def test_an_order_says_what_is_due_and_is_made_once(owner: Phone, due: dict[str, Any], sign_in: Cast) -> None:
    order = order_of(owner, due)
    assert order == order_of(owner, due) == good(owner.get(f"/orders/{order['id']}"))
    assert (order["amount"], order["state"], order["reference"]) == (FEE, "created", due["reference"])
    assert sum(line["due"] for line in order["lines"]) == FEE
    assert order["agency"]["code"] == FOOD
    stranger = sign_in.citizen(AN)
    assert problem_of(stranger.post(f"/dossiers/{due['id']}/order")) == (404, "dossier.unknown")
    assert problem_of(stranger.get(f"/orders/{order['id']}")) == (404, "order.unknown")
    begun = stranger.post(f"/orders/{order['id']}/attempts", {"id": an_id("att"), "gateway": "vnpay"})
    assert problem_of(begun) == (404, "order.unknown")


def test_what_costs_nothing_has_no_order(board: Desk, owner: Phone) -> None:
    assert problem_of(owner.post(f"/dossiers/{file(owner)['id']}/order")) == (409, "dossier.nothing_to_pay")


def test_ways_to_pay_are_those_of_the_city(owner: Phone) -> None:
    ways = [(one["key"], one["kind"]) for one in good(owner.get("/gateways"))["items"]]
    assert ways == [("vnpay", "page"), ("momo", "page"), ("national", "page"), ("bank", "qr")]


def test_a_gateway_is_told_a_number_an_amount_and_no_name(
    owner: Phone, due: dict[str, Any], container: Container
) -> None:
    order = order_of(owner, due)
    begun = attempt(owner, order)
    [bill] = gateway_of(container).started
    assert begun["url"] == f"https://vnpay.example/pay/{bill.code}"
    assert (bill.amount, bill.reference) == (FEE, due["reference"])
    assert bill.text.isascii()
    assert bill.return_url.endswith(f"/pay/return?order={order['id']}")
    whole = repr(bill)
    assert not any(secret in whole for secret in ("Trang", "048192900002", owner.user["id"], "0905123456"))


def test_the_same_attempt_again_is_the_same_and_an_open_one_is_gone_on_with(
    owner: Phone, due: dict[str, Any], container: Container
) -> None:
    order = order_of(owner, due)
    ask = {"id": an_id("att"), "gateway": "vnpay"}
    first, again = (good(owner.post(f"/orders/{order['id']}/attempts", ask)) for _ in range(2))
    assert first == again == attempt(owner, order)
    assert len(gateway_of(container).started) == 1
    other = owner.post(f"/orders/{order['id']}/attempts", ask | {"gateway": "momo"})
    assert problem_of(other) == (409, "attempt.id_reused")
    assert attempt(owner, order, "momo")["id"] != first["id"]
    assert problem_of(owner.post(f"/orders/{order['id']}/attempts", ask | {"gateway": "payos"})) == (
        404,
        "gateway.unknown",
    )


def test_a_transfer_is_shown_as_a_code_and_in_words(owner: Phone, due: dict[str, Any], container: Container) -> None:
    begun = attempt(owner, order_of(owner, due), "bank")
    assert (begun["url"], begun["qr"]["amount"]) == (None, FEE)
    assert begun["qr"]["purpose"] == f"CD{code_of(container, 'bank')}"


def test_a_payment_moves_the_dossier_on_makes_a_receipt_and_tells_the_payer(
    board: Desk, owner: Phone, due: dict[str, Any], container: Container
) -> None:
    order = order_of(owner, due)
    attempt(owner, order)
    assert told(owner, code_of(container)) == {"said": "taken"}
    paid = good(owner.get(f"/orders/{order['id']}"))
    assert (paid["state"], paid["method"], paid["attempts"][0]["state"]) == ("paid", "vnpay", "paid")
    dossier = good(owner.get(f"/dossiers/{due['id']}"))
    assert (dossier["payment"], dossier["fee"]["receipt_number"]) == ("paid", paid["receipt"]["number"])
    assert [one["action"] for one in dossier["timeline"]][-1] == "pay"
    assert good(owner.get("/notices"))["items"][0]["kind"] == "payment.received"
    at_desk = good(board.clerk.get(f"/desk/dossiers/{due['id']}"))
    assert done(board.clerk, at_desk, "accept")["status"] == 2


def test_however_often_a_gateway_calls_there_is_one_payment(
    owner: Phone, due: dict[str, Any], container: Container
) -> None:
    attempt(owner, order_of(owner, due))
    code = code_of(container)
    assert told(owner, code) == {"said": "taken"}
    before = written(container)
    assert [told(owner, code)["said"] for _ in range(3)] == ["repeated"] * 3
    assert told(owner, code, outcome="failed", provider_ref=None, why="24") == {"said": "repeated"}
    assert written(container) == before
    assert len(kept(container, "receipts")) == 1


def test_what_is_not_believed_writes_nothing(owner: Phone, due: dict[str, Any], container: Container) -> None:
    attempt(owner, order_of(owner, due))
    code, before = code_of(container), written(container)
    assert send(owner, "vnpay", notice(code), "0" * 64).get_json() == {"said": "forged"}
    assert told(owner, code + 1) == {"said": "unknown_order"}
    assert told(owner, code, "momo") == {"said": "unknown_order"}
    assert told(owner, code, outcome="pending") == {"said": "taken"}
    assert problem_of(send(owner, "zalopay", notice(code))) == (404, "gateway.unknown")
    assert written(container) == before


def test_another_amount_is_not_the_payment_but_somebody_looks_at_it(
    owner: Phone, due: dict[str, Any], container: Container
) -> None:
    order = order_of(owner, due)
    attempt(owner, order)
    code = code_of(container)
    assert [told(owner, code, amount=FEE - 1)["said"] for _ in range(2)] == ["wrong_amount"] * 2
    [task] = kept(container, "payment_tasks")
    assert (task["kind"], task["amount"], task["agency_code"]) == ("amount_differs", FEE - 1, FOOD)
    assert good(owner.get(f"/orders/{order['id']}"))["state"] == "pending"
    assert told(owner, code) == {"said": "taken"}


def test_after_a_failure_another_try_can_pay_and_a_late_success_counts(
    owner: Phone, due: dict[str, Any], container: Container
) -> None:
    order = order_of(owner, due)
    attempt(owner, order)
    failed = code_of(container)
    assert told(owner, failed, outcome="failed", provider_ref=None, why="51") == {"said": "taken"}
    seen = good(owner.get(f"/orders/{order['id']}"))
    assert (seen["state"], seen["attempts"][0]["why"]) == ("failed", "51")
    attempt(owner, order)
    assert code_of(container) != failed
    # The gateway has changed its mind about the first one.
    assert told(owner, failed) == {"said": "taken"}
    assert good(owner.get(f"/orders/{order['id']}"))["state"] == "paid"
    assert told(owner, code_of(container)) == {"said": "taken"}
    assert [task["kind"] for task in kept(container, "payment_tasks")] == ["paid_twice"]
    assert len(kept(container, "receipts")) == 1
    assert told(owner, code_of(container)) == {"said": "repeated"}


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
    assert {task["kind"] for task in kept(container, "payment_tasks")} == {"paid_late", "not_wanted"}
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
