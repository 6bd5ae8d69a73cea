"""Reading dossiers: the owner's own, the queue of a desk, a search, and what anybody may know who has the code."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from backend.dossiers.documents import DOSSIERS, EVENTS
from backend.dossiers.ports import DossierPorts
from backend.dossiers.rules import counter_of, demandable
from backend.dossiers.services.holdings import Holdings
from backend.dossiers.services.machinery import Machinery, may_read
from backend.dossiers.services.names import Names
from backend.dossiers.services.offering import Offer
from backend.dossiers.services.offering import may as actions
from backend.dossiers.shown import card, desk_card, for_desk, looked_up, whole
from backend.identity.service import Caller
from backend.infra.mongo import Document, Session
from backend.infra.order import order_key
from backend.infra.ordered import OrderedPages
from shared_models.access import Actor, Role, Scope
from shared_models.access_action import AccessAction
from shared_models.clock import city_date
from shared_models.dossier import DossierAction
from shared_models.dossier import parse_dossier_code as parse_code
from shared_models.errors import Invalid, NotFound
from shared_models.working_time import WorkingCalendar

LOOKUPS_OF_HOUR: Final = 120
PHONES_OF_HOUR: Final = 10
SEARCHES_OF_HOUR: Final = 300
DONE_SHOWN: Final = timedelta(days=90)
"""How far back a desk's list of finished dossiers goes; older ones are found by code or name."""

CARD: Final[Document] = {
    "values": 0,
    "origins": 0,
    "components": 0,
    "opinions": 0,
    "refused_demands": 0,
    "tokens": 0,
    "exchange": 0,
}


class Readings:
    def __init__(self, ports: DossierPorts, machinery: Machinery, holdings: Holdings) -> None:
        self._ports: Final = ports
        self._machinery: Final = machinery
        self._queue: Final = OrderedPages(ports.database, DOSSIERS, "queue")
        self._names: Final = Names(ports.database)
        self._holdings: Final = holdings

    # ---- the owner ----

    def own(self, actor: Actor, cursor: str | None, limit: int) -> dict[str, Any]:
        """One's own dossiers as cards, the newest change first."""
        actor.require(Scope.DOSSIERS)
        wanted: Document = {"owner_id": actor.id}
        if cursor is not None:
            wanted["change"] = {"$lt": cursor}
        found = list(self._ports.database.collection(DOSSIERS).find(wanted, CARD).sort("change", -1).limit(limit + 1))
        page, now, calendars = found[:limit], self._ports.clock.now(), self._calendars()
        return {
            "items": [card(one, calendars, now) for one in page],
            "next_cursor": page[-1]["change"] if len(found) > limit else None,
        }

    def one(self, actor: Actor, dossier_id: str) -> dict[str, Any]:
        """A dossier as its reader may see it; an officer's reading is in the owner's access log.

        Raises:
            NotFound: ``dossier.unknown``, also for those who may not know of it.
        """
        return self.shown(actor, self.readable(actor, dossier_id, AccessAction.DOSSIER_READ))

    def etag(self, actor: Actor, dossier_id: str) -> str:
        """What changes with one's own dossier: its version, its sync, and the day, because the days that are left do.

        Raises:
            NotFound: ``dossier.unknown``.
        """
        actor.require(Scope.DOSSIERS)
        mine = {"_id": dossier_id, "owner_id": actor.id}
        found = self._ports.database.collection(DOSSIERS).find_one(mine, {"version": 1, "sync": 1})
        if found is None:
            raise NotFound("dossier.unknown")
        return f"{found['version']}-{found['sync']}-{city_date(self._ports.clock.now()):%y%m%d}"

    def shown(self, actor: Actor, dossier: Document) -> dict[str, Any]:
        """A dossier that the actor has read or changed, with its timeline."""
        timeline = {"dossier_id": dossier["_id"]}
        events = list(self._ports.database.collection(EVENTS).find(timeline).sort("seq", 1))
        seen = whole(dossier, events, self._calendars(), self._ports.clock.now())
        if actor.role is Role.CITIZEN:
            return seen
        version = self._ports.catalogue.version(dossier["procedure"]["version"])
        may = actions(Offer(actor, dossier, version, self._ports.clock.now()))
        demands = self._demands(dossier) if DossierAction.ASK_SUPPLEMENT in may else None
        return for_desk(seen, dossier, events, may) | {"demands": demands}

    def file(self, actor: Actor, dossier_id: str, key: str) -> tuple[bytes, str, str]:
        """Bytes, media type and SHA-256 of a component that was uploaded.

        Raises:
            NotFound: ``dossier.unknown``, ``component.unknown``.
        """
        dossier = self.readable(actor, dossier_id, AccessAction.DOSSIER_FILE_READ)
        found = next((one for one in dossier["components"] if one["key"] == key and one["file_id"]), None)
        if found is None:
            raise NotFound("component.unknown")
        content, _kept_as = self._ports.files.open(found["file_id"])
        return content, found["media_type"], found["sha256"]

    # ---- the desk ----

    def queue(self, actor: Actor, view: str, cursor: str | None, limit: int) -> dict[str, Any]:
        """One view of the agency's queue, what is due first on top. Names are shortened: nobody has been looked at yet.

        ``done`` goes back `DONE_SHOWN`, the oldest first; ``counter`` is what the agency's officers filed today for
        people who were present, wherever it went from there.
        """
        actor.require(Scope.DOSSIERS_READ)
        now = self._ports.clock.now()
        wanted = _wanted(actor, view, now)
        floor = order_key(now - DONE_SHOWN, b"") if view == "done" else None
        found = self._queue.first(wanted, cursor or floor, limit + 1, now, CARD)
        page, calendars = found[:limit], self._calendars()
        return {
            "items": [desk_card(one, calendars, now) for one in page],
            "next_cursor": page[-1]["queue"] if len(found) > limit else None,
        }

    def search(self, actor: Actor, code: str | None, name: str | None) -> list[dict[str, Any]]:
        """The agency's dossiers with this code, or whose owner has these words in the name; each is in the log.

        Raises:
            Invalid: neither or both (``request.invalid``), ``dossier.code_malformed``, ``search.too_short``.
            RateLimited: ``search.too_often``.
        """
        actor.require(Scope.DOSSIERS_READ)
        if (code is None) == (name is None):
            raise Invalid("request.invalid", {"code": ["field.required"]})

        def look(session: Session) -> list[Document]:
            identity, slow = self._ports.identity, "search.too_often"
            identity.count_of_hour(SEARCHES_OF_HOUR, slow, "dossier search", actor.id, session=session)
            found = (
                self._by_code(actor, code, session)
                if code is not None
                else self._names.find(actor.agency_code or "", name or "", CARD, session)
            )
            self._machinery.note_search(actor, found, session)
            return found

        # Counted, found and written down at once: one wait for the disk, and nothing is shown before.
        found = self._ports.database.transaction(look)
        now, calendars = self._ports.clock.now(), self._calendars()
        return [desk_card(one, calendars, now) for one in found]

    def _by_code(self, actor: Actor, code: str, session: Session) -> list[Document]:
        try:
            parse_code(code)
        except Invalid as fault:
            raise Invalid(fault.code, {"code": [fault.code]}) from fault
        written = code.strip().upper()
        found = self._ports.database.collection(DOSSIERS).find_one({"code": written}, CARD, session=session)
        return [found] if found is not None and may_read(actor, found) else []

    def colleagues(self, actor: Actor) -> list[dict[str, Any]]:
        """Who in the agency a dossier can be given to."""
        actor.require(Scope.DOSSIERS_READ)
        found = self._ports.identity.staff.of_agency(actor.agency_code or "")
        return [{"id": one["_id"], "name": one["full_name"], "duties": one["duties"]} for one in found]

    def agencies(self, actor: Actor) -> list[dict[str, Any]]:
        """Whom the desk can ask for an opinion: every other agency of the city."""
        actor.require(Scope.DOSSIERS_READ)
        found = self._ports.identity.people.agencies()
        return [{"code": one["_id"], "name": one["name"]} for one in found if one["_id"] != actor.agency_code]

    # ---- everybody ----

    def look_up(self, caller: Caller, code: str, phone_end: str | None) -> dict[str, Any]:
        """``LookupSchema``. A wrong end of the phone number is answered like a wrong code.

        Raises:
            NotFound: ``dossier.unknown``. RateLimited: ``dossier.too_many_lookups``.
        """
        identity, slow = self._ports.identity, "dossier.too_many_lookups"
        identity.count_of_source(LOOKUPS_OF_HOUR, slow, "dossier lookup", caller)
        written = code.strip().upper()
        if phone_end is not None:
            identity.count_of_hour(PHONES_OF_HOUR, slow, "dossier phone", written)
        found = self._ports.database.collection(DOSSIERS).find_one({"code": written}, CARD)
        knows = phone_end is not None
        if found is None or (knows and not found["contact"]["phone"].endswith(phone_end)):
            raise NotFound("dossier.unknown")
        return looked_up(found, knows_phone=knows)

    def readable(self, actor: Actor, dossier_id: str, action: AccessAction) -> Document:
        """A dossier that the actor may read; that an officer did is in its owner's access log.

        Raises:
            NotFound: ``dossier.unknown``.
        """
        actor.require(Scope.DOSSIERS if actor.role is Role.CITIZEN else Scope.DOSSIERS_READ)
        database = self._ports.database
        found = database.collection(DOSSIERS).find_one({"_id": dossier_id})
        if found is None or not may_read(actor, found):
            raise NotFound("dossier.unknown")
        if actor.role is not Role.CITIZEN:
            database.transaction(lambda session: self._machinery.note_reading(actor, [found], action, session))
        return found

    def _demands(self, dossier: Document) -> dict[str, Any]:
        """``DemandsSchema``: a screen says beforehand what would be refused, and counted."""
        procedure = self._ports.catalogue.version(dossier["procedure"]["version"])
        held = {one.key: self._holdings.of_dossier(dossier, one) for one in procedure.components}
        return {
            "notices_left": max(0, procedure.supplement.max_notices - dossier["notices_asked"]),
            "items": [
                {"component": key, "name": name, "held": held.get(key)} for key, name in demandable(procedure).items()
            ],
        }

    def _calendars(self) -> Callable[[str], WorkingCalendar]:
        kept: dict[str, WorkingCalendar] = {}

        def calendar(agency_code: str) -> WorkingCalendar:
            if agency_code not in kept:
                kept[agency_code] = self._ports.catalogue.calendar(agency_code)
            return kept[agency_code]

        return calendar


def _wanted(actor: Actor, view: str, now: datetime) -> Document:
    if view == "mine":
        return {"assignee_id": actor.id, "is_open": True}
    if view == "counter":
        return {"counter": counter_of(actor.agency_code or "", now)}
    return {"agency_code": actor.agency_code, "stage": view}
