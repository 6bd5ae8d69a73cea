"""Deadlines of dossiers: when one is due, what a pause does to that, and whether it is early, on time or late.

NĐ 61/2018/NĐ-CP art. 17-19 (clock, supplement, extension, the 15:00 rule) and NĐ 45/2020/NĐ-CP (intake answer). The due
*date* in the city decides lateness, never the hour.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from shared_models.clock import city_date, from_wire, to_wire
from shared_models.deadline_rule import (
    INTAKE_RULE,
    SAME_DAY_UNTIL,
    DeadlineRule,
    TimeUnit,
    advance,
    amount_of,
    due_at,
    intake_due_at,
    measure,
)
from shared_models.standing import (
    DEFAULT_THRESHOLDS,
    Standing,
    WarningLevel,
    WarningThresholds,
    standing,
    warning_level,
)
from shared_models.working_time import WorkingCalendar

__all__ = [
    "DEFAULT_THRESHOLDS",
    "INTAKE_RULE",
    "SAME_DAY_UNTIL",
    "DeadlineClock",
    "DeadlineRule",
    "Extension",
    "PauseReason",
    "Segment",
    "Standing",
    "SupplementPolicy",
    "TimeUnit",
    "WarningLevel",
    "WarningThresholds",
    "due_at",
    "intake_due_at",
    "standing",
    "warning_level",
]


class SupplementPolicy(StrEnum):
    """What an answered supplement does to the clock: starts it anew (the law) or lets it go on (common practice)."""

    RESET = "reset"
    RESUME = "resume"


class PauseReason(StrEnum):
    """Why the clock stopped; only a supplement can make it start anew."""

    SUPPLEMENT = "supplement"
    PAYMENT = "payment"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Segment:
    """The clock ran from ``started_at`` to ``ended_at`` (None: runs still) and stopped for ``reason``.

    Instants are kept in whole seconds, as on the wire.
    """

    started_at: datetime
    ended_at: datetime | None = None
    reason: PauseReason | None = None

    def __post_init__(self) -> None:
        if (self.ended_at is None) != (self.reason is None):
            raise ValueError("a segment has both an end and its reason, or neither")
        for name in ("started_at", "ended_at"):
            at = getattr(self, name)
            if at is not None:
                object.__setattr__(self, name, from_wire(to_wire(_aware(at))))
        if self.ended_at is not None and self.ended_at < self.started_at:
            raise ValueError("a segment cannot end before it starts")


@dataclass(frozen=True, slots=True)
class Extension:
    """A new date promised with an apology while segment number ``segment`` ran."""

    new_due_date: date
    segment: int


@dataclass(frozen=True, slots=True)
class DeadlineClock:
    """A dossier's clock: runs in ``segments``, is paused between them. Never changes; its verbs return the next one.

    Raises:
        ValueError: no segment, or segments that overlap or of which any but the last still runs.
    """

    rule: DeadlineRule
    policy: SupplementPolicy
    segments: tuple[Segment, ...]
    extension: Extension | None = None

    def __post_init__(self) -> None:
        if not self.segments:
            raise ValueError("a clock has at least one segment")
        for one, following in zip(self.segments, self.segments[1:], strict=False):
            if one.ended_at is None or following.started_at < one.ended_at:
                raise ValueError("segments follow one another")

    @classmethod
    def start(cls, rule: DeadlineRule, policy: SupplementPolicy, at: datetime) -> "DeadlineClock":
        """A clock that runs since ``at``: the receipt of the full dossier."""
        return cls(rule, policy, (Segment(at),))

    @property
    def paused(self) -> bool:
        return self.segments[-1].ended_at is not None

    def pause(self, at: datetime, reason: PauseReason) -> "DeadlineClock":
        """Stopped at ``at``. A clock that is paused stays so since then, for the new reason.

        Raises:
            ValueError: before the segment started.
        """
        last = self.segments[-1]
        return self._ending_in(Segment(last.started_at, at if last.ended_at is None else last.ended_at, reason))

    def resume(self, at: datetime) -> "DeadlineClock":
        """Running again; a pause of no length leaves no trace.

        Raises:
            ValueError: it runs, or was paused after ``at``.
        """
        if not self.paused:
            raise ValueError("the clock runs")
        again = Segment(at)
        if again.started_at == self.segments[-1].ended_at:
            return self._ending_in(Segment(self.segments[-1].started_at))
        return replace(self, segments=(*self.segments, again))

    def extend(self, new_due_date: date) -> "DeadlineClock":
        """Due at the close of that day; the time that is left then goes on after a later pause. `original_due` stays.

        Raises:
            ValueError: it is paused, or did not run before that day.
        """
        if self.paused:
            raise ValueError("a paused clock has no due date to extend")
        if new_due_date <= city_date(self.segments[-1].started_at):
            raise ValueError("extended to no later day than that on which it started")
        return replace(self, extension=Extension(new_due_date, len(self.segments) - 1))

    def due(self, calendar: WorkingCalendar) -> datetime | None:
        """When it is due, in `CITY_ZONE`; None while paused.

        A day that was over already stays the due day: nobody gains time by pausing too late.
        """
        index, left = self._start_of_count(calendar)
        for segment in self.segments[index:]:
            due = advance(self.rule.unit, segment.started_at, left, calendar)
            ended_at = segment.ended_at
            if ended_at is None or city_date(ended_at) > city_date(due):
                return due
            left = max(left - measure(self.rule.unit, segment.started_at, ended_at, calendar), timedelta())
        return None

    def original_due(self, calendar: WorkingCalendar) -> datetime:
        """The due time first promised: without pauses and extensions. Lateness is reported against both."""
        return due_at(self.segments[0].started_at, self.rule, calendar)

    def used_minutes(self, calendar: WorkingCalendar, now: datetime) -> int:
        """Working minutes that the clock ran until ``now`` since it last started from zero."""
        used = timedelta()
        for segment in self.segments[self._restart() :]:
            used += calendar.between(segment.started_at, segment.ended_at or max(now, segment.started_at))
        return used // timedelta(minutes=1)

    def to_json(self) -> dict[str, Any]:
        """``{rule, policy, segments: [{started_at, ended_at, reason}], extension: {new_due_date, segment} | null}``."""
        extension = self.extension
        return {
            "rule": self.rule.to_json(),
            "policy": self.policy.value,
            "segments": [
                {
                    "started_at": to_wire(one.started_at),
                    "ended_at": None if one.ended_at is None else to_wire(one.ended_at),
                    "reason": None if one.reason is None else one.reason.value,
                }
                for one in self.segments
            ],
            "extension": extension
            and {"new_due_date": extension.new_due_date.isoformat(), "segment": extension.segment},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "DeadlineClock":
        """From `to_json`.

        Raises:
            KeyError, TypeError, ValueError: not that.
        """
        extension = data["extension"]
        return cls(
            DeadlineRule.from_json(data["rule"]),
            SupplementPolicy(data["policy"]),
            tuple(
                Segment(
                    from_wire(one["started_at"]),
                    None if one["ended_at"] is None else from_wire(one["ended_at"]),
                    None if one["reason"] is None else PauseReason(one["reason"]),
                )
                for one in data["segments"]
            ),
            extension and Extension(date.fromisoformat(extension["new_due_date"]), extension["segment"]),
        )

    def _ending_in(self, segment: Segment) -> "DeadlineClock":
        return replace(self, segments=(*self.segments[:-1], segment))

    def _restart(self) -> int:
        """The segment since which the time counts: after the last answered supplement, where that starts anew."""
        if self.policy is SupplementPolicy.RESET:
            for index in range(len(self.segments) - 1, 0, -1):
                if self.segments[index - 1].reason is PauseReason.SUPPLEMENT:
                    return index
        return 0

    def _start_of_count(self, calendar: WorkingCalendar) -> tuple[int, timedelta]:
        """A segment, and the time that was left when it started."""
        index, extension = self._restart(), self.extension
        if extension is not None and extension.segment >= index:
            started_at = self.segments[extension.segment].started_at
            promised = calendar.close_of(extension.new_due_date)
            return extension.segment, measure(self.rule.unit, started_at, promised, calendar)
        started_at = self.segments[index].started_at
        if self.rule.amount:
            return index, amount_of(self.rule)
        return index, calendar.between(started_at, due_at(started_at, self.rule, calendar))


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a moment without a zone")
    return at
