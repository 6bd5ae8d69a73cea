"""What a phone has to hear: everything, or what changed since its cursor. Plain dicts from index to answer."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from backend.wallet.documents import DEVICES, LICENCES, WALLETS
from backend.wallet.ports import WalletPorts
from backend.wallet.services.credentials import Credentials
from backend.wallet.services.devices import Devices
from shared_models.access import Actor, Scope
from shared_models.schemas.wire import to_base64url

SEEN_EVERY: Final = timedelta(days=1)
"""How exactly a phone's last visit is kept: a write at every sync would cost more than the sync."""


@dataclass(frozen=True, slots=True)
class SyncPlan:
    """What will be read: ``seq`` is the change number now, ``since`` the phone's; ``etag`` names the answer."""

    owner_id: str
    device_id: str | None
    since: int
    seq: int
    etag: str


class Sync:
    def __init__(self, ports: WalletPorts, devices: Devices, credentials: Credentials) -> None:
        self._ports: Final = ports
        self._devices: Final = devices
        self._credentials: Final = credentials

    def plan(self, actor: Actor, device_id: str | None, cursor: str | None) -> SyncPlan:
        """Two point reads: enough to say that nothing has changed.

        A cursor from the future (the database was set back) starts from the beginning.

        Raises:
            NotFound: ``device.unknown``. Gone: ``device.blocked``: the phone has to forget its wallet.
        """
        actor.require(Scope.WALLET)
        if device_id is not None:
            self._see(self._devices.usable(actor, device_id))
        wallet = self._ports.database.collection(WALLETS).find_one({"_id": actor.id}, {"seq": 1})
        seq = int(wallet["seq"]) if wallet else 0
        since = int(cursor) if cursor is not None else 0
        since = since if since <= seq else 0
        name = f"{actor.id}|{device_id}|{since}|{seq}"
        return SyncPlan(actor.id, device_id, since, seq, to_base64url(hashlib.sha256(name.encode()).digest()[:16]))

    def read(self, plan: SyncPlan) -> dict[str, Any]:
        """``{cursor, server_time, licences, removed}``; what another licence has replaced leaves the wallet."""
        found = list(
            self._ports.database.collection(LICENCES)
            .find({"owner_id": plan.owner_id, "change_seq": {"$gt": plan.since}}, {"paper": 0, "file_id": 0})
            .sort("change_seq", 1)
        )
        bound = self._credentials.of_device(plan.device_id) if plan.device_id and found else {}
        held = [licence for licence in found if licence["superseded_by"] is None]
        return {
            "cursor": str(plan.seq),
            "server_time": self._ports.clock.now(),
            "licences": [_shown(licence, bound.get(licence["_id"])) for licence in held],
            "removed": [licence["_id"] for licence in found if licence["superseded_by"] is not None],
        }

    def _see(self, device: Mapping[str, Any]) -> None:
        now = self._ports.clock.now()
        seen = device["last_seen_at"]
        if seen is None or now - seen >= SEEN_EVERY:
            self._ports.database.collection(DEVICES).update_one({"_id": device["_id"]}, {"$set": {"last_seen_at": now}})


def _shown(licence: Mapping[str, Any], credential: bytes | None) -> dict[str, Any]:
    valid_until = licence["valid_until"]
    return {
        **{name: licence[name] for name in _AS_STORED},
        "id": licence["_id"],
        "valid_from": date.fromisoformat(licence["valid_from"]),
        "valid_until": date.fromisoformat(valid_until) if valid_until else None,
        "undated": valid_until is None,
        "credential": credential,
    }


_AS_STORED: Final = (
    "version",
    "type",
    "type_code",
    "number",
    "holder_name",
    "activity",
    "place",
    "issuer",
    "issued_at",
    "status",
    "status_since",
    "status_reason",
    "decision_number",
    "result_id",
    "document_sha256",
)
