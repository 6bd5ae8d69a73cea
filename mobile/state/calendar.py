"""A year of the calendar: its months, how many days are worked, and office hours as they are typed. Pure."""

import calendar
from datetime import date
from typing import Any

from mobile.state.trial import Day, kind_of

Json = dict[str, Any]


def rows_by_day(year: Json | None) -> dict[str, Json]:
    return {row["day"]: row for row in (year or {}).get("days", ())}


def month_days(year: int, month: int, rows: dict[str, Json]) -> list[Day]:
    """Every day of a month."""
    count = calendar.monthrange(year, month)[1]
    days = (date(year, month, number) for number in range(1, count + 1))
    return [Day(on, *kind_of(on, rows), steps=()) for on in days]


def weeks_of(days: list[Day]) -> list[list[Day | None]]:
    """Lines from Monday to Sunday; None where the month before or after is."""
    padded: list[Day | None] = [None] * days[0].on.weekday() + [*days]
    padded += [None] * (-len(padded) % 7)
    return [padded[start : start + 7] for start in range(0, len(padded), 7)]


def working_days(days: list[Day]) -> int:
    return sum(day.kind in {"working", "swap"} for day in days)


def is_weekend(on: date) -> bool:
    return on.weekday() >= 5


def tet_is_known(days: list[Json]) -> bool:
    """Whether the five days off of Tết are entered: without them no deadline can be counted through the year."""
    off = [date.fromisoformat(row["day"]) for row in days if not row["works"]]
    if not off:
        return False
    first, last = date(off[0].year, 1, 15), date(off[0].year, 3, 5)
    return sum(first <= on <= last and not is_weekend(on) for on in off) >= 5


def minutes_of(sessions: list[list[str]]) -> int | None:
    """Minutes in all; None where a time cannot be read or the order is wrong."""
    edges: list[int] = []
    for session in sessions:
        for text in session:
            hours, _, minutes = text.replace("h", ":").replace(".", ":").partition(":")
            if not (hours.isdigit() and (minutes or "0").isdigit()) or int(hours) > 23 or int(minutes or 0) > 59:
                return None
            edges.append(int(hours) * 60 + int(minutes or 0))
    if edges != sorted(edges) or any(edges[place] == edges[place + 1] for place in range(0, len(edges), 2)):
        return None
    return sum(edges[place + 1] - edges[place] for place in range(0, len(edges), 2))


def tidy_time(text: str) -> str:
    """`7h30` and `7:30` as `07:30`; what cannot be read as it is."""
    hours, _, minutes = text.strip().replace("h", ":").replace(".", ":").partition(":")
    if hours.isdigit() and (minutes or "0").isdigit():
        return f"{int(hours):02d}:{int(minutes or 0):02d}"
    return text
