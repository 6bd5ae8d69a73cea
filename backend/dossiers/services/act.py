"""One action on one dossier while it is being carried out: what it changes, what it says, and who hears of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from backend.dossiers.ports import DossierPorts
from backend.dossiers.rules import CHANNEL_WAY, clock_fields
from backend.dossiers.services.codes import next_code
from backend.dossiers.services.holdings import Holdings
from backend.dossiers.services.uploads import Uploads
from backend.infra.mongo import Document, Session
from backend.notices.service import Notification
from shared_models.access import Actor, Role
from shared_models.clock import city_date
from shared_models.deadline import DeadlineClock, PauseReason
from shared_models.dossier import DossierAction, DossierStatus, next_status
from shared_models.errors import Forbidden
from shared_models.notice import NoticeKind
from shared_models.procedure import ProcedureVersion
from shared_models.working_time import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Tools:
    """What acts reach for."""

    ports: DossierPorts
    holdings: Holdings
    uploads: Uploads


@dataclass(slots=True)
class Act:
    """``dossier`` is as it will be stored; ``before`` its status as it was. ``actor`` is None when the system acts.

    ``at``: when it happened, if another system says that it was not now.
    """

    action: DossierAction
    actor: Actor | None
    now: datetime
    dossier: Document
    ask: Mapping[str, Any]
    tools: Tools
    session: Session
    before: DossierStatus
    prepared: object | None = None
    note: str | None = None
    at: datetime | None = None
    notifications: list[Notification] = field(default_factory=list)
    events: list[object] = field(default_factory=list)

    @property
    def id(self) -> str:
        return str(self.ask["id"])

    @property
    def procedure(self) -> ProcedureVersion:
        """The version under which the dossier was received."""
        return self.tools.ports.catalogue.version(self.dossier["procedure"]["version"])

    @property
    def calendar(self) -> WorkingCalendar:
        """Of the agency that decides: its deadline runs by its office hours."""
        return self.tools.ports.catalogue.calendar(self.dossier["competent_agency"]["code"])

    @property
    def is_owner(self) -> bool:
        return self.actor is not None and self.actor.role is Role.CITIZEN

    @property
    def officer(self) -> Actor:
        if self.actor is None or self.actor.role is not Role.OFFICER:
            raise Forbidden("access.forbidden")
        return self.actor

    def by(self) -> dict[str, str]:
        return {"id": self.officer.id, "name": self.officer.name}

    def move(self) -> DossierStatus:
        """Moves the dossier as the table says. Raises ``Conflict("dossier.move_not_allowed")``."""
        asked = self.dossier["asked_from"]
        after = next_status(self.before, self.action, DossierStatus(asked) if asked else None)
        if after is not self.before:
            self.dossier |= {"status": int(after), "status_since": self.now}
        return after

    def start_clock(self) -> None:
        """The clock of an accepted dossier runs since the receipt of the full one: the time that intake took counts."""
        procedure = self.procedure
        rule = procedure.deadlines[CHANNEL_WAY[self.dossier["channel"]]]
        self.keep_clock(DeadlineClock.start(rule, procedure.supplement.policy, self.dossier["complete_at"]))

    def pause_clock(self, reason: PauseReason, at: datetime | None = None) -> None:
        if self.dossier["clock"] is not None:
            self.keep_clock(self.clock().pause(at or self.now, reason))

    def resume_clock(self) -> None:
        if self.dossier["clock"] is not None and self.clock().paused:
            self.keep_clock(self.clock().resume(self.now))

    def clock(self) -> DeadlineClock:
        return DeadlineClock.from_json(self.dossier["clock"])

    def keep_clock(self, clock: DeadlineClock) -> None:
        self.dossier |= clock_fields(clock, self.calendar)
        promised = (self.dossier.get("exchange") or {}).get("promised_at")
        if promised is not None:
            # The one-stop software made the first promise, not our rule.
            self.dossier["original_due_at"] = promised

    def give_code(self) -> None:
        """The code of an accepted dossier: the next of the receiving agency's on this day (TT 01/2018/TT-VPCP)."""
        code = next_code(
            self.tools.ports.database, self.dossier["receiving_agency"]["code"], city_date(self.now), self.session
        )
        self.dossier["code"] = code

    def slip(self, number: str) -> None:
        """Notes that a printed form exists (TT 03/2025/TT-VPCP, App. I)."""
        self.dossier["slips"] = sorted({*self.dossier["slips"], number})

    def tell_owner(self, kind: NoticeKind, **params: str) -> None:
        self.tell(self.dossier["owner_id"], kind, **params)

    def tell(self, recipient_id: str, kind: NoticeKind, **params: str) -> None:
        known = {
            "number": self.dossier.get("code") or self.dossier["reference"],
            "agency": self.dossier["competent_agency"]["name"],
        }
        told = {name: (known | params)[name] for name in kind.params}
        self.notifications.append(Notification(recipient_id, kind, told, dossier_id=self.dossier["_id"]))

    def new_event_id(self) -> str:
        return self.tools.ports.ids.new("evt")
