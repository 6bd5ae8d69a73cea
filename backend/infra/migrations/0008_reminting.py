"""Minting anew what a lost key has signed: its runs, and the two ways through that key's credentials."""

from typing import Any, Final

from pymongo.database import Database

from backend.infra.indexes import Index, ascending, ensure_collections, ensure_indexes

COLLECTIONS: Final = ("remints",)

INDEXES: Final = (
    Index(
        "credentials",
        "credentials_by_kid_licence",
        ascending("kid", "licence_id"),
        "licences with a code of a lost key, in the order of a run; how many codes a key has signed",
    ),
    Index(
        "credentials",
        "credentials_by_kid_entry",
        ascending("kid", "list_n", "list_index"),
        "the entries of a lost key in one block of a status list",
    ),
)


def up(database: Database[dict[str, Any]]) -> None:
    ensure_collections(database, COLLECTIONS)
    ensure_indexes(database, INDEXES)
