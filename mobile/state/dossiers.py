"""The citizen's dossiers as the server tells of them, and what one of them asks of its owner."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import flet as ft

from mobile.state.draft import Draft, PickedFile
from shared_models.clock import from_wire
from shared_models.dossier_status import MOVES, DossierAction, DossierStatus

Json = dict[str, Any]
OVER = frozenset({DossierStatus.REFUSED, DossierStatus.WITHDRAWN, DossierStatus.RESOLVED, DossierStatus.RETURNED})
RATED = frozenset({DossierStatus.REFUSED, DossierStatus.RESOLVED, DossierStatus.RETURNED})


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the timeline. `actor` and `agency` are names; `status` is the one it led to."""

    at: datetime
    action: str
    actor: str
    agency: str
    note: str
    status: int | None

    @classmethod
    def from_json(cls, data: Json) -> "Happening":
        return cls(
            at=from_wire(data["at"]),
            action=data["action"],
            actor=name_in(data.get("actor")),
            agency=name_in(data.get("agency")),
            note=data.get("note") or "",
            status=data.get("status"),
        )


@dataclass(frozen=True, slots=True)
class Dossier:
    """A `Dossier` or a `DossierCard` of the API (section 4); a card has no timeline. `raw` is what was sent."""

    id: str
    code: str | None
    version: int
    procedure_code: str
    name: Json | str
    status: DossierStatus
    status_since: datetime | None
    received_at: datetime | None
    due_at: datetime | None
    due_date: date | None
    original_due_date: date | None
    standing: str
    is_paused: bool
    working_days_left: int | None
    agency: str
    handler: str
    asks: Json | None
    waits_for: str
    slips: tuple[str, ...]
    apologies: tuple[Json, ...]
    rating: Json | int | None
    timeline: tuple[Happening, ...]
    raw: Json = field(compare=False)

    @classmethod
    def from_json(cls, data: Json) -> "Dossier":
        """Read what the server sent. Raises KeyError or ValueError when it is not a dossier."""
        deadline = data.get("deadline") or {}
        procedure = data["procedure"]
        return cls(
            id=data["id"],
            code=data.get("code"),
            version=int(data.get("version") or 0),
            procedure_code=procedure["code"],
            name=procedure["name"],
            status=DossierStatus(data["status"]),
            status_since=_moment(data.get("status_since")),
            received_at=_moment(data.get("received_at")),
            due_at=_moment(deadline.get("due_at")),
            due_date=_day(deadline.get("due_date")),
            original_due_date=_day(deadline.get("original_due_date")),
            standing=str(deadline.get("standing") or "").lower(),
            is_paused=bool(deadline.get("paused")),
            working_days_left=deadline.get("working_days_left"),
            agency=name_in(data.get("competent_agency") or data.get("receiving_agency")),
            handler=name_in(data.get("handler")),
            asks=data.get("asks"),
            waits_for=data.get("waits_for") or (data.get("asks") or {}).get("kind") or "",
            slips=tuple(data.get("slips") or ()),
            apologies=tuple(data.get("apologies") or ()),
            rating=data.get("rating"),
            timeline=tuple(Happening.from_json(item) for item in data.get("timeline") or ()),
            raw=data,
        )

    @property
    def needs_owner(self) -> bool:
        return self.waits_for in {"supplement", "payment"}

    @property
    def is_over(self) -> bool:
        return self.status in OVER

    @property
    def may_withdraw(self) -> bool:
        return (self.status, DossierAction.WITHDRAW) in MOVES

    @property
    def may_rate(self) -> bool:
        return self.status in RATED and not self.rating


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a supplement: `draft/answer/<dossier id>`. `id` is its action's; `files` by component."""

    id: str
    dossier_id: str
    files: dict[str, PickedFile] = field(default_factory=dict)
    state: str = "open"
    error: str | None = None


class DossiersState(ft.Observable):
    """`drafts` are those not sent yet, those waiting for the network among them; `sending` the ids on their way now.

    `sent_bytes`: how much of an upload is with the server, by its id. `synced_at`: RFC 3339 or None.
    """

    def __init__(self) -> None:
        self.dossiers: tuple[Dossier, ...] = ()
        self.drafts: tuple[Draft, ...] = ()
        self.answers: tuple[Answer, ...] = ()
        self.sending: tuple[str, ...] = ()
        self.sent_bytes: dict[str, int] = {}
        self.synced_at: str | None = None
        self.is_loaded = False
        self.error: str | None = None

    def draft(self, draft_id: str) -> Draft | None:
        return next((draft for draft in self.drafts if draft.id == draft_id), None)

    def answer(self, dossier_id: str) -> Answer | None:
        return next((answer for answer in self.answers if answer.dossier_id == dossier_id), None)

    @property
    def waiting(self) -> tuple[Draft, ...]:
        return tuple(draft for draft in self.drafts if draft.state == "waiting")

    @property
    def asked(self) -> int:
        """How many dossiers wait for their owner."""
        return sum(dossier.needs_owner for dossier in self.dossiers)


def by_need(dossiers: tuple[Dossier, ...]) -> list[Dossier]:
    """What is asked of its owner first, then what is under way by its due date, then what is over, newest first."""

    def rank(dossier: Dossier) -> tuple[int, float]:
        since = dossier.status_since.timestamp() if dossier.status_since else 0.0
        if dossier.needs_owner:
            return 0, since
        if dossier.is_over:
            return 2, -since
        return 1, dossier.due_at.timestamp() if dossier.due_at else float("inf")

    return sorted(dossiers, key=rank)


def name_in(data: Json | str | None) -> str:
    """The name of `{code, name}`, or a text as it is."""
    if isinstance(data, dict):
        return str(data.get("name") or "")
    return data or ""


def _moment(wire: str | None) -> datetime | None:
    return from_wire(wire) if wire else None


def _day(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None
