"""The proof of the books: nothing is found where all is well, and each thing that is wrong is named."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from backend.bootstrap import Container
from backend.infra.mongo import Document
from backend.payments.documents import ATTEMPTS, ORDERS, RECEIPT_COUNTERS, RECEIPTS
from tests.support.builders_identity import FOOD_BOARD, ROAD_BOARD
from tests.support.database import snapshot
from tests.support.payments import AMOUNT, a_paid_order, an_attempt, an_order

Rows = Callable[[str], Any]


@pytest.fixture
def rows(container: Container) -> Rows:
    return container.database.collection


def receipt_of(rows: Rows, order: Mapping[str, Any]) -> Document:
    found: Document = rows(RECEIPTS).find_one({"order_id": order["_id"]})
    return found


def problems(container: Container) -> list[str]:
    return container.payments.proving.books().problems


def test_books_that_are_well_are_added_up_and_nothing_is_written(container: Container) -> None:
    for agency in (FOOD_BOARD, ROAD_BOARD, FOOD_BOARD):
        a_paid_order(container, agency=agency)
    an_attempt(container, an_order(container))
    before = snapshot(container.database)
    books = container.payments.proving.books()
    assert books.problems == []
    assert (books.orders, books.paid_vnd) == (3, 3 * AMOUNT)
    told = {(one.agency_code, one.last, one.numbers, one.in_force, one.in_force_vnd) for one in books.series}
    assert told == {(FOOD_BOARD[0], 2, 2, 2, 2 * AMOUNT), (ROAD_BOARD[0], 1, 1, 1, AMOUNT)}
    assert snapshot(container.database) == before


def test_no_payment_at_all_is_well_too(container: Container) -> None:
    books = container.payments.proving.books()
    assert (books.series, books.orders, books.paid_vnd, books.problems) == ([], 0, 0, [])


def test_a_receipt_that_is_gone_is_missing_in_its_series_and_for_its_order(container: Container, rows: Rows) -> None:
    orders = [a_paid_order(container) for _ in range(4)]
    for order in orders[1:3]:
        rows(RECEIPTS).delete_one({"order_id": order["_id"]})
    named = f"{FOOD_BOARD[0]} {receipt_of(rows, orders[0])['series']}"
    assert problems(container) == [
        f"{named}: 2 to 3 is missing",
        *sorted(f"order {order['_id']}: {AMOUNT} VND without a receipt" for order in orders[1:3]),
    ]


def test_a_last_receipt_that_is_gone_shows_in_the_counter(container: Container, rows: Rows) -> None:
    orders = [a_paid_order(container) for _ in range(2)]
    rows(RECEIPTS).delete_one({"order_id": orders[1]["_id"]})
    named = f"{FOOD_BOARD[0]} {receipt_of(rows, orders[0])['series']}"
    assert f"{named}: the counter is at 2, the last receipt is 1" in problems(container)


def test_a_counter_that_was_set_by_hand_is_told(container: Container, rows: Rows) -> None:
    a_paid_order(container)
    rows(RECEIPT_COUNTERS).update_one({}, {"$set": {"last": 7}})
    (told,) = problems(container)
    assert told.endswith("the counter is at 7, the last receipt is 1")


@pytest.mark.parametrize(
    ("collection", "change", "told"),
    [
        (ORDERS, {"state": "pending"}, "was not paid"),
        (RECEIPTS, {"amount": AMOUNT - 1000}, f"{AMOUNT - 1000} VND, its order {AMOUNT}"),
        (ORDERS, {"state": "refunded"}, "paid back, and its receipt is in force"),
        (ATTEMPTS, {"state": "failed"}, "which is not paid"),
    ],
)
def test_what_does_not_fit_together_is_told(
    container: Container, rows: Rows, collection: str, change: dict[str, Any], told: str
) -> None:
    a_paid_order(container)
    rows(collection).update_one({}, {"$set": change})
    (problem,) = problems(container)
    assert told in problem


def test_two_receipts_in_force_for_one_order_are_told(container: Container, rows: Rows) -> None:
    orders = [a_paid_order(container) for _ in range(2)]
    rows(RECEIPTS).update_one({"order_id": orders[1]["_id"]}, {"$set": {"order_id": orders[0]["_id"]}})
    assert f"order {orders[0]['_id']}: 2 receipts in force" in problems(container)


def test_a_number_that_is_there_twice_is_told(container: Container, rows: Rows) -> None:
    orders = [a_paid_order(container) for _ in range(2)]
    # What the index refuses may have been restored without it.
    rows(RECEIPTS).drop_indexes()
    rows(RECEIPTS).update_one({"order_id": orders[1]["_id"]}, {"$set": {"number": 1}})
    assert any(problem.endswith(": 1 is there twice") for problem in problems(container))
