"""A fee that went back: the dossier says so, goes on, and can be asked to pay again."""

from typing import Any

from backend.bootstrap import Container
from tests.support.api import Cast, Phone, problem_of
from tests.support.dossiers import Desk, done, good
from tests.support.ids import an_id
from tests.support.paying import FEE, FOOD, attempt, board, code_of, due, order_of, owner, told
from tests.support.payments import a_collector
from tests.support.refunding import act, proposed

__all__ = ["board", "due", "owner"]


def send_back(sign_in: Cast, order: dict[str, Any]) -> None:
    """By two officers of the board, through the gateway."""
    first, second = (a_collector(sign_in, name, (FOOD, "Ban An toàn thực phẩm")) for name in ("thu.mot", "thu.hai"))
    good(act(second, {"_id": order["id"]}, proposed(first, {"_id": order["id"]}), "approve"))


def test_a_fee_that_went_back_is_not_paid_any_more(
    board: Desk, owner: Phone, due: dict[str, Any], container: Container, sign_in: Cast
) -> None:
    order = order_of(owner, due)
    attempt(owner, order)
    told(owner, code_of(container))
    assert good(owner.get(f"/dossiers/{due['id']}"))["payment"] == "paid"
    send_back(sign_in, order)
    dossier = good(owner.get(f"/dossiers/{due['id']}"))
    assert (dossier["payment"], dossier["status"]) == ("refunded", 1)
    assert (dossier["fee"]["paid_at"], dossier["fee"]["receipt_number"]) == (None, None)
    assert dossier["fee"]["refunded_at"] is not None
    assert [one["action"] for one in dossier["timeline"]][-1] == "refund"

    at_desk = good(board.clerk.get(f"/desk/dossiers/{due['id']}"))
    done(board.clerk, at_desk, "ask_payment", amount=FEE)
    again = order_of(owner, due)
    assert again["id"] != order["id"]
    attempt(owner, again)
    told(owner, code_of(container), provider_ref="the second")
    dossier = good(owner.get(f"/dossiers/{due['id']}"))
    assert (dossier["payment"], dossier["fee"]["refunded_at"]) == ("paid", None)


def test_other_money_that_goes_back_leaves_the_dossier_paid(
    board: Desk, owner: Phone, due: dict[str, Any], container: Container, sign_in: Cast
) -> None:
    first = order_of(owner, due)
    attempt(owner, first)
    late = code_of(container)
    at_desk = good(board.clerk.get(f"/desk/dossiers/{due['id']}"))
    done(board.clerk, at_desk, "ask_payment", amount=FEE)
    attempt(owner, order_of(owner, due))
    told(owner, code_of(container))
    # The first demand is over; its money comes all the same, at the same moment, and is sent back.
    told(owner, late, provider_ref="not wanted")
    send_back(sign_in, first)
    dossier = good(owner.get(f"/dossiers/{due['id']}"))
    assert dossier["payment"] == "paid"
    assert "refund" not in {one["action"] for one in dossier["timeline"]}


def test_a_fee_taken_at_the_counter_goes_back_by_hand(
    board: Desk, owner: Phone, due: dict[str, Any], container: Container, sign_in: Cast
) -> None:
    at_desk = good(board.clerk.get(f"/desk/dossiers/{due['id']}"))
    done(board.clerk, at_desk, "record_payment", amount=FEE)
    order = order_of(owner, due)
    first, second = (a_collector(sign_in, name, (FOOD, "Ban An toàn thực phẩm")) for name in ("thu.mot", "thu.hai"))
    refund_id = proposed(first, {"_id": order["id"]})
    good(act(second, {"_id": order["id"]}, refund_id, "approve"))
    assert good(owner.get(f"/dossiers/{due['id']}"))["payment"] == "paid"
    good(act(second, {"_id": order["id"]}, refund_id, "done", reference="FT26327"))
    assert good(owner.get(f"/dossiers/{due['id']}"))["payment"] == "refunded"
    # The same machine cannot be told to do so.
    refused = board.clerk.post(f"/desk/dossiers/{due['id']}/actions", {"id": an_id("act"), "action": "refund"})
    assert problem_of(refused) == (422, "request.invalid")
    assert container.payments.proving.books().problems == []
