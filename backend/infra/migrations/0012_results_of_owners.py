"""What an owner holds in the result store, for procedures that ask for it; licences are no longer all there is."""

from typing import Any, Final

from pymongo.database import Database

from backend.infra.indexes import Index, ascending, ensure_indexes

INDEXES: Final = (
    Index("results", "results_by_owner", ascending("owner_id", "state"), "what somebody has that is in force"),
)


def up(database: Database[dict[str, Any]]) -> None:
    ensure_indexes(database, INDEXES)
    database["results"].update_many({"dossier_id": {"$exists": False}}, {"$set": {"dossier_id": None}})
