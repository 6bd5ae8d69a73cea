"""What the collecting officer sees: tasks, statements, orders. Memory only; every one of them is asked for anew."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import flet as ft

from shared_models.clock import CITY_ZONE, city_date, from_wire
from shared_models.payment.desk import MISSING, RowMatch
from shared_models.payment.order import GatewayKey

Json = dict[str, Any]
KINDS = (
    *("unknown_payment", "paid_twice", "amount_differs", "missing_at_gateway"),
    *("paid_late", "not_wanted", "refund_by_hand"),
)
"""Kinds of tasks in the order in which they are shown: money that waits for somebody first."""

STATED = tuple(key.value for key in GatewayKey if key not in {GatewayKey.CASH, GatewayKey.NONE})
"""Ways of which there are statements."""

PROBLEMS = ("amount_differs", "not_paid_here", "paid_twice", "unknown", MISSING)
"""Counts of a statement that a person has to look into; the others are all right or need nothing."""


@dataclass(frozen=True, slots=True)
class Task:
    """A task as it was told; ``age_days`` in whole days of the city."""

    raw: Json

    @property
    def id(self) -> str:
        return str(self.raw["id"])

    @property
    def kind(self) -> str:
        return str(self.raw["kind"])

    @property
    def amount(self) -> int:
        return int(self.raw["amount"])

    @property
    def is_open(self) -> bool:
        return bool(self.raw["state"] == "open")

    @property
    def reference(self) -> str | None:
        order = self.raw["order"]
        return str(order["reference"]) if order else None

    @property
    def opened_at(self) -> datetime:
        return from_wire(self.raw["opened_at"])

    def age_days(self, now: datetime) -> int:
        return (city_date(now) - city_date(self.opened_at)).days


def by_kind(tasks: tuple[Task, ...]) -> list[tuple[str, list[Task]]]:
    """Tasks of each kind that has some, the oldest of a kind first: it has waited longest."""
    groups = [(kind, [task for task in tasks if task.kind == kind]) for kind in KINDS]
    rest = [task for task in tasks if task.kind not in KINDS]
    found = [(kind, sorted(of, key=lambda task: task.opened_at)) for kind, of in groups if of]
    return [*found, ("other", rest)] if rest else found


def problems(counts: dict[str, int]) -> list[tuple[str, int]]:
    """What a person has to look into, with how many; nothing that is zero."""
    return [(name, counts[name]) for name in PROBLEMS if counts.get(name)]


def all_right(counts: dict[str, int]) -> list[tuple[str, int]]:
    """The rest that is not zero."""
    calm = [match.value for match in RowMatch if match.value not in PROBLEMS]
    return [(name, counts[name]) for name in calm if counts.get(name)]


def typed_day(words: str) -> date | None:
    """`21/11/2026` as a day; None for anything else."""
    try:
        return datetime.strptime(words.strip(), "%d/%m/%Y").replace(tzinfo=CITY_ZONE).date()
    except ValueError:
        return None


class PaymentsDeskState(ft.Observable):
    """``shown``: open or settled tasks. ``tasks`` None: not read yet. ``statements`` and ``found`` likewise."""

    def __init__(self) -> None:
        self.empty()

    def empty(self) -> None:
        self.shown = "open"
        self.tasks: tuple[Task, ...] | None = None
        self.cursor: str | None = None
        self.error: str | None = None
        self.statements: tuple[Json, ...] | None = None
        self.statements_cursor: str | None = None
        self.found: tuple[Json, ...] | None = None
        self.asked_for = ""
        self.is_busy = False
