"""Files that nothing names: notes of uploads under way, and a mark on every file until a record is seen to name it."""

from typing import Any, Final

from pymongo.database import Database

from backend.infra.indexes import Index, ascending, ensure_collections, ensure_indexes

COLLECTIONS: Final = ("file_uploads",)

INDEXES: Final = (
    Index("file_uploads", "file_uploads_by_age", ascending("bucket", "at"), "uploads and deletions that were cut off"),
    Index("fs.files", "files_loose", ascending("metadata.loose_since"), "files that no record is known to name"),
    Index("refused.files", "refused_files_loose", ascending("metadata.loose_since"), "the same of refused deliveries"),
    Index("refused_deliveries", "refused_by_file", ascending("file_id"), "whether an entry names a file"),
)


def up(database: Database[dict[str, Any]]) -> None:
    ensure_collections(database, COLLECTIONS)
    ensure_indexes(database, INDEXES)
    for name in ("fs.files", "refused.files"):
        unmarked = {"metadata.loose_since": {"$exists": False}}
        for file in database[name].find(unmarked, {"uploadDate": 1}):
            database[name].update_one({"_id": file["_id"]}, {"$set": {"metadata.loose_since": file["uploadDate"]}})
