"""Receipts of an agency by the day: those issued on it, and those cancelled or replaced on it."""

from typing import Any, Final

from pymongo.database import Database

from backend.infra.indexes import Index, ascending, ensure_indexes

INDEXES: Final = (
    Index("receipts", "receipts_by_agency", ascending("agency.code", "change"), "an agency's receipts, newest first"),
    Index(
        "receipts",
        "receipts_by_cancelling",
        ascending("agency.code", "cancelled.at"),
        "what an agency cancelled or replaced on a day",
        partial={"cancelled.request_id": {"$gt": ""}},
    ),
)


def up(database: Database[dict[str, Any]]) -> None:
    ensure_indexes(database, INDEXES)
