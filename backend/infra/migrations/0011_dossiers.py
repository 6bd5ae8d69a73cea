"""Dossiers: their queue, their timeline, the counters of their codes, and uploads on their way."""

from typing import Any, Final

from pymongo.database import Database

from backend.infra.indexes import Index, ascending, ensure_collections, ensure_indexes

COLLECTIONS: Final = ("dossiers", "dossier_events", "dossier_counters", "uploads", "upload_pieces")

INDEXES: Final = (
    Index("dossiers", "dossiers_by_owner", ascending("owner_id", "change"), "a citizen's own, newest change first"),
    Index("dossiers", "dossiers_by_desk", ascending("agency_code", "stage", "queue"), "an agency's queue by due date"),
    Index(
        "dossiers",
        "dossiers_by_assignee",
        ascending("assignee_id", "is_open", "queue"),
        "what lies on one officer's desk, by due date",
    ),
    Index(
        "dossiers",
        "dossiers_by_code",
        ascending("code"),
        "one dossier by its code; two never have the same",
        unique=True,
        partial={"code": {"$type": "string"}},
    ),
    Index("dossiers", "dossiers_by_token", ascending("tokens"), "an agency's search by the owner's name"),
    Index("dossiers", "dossiers_by_file", ascending("file_ids"), "whether a file is still named, for the sweep"),
    Index("dossiers", "dossiers_by_watch", ascending("watched", "due_at"), "running ones whose deadline comes near"),
    Index("dossiers", "dossiers_by_answer", ascending("status", "answer_by"), "supplements that nobody answered"),
    Index("dossiers", "dossiers_by_form", ascending("form_id"), "how much of a form version was known already"),
    Index(
        "dossier_events",
        "dossier_events_by_dossier",
        ascending("dossier_id", "seq"),
        "a dossier's timeline; two actions never make the same version",
        unique=True,
    ),
    Index("uploads", "uploads_by_expiry", ascending("state", "expires_at"), "uploads whose time is over"),
    Index("uploads", "uploads_by_file", ascending("file_id"), "whether an upload still names a file, for the sweep"),
    Index("upload_pieces", "upload_pieces_by_upload", ascending("upload_id", "offset"), "the pieces of one upload"),
    Index("agencies", "agencies_by_commune", ascending("commune_code"), "the people's committee of a commune"),
    # GridFS has its own two indexes by file; the sweep asks by these.
    Index("dossier_files.files", "dossier_files_by_name", ascending("filename"), "a component's file by its SHA-256"),
    Index(
        "dossier_files.files",
        "dossier_files_by_looseness",
        ascending("metadata.loose_since"),
        "files that no dossier names",
    ),
)


def up(database: Database[dict[str, Any]]) -> None:
    ensure_collections(database, COLLECTIONS)
    ensure_indexes(database, INDEXES)
