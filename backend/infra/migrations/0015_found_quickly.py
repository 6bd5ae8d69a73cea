"""What is searched for is found by an index: names by two of their words, newest first, and codes.

The embedded server does not see that a code is a text and took no index that holds texts only; it does see that a code
comes after the empty text.
"""

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
    Index(
        "dossiers",
        "dossiers_by_given_code",
        ascending("code"),
        "one dossier by its code; two never have the same",
        unique=True,
        partial={"code": {"$gt": ""}},
    ),
)
REPLACED: Final = ("dossiers_by_token", "dossiers_by_code")
_MOST_WORDS: Final = 12
_BATCH: Final = 1_000


def up(database: Database[dict[str, Any]]) -> None:
    dossiers = database["dossiers"]
    for name in set(REPLACED) & set(dossiers.index_information()):
        dossiers.drop_index(name)
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
