"""Codes without a gap: the counter moves in the transaction that uses the number, or not at all."""

from datetime import date

from pymongo import ReturnDocument

from backend.dossiers.documents import COUNTERS
from backend.infra.mongo import Database, Session
from shared_models.dossier import dossier_code


def next_code(database: Database, agency_code: str, day: date, session: Session) -> str:
    """The agency's next code of the day. Whoever asks at the same moment waits, or starts its transaction again.

    Raises:
        DuplicateKeyError: somebody else made the day's counter at this moment; the transaction is to be done again.
    """
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
