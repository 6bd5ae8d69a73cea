"""How dossiers came out over a period: carried over and received on one side, resolved and pending on the other.

The two sides are equal by construction. Dates in the city are compared, never hours; what has no due time is within its
limit.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from shared_models.clock import city_date, end_of_day
from shared_models.standing import Standing, standing


@dataclass(frozen=True, slots=True)
class DossierSpan:
    """What statistics need of a dossier; ``due_at`` is None without a due time, ``finished_at`` while it is open."""

    received_at: datetime
    due_at: datetime | None
    finished_at: datetime | None


class PeriodReport(NamedTuple):
    """Numbers of dossiers: ``carried_over + received == early + on_time + late + within + overdue``."""

    carried_over: int
    received: int
    early: int
    on_time: int
    late: int
    within: int
    overdue: int


def period_report(dossiers: Iterable[DossierSpan], first: date, last: date) -> PeriodReport:
    """The report of the days from ``first`` to ``last``, both of them in it, as it stands at the end of ``last``.

    Raises:
        ValueError: a period that ends before it starts.
    """
    if last < first:
        raise ValueError("a period cannot end before it starts")
    carried_over = received = 0
    outcomes: Counter[Standing] = Counter()
    for dossier in dossiers:
        came = city_date(dossier.received_at)
        finished_at = dossier.finished_at
        if came > last or (finished_at is not None and city_date(finished_at) < first):
            continue
        carried_over += came < first
        received += came >= first
        known = finished_at if finished_at is not None and city_date(finished_at) <= last else None
        outcomes[standing(dossier.due_at, end_of_day(last), known)] += 1
    return PeriodReport(carried_over, received, *(outcomes[one] for one in Standing))
