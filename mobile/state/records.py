"""Small things the phone keeps beside licences: notices, who looked, devices, and what waits to be sent."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from shared_models.clock import from_wire

SendState = Literal["waiting", "sending", "sent", "refused"]


@dataclass(frozen=True, slots=True)
class Notice:
    id: str
    kind: str
    params: dict[str, str]
    licence_id: str | None
    created_at: datetime
    is_read: bool
    dossier_id: str | None = None
    order_id: str | None = None

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Notice":
        return cls(
            id=data["id"],
            kind=data["kind"],
            params=dict(data["params"]),
            licence_id=data.get("licence_id"),
            created_at=from_wire(data["created_at"]),
            is_read=data["read_at"] is not None,
            dossier_id=data.get("dossier_id"),
            order_id=data.get("order_id"),
        )


@dataclass(frozen=True, slots=True)
class AccessEntry:
    """Somebody looked at a licence or at the person's data."""

    at: datetime
    action: str
    actor_name: str | None
    agency_name: str | None
    purpose: str
    has_place: bool
    licence_id: str | None

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "AccessEntry":
        return cls(
            at=from_wire(data["at"]),
            action=data["action"],
            actor_name=data["actor_name"],
            agency_name=data["agency_name"],
            purpose=data["purpose"],
            has_place=data["place"] is not None,
            licence_id=data["licence_id"],
        )


@dataclass(frozen=True, slots=True)
class Device:
    id: str
    label: str
    created_at: datetime
    is_this: bool


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One record on its way to the server. `title` and `subtitle` are facts of the licence that was read."""

    id: str
    kind: Literal["scan", "inspection"]
    at: datetime
    state: SendState
    title: str
    subtitle: str
    outcome: str
    tries: int = 0
    last_error: str | None = None
    record: dict[str, Any] = field(default_factory=dict, compare=False)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "QueueItem":
        """Read a `queue/<id>` or `history/<id>` record of the vault."""
        record = data["record"]
        claims = (data.get("verdict") or {}).get("claims") or {}
        is_scan = record["kind"] == "scan"
        return cls(
            id=record["id"],
            kind=record["kind"],
            at=from_wire(record["scanned_at"] if is_scan else record["recorded_at"]),
            state=data["state"],
            title=str(claims.get("holder") or ""),
            subtitle=str(claims.get("number") or ""),
            outcome=record["outcome"] if is_scan else record["result"],
            tries=int(data.get("tries") or 0),
            last_error=data.get("last_error"),
            record=record,
        )
