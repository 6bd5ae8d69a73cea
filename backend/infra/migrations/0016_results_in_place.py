"""A licence is exchanged under its own number: an agency's number is given once among the results in place."""

from typing import Any, Final

from pymongo.database import Database

from backend.infra.indexes import Index, ascending, ensure_indexes

INDEXES: Final = (
    Index(
        "results",
        "results_by_number_in_place",
        ascending("agency_code", "type", "number", "superseded_by"),
        "an agency gives a number once, until another result takes its place",
        unique=True,
    ),
)
REPLACED: Final = ("results_by_number",)


def up(database: Database[dict[str, Any]]) -> None:
    for name in ("results", "licences"):
        database[name].update_many({"superseded_by": {"$exists": False}}, {"$set": {"superseded_by": None}})
    # The new one first: at no moment may two results take one number.
    ensure_indexes(database, INDEXES)
    results = database["results"]
    for name in set(REPLACED) & set(results.index_information()):
        results.drop_index(name)
