"""The timed work on dossiers: supplements that nobody answered, and deadlines that come near (S48: each is warned)."""

from datetime import timedelta
from typing import Any, Final

from backend.dossiers.documents import DOSSIERS
from backend.dossiers.ports import DossierPorts
from backend.dossiers.services.acts_deciding import UNANSWERED
from backend.dossiers.services.machinery import Machinery
from backend.infra.mongo import Document, Session
from backend.notices.service import Notification
from shared_models.access import Duty
from shared_models.clock import city_date
from shared_models.deadline import WarningLevel, warning_level
from shared_models.dossier import DossierAction, DossierStatus, DossierWarned
from shared_models.errors import Conflict, Stale
from shared_models.notice import DOSSIER_LAST_DAY, DOSSIER_NEAR_DUE, DOSSIER_OVERDUE, NoticeKind

HORIZON: Final = timedelta(days=60)
"""A deadline that is further away is not near: the longest are a month, and 30 % of the longest is less than this."""

BATCH: Final = 500
_KINDS: Final[dict[WarningLevel, NoticeKind]] = {
    WarningLevel.NEAR_DUE: DOSSIER_NEAR_DUE,
    WarningLevel.LAST_DAY: DOSSIER_LAST_DAY,
    WarningLevel.OVERDUE: DOSSIER_OVERDUE,
}


class Deadlines:
    def __init__(self, ports: DossierPorts, machinery: Machinery) -> None:
        self._ports: Final = ports
        self._machinery: Final = machinery

    def close_unanswered(self) -> int:
        """Stops dossiers whose supplement was not answered in its time; how many."""
        now = self._ports.clock.now()
        late = {"status": int(DossierStatus.SUPPLEMENT_REQUESTED), "answer_by": {"$lt": now}}
        found = list(self._ports.database.collection(DOSSIERS).find(late, {"version": 1}).limit(BATCH))
        closed = 0
        for one in found:
            ask: dict[str, Any] = {
                "id": self._ports.ids.new("act"),
                "version": one["version"],
                "action": DossierAction.STOP.value,
                "reason": UNANSWERED,
            }
            try:
                self._machinery.perform(None, one["_id"], ask)
            except (Stale, Conflict):
                # It was answered, withdrawn or closed in this very moment.
                continue
            closed += 1
        return closed

    def warn(self) -> int:
        """Tells officers of deadlines that come near, once per dossier, day and level; how many were told of."""
        now, after, told = self._ports.clock.now(), None, 0
        while True:
            border: Document = {"$lt": now + HORIZON} if after is None else {"$lt": now + HORIZON, "$gt": after}
            running: Document = {"watched": True, "due_at": border}
            found = list(self._ports.database.collection(DOSSIERS).find(running).sort("due_at", 1).limit(BATCH))
            told += sum(self._warn_of(one) for one in found)
            if len(found) < BATCH or found[0]["due_at"] == found[-1]["due_at"]:
                return told
            after = found[-1]["due_at"] - timedelta(milliseconds=1)

    def _warn_of(self, dossier: Document) -> bool:
        now = self._ports.clock.now()
        calendar = self._ports.catalogue.calendar(dossier["competent_agency"]["code"])
        level = warning_level(dossier["complete_at"], dossier["due_at"], now, calendar)
        mark = f"{level.value}:{city_date(dossier['due_at']).isoformat()}"
        if level is WarningLevel.NONE or mark in dossier["warned"]:
            return False
        return self._ports.database.transaction(lambda session: self._tell(dossier, level, mark, session))

    def _tell(self, dossier: Document, level: WarningLevel, mark: str, session: Session) -> bool:
        """Marks and tells in one transaction; False when another process was faster or the dossier has moved."""
        ports = self._ports
        same = {"_id": dossier["_id"], "version": dossier["version"], "warned": {"$ne": mark}}
        marked = ports.database.collection(DOSSIERS).update_one(same, {"$push": {"warned": mark}}, session=session)
        if not marked.matched_count:
            return False
        kind = _KINDS[level]
        known = {
            "number": dossier["code"],
            "agency": dossier["competent_agency"]["name"],
            "due_date": city_date(dossier["due_at"]).strftime("%d/%m/%Y"),
        }
        params = {name: known[name] for name in kind.params}
        notifications = [
            Notification(recipient, kind, params, dossier_id=dossier["_id"])
            for recipient in self._recipients(dossier, level)
        ]
        ports.notices.notify(notifications, session)
        event = DossierWarned(
            *(ports.ids.new("evt"), dossier["_id"], dossier["agency_code"], dossier["assignee_id"]),
            *(level, ports.clock.now()),
        )
        ports.events.raise_(event, session)
        return True

    def _recipients(self, dossier: Document, level: WarningLevel) -> list[str]:
        """The person in charge, or all who could be; leaders too once the last day has come."""
        staff, agency = self._ports.identity.staff, dossier["agency_code"]
        holder = dossier["assignee_id"]
        told = {holder} if holder else {str(one["_id"]) for one in staff.of_agency(agency, Duty.PROCESS)}
        if level is not WarningLevel.NEAR_DUE:
            told |= {str(one["_id"]) for one in staff.of_agency(agency, Duty.APPROVE)}
        return sorted(told)
