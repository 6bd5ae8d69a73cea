"""The result store: results and the deliveries that brought them."""

from typing import Any, Final

from pymongo.database import Database

from backend.infra.indexes import Index, ascending, ensure_collections, ensure_indexes

COLLECTIONS: Final = ("results", "deliveries")

INDEXES: Final = (
    Index("results", "results_by_agency", ascending("agency_code", "order"), "an agency's results, newest first"),
    Index(
        "results",
        "results_by_number",
        ascending("agency_code", "type", "number"),
        "an agency gives a number once",
        unique=True,
    ),
    Index(
        "results",
        "results_by_document",
        ascending("document_sha256"),
        "a signed file is one result",
        unique=True,
    ),
)


def up(database: Database[dict[str, Any]]) -> None:
    ensure_collections(database, COLLECTIONS)
    ensure_indexes(database, INDEXES)
