"""Payments of one moment: taken in turn, and none waits for one that hangs."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event
from time import sleep

import pytest

from backend.bootstrap import Container
from backend.infra.mongo import Session
from backend.payments.documents import RECEIPTS
from backend.payments.services import taking
from shared_models.payment.order import OrderPaid
from tests.support.builders_identity import FOOD_BOARD, ROAD_BOARD
from tests.support.payments import a_paid_order, an_attempt, an_order, pay

AT_ONCE = 6
ROUNDS = 3


def test_payments_of_one_agency_at_once_are_numbered_one_after_the_other(container: Container) -> None:
    attempts = [an_attempt(container, an_order(container)) for _ in range(AT_ONCE * ROUNDS)]
    numbers = count()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda attempt: pay(container, attempt, f"ref-{next(numbers)}"), attempts))
    assert container.payments.proving.books().problems == []
    told = sorted(row["number"] for row in container.database.collection(RECEIPTS).find())
    assert told == list(range(1, len(attempts) + 1))


def test_a_payment_that_hangs_holds_up_no_other(container: Container, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "LONGEST_TURN_S", 0.2)
    # The very first receipt makes an index one of lists, which the database lets one transaction do at a time.
    a_paid_order(container)
    hanging, other = (
        an_attempt(container, an_order(container)),
        an_attempt(container, an_order(container, ROAD_BOARD)),
    )
    is_in, may_go = Event(), Event()

    def wait(event: OrderPaid, _: Session) -> None:
        if event.order_id == hanging["order_id"]:
            is_in.set()
            assert may_go.wait(30)

    container.events.on(OrderPaid, wait)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(pay, container, hanging, "ref-slow")
        assert is_in.wait(30)
        try:
            assert pay(container, other, "ref-quick")["state"] == "paid"
            assert not slow.done()
        finally:
            may_go.set()
        assert slow.result(30)["state"] == "paid"


def test_a_payment_waits_for_the_one_before_it(container: Container) -> None:
    a_paid_order(container)
    first, second = (an_attempt(container, an_order(container, agency)) for agency in (FOOD_BOARD, ROAD_BOARD))
    is_in, may_go = Event(), Event()
    order: list[str] = []

    def wait(event: OrderPaid, _: Session) -> None:
        order.append(event.order_id)
        is_in.set()
        assert may_go.wait(taking.LONGEST_TURN_S)

    container.events.on(OrderPaid, wait)
    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(pay, container, first, "ref-first")
        assert is_in.wait(30)
        other = pool.submit(pay, container, second, "ref-second")
        sleep(0.5)
        begun_meanwhile = list(order)
        may_go.set()
        assert (one.result(30)["state"], other.result(30)["state"]) == ("paid", "paid")
    assert begun_meanwhile == [first["order_id"]]
