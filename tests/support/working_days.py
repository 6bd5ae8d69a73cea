"""Days off and swapped Saturdays of civil servants, as announced, and moments written the way people say them."""

from datetime import date, datetime, timedelta

from shared_models.clock import CITY_ZONE
from shared_models.working_time import OfficeHours, WorkingCalendar

CITY_HOURS = OfficeHours.from_json([["07:30", "11:30"], ["13:30", "17:30"]])
OTHER_HOURS = OfficeHours.from_json([["07:00", "11:30"], ["13:30", "17:00"]])

_OFF = {
    2025: ("1/1", "27/1", "28/1", "29/1", "30/1", "31/1", "7/4", "30/4", "1/5", "2/5", "1/9", "2/9"),
    2026: ("1/1", "2/1", "16/2", "17/2", "18/2", "19/2", "20/2", "27/4", "30/4", "1/5", "31/8", "1/9", "2/9", "24/11"),
    2027: ("1/1", "4/2", "5/2", "8/2", "9/2", "10/2", "16/4", "30/4", "3/5", "2/9", "3/9", "24/11"),
}
_SATURDAYS = {2025: ("26/4",), 2026: ("10/1", "22/8")}


def _days(table: dict[int, tuple[str, ...]], works: bool) -> dict[date, bool]:
    return {
        date(year, int(month), int(day)): works
        for year, texts in table.items()
        for day, month in (text.split("/") for text in texts)
    }


DAYS = {**_days(_OFF, works=False), **_days(_SATURDAYS, works=True)}
CALENDAR = WorkingCalendar(CITY_HOURS, DAYS)


def moment(text: str) -> datetime:
    """``Fri 2026-11-20 09:00`` in the city; the weekday is checked: no test is about another day than it says."""
    weekday, _, rest = text.partition(" ")
    at = datetime.fromisoformat(rest).replace(tzinfo=CITY_ZONE)
    assert at.strftime("%a") == weekday, f"{rest} is no {weekday}"
    return at


def day(text: str) -> date:
    """``Thu 2026-11-26``."""
    return moment(f"{text} 00:00").date()


def is_open(calendar: WorkingCalendar, at: datetime) -> bool:
    """The obvious rule, from the calendar's data alone."""
    local = at.astimezone(CITY_ZONE)
    works = calendar.exceptions.get(local.date(), local.strftime("%a") not in {"Sat", "Sun"})
    return works and any(start <= local.time() < end for start, end in calendar.hours.sessions)


def slow_add(calendar: WorkingCalendar, at: datetime, minutes: int, step: int = 1) -> datetime:
    """`add_minutes` by looking at every ``step`` minutes; ``at`` and the sessions must lie on that grid."""
    while not is_open(calendar, at):
        at += timedelta(minutes=step)
    while minutes > 0:
        minutes -= step if is_open(calendar, at) else 0
        at += timedelta(minutes=step)
    return at


def slow_between(calendar: WorkingCalendar, first: datetime, last: datetime, step: int = 1) -> int:
    steps = (last - first) // timedelta(minutes=step)
    return sum(step for index in range(steps) if is_open(calendar, first + timedelta(minutes=step * index)))
