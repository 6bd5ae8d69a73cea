"""The platform's own collections and indexes: ledger, outbox, schedules, heartbeats and identity."""

from typing import Any, Final

from pymongo.database import Database

from backend.infra.indexes import Index, ascending, ensure_collections, ensure_indexes

COLLECTIONS: Final = (
    "persons",
    "staff",
    "machine_clients",
    "agencies",
    "communes",
    "sessions",
    "signin_codes",
    "signin_failures",
    "dpop_proofs",
    "outbox",
    "access_ledger",
    "ledger_blocks",
    "schedules",
    "heartbeats",
    "migrations",
)

INDEXES: Final = (
    Index(
        "persons",
        "persons_by_personal_id",
        ascending("personal_id"),
        "the person whom VNeID or an agency names by personal id",
        unique=True,
    ),
    Index("staff", "staff_by_username", ascending("username"), "sign-in of staff", unique=True),
    Index("staff", "staff_by_agency", ascending("agency_code", "full_name"), "the staff of an agency"),
    Index("machine_clients", "machine_clients_by_agency", ascending("agency_code"), "the clients of an agency"),
    Index("sessions", "sessions_by_subject", ascending("subject_id"), "ending every session of one user"),
    Index(
        "sessions",
        "sessions_expiry",
        ascending("expires_at"),
        "clean-up of sessions nobody can refresh any more",
        expire_after_s=86_400,
    ),
    Index(
        "signin_codes",
        "signin_codes_expiry",
        ascending("expires_at"),
        "clean-up of sign-ins that were not finished",
        expire_after_s=60,
    ),
    Index(
        "signin_failures",
        "signin_failures_expiry",
        ascending("expires_at"),
        "forgetting old failed sign-ins",
        expire_after_s=0,
    ),
    Index(
        "dpop_proofs",
        "dpop_proofs_expiry",
        ascending("expires_at"),
        "clean-up of one-time proofs past their window",
        expire_after_s=60,
    ),
    Index(
        "access_ledger",
        "access_ledger_by_subject",
        ascending("subject_id", "_id"),
        "who looked at this person's data, newest first",
    ),
    Index(
        "access_ledger",
        "access_ledger_by_subject_licence",
        ascending("subject_id", "licence_id", "_id"),
        "who looked at this licence, newest first",
    ),
    Index(
        "access_ledger",
        "access_ledger_by_block",
        ascending("block", "_id"),
        "open entries to seal, and the entries of one block",
    ),
    Index("outbox", "outbox_by_state", ascending("state", "due_at"), "messages that are ready and due"),
    Index(
        "outbox",
        "outbox_by_lease",
        ascending("state", "lease_until"),
        "messages whose sender died with the lease",
    ),
)


def up(database: Database[dict[str, Any]]) -> None:
    ensure_collections(database, COLLECTIONS)
    ensure_indexes(database, INDEXES)
