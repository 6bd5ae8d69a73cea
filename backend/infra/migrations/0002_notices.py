"""The inbox and the browsers that asked for push."""

from typing import Any, Final

from pymongo.database import Database

from backend.infra.indexes import Index, ascending, ensure_collections, ensure_indexes

COLLECTIONS: Final = ("notices", "push_subscriptions")

INDEXES: Final = (
    Index("notices", "notices_by_owner", ascending("owner_id", "order"), "one person's inbox, newest first"),
    Index(
        "push_subscriptions",
        "push_subscriptions_by_owner",
        ascending("owner_id", "created_at"),
        "where a person's notices go, and which subscription makes room",
    ),
    Index(
        "push_subscriptions",
        "push_subscriptions_by_endpoint",
        ascending("endpoint"),
        "a browser belongs to whoever subscribed it last",
        unique=True,
    ),
)


def up(database: Database[dict[str, Any]]) -> None:
    ensure_collections(database, COLLECTIONS)
    ensure_indexes(database, INDEXES)
