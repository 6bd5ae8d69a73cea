"""What a counter received today: dossiers that officers file for people who are present, by agency and day."""

from typing import Any, Final

from pymongo.database import Database

from backend.infra.indexes import Index, ascending, ensure_indexes

# Not partial: the embedded server plans an equality on a partial index as a scan of the collection.
INDEXES: Final = (
    Index(
        "dossiers",
        "dossiers_by_counter",
        ascending("counter", "queue"),
        "what one agency's officers filed at their counter on one day",
    ),
)


def up(database: Database[dict[str, Any]]) -> None:
    ensure_indexes(database, INDEXES)
