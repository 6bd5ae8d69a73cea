"""The catalogue: procedures by effective date, forms, the working calendar and the log of changes."""

from typing import Any, Final

from pymongo.database import Database

from backend.infra.indexes import Index, ascending, ensure_collections, ensure_indexes

COLLECTIONS: Final = (
    "procedure_versions",
    "form_templates",
    "calendar_days",
    "office_hours",
    "catalogue_changes",
    "catalogue_state",
)

INDEXES: Final = (
    Index(
        "procedure_versions",
        "procedure_versions_by_code",
        ascending("code", "effective_from"),
        "the versions of one procedure, and which is in force on a day",
    ),
    Index(
        "procedure_versions",
        "procedure_versions_by_state",
        ascending("state", "code", "effective_from"),
        "all published ones when the catalogue is read anew, and the pages of administrators",
    ),
    Index(
        "catalogue_changes",
        "catalogue_changes_by_kind",
        ascending("kind", "effective_from"),
        "how many were abolished, merged or shortened since a day",
    ),
    Index(
        "catalogue_changes",
        "catalogue_changes_by_version",
        ascending("to_version"),
        "what one version did, computed anew when a version comes between",
    ),
)


def up(database: Database[dict[str, Any]]) -> None:
    ensure_collections(database, COLLECTIONS)
    ensure_indexes(database, INDEXES)
