"""Office time: which days are working days, when the office is open, and arithmetic in working minutes.

Office hours are data per agency and days off are data per year (Labour Code 45/2019/QH14 art. 111-112; the swaps of
each year are announced by the Government), so both come in from the catalogue. Days are those of Asia/Ho_Chi_Minh.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Final

from shared_models.clock import CITY_ZONE
from shared_models.errors import Conflict

MINUTES_OF_WORKING_DAY: Final = 480
"""Eight working hours are one working day (NĐ 61/2018/NĐ-CP counts in both)."""

TET_DAYS_OFF: Final = 5
"""Labour Code art. 112.1.b: five days off at Tết, none of them lost to a weekend (art. 111.3)."""

_TET_FROM: Final = (1, 15)
_TET_TO: Final = (3, 5)
"""Lunar New Year's Day falls between 21 January and 21 February; the days off lie around it."""

_DAY: Final = timedelta(days=1)
_MINUTE: Final = timedelta(minutes=1)
_SATURDAY: Final = 5


class UnknownYear(Conflict, ValueError):
    """Nobody has entered the days off of that year: counting on would count Tết as working days."""

    def __init__(self, year: int) -> None:
        super().__init__("calendar.unknown_year", year=year)


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """The sessions of one working day in local time, ascending; an instant at a session's end is after it.

    Raises:
        ValueError: not ascending, not whole minutes, or not eight hours in all.
    """

    sessions: tuple[tuple[time, time], ...]

    def __post_init__(self) -> None:
        edges = [edge for session in self.sessions for edge in session]
        if any(edge.tzinfo is not None or edge.second or edge.microsecond for edge in edges):
            raise ValueError("office hours are local times in whole minutes")
        if any(start >= end for start, end in self.sessions) or edges != sorted(edges):
            raise ValueError("office sessions must be ascending and must not overlap")
        if sum(_minute_of_day(end) - _minute_of_day(start) for start, end in self.sessions) != MINUTES_OF_WORKING_DAY:
            raise ValueError("office hours must be eight hours a day in all")

    @classmethod
    def from_json(cls, sessions: Sequence[Sequence[str]]) -> "OfficeHours":
        """From ``[["07:30", "11:30"], ["13:30", "17:30"]]``.

        Raises:
            TypeError, ValueError: not pairs of times, or hours that cannot be.
        """
        return cls(tuple((time.fromisoformat(start), time.fromisoformat(end)) for start, end in sessions))

    def to_json(self) -> list[list[str]]:
        return [[edge.strftime("%H:%M") for edge in session] for session in self.sessions]

    @property
    def opening(self) -> time:
        return self.sessions[0][0]

    @property
    def closing(self) -> time:
        return self.sessions[-1][1]


class WorkingCalendar:
    """An agency's working time.

    ``exceptions``: True works though it is a Saturday or Sunday, False is off though it is one of Monday to Friday.
    It knows ``years``, by default those whose Tết is among the exceptions: a year of which only New Year's Day was
    entered is not known. Everything that counts through an unknown year raises `UnknownYear` (a ``ValueError`` and a
    ``Conflict`` with ``calendar.unknown_year``). Instants are aware (``ValueError`` otherwise); those returned are in
    `CITY_ZONE`, so that their ``.date()`` is the day in the city.
    """

    __slots__ = ("exceptions", "hours", "years")

    def __init__(
        self, hours: OfficeHours, exceptions: Mapping[date, bool], years: Collection[int] | None = None
    ) -> None:
        self.hours: Final = hours
        self.exceptions: Final = MappingProxyType(dict(exceptions))
        self.years: Final = frozenset(_years_with_tet(exceptions) if years is None else years)

    def is_working(self, day: date) -> bool:
        if day.year not in self.years:
            raise UnknownYear(day.year)
        return self.exceptions.get(day, day.weekday() < _SATURDAY)

    def roll_forward(self, day: date) -> date:
        """``day`` if it is a working day, else the next one."""
        while not self.is_working(day):
            day += _DAY
        return day

    def add_working_days(self, day: date, count: int) -> date:
        """The ``count``-th working day after ``day``, which itself is not counted; 0 rolls forward.

        Raises:
            ValueError: a negative count, or an unknown year.
        """
        if count < 0:
            raise ValueError("working days are counted forward")
        if count == 0:
            return self.roll_forward(day)
        for _ in range(count):
            day = self.roll_forward(day + _DAY)
        return day

    def working_days_between(self, first: date, last: date) -> int:
        """Working days after ``first`` up to and with ``last``; negative when ``last`` is the earlier."""
        if last < first:
            return -self.working_days_between(last, first)
        return sum(self.is_working(first + _DAY * step) for step in range(1, (last - first).days + 1))

    def next_instant(self, at: datetime) -> datetime:
        """``at`` if the office is open then, else the start of the next session."""
        at = _local(at)
        for start, end in self._sessions_from(at.date()):
            if at < end:
                return max(at, start)
        raise AssertionError("sessions never end but by an unknown year")

    def close_of(self, day: date) -> datetime:
        """When the office closes on ``day``, or on the next working day."""
        return datetime.combine(self.roll_forward(day), self.hours.closing, CITY_ZONE)

    def add(self, at: datetime, working: timedelta) -> datetime:
        """The first instant at which ``working`` time has passed since `next_instant` of ``at``.

        Raises:
            ValueError: a negative span, or an unknown year.
        """
        if working < timedelta():
            raise ValueError("working time is added forward")
        at, left = self.next_instant(at), working
        for start, end in self._sessions_from(at.date()):
            begin = max(at, start)
            if begin <= end and left <= end - begin:
                return begin + left
            left -= max(end - begin, timedelta())
        raise AssertionError("sessions never end but by an unknown year")

    def add_minutes(self, at: datetime, minutes: int) -> datetime:
        """`add` in minutes; a multiple of 480 is that many working days."""
        return self.add(at, minutes * _MINUTE)

    def between(self, first: datetime, last: datetime) -> timedelta:
        """The working time from ``first`` to ``last``; negative when ``last`` is the earlier."""
        first, last = _local(first), _local(last)
        if last < first:
            return -self.between(last, first)
        passed = timedelta()
        for start, end in self._sessions_from(first.date(), last.date()):
            passed += max(min(end, last) - max(start, first), timedelta())
        return passed

    def minutes_between(self, first: datetime, last: datetime) -> int:
        """Whole working minutes of `between`, rounded towards ``first``."""
        span = self.between(first, last)
        return span // _MINUTE if span >= timedelta() else -(-span // _MINUTE)

    def _sessions_from(self, day: date, until: date | None = None) -> Iterator[tuple[datetime, datetime]]:
        """The sessions of ``day`` and after it, in order; without ``until`` for as long as the calendar knows."""
        while until is None or day <= until:
            if self.is_working(day):
                for start, end in self.hours.sessions:
                    yield datetime.combine(day, start, CITY_ZONE), datetime.combine(day, end, CITY_ZONE)
            day += _DAY


def _local(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a moment without a zone")
    return at.astimezone(CITY_ZONE)


def _minute_of_day(at: time) -> int:
    return at.hour * 60 + at.minute


def _years_with_tet(exceptions: Mapping[date, bool]) -> Iterator[int]:
    for year in {day.year for day in exceptions}:
        tet_from, tet_to = date(year, *_TET_FROM), date(year, *_TET_TO)
        off = sum(
            not works and tet_from <= day <= tet_to and day.weekday() < _SATURDAY for day, works in exceptions.items()
        )
        if off >= TET_DAYS_OFF:
            yield year
