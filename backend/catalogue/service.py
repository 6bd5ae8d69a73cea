"""Which procedures the city has, what each asks for, and how long it takes: public, and by effective date.

What other rooms use: `in_force`, `version`, `form`, `calendar`, `fee_rules`. Administrators edit through ``drafts``,
``forms``, ``calendar_days`` and ``rules``; operators load files through ``files``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from backend.catalogue.documents import CHANGES, FORMS, VERSIONS
from backend.catalogue.ports import CataloguePorts
from backend.catalogue.rules import rank
from backend.catalogue.services.agency_names import AgencyNames
from backend.catalogue.services.calendar_days import CalendarDays, DayRow, HoursRow
from backend.catalogue.services.drafts import Drafts
from backend.catalogue.services.editing import Editing
from backend.catalogue.services.fee_rules import FeeRules
from backend.catalogue.services.files import CatalogueFiles, FileFault
from backend.catalogue.services.forms import Forms
from backend.catalogue.services.publishing import Publishing, is_published
from backend.catalogue.services.reading import Listed, Readings
from backend.catalogue.services.references import References
from backend.catalogue.services.rule_desk import RuleDesk
from backend.catalogue.services.simulating import Simulating, Trial
from backend.http.paging import decode_cursor, encode_cursor
from shared_models.clock import city_date
from shared_models.errors import Invalid, NotFound
from shared_models.fee import FeeRule
from shared_models.form import FormDefinition
from shared_models.procedure import ProcedureVersion
from shared_models.procedure_terms import ChangeKind, ProcedureStanding, VersionState
from shared_models.text import search_key
from shared_models.working_time import WorkingCalendar

__all__ = ["Catalogue", "CataloguePorts", "DayRow", "FileFault", "Filter", "HoursRow", "Trial"]

_KEPT: Final = 256
"""Versions and forms held in memory: neither ever changes."""

MOST_CHANGES: Final = 200


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed by; None: by nothing. ``agency``: a code, or ``commune``."""

    text: str | None = None
    field: str | None = None
    event: str | None = None
    agency: str | None = None


class Catalogue:
    def __init__(self, ports: CataloguePorts) -> None:
        self._ports: Final = ports
        self._readings: Final = Readings(ports.database)
        self._names: Final = AgencyNames(ports.identity, ports.clock)
        self._versions: Final[dict[str, ProcedureVersion]] = {}
        self._forms: Final[dict[str, FormDefinition]] = {}
        publishing, references, rules = Publishing(ports.database), References(ports), FeeRules(ports.database)
        self.drafts: Final = Drafts(ports, publishing, references, rules)
        self.rules: Final = RuleDesk(ports, publishing, rules)
        self.calendar_days: Final = CalendarDays(ports, publishing)
        self.simulations: Final = Simulating(ports.identity.people.agency_name, self.calendar)
        self.editing: Final = Editing(ports, self._readings)
        self.forms: Final = Forms(ports)
        self.files: Final = CatalogueFiles(ports, publishing, references)

    def today(self) -> date:
        return city_date(self._ports.clock.now())

    def in_force(self, code: str, day: date) -> ProcedureVersion:
        """The version of a procedure on a day.

        Raises:
            NotFound: ``procedure.unknown``: no such procedure, or none yet.
        """
        found = self._readings.newest().current(code, day)
        if found is None:
            raise NotFound("procedure.unknown")
        return self.version(found.procedure["id"])

    def version(self, version_id: str) -> ProcedureVersion:
        """A published version, whether it is in force or not.

        Raises:
            NotFound: ``procedure.unknown``.
        """
        found = self._versions.get(version_id)
        if found is None:
            row = self._ports.database.collection(VERSIONS).find_one({"_id": version_id})
            if row is None or row["state"] != VersionState.PUBLISHED.value:
                raise NotFound("procedure.unknown")
            found = ProcedureVersion.of_stored(row["procedure"])
            _keep(self._versions, version_id, found)
        return found

    def list(self, day: date) -> Sequence[ProcedureVersion]:
        """Every procedure in force on a day, by its Vietnamese name."""
        found = sorted(self._readings.newest().in_force(day), key=lambda one: (one.order, one.code))
        return [self.version(one.procedure["id"]) for one in found]

    def search(self, text: str, day: date) -> Sequence[str]:
        """Codes of the procedures that answer a search, best first; without diacritics, abolished ones among them."""
        return [one.code for _, one in self._found(Filter(text=text), day)]

    def cards(self, wanted: Filter, cursor: str | None, limit: int) -> dict[str, Any]:
        """One page of today's procedures as cards (docs/dossiers.md, section 4).

        Raises:
            Invalid: ``request.invalid`` naming ``cursor``.
        """
        after = decode_cursor(cursor, int, str, str)
        found = [(key, one) for key, one in self._found(wanted, self.today()) if after is None or key > after]
        page = found[:limit]
        return {
            "items": [self._card(one) for _, one in page],
            "next_cursor": encode_cursor(*page[-1][0]) if len(found) > limit else None,
        }

    def _found(self, wanted: Filter, day: date) -> Sequence[tuple[tuple[int, str, str], Listed]]:
        text = search_key(wanted.text or "")
        found = []
        for one in self._readings.newest().in_force(day):
            if not _fits(one, wanted):
                continue
            if not text:
                if one.procedure["standing"] == ProcedureStanding.ACTIVE.value:
                    found.append(((0, one.order, one.code), one))
                continue
            place = rank(text, one.text)
            if place is not None:
                # Of two names that have all words the shorter one says less besides.
                found.append(((place, f"{len(one.order):03}{one.order}", one.code), one))
        return sorted(found, key=lambda pair: pair[0])

    def _card(self, one: Listed) -> dict[str, Any]:
        procedure = one.procedure
        return {
            "code": procedure["code"],
            "version": procedure["id"],
            **{name: procedure[name] for name in ("name", "summary", "field", "life_events", "standing", "level")},
            "agency": self._names.named(procedure["competent"]),
            "deadline": procedure["deadlines"]["online"],
            "fee": one.fee,
            "fee_varies": one.fee_varies,
            "replaced_by": procedure["replaced_by"],
        }

    def detail(self, code: str, day: date | None) -> dict[str, Any]:
        """The version in force with what a reader needs beside it: names of agencies, what replaces it, what comes.

        Raises:
            NotFound: ``procedure.unknown``.
        """
        on = day or self.today()
        version, reading = self.in_force(code, on), self._readings.newest()
        upcoming = reading.upcoming(code, on)
        other = reading.current(version.replaced_by, on) if version.replaced_by else None
        named = {version.competent, *version.receiving, *(part.agency for part in version.interlinked)}
        return {
            **version.to_json(),
            "agencies": self._names.of(named),
            "replacement": {"code": other.code, "name": other.procedure["name"]} if other else None,
            "upcoming": {"version": upcoming.procedure["id"], "effective_from": upcoming.effective_from}
            if upcoming
            else None,
        }

    def form(self, form_id: str) -> FormDefinition:
        """A published form, which never changes under its id.

        Raises:
            NotFound: ``form.unknown``.
        """
        found = self._forms.get(form_id)
        if found is None:
            row = self._ports.database.collection(FORMS).find_one({"_id": form_id})
            if row is None or not is_published(row):
                raise NotFound("form.unknown")
            found = FormDefinition.from_json(row["form"])
            _keep(self._forms, form_id, found)
        return found

    def calendar(self, agency_code: str) -> WorkingCalendar:
        """The working calendar by which an agency's deadlines run.

        Raises:
            NotFound: ``calendar.no_hours``: this city has no office hours yet.
        """
        try:
            return self._readings.newest().calendar(agency_code)
        except LookupError as missing:
            raise NotFound("calendar.no_hours") from missing

    def fee_rules(self, day: date) -> tuple[FeeRule, ...]:
        """The exemptions and reductions in force on a day, by id; drafts are none."""
        return self._readings.newest().fee_rules_of(day)

    def year(self, year: str) -> dict[str, Any]:
        """``{year, office_hours: [{agency, sessions, needs_review}], days: [{day, works, …}]}``.

        Raises:
            NotFound: ``calendar.unknown_year``: nobody has entered a day of it.
        """
        reading = self._readings.newest()
        rows = [row for row in reading.day_rows if row["_id"].partition("-")[0] == year]
        if not rows:
            raise NotFound("calendar.unknown_year", year=year[:4])
        hours = sorted(reading.hours.values(), key=lambda row: (row["_id"] != "default", row["_id"]))
        return {
            "year": int(year),
            "office_hours": [_renamed(row, "agency") for row in hours],
            "days": [_renamed(row, "day") for row in rows],
        }

    def changes(self, since: date | None) -> dict[str, Any]:
        """What took effect from ``since`` until today, newest first, and how many of each kind; a year by default."""
        today = self.today()
        first = since or today - timedelta(days=365)
        if first > today:
            raise Invalid("request.invalid", {"since": ["date.in_future"]})
        counts: dict[str, int] = {}
        items: list[dict[str, Any]] = []
        for kind in ChangeKind:
            query = {"kind": kind.value, "effective_from": {"$gte": first.isoformat(), "$lte": today.isoformat()}}
            rows = self._ports.database.collection(CHANGES)
            counts[kind.value] = rows.count_documents(query)
            items += rows.find(query).sort("effective_from", -1).limit(MOST_CHANGES)
        items.sort(key=lambda row: (row["effective_from"], row["_id"]), reverse=True)
        return {
            "since": first.isoformat(),
            "counts": counts,
            "items": [_renamed(row, "id") for row in items[:MOST_CHANGES]],
        }


def _fits(one: Listed, wanted: Filter) -> bool:
    procedure = one.procedure
    if wanted.field is not None and procedure["field"]["key"] != wanted.field:
        return False
    if wanted.event is not None and wanted.event not in procedure["life_events"]:
        return False
    return wanted.agency is None or wanted.agency in {procedure["competent"], *procedure["receiving"]}


def _renamed(row: dict[str, Any], key: str) -> dict[str, Any]:
    return {key: row["_id"], **{name: value for name, value in row.items() if name != "_id"}}


def _keep(kept: dict[str, Any], key: str, value: Any) -> None:
    if len(kept) >= _KEPT:
        kept.clear()
    kept[key] = value
