"""The catalogue in memory, read anew when its revision has risen: what a search walks, and the working calendar."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from backend.catalogue.documents import DAYS, FEE_RULES, HOURS, STATE, VERSIONS
from backend.catalogue.rules import SearchText
from backend.infra.mongo import Database, Document
from shared_models.fee import FeeRule
from shared_models.procedure import FeeLine, least_due
from shared_models.procedure_terms import VersionState
from shared_models.text import search_key
from shared_models.working_time import OfficeHours, WorkingCalendar

DEFAULT_HOURS: Final = "default"
_CARD_MEMBERS: Final = (
    *("id", "code", "effective_from", "standing", "replaced_by", "replaced_cases", "name", "summary", "field"),
    *("life_events", "competent", "receiving", "level", "deadlines", "fees", "needs_review"),
)
_DAYS_KEPT: Final = 8


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list shows of one version, and what a search looks at. ``procedure``: the members of a card only."""

    procedure: Mapping[str, Any]
    effective_from: str
    text: SearchText
    order: str
    fee: int
    fee_varies: bool

    @property
    def code(self) -> str:
        return str(self.procedure["code"])


@dataclass(frozen=True)
class Reading:
    """All that is published, as of one revision."""

    revision: int
    by_code: Mapping[str, tuple[Listed, ...]]
    days: Mapping[date, bool]
    day_rows: tuple[Document, ...]
    hours: Mapping[str, Document]
    fee_rules: tuple[FeeRule, ...]
    in_force_on: dict[date, tuple[Listed, ...]]

    def in_force(self, day: date) -> tuple[Listed, ...]:
        """One version of each procedure that had begun by ``day``."""
        found = self.in_force_on.get(day)
        if found is None:
            begun = (
                [one for one in versions if one.effective_from <= day.isoformat()] for versions in self.by_code.values()
            )
            found = tuple(versions[-1] for versions in begun if versions)
            if len(self.in_force_on) >= _DAYS_KEPT:
                self.in_force_on.clear()
            self.in_force_on[day] = found
        return found

    def current(self, code: str, day: date) -> Listed | None:
        begun = [one for one in self.by_code.get(code, ()) if one.effective_from <= day.isoformat()]
        return begun[-1] if begun else None

    def upcoming(self, code: str, day: date) -> Listed | None:
        """The next version that is published and has not begun."""
        return next((one for one in self.by_code.get(code, ()) if one.effective_from > day.isoformat()), None)

    def fee_rules_of(self, day: date) -> tuple[FeeRule, ...]:
        """What is in force on ``day``, by id."""
        return tuple(rule for rule in self.fee_rules if rule.is_of(day))

    def calendar(self, agency_code: str) -> WorkingCalendar:
        """Office hours of the agency, or else everybody's.

        Raises:
            LookupError: nobody has entered any.
        """
        row = self.hours.get(agency_code) or self.hours[DEFAULT_HOURS]
        return WorkingCalendar(OfficeHours.from_json(row["sessions"]), self.days)


class Readings:
    """Gives the newest reading. One point read of the revision for each, all collections only when it has risen."""

    def __init__(self, database: Database) -> None:
        self._database: Final = database
        self._last: Reading | None = None

    def newest(self) -> Reading:
        # The revision is read first: what changes while the rest is read raises it, and is read the next time.
        state = self._database.collection(STATE).find_one({"_id": "catalogue"})
        revision = state["revision"] if state else 0
        last = self._last
        if last is None or last.revision != revision:
            last = self._last = self._read(revision)
        return last

    def _read(self, revision: int) -> Reading:
        shown = {f"procedure.{member}": 1 for member in _CARD_MEMBERS}
        by_code: dict[str, list[Listed]] = {}
        for row in self._database.collection(VERSIONS).find({"state": VersionState.PUBLISHED.value}, shown):
            by_code.setdefault(row["procedure"]["code"], []).append(_listed(row["procedure"]))
        rules = self._database.collection(FEE_RULES).find({"in_force": True})
        rows = tuple(sorted(self._database.collection(DAYS).find(), key=lambda row: str(row["_id"])))
        return Reading(
            revision=revision,
            by_code={
                code: tuple(sorted(versions, key=lambda one: one.effective_from)) for code, versions in by_code.items()
            },
            days={date.fromisoformat(row["_id"]): row["works"] for row in rows},
            day_rows=rows,
            hours={row["_id"]: row for row in self._database.collection(HOURS).find()},
            fee_rules=tuple(sorted((FeeRule.of_stored(row["rule"]) for row in rules), key=lambda rule: rule.id)),
            in_force_on={},
        )


def _listed(procedure: Mapping[str, Any]) -> Listed:
    fee, varies = least_due(FeeLine.from_json(line) for line in procedure["fees"]["online"])
    return Listed(
        procedure=procedure,
        effective_from=procedure["effective_from"],
        text=SearchText.of(procedure),
        order=search_key(procedure["name"]["vi"]),
        fee=fee,
        fee_varies=varies,
    )
