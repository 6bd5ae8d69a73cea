"""Deliveries that were refused: kept for their repair, thirty days at most, and never without a bound.

A client that may deliver may also see what was refused of its agency, as one that is registered today.
"""

from typing import Any, Final

from pymongo.database import Database

from backend.infra.indexes import Index, ascending, ensure_collections, ensure_indexes

COLLECTIONS: Final = ("refused_deliveries", "refused_drops")

INDEXES: Final = (
    Index(
        "refused_deliveries",
        "refused_by_delivery",
        ascending("agency_code", "delivery_id"),
        "the entry of a delivery id, to count its tries and to close it",
        unique=True,
    ),
    Index(
        "refused_deliveries",
        "refused_by_agency",
        ascending("agency_code", "order"),
        "an agency's own refused deliveries, newest first",
    ),
    Index(
        "refused_deliveries",
        "refused_by_client",
        ascending("client_id", "order"),
        "what one client holds, to drop the oldest past its bound",
    ),
    Index(
        "refused_deliveries",
        "refused_by_state",
        ascending("state", "order"),
        "what waits for an operator, newest first",
    ),
    Index(
        "refused_deliveries",
        "refused_expiry",
        ascending("expires_at"),
        "personal data of refused deliveries goes after thirty days",
        expire_after_s=0,
    ),
    Index(
        "refused.files",
        "refused_files_expiry",
        ascending("metadata.expires_at"),
        "files whose time is over, for the job that deletes them with their chunks",
    ),
)


def up(database: Database[dict[str, Any]]) -> None:
    ensure_collections(database, COLLECTIONS)
    ensure_indexes(database, INDEXES)
    may_deliver = {"scopes": "results:deliver"}
    database["machine_clients"].update_many(may_deliver, {"$addToSet": {"scopes": "results:refused"}})
