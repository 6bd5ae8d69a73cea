"""The proof of the books: every number of every series is there once, and every dong that came has its receipt.

Reads only, page by page; names orders and receipts and nobody. Meant for a quiet moment: what is paid while it reads
may look unfinished, and reading again tells.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from backend.infra.mongo import Database, Document
from backend.payments.documents import ATTEMPTS, ORDERS, RECEIPT_COUNTERS, RECEIPTS
from backend.payments.receipt_rules import counter_key
from shared_models.payment.order import SETTLED_STATES, AttemptState, OrderState

_PAGE: Final = 1_000
_SETTLED: Final = sorted(state.value for state in SETTLED_STATES)


@dataclass(slots=True)
class Series:
    """The receipts of one agency, series and year; ``in_force_vnd``: of those that nobody cancelled or replaced."""

    agency_code: str
    name: str
    year: int
    last: int = 0
    numbers: int = 0
    in_force: int = 0
    in_force_vnd: int = 0


@dataclass(slots=True)
class Books:
    """What was found. ``problems``: one sentence each, empty when all is well."""

    series: list[Series] = field(default_factory=list)
    orders: int = 0
    paid_vnd: int = 0
    problems: list[str] = field(default_factory=list)


class Proving:
    def __init__(self, database: Database, is_due: Callable[[int], bool]) -> None:
        """``is_due(amount)``: whether an order of so many VND gets a receipt."""
        self._database: Final = database
        self._is_due: Final = is_due

    def books(self) -> Books:
        found = Books()
        self._read_series(found)
        self._read_orders(found)
        return found

    def _read_series(self, found: Books) -> None:
        order = [("agency.code", 1), ("series", 1), ("year", 1), ("number", 1)]
        rows = self._database.collection(RECEIPTS).find({}, {"lines": 0, "payer": 0}).sort(order)
        now: Series | None = None
        for page in _pages(rows):
            self._check_orders(page, found)
            for row in page:
                key = (row["agency"]["code"], row["series"], row["year"])
                if now is None or (now.agency_code, now.name, now.year) != key:
                    now = Series(*key)
                    found.series.append(now)
                _count(row, now, found)
        for one in found.series:
            counter = self._database.collection(RECEIPT_COUNTERS).find_one(
                {"_id": counter_key(one.agency_code, one.name, one.year)}
            )
            counted = 0 if counter is None else counter["last"]
            if counted != one.last:
                found.problems.append(f"{_named(one)}: the counter is at {counted}, the last receipt is {one.last}")

    def _check_orders(self, receipts: Sequence[Document], found: Books) -> None:
        """Every receipt is for money: its order is settled, and of the same amount."""
        ids = sorted({row["order_id"] for row in receipts})
        shown = {"state": 1, "amount": 1}
        orders = {row["_id"]: row for row in self._database.collection(ORDERS).find({"_id": {"$in": ids}}, shown)}
        for row in receipts:
            order = orders.get(row["order_id"])
            if order is None or order["state"] not in _SETTLED:
                found.problems.append(f"receipt {row['_id']}: its order {row['order_id']} was not paid")
            elif order["amount"] != row["amount"]:
                found.problems.append(f"receipt {row['_id']}: {row['amount']} VND, its order {order['amount']}")

    def _read_orders(self, found: Books) -> None:
        wanted = {"state": {"$in": _SETTLED}}
        shown = {"amount": 1, "state": 1, "paid": 1}
        for page in _pages(self._database.collection(ORDERS).find(wanted, shown).sort("_id", 1)):
            ids = [row["_id"] for row in page]
            receipts = _by_order(self._database.collection(RECEIPTS).find({"order_id": {"$in": ids}}, {"lines": 0}))
            paid = {"order_id": {"$in": ids}, "state": AttemptState.PAID.value}
            attempts = _by_order(self._database.collection(ATTEMPTS).find(paid))
            for order in page:
                found.orders += 1
                found.paid_vnd += order["amount"] if order["state"] != OrderState.REFUNDED else 0
                found.problems += self._faults(order, receipts.get(order["_id"], []), attempts.get(order["_id"], []))

    def _faults(self, order: Document, receipts: Sequence[Document], attempts: Sequence[Document]) -> Iterator[str]:
        """What is wrong with one order that was paid."""
        named, paid = f"order {order['_id']}", order["paid"]
        in_force = [row for row in receipts if row["state"] == "issued"]
        if self._is_due(order["amount"]) and paid["paper_number"] is None and not receipts:
            yield f"{named}: {order['amount']} VND without a receipt"
        if len(in_force) > 1:
            yield f"{named}: {len(in_force)} receipts in force"
        if order["state"] == OrderState.REFUNDED and in_force:
            yield f"{named}: paid back, and its receipt is in force"
        if paid["attempt_id"] is not None and paid["attempt_id"] not in {row["_id"] for row in attempts}:
            yield f"{named}: paid by attempt {paid['attempt_id']}, which is not paid"


def _count(row: Document, now: Series, found: Books) -> None:
    expected, number = now.last + 1, row["number"]
    if number > expected:
        missing = str(expected) if number == expected + 1 else f"{expected} to {number - 1}"
        found.problems.append(f"{_named(now)}: {missing} is missing")
    elif number < expected:
        found.problems.append(f"{_named(now)}: {number} is there twice")
    now.last = max(now.last, number)
    now.numbers += 1
    if row["state"] == "issued":
        now.in_force += 1
        now.in_force_vnd += row["amount"]


def _named(one: Series) -> str:
    return f"{one.agency_code} {one.name}"


def _by_order(rows: Any) -> dict[str, list[Document]]:
    found: dict[str, list[Document]] = {}
    for row in rows:
        found.setdefault(row["order_id"], []).append(row)
    return found


def _pages(rows: Any) -> Iterator[list[Document]]:
    page: list[Document] = []
    for row in rows:
        page.append(row)
        if len(page) == _PAGE:
            yield page
            page = []
    if page:
        yield page
