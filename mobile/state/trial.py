"""A deadline tried out: what is asked of the simulator, and the days on which its steps fall. Pure."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from shared_models.clock import CITY_ZONE, city_date, from_wire, to_wire
from shared_models.errors import Invalid

Json = dict[str, Any]
WEEK = 7
MOST_WEEKS = 40


@dataclass(frozen=True, slots=True)
class Moment:
    """A day and a time as they are typed: `2026-11-23`, `09:00`; empty for not yet."""

    day: str = ""
    time: str = ""

    def at(self, path: str) -> datetime | None:
        """Raises Invalid naming `<path>.day` or `<path>.time`."""
        if not self.day and not self.time:
            return None
        try:
            on = date.fromisoformat(self.day)
        except ValueError as fault:
            raise Invalid("form.answers_invalid", {f"{path}.day": ["date.impossible"]}) from fault
        hours, _, minutes = self.time.replace("h", ":").replace(".", ":").partition(":")
        try:
            clock = time(int(hours), int(minutes or 0))
        except ValueError as fault:
            raise Invalid("form.answers_invalid", {f"{path}.time": ["field.malformed"]}) from fault
        return datetime.combine(on, clock, CITY_ZONE)


@dataclass(frozen=True, slots=True)
class Trial:
    """`channel`: direct, online or post; `supplements`: when each was asked and answered."""

    received: Moment
    channel: str = "online"
    supplements: tuple[tuple[Moment, Moment], ...] = field(default_factory=tuple)

    def on_the_wire(self, procedure: Json) -> Json:
        """The body of `POST /catalogue/simulations`. Raises Invalid with the fields that cannot be."""
        way = "online" if self.channel == "online" else "direct"
        received = self.received.at("received")
        if received is None:
            raise Invalid("form.answers_invalid", {"received.day": ["field.required"]})
        asked = []
        for place, (ask, answer) in enumerate(self.supplements):
            at = ask.at(f"supplements.{place}.asked")
            if at is None:
                raise Invalid("form.answers_invalid", {f"supplements.{place}.asked.day": ["field.required"]})
            answered = answer.at(f"supplements.{place}.answered")
            asked.append({"asked_at": to_wire(at), "answered_at": to_wire(answered) if answered else None})
        return {
            "rule": procedure["deadlines"][way],
            "policy": procedure["supplement"]["policy"],
            "agency": None if procedure["competent"] == "commune" else procedure["competent"],
            "received_at": to_wire(received),
            "supplements": asked,
        }

    def answered(self, name: str, value: Any) -> "Trial":
        """With another answer to one of the simulator's questions."""
        if name == "channel":
            return replace(self, channel=value or "online")
        said = "" if value is None else str(value)
        if name.startswith("received."):
            return replace(self, received=replace(self.received, **{name.rpartition(".")[2]: said}))
        _, place, side, member = name.split(".")
        pairs = list(self.supplements)
        sides = list(pairs[int(place)])
        at = 0 if side == "asked" else 1
        sides[at] = replace(sides[at], **{member: said})
        pairs[int(place)] = (sides[0], sides[1])
        return replace(self, supplements=tuple(pairs))


def first_trial(now: datetime) -> Trial:
    """Received this minute, or rather at the last full hour."""
    local = now.astimezone(CITY_ZONE)
    return Trial(Moment(local.date().isoformat(), f"{local.hour:02d}:00"))


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the line. `kind`: working, weekend, holiday or swap; `name` of the last two."""

    on: date
    kind: str
    name: Json | None
    steps: tuple[str, ...]


def line_of(steps: list[Json], rows: dict[str, Json]) -> list[list[Day]]:
    """Whole weeks from the first step to the last; `rows`: the calendar's days by date."""
    days = [(city_date(from_wire(step["at"])), str(step["what"])) for step in steps]
    first, last = min(on for on, _ in days), max(on for on, _ in days)
    monday = first - timedelta(days=first.weekday())
    count = min((last - monday).days // WEEK + 1, MOST_WEEKS)
    return [
        [_day(monday + timedelta(days=WEEK * week + offset), days, rows) for offset in range(WEEK)]
        for week in range(count)
    ]


def _day(on: date, steps: list[tuple[date, str]], rows: dict[str, Json]) -> Day:
    kind, name = kind_of(on, rows)
    return Day(on, kind, name, tuple(what for day, what in steps if day == on))


def kind_of(on: date, rows: dict[str, Json]) -> tuple[str, Json | None]:
    """What a day is, and what it is called when it is not as every week."""
    row = rows.get(on.isoformat())
    if row is not None:
        return ("swap" if row["works"] else "holiday"), row["name"]
    return ("weekend" if on.weekday() >= 5 else "working"), None
