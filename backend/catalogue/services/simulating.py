"""What a deadline would come to, step by step, before a version with it is published.

Peers' worst fault was deadlines that nobody had tried: "wrong overdue counts from misconfigured deadlines".
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from shared_models.access import Actor, Scope
from shared_models.deadline import (
    DeadlineClock,
    DeadlineRule,
    PauseReason,
    SupplementPolicy,
    intake_due_at,
)
from shared_models.errors import Invalid
from shared_models.working_time import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Trial:
    """``agency`` None: the usual office hours. ``supplements``: when each was asked and, if it was, answered."""

    rule: DeadlineRule
    policy: SupplementPolicy
    agency: str | None
    received_at: datetime
    supplements: Sequence[tuple[datetime, datetime | None]]

    @classmethod
    def from_wire(cls, data: dict[str, Any]) -> "Trial":
        """From a loaded ``SimulationBodySchema``.

        Raises:
            Invalid: ``request.invalid``: an amount that the unit cannot have, or supplements out of order.
        """
        try:
            rule = DeadlineRule.from_json(data["rule"])
        except ValueError as fault:
            raise Invalid("request.invalid", {"rule.amount": ["catalogue.amount_does_not_fit"]}) from fault
        asked = [(row["asked_at"], row["answered_at"]) for row in data["supplements"]]
        at = data["received_at"]
        for place, (asked_at, answered_at) in enumerate(asked):
            if at is None or asked_at < at:
                raise Invalid("request.invalid", {f"supplements.{place}.asked_at": ["date.out_of_order"]})
            if answered_at is not None and answered_at < asked_at:
                raise Invalid("request.invalid", {f"supplements.{place}.answered_at": ["date.out_of_order"]})
            at = answered_at
        return cls(rule, SupplementPolicy(data["policy"]), data["agency"], data["received_at"], asked)


class Simulating:
    """``agency_name`` raises NotFound for an agency that the city does not have."""

    def __init__(self, agency_name: Callable[[str], str], calendar: Callable[[str], WorkingCalendar]) -> None:
        self._agency_name: Final = agency_name
        self._calendar: Final = calendar

    def simulate(self, actor: Actor, trial: Trial) -> dict[str, Any]:
        """``{due_at, steps: [{at, what}]}``; ``due_at`` None while a supplement is not answered.

        ``what``: ``received``, ``clock_starts``, ``intake_due``, ``supplement_asked``, ``supplement_answered``,
        ``original_due``, ``due``.

        Raises:
            NotFound: ``agency.unknown``, ``calendar.no_hours``.
            Conflict: ``calendar.unknown_year``: it would count through a year whose days off nobody has entered.
        """
        actor.require(Scope.CATALOGUE_EDIT)
        if trial.agency is not None:
            self._agency_name(trial.agency)
        calendar = self._calendar(trial.agency or "")
        clock = DeadlineClock.start(trial.rule, trial.policy, trial.received_at)
        steps = [
            (trial.received_at, "received"),
            (calendar.next_instant(trial.received_at), "clock_starts"),
            (intake_due_at(trial.received_at, calendar), "intake_due"),
            (clock.original_due(calendar), "original_due"),
        ]
        for asked_at, answered_at in trial.supplements:
            clock = clock.pause(asked_at, PauseReason.SUPPLEMENT)
            steps.append((asked_at, "supplement_asked"))
            if answered_at is not None:
                clock = clock.resume(answered_at)
                steps.append((answered_at, "supplement_answered"))
        due_at = clock.due(calendar)
        if due_at is not None:
            steps.append((due_at, "due"))
        steps.sort(key=lambda step: step[0])
        return {"due_at": due_at, "steps": [{"at": at, "what": what} for at, what in steps]}
