"""What an officer's desk shows: one view of the queue, where one is in it, and what a search found. Memory only."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import flet as ft

from mobile.services.session import User
from mobile.state.dossiers import Dossier
from shared_models.access import Scope
from shared_models.clock import city_date, from_wire
from shared_models.dossier_status import IN_PLACE, DossierAction, DossierStatus
from shared_models.standing import WarningLevel

Json = dict[str, Any]
VIEWS = ("intake", "mine", "unit", "approval", "waiting", "ready", "done")
# From here on a list, a dossier and one of its papers have room beside each other.
DESK_FROM = 1100
PAUSED = frozenset(
    {DossierStatus.SUPPLEMENT_REQUESTED, DossierStatus.PAYMENT_REQUESTED, DossierStatus.STOPPED},
)


class Heat(StrEnum):
    """How pressing a line of the queue is, the most pressing first."""

    OVERDUE = "overdue"
    LAST_DAY = "last_day"
    NEAR_DUE = "near_due"
    CALM = "calm"
    PAUSED = "paused"
    OVER = "over"


HEAT_OF_LEVEL = {
    WarningLevel.OVERDUE: Heat.OVERDUE,
    WarningLevel.LAST_DAY: Heat.LAST_DAY,
    WarningLevel.NEAR_DUE: Heat.NEAR_DUE,
    WarningLevel.NONE: Heat.CALM,
}


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A `DeskCard` of the API: `owner` is shortened, `assigned_to` a name or empty."""

    dossier: Dossier
    owner: str
    assigned_to: str
    is_proposed: bool
    level: WarningLevel
    intake_due_at: datetime | None

    @property
    def id(self) -> str:
        return self.dossier.id

    @classmethod
    def from_json(cls, data: Json) -> "DeskRow":
        """Raises KeyError or ValueError when it is no card of the desk."""
        deadline = data["deadline"]
        intake = deadline.get("intake_due_at")
        return cls(
            dossier=Dossier.from_json(data),
            owner=data["owner"],
            assigned_to=data.get("assigned_to") or "",
            is_proposed=bool(data["proposed"]) and data["status"] == DossierStatus.PROCESSING,
            level=WarningLevel(deadline["level"]),
            intake_due_at=from_wire(intake) if intake else None,
        )

    def heat(self, now: datetime) -> Heat:
        """By the level that the server told; what is not accepted yet by when it has to be answered."""
        if self.dossier.is_over:
            return Heat.OVER
        if self.dossier.status in PAUSED:
            # A due day that was over before the pause stays.
            return Heat.OVERDUE if self.level is WarningLevel.OVERDUE else Heat.PAUSED
        if self.intake_due_at is None:
            return HEAT_OF_LEVEL[self.level]
        if now > self.intake_due_at:
            return Heat.OVERDUE
        return Heat.LAST_DAY if city_date(self.intake_due_at) == city_date(now) else Heat.CALM

    @property
    def may_be_taken(self) -> bool:
        """Whether nobody has it and it is at a point where somebody could."""
        return not self.assigned_to and self.dossier.status in IN_PLACE[DossierAction.ASSIGN]


class DeskState(ft.Observable):
    """`at`: the line that the keys stand on; `selected`: the dossier that is open beside the list on a wide screen.

    `opened`: how often one was opened; to open it again is to read it again. `cursor`: where the next page begins, None
    at the end. `fetched_at`: when the list was true. `chosen`: the lines that are ticked, None while nobody is ticking.
    `found`: what a search found, None before the first. `counts`: how many lines a view had when it was seen last, and
    whether there are more. `question`, `search_question`: what was asked last; an answer to another one comes too late,
    as does every answer once all is emptied.
    """

    def __init__(self) -> None:
        self.empty()

    def empty(self) -> None:
        """Nothing of anybody stays behind a closed door."""
        self.view = ""
        self.rows: tuple[DeskRow, ...] = ()
        self.cursor: str | None = None
        self.at: str | None = None
        self.selected: str | None = None
        self.opened = 0
        self.chosen: tuple[str, ...] | None = None
        self.is_fetching = False
        self.fetched_at: datetime | None = None
        self.error: str | None = None
        self.counts: dict[str, tuple[int, bool]] = {}
        self.question: object | None = None
        self.found: tuple[DeskRow, ...] | None = None
        self.search_question: object | None = None
        self.is_searching = False
        self.search_error: str | None = None

    def row(self, dossier_id: str | None) -> DeskRow | None:
        return next((row for row in self.rows if row.id == dossier_id), None)

    def beside(self, dossier_id: str | None, step: int) -> str | None:
        """The dossier `step` lines further; from nowhere the first or the last, and at the ends it stays."""
        ids = [row.id for row in self.rows]
        if not ids:
            return None
        if dossier_id not in ids:
            return ids[0] if step > 0 else ids[-1]
        return ids[min(max(ids.index(dossier_id) + step, 0), len(ids) - 1)]


def views_of(user: User | None) -> tuple[str, ...]:
    """The views that somebody's duties give a reason to open."""
    scopes = user.scopes if user else ()
    if Scope.DOSSIERS_READ.value not in scopes:
        return ()
    return tuple(view for view in VIEWS if _is_for(view, scopes))


def first_view(user: User | None) -> str:
    """What somebody's day begins with: what has to be answered, what has to be signed, else their own dossiers."""
    views = views_of(user)
    return next((view for view in ("intake", "mine") if view in views), "") if not _signs(user) else "approval"


def _signs(user: User | None) -> bool:
    scopes = user.scopes if user else ()
    return Scope.DOSSIERS_APPROVE.value in scopes and Scope.DOSSIERS_RECEIVE.value not in scopes


def _is_for(view: str, scopes: tuple[str, ...]) -> bool:
    if view == "intake":
        return Scope.DOSSIERS_RECEIVE.value in scopes
    if view == "approval":
        return Scope.DOSSIERS_APPROVE.value in scopes or Scope.DOSSIERS_PROCESS.value in scopes
    return True
