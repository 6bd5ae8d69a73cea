"""Codes without a gap: the counter moves in the transaction that uses the number, or not at all."""

from datetime import date

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from backend.dossiers.documents import COUNTERS
from backend.infra.mongo import Database, Session
from shared_models.dossier import dossier_code


def prepare_counter(database: Database, agency_code: str, day: date) -> None:
    """Makes the day's counter, outside any transaction: inside, two that make it at once would undo each other."""
    key = _key(agency_code, day)
    counters = database.collection(COUNTERS)
    if counters.find_one({"_id": key}, {"_id": 1}) is None:
        try:
            counters.insert_one({"_id": key, "last": 0})
        except DuplicateKeyError:
            return


def next_code(database: Database, agency_code: str, day: date, session: Session) -> str:
    """The agency's next code of the day. Whoever asks at the same moment waits, or starts its transaction again."""
    counted = database.collection(COUNTERS).find_one_and_update(
        {"_id": _key(agency_code, day)},
        {"$inc": {"last": 1}},
        upsert=True,
        session=session,
        return_document=ReturnDocument.AFTER,
    )
    if counted is None:
        raise RuntimeError("an upsert found nothing")
    return dossier_code(agency_code, day, counted["last"])


def _key(agency_code: str, day: date) -> str:
    return f"{agency_code}:{day.isoformat()}"
