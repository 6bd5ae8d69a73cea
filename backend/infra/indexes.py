"""Indexes by name, each with the query it is for, made by the numbered migrations and by nothing else.

The embedded server's planner wants an equality on the first field and at most one range after it (mongodb.md); a real
mongod is content with the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.database import Database as PyMongoDatabase

Keys = Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Index:
    """One named index. ``query`` says in words which query needs it; ``expire_after_s`` makes it a TTL index."""

    collection: str
    name: str
    keys: Keys
    query: str
    unique: bool = False
    partial: Mapping[str, Any] | None = None
    expire_after_s: int | None = None

    def model(self) -> IndexModel:
        options: dict[str, Any] = {"name": self.name}
        if self.unique:
            options["unique"] = True
        if self.partial is not None:
            options["partialFilterExpression"] = dict(self.partial)
        if self.expire_after_s is not None:
            options["expireAfterSeconds"] = self.expire_after_s
        return IndexModel(list(self.keys), **options)


def ascending(*fields: str) -> Keys:
    return [(field, ASCENDING) for field in fields]


def ensure_collections(database: PyMongoDatabase[dict[str, Any]], names: Sequence[str]) -> None:
    """Makes the collections that are missing: a transaction must not be the first to write to one."""
    known = set(database.list_collection_names())
    for name in names:
        if name not in known:
            database.create_collection(name)


def ensure_indexes(database: PyMongoDatabase[dict[str, Any]], indexes: Sequence[Index]) -> None:
    """Makes the indexes that are missing; running it again changes nothing."""
    for index in indexes:
        database[index.collection].create_indexes([index.model()])
