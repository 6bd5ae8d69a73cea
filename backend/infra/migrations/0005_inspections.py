"""What the field sends in: scans and inspections."""

from typing import Any, Final

from pymongo.database import Database

from backend.infra.indexes import Index, ascending, ensure_collections, ensure_indexes

COLLECTIONS: Final = ("scans", "inspections")

INDEXES: Final = (
    Index("scans", "scans_by_inspector", ascending("inspector_id", "order"), "an inspector's own history"),
    Index("inspections", "inspections_by_inspector", ascending("inspector_id", "order"), "an inspector's own history"),
    Index("inspections", "inspections_by_scan", ascending("scan_id"), "what came of a scan"),
    Index("scans", "scans_by_licence", ascending("licence_id", "scanned_at"), "the visits to one licence"),
)


def up(database: Database[dict[str, Any]]) -> None:
    ensure_collections(database, COLLECTIONS)
    ensure_indexes(database, INDEXES)
