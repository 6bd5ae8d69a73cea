"""How a dossier stands: early, on time, late; within its limit, near its end, overdue. Dates in the city decide."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from shared_models.clock import city_date
from shared_models.working_time import WorkingCalendar


class Standing(StrEnum):
    """The three of a finished dossier, then the two of a running one."""

    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"
    WITHIN = "within"
    OVERDUE = "overdue"


class WarningLevel(StrEnum):
    NONE = "none"
    NEAR_DUE = "near_due"
    LAST_DAY = "last_day"
    OVERDUE = "overdue"


def standing(due_at: datetime | None, now: datetime, finished_at: datetime | None = None) -> Standing:
    """How a dossier stands by the dates in the city; without a due time it is within its limit."""
    if finished_at is None:
        return Standing.OVERDUE if due_at is not None and city_date(now) > city_date(due_at) else Standing.WITHIN
    finished = city_date(finished_at)
    due = finished if due_at is None else city_date(due_at)
    if finished == due:
        return Standing.ON_TIME
    return Standing.EARLY if finished < due else Standing.LATE


@dataclass(frozen=True, slots=True)
class WarningThresholds:
    """Near due when this share of the working time, or this many working days, are left: whichever comes first."""

    share_left: float = 0.3
    working_days_left: int = 1


DEFAULT_THRESHOLDS: Final = WarningThresholds()


def warning_level(
    received_at: datetime,
    due_at: datetime | None,
    now: datetime,
    calendar: WorkingCalendar,
    thresholds: WarningThresholds = DEFAULT_THRESHOLDS,
) -> WarningLevel:
    """How urgent a running dossier is; a paused one (no due time) is not. Days are those of the city."""
    if due_at is None:
        return WarningLevel.NONE
    today, due = city_date(now), city_date(due_at)
    if today >= due:
        return WarningLevel.OVERDUE if today > due else WarningLevel.LAST_DAY
    total, left = calendar.between(received_at, due_at), calendar.between(now, due_at)
    if left <= total * thresholds.share_left or (
        calendar.working_days_between(today, due) <= thresholds.working_days_left
    ):
        return WarningLevel.NEAR_DUE
    return WarningLevel.NONE
