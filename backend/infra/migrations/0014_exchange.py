"""The exchange with the one-stop software (eGov): whose record a dossier is over there, and what it has to be told."""

from typing import Any, Final

from pymongo.database import Database

from backend.infra.indexes import Index, ascending, ensure_collections, ensure_indexes

COLLECTIONS: Final = ("exchange_feed", "exchange_counters")

INDEXES: Final = (
    Index(
        "dossiers",
        "dossiers_by_exchange",
        ascending("exchange_key"),
        "the dossier of an agency's record; two never have the same",
        unique=True,
        partial={"exchange_key": {"$gt": ""}},
    ),
    Index(
        "exchange_feed",
        "exchange_feed_by_wait",
        ascending("agency_code", "is_waiting", "order"),
        "an agency's changes that have no number yet",
    ),
    Index("exchange_feed", "exchange_feed_by_number", ascending("agency_code", "seq"), "an agency's changes in order"),
)


def up(database: Database[dict[str, Any]]) -> None:
    ensure_collections(database, COLLECTIONS)
    ensure_indexes(database, INDEXES)
