"""Refunds whose gateway does not answer: asked on, fairly, and turned to a transfer by hand by a person who knows."""

from datetime import timedelta

import pytest

from backend.bootstrap import Container
from backend.payments.documents import TASKS
from backend.payments.ports import Paid
from backend.payments.services import refunds as refunding
from shared_models.clock import FixedClock
from shared_models.errors import Upstream
from tests.support.api import Cast, Phone, problem_of
from tests.support.dossiers import good
from tests.support.payments import a_collector, a_paid_order, stored
from tests.support.refunding import act, first, gateway, kinds, proposed, second

__all__ = ["first", "second"]


def test_a_gateway_that_stays_silent_is_left_for_a_transfer_by_hand(
    container: Container, first: Phone, second: Phone, clock: FixedClock, sign_in: Cast
) -> None:
    order = a_paid_order(container)
    refund_id, vnpay = proposed(first, order), gateway(container)
    vnpay.is_down = True
    assert good(act(second, order, refund_id, "approve"))["may"] == []
    assert problem_of(act(second, order, refund_id, "turn", note="Đã gọi cổng")) == (409, "refund.not_silent")
    clock.advance(timedelta(hours=1))
    first, second = (a_collector(sign_in, name) for name in ("thuphi.mot", "thuphi.hai"))
    path = f"/desk/payments/orders/{order['_id']}"
    assert good(second.get(path))["may"] == ["turn"]
    assert problem_of(act(second, order, refund_id, "turn"))[0] == 422
    assert problem_of(act(first, order, refund_id, "turn", note="Đã gọi cổng")) == (403, "refund.own_proposal")
    for _ in range(2):
        shown = good(act(second, order, refund_id, "turn", note="Cổng báo chưa có lệnh hoàn"))
    assert (shown["refund"]["way"], shown["may"]) == ("by_hand", ["done"])
    assert kinds(container, order).count("refund_not_taken") == 1
    vnpay.is_down = False
    assert container.payments.desk.refunds.chase(clock.now()) == 0
    assert not vnpay.refunded
    good(act(second, order, refund_id, "done", reference="FT26327"))
    assert stored(container, order["_id"])["state"] == "refunded"


def test_a_gateway_that_sent_it_while_a_person_took_over_was_first(
    container: Container,
    first: Phone,
    second: Phone,
    clock: FixedClock,
    sign_in: Cast,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    order = a_paid_order(container)
    refund_id, vnpay = proposed(first, order), gateway(container)
    vnpay.is_down = True
    good(act(second, order, refund_id, "approve"))
    clock.advance(timedelta(hours=1))
    second = a_collector(sign_in, "thuphi.hai")

    def slow(*_: object) -> str:
        good(act(second, order, refund_id, "turn", note="Cổng báo chưa có lệnh hoàn"))
        return "VNP-LATE"

    monkeypatch.setattr(vnpay, "refund", slow)
    assert container.payments.desk.refunds.chase(clock.now()) == 1
    refund = stored(container, order["_id"])["refund"]
    assert (refund["state"], refund["reference"]) == ("done", "VNP-LATE")
    (task,) = container.database.collection(TASKS).find({"kind": "refund_by_hand"})
    assert (task["state"], task["settled"]["by"]["name"]) == ("settled", "Phan Văn Lợi")


def test_silent_refunds_keep_no_other_waiting(
    container: Container, first: Phone, second: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refunding, "CHASED", 1)
    vnpay = gateway(container)
    vnpay.is_down = True
    asked: list[str] = []
    orders = [a_paid_order(container) for _ in range(3)]
    for order in orders:
        good(act(second, order, proposed(first, order), "approve"))

    def silent(paid: Paid, *_: object) -> str:
        asked.append(paid.provider_ref)
        raise Upstream("gateway.unreachable", transient=True)

    monkeypatch.setattr(vnpay, "refund", silent)
    for minute in range(3):
        container.payments.desk.refunds.chase(container.clock.now() + timedelta(minutes=minute))
    assert sorted(asked) == sorted(order["paid"]["provider_ref"] for order in orders)
