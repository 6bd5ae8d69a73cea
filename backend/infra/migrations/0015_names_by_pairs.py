"""A search by name goes by two words of a name and the newest first; what was found by single words changes over."""

from itertools import combinations
from typing import Any, Final

from pymongo import UpdateOne
from pymongo.database import Database

from backend.infra.indexes import Index, ascending, ensure_indexes
from shared_models.text import search_key

INDEXES: Final = (
    Index(
        "dossiers",
        "dossiers_by_token_change",
        ascending("tokens", "change"),
        "an agency's search by two words of the owner's name, or all of it; newest change first",
    ),
)
_BEFORE: Final = "dossiers_by_token"
_MOST_WORDS: Final = 12
_BATCH: Final = 1_000


def up(database: Database[dict[str, Any]]) -> None:
    dossiers = database["dossiers"]
    if _BEFORE in dossiers.index_information():
        dossiers.drop_index(_BEFORE)
    changes = []
    for row in dossiers.find({}, {"owner_name": 1, "reader_codes": 1}):
        tokens = _tokens(row["owner_name"], row["reader_codes"])
        changes.append(UpdateOne({"_id": row["_id"]}, {"$set": {"tokens": tokens}}))
        if len(changes) == _BATCH:
            dossiers.bulk_write(changes, ordered=False)
            changes = []
    if changes:
        dossiers.bulk_write(changes, ordered=False)
    ensure_indexes(database, INDEXES)


def _tokens(name: str, codes: list[str]) -> list[str]:
    key = search_key(name)
    words = sorted(set(key.split()))[:_MOST_WORDS]
    found = [f"={key}", *(f"{one}+{other}" for one, other in combinations(words, 2))]
    return [f"{code}|{token}" for code in sorted(set(codes)) for token in found]
