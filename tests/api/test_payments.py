"""Orders through the API: paid once however often a gateway calls, and the dossier moves on by itself."""

from typing import Any

from backend.bootstrap import Container
from shared_models.money import vnd_text
from tests.support.api import Cast, Phone, problem_of
from tests.support.builders_identity import AN
from tests.support.dossiers import Desk, done, file, good, written
from tests.support.ids import an_id
from tests.support.paying import (
    FEE,
    FOOD,
    attempt,
    board,
    code_of,
    due,
    gateway_of,
    kept,
    notice,
    order_of,
    owner,
    send,
    told,
)

__all__ = ["board", "due", "owner"]


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
    assert (bill.amount, bill.reference, bill.title) == (FEE, due["reference"], due["procedure"]["name"]["vi"])
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
    # The amount is looked at before what is said of it (domain facts, 5.1).
    assert told(owner, code, amount=FEE - 1, outcome="pending", provider_ref=None) == {"said": "wrong_amount"}
    [task] = kept(container, "payment_tasks")
    assert (task["kind"], task["amount"], task["agency_code"]) == ("amount_differs", FEE - 1, FOOD)
    [heard] = [one for one in good(owner.get("/notices"))["items"] if one["kind"].startswith("payment.")]
    assert (heard["kind"], heard["params"]["amount"], heard["params"]["due"]) == (
        "payment.other_amount",
        vnd_text(FEE - 1),
        vnd_text(FEE),
    )
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
    heard = [one["kind"] for one in good(owner.get("/notices"))["items"] if one["kind"].startswith("payment.")]
    assert sorted(heard) == ["payment.received", "payment.twice"]


def test_what_a_lost_answer_of_the_gateway_held_is_asked_for_again(
    owner: Phone, due: dict[str, Any], container: Container
) -> None:
    order = order_of(owner, due)
    ask = {"id": an_id("att"), "gateway": "vnpay"}
    first = good(owner.post(f"/orders/{order['id']}/attempts", ask))
    # The process died between asking the gateway and keeping what it said.
    container.database.collection("payment_attempts").update_one({"_id": first["id"]}, {"$set": {"shown": {}}})
    assert good(owner.post(f"/orders/{order['id']}/attempts", ask)) == first
    bills = gateway_of(container).started
    assert len(bills) == 2
    assert bills[0] == bills[1]
