"""Gateways are asked by turn: every attempt says when, and those whose time is over are found by it."""

from typing import Any, Final

from pymongo.database import Database

from backend.infra.indexes import Index, ascending, ensure_indexes

INDEXES: Final = (
    Index(
        "payment_attempts",
        "payment_attempts_by_question",
        ascending("gateway", "ask_at"),
        "the attempts that a gateway is to be asked about now",
    ),
    Index(
        "payment_attempts",
        "payment_attempts_by_end",
        ascending("state", "expires_at"),
        "attempts whose time is over",
    ),
)
REPLACED: Final = ("payment_attempts_by_wait",)


def up(database: Database[dict[str, Any]]) -> None:
    attempts = database["payment_attempts"]
    # What waits, or has run out without a word, is due at once; one that is a week over is asked about once more.
    silent = {"state": {"$in": ["started", "expired"]}, "ask_at": {"$exists": False}}
    attempts.update_many(silent, [{"$set": {"ask_at": "$started_at"}}])
    ensure_indexes(database, INDEXES)
    for name in set(REPLACED) & set(attempts.index_information()):
        attempts.drop_index(name)
