"""Time as data: whoever needs the time is given a ``Clock``; the city's calendar days are those of Asia/Ho_Chi_Minh."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Protocol

CITY_ZONE = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""Vietnam has had no summer time since 1975, so a fixed offset is exact and the browser needs no tz database."""


class Clock(Protocol):
    """Where a service gets the time from."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


@dataclass
class FixedClock:
    """A clock for tests and replays that moves only when told to."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def advance(self, step: timedelta) -> None:
        self.at += step


def to_epoch_s(moment: datetime) -> int:
    """Whole seconds since 1970 of an aware moment (the NumericDate of RFC 8392 2)."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return int(moment.timestamp())


def from_epoch_s(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def city_date(moment: datetime) -> date:
    """The calendar day of a moment in the city."""
    return moment.astimezone(CITY_ZONE).date()


def start_of_day(day: date) -> datetime:
    return datetime.combine(day, time(), CITY_ZONE).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """23:59:59 of that day in the city: the last second in which a licence with this printed last day holds."""
    return datetime.combine(day, time(23, 59, 59), CITY_ZONE).astimezone(UTC)


def end_of_day_s(day: date) -> int:
    return to_epoch_s(end_of_day(day))


def to_wire(moment: datetime) -> str:
    """RFC 3339 in UTC with a ``Z``, whole seconds: ``2026-11-21T02:30:00Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_wire(text: str) -> datetime:
    """The aware moment of an RFC 3339 text.

    Raises:
        ValueError: not RFC 3339, without a zone, or beyond the calendar in UTC.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    try:
        return moment.astimezone(UTC)
    except OverflowError as beyond:
        raise ValueError("a moment beyond the calendar") from beyond
