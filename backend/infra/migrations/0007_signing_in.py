"""Machine clients have several keys instead of one; people may do some things only so often in an hour."""

import base64
import hashlib
import json
from typing import Any, Final

from pymongo.database import Database

from backend.infra.indexes import Index, ascending, ensure_collections, ensure_indexes

COLLECTIONS: Final = ("quotas",)

INDEXES: Final = (
    Index(
        "quotas",
        "quotas_expiry",
        ascending("expires_at"),
        "clean-up of what was counted in past hours",
        expire_after_s=60,
    ),
)


def up(database: Database[dict[str, Any]]) -> None:
    ensure_collections(database, COLLECTIONS)
    ensure_indexes(database, INDEXES)
    clients = database["machine_clients"]
    for client in clients.find({"keys": None}):
        key = {
            "jkt": _thumbprint(client["x"], client["y"]),
            "x": client["x"],
            "y": client["y"],
            "created_at": client["created_at"],
        }
        clients.update_one(
            {"_id": client["_id"], "keys": None},
            {"$set": {"keys": [key], "keys_version": 0}, "$unset": {"x": "", "y": ""}},
        )


def _thumbprint(x: str, y: str) -> str:
    """RFC 7638 3: SHA-256 over the required members in order, without spaces."""
    members = json.dumps({"crv": "P-256", "kty": "EC", "x": x, "y": y}, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha256(members.encode()).digest()).rstrip(b"=").decode()
