"""A procedure's deadline as data, and when a dossier received at some instant is due.

NĐ 61/2018/NĐ-CP art. 18 (the 15:00 rule) and NĐ 45/2020/NĐ-CP (the intake answer).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final

from shared_models.working_time import MINUTES_OF_WORKING_DAY, WorkingCalendar

SAME_DAY_UNTIL: Final = time(15)
"""NĐ 61/2018 art. 18: what is received after 15:00 counts for the next working day."""

MOST_AMOUNT: Final = 10_000
"""More of any unit than a law gives: no calendar knows its end, and yet every date can be counted."""


class TimeUnit(StrEnum):
    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    WORKING_HOUR = "working_hour"
    SAME_DAY = "same_day"
    INSTANT = "instant"


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """``amount`` of ``unit``: whole, except that working days may be halves (3.5); 0 for same-day and instant.

    Raises:
        ValueError: an amount that the unit cannot have.
    """

    unit: TimeUnit
    amount: float = 0

    def __post_init__(self) -> None:
        if self.unit in {TimeUnit.SAME_DAY, TimeUnit.INSTANT}:
            possible = self.amount == 0
        else:
            step = 0.5 if self.unit is TimeUnit.WORKING_DAY else 1
            possible = self.amount > 0 and self.amount % step == 0
        if not possible or self.amount > MOST_AMOUNT:
            raise ValueError(f"no deadline of {self.amount} {self.unit}")
        if self.amount % 1 == 0:
            object.__setattr__(self, "amount", int(self.amount))

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "DeadlineRule":
        """From ``{"unit": "working_day", "amount": 5}``.

        Raises:
            KeyError, TypeError, ValueError: not that.
        """
        return cls(TimeUnit(data["unit"]), data["amount"])

    def to_json(self) -> dict[str, Any]:
        return {"unit": self.unit.value, "amount": self.amount}


INTAKE_RULE: Final = DeadlineRule(TimeUnit.WORKING_HOUR, 8)
"""NĐ 45/2020/NĐ-CP: an online dossier is accepted, refused or sent back for a supplement within 8 working hours."""


def intake_due_at(received_at: datetime, calendar: WorkingCalendar) -> datetime:
    """Until when the agency has to answer an online dossier: its `INTAKE_RULE`."""
    return due_at(received_at, INTAKE_RULE, calendar)


def due_at(received_at: datetime, rule: DeadlineRule, calendar: WorkingCalendar) -> datetime:
    """When a dossier received then is due; in `CITY_ZONE`.

    Receipt moves to the next working instant. Working days and hours are added over the office's sessions; calendar
    days do not count the day of receipt and roll forward to a working day; the rest is due when that day closes.

    Raises:
        ValueError: a receipt without a zone, or `UnknownYear`.
    """
    start = calendar.next_instant(received_at)
    match rule.unit:
        case TimeUnit.WORKING_DAY | TimeUnit.WORKING_HOUR | TimeUnit.CALENDAR_DAY:
            return advance(rule.unit, start, amount_of(rule), calendar)
        case TimeUnit.SAME_DAY if start.time() > SAME_DAY_UNTIL:
            return calendar.close_of(start.date() + timedelta(days=1))
        case TimeUnit.SAME_DAY | TimeUnit.INSTANT:
            return calendar.close_of(start.date())


def amount_of(rule: DeadlineRule) -> timedelta:
    match rule.unit:
        case TimeUnit.WORKING_DAY:
            return timedelta(minutes=rule.amount * MINUTES_OF_WORKING_DAY)
        case TimeUnit.WORKING_HOUR:
            return timedelta(hours=rule.amount)
        case _:
            return timedelta(days=rule.amount)


def measure(unit: TimeUnit, first: datetime, last: datetime, calendar: WorkingCalendar) -> timedelta:
    """The time that a clock of this unit counts from ``first`` to ``last``: calendar days, else working time."""
    if unit is TimeUnit.CALENDAR_DAY:
        # Closing time belongs to the day that it closes.
        end = calendar.next_instant(last - timedelta.resolution)
        return max(end.date() - calendar.next_instant(first).date(), timedelta())
    return calendar.between(first, last)


def advance(unit: TimeUnit, at: datetime, span: timedelta, calendar: WorkingCalendar) -> datetime:
    """The inverse of `measure`."""
    if unit is TimeUnit.CALENDAR_DAY:
        return calendar.close_of(calendar.next_instant(at).date() + span)
    return calendar.add(at, span)
