"""What an officer's desk shows: one view of the queue, where one is in it, and what a search found. Memory only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import flet as ft

from mobile.services.session import User
from mobile.state.dossiers import Dossier
from shared_models.access import Scope
from shared_models.clock import from_wire
from shared_models.standing import WarningLevel

Json = dict[str, Any]
VIEWS = ("intake", "mine", "unit", "approval", "waiting", "ready", "done")


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
            is_proposed=bool(data["proposed"]),
            level=WarningLevel(deadline["level"]),
            intake_due_at=from_wire(intake) if intake else None,
        )


class DeskState(ft.Observable):
    """`at`: the line that the keys stand on; `selected`: the dossier that is open beside the list on a wide screen.

    `cursor`: where the next page begins, None at the end. `fetched_at`: when the list was true.
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
        self.is_fetching = False
        self.fetched_at: datetime | None = None
        self.error: str | None = None

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
    """The views that somebody's duties give a reason to open, the one to begin with first in reading order."""
    scopes = user.scopes if user else ()
    if Scope.DOSSIERS_READ.value not in scopes:
        return ()
    return tuple(view for view in VIEWS if _is_for(view, scopes))


def _is_for(view: str, scopes: tuple[str, ...]) -> bool:
    if view == "intake":
        return Scope.DOSSIERS_RECEIVE.value in scopes
    if view == "approval":
        return Scope.DOSSIERS_APPROVE.value in scopes or Scope.DOSSIERS_PROCESS.value in scopes
    return True
