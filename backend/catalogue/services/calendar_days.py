"""Days off, worked Saturdays and office hours: data that an administrator keeps, with the paper that says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from backend.catalogue.documents import DAYS, HOURS, CalendarDayDocument, OfficeHoursDocument
from backend.catalogue.ports import CataloguePorts
from backend.catalogue.services.publishing import Publishing
from backend.catalogue.services.reading import DEFAULT_HOURS
from backend.infra.documents import to_document
from backend.infra.mongo import Document, Session
from shared_models.access import Actor, Scope
from shared_models.errors import Conflict, Invalid, NotFound
from shared_models.schemas.catalogue import CalendarDaySchema
from shared_models.schemas.procedure import flat_errors
from shared_models.working_time import OfficeHours

_SCHEMA: Final = CalendarDaySchema()
_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day that is not what its weekday says."""

    day: date
    works: bool
    name: Mapping[str, str]
    legal_basis: str
    needs_review: bool

    @classmethod
    def from_json(cls, data: Any, path: str = "") -> "DayRow":
        """Raises ``Invalid("catalogue.calendar_invalid")`` naming the member under ``path``."""
        faults = flat_errors(_SCHEMA.validate(data)) if isinstance(data, Mapping) else {"_": ["field.malformed"]}
        if not faults:
            day = date.fromisoformat(data["day"])
            if (day.weekday() >= _SATURDAY) != data["works"]:
                faults = {"works": ["calendar.as_every_week"]}
        if faults:
            named = {".".join(part for part in (path, name) if part): codes for name, codes in faults.items()}
            raise Invalid("catalogue.calendar_invalid", named)
        return cls(day, data["works"], dict(data["name"]), data["legal_basis"], data["needs_review"])

    def document(self) -> Document:
        return to_document(
            CalendarDayDocument(
                id=self.day.isoformat(),
                works=self.works,
                name=dict(self.name),
                legal_basis=self.legal_basis,
                needs_review=self.needs_review,
            )
        )


@dataclass(frozen=True, slots=True)
class HoursRow:
    """Office hours of an agency, or of everybody else (``default``)."""

    agency: str
    hours: OfficeHours
    needs_review: bool

    @classmethod
    def from_json(cls, agency: str, data: Any, path: str = "") -> "HoursRow":
        """Raises ``Invalid("catalogue.calendar_invalid")`` naming ``sessions`` under ``path``."""
        if not isinstance(data, Mapping) or set(data) != {"sessions", "needs_review"}:
            raise Invalid("catalogue.calendar_invalid", {path or "_": ["field.malformed"]})
        try:
            hours = OfficeHours.from_json(data["sessions"])
        except (ValueError, TypeError) as fault:
            named = ".".join(part for part in (path, "sessions") if part)
            raise Invalid("catalogue.calendar_invalid", {named: ["calendar.hours_impossible"]}) from fault
        return cls(agency, hours, bool(data["needs_review"]))

    def to_json(self) -> dict[str, Any]:
        return {"agency": self.agency, "sessions": self.hours.to_json(), "needs_review": self.needs_review}

    def document(self) -> Document:
        return to_document(
            OfficeHoursDocument(id=self.agency, sessions=self.hours.to_json(), needs_review=self.needs_review)
        )


class CalendarDays:
    def __init__(self, ports: CataloguePorts, publishing: Publishing) -> None:
        self._ports: Final = ports
        self._publishing: Final = publishing

    def put(self, actor: Actor, row: DayRow) -> None:
        """Enters a day, or changes it; doing it again changes nothing. Due dates already given keep their calendar."""
        actor.require(Scope.CATALOGUE_EDIT)

        def work(session: Session) -> None:
            if self.replace([row], [], session):
                self._publishing.raise_revision(session)

        self._ports.database.transaction(work)

    def remove(self, actor: Actor, day: str) -> None:
        """Makes a day what its weekday says.

        Raises:
            NotFound: ``calendar.day_unknown``.
        """
        actor.require(Scope.CATALOGUE_EDIT)

        def work(session: Session) -> None:
            days = self._ports.database.collection(DAYS)
            if not days.delete_one({"_id": day}, session=session).deleted_count:
                raise NotFound("calendar.day_unknown")
            self._publishing.raise_revision(session)

        self._ports.database.transaction(work)

    def put_hours(self, actor: Actor, row: HoursRow) -> None:
        """Says when an agency is open, or with ``default`` every one that has no hours of its own.

        Raises:
            NotFound: ``agency.unknown``.
        """
        actor.require(Scope.CATALOGUE_EDIT)
        if row.agency != DEFAULT_HOURS:
            self._ports.identity.people.agency_name(row.agency)

        def work(session: Session) -> None:
            if self.replace([], [row], session):
                self._publishing.raise_revision(session)

        self._ports.database.transaction(work)

    def remove_hours(self, actor: Actor, agency: str) -> None:
        """Lets an agency keep the usual hours again.

        Raises:
            Conflict: ``calendar.default_hours``: everybody else goes by them.
            NotFound: ``calendar.no_hours``: it has none of its own.
        """
        actor.require(Scope.CATALOGUE_EDIT)
        if agency == DEFAULT_HOURS:
            raise Conflict("calendar.default_hours")

        def work(session: Session) -> None:
            hours = self._ports.database.collection(HOURS)
            if not hours.delete_one({"_id": agency}, session=session).deleted_count:
                raise NotFound("calendar.no_hours")
            self._publishing.raise_revision(session)

        self._ports.database.transaction(work)

    def replace(self, days: Sequence[DayRow], hours: Sequence[HoursRow], session: Session) -> int:
        """Writes rows inside a transaction; how many say something new."""
        changed = 0
        for name, documents in ((DAYS, [row.document() for row in days]), (HOURS, [row.document() for row in hours])):
            rows = self._ports.database.collection(name)
            for document in documents:
                if rows.find_one({"_id": document["_id"]}, session=session) != document:
                    rows.replace_one({"_id": document["_id"]}, document, upsert=True, session=session)
                    changed += 1
        return changed
