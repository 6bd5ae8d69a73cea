"""Codes without a gap: the counter moves in the transaction that uses the number, or not at all."""

from datetime import date

from pymongo import ReturnDocument

from backend.dossiers.documents import COUNTERS
from backend.infra.mongo import Database, Session
from shared_models.dossier import DossierCode, dossier_code


def next_code(database: Database, agency_code: str, day: date, session: Session) -> str:
    """The agency's next code of the day. Whoever asks at the same moment waits, or starts its transaction again.

    Raises:
        DuplicateKeyError: somebody else made the day's counter at this moment; the transaction is to be done again.
    """
    return take_codes(database, agency_code, day, 1, session)[0]


def take_codes(database: Database, agency_code: str, day: date, count: int, session: Session) -> list[str]:
    """The next ``count`` codes of that day at once; raises as `next_code`."""
    counted = database.collection(COUNTERS).find_one_and_update(
        {"_id": _key(agency_code, day)},
        {"$inc": {"last": count}},
        upsert=True,
        session=session,
        return_document=ReturnDocument.AFTER,
    )
    if counted is None:
        raise RuntimeError("an upsert found nothing")
    last: int = counted["last"]
    return [dossier_code(agency_code, day, number) for number in range(last - count + 1, last + 1)]


def leave_out(database: Database, code: DossierCode, session: Session) -> None:
    """Goes on behind a number that the one-stop software has given, so that no second dossier gets it."""
    database.collection(COUNTERS).update_one(
        {"_id": _key(code.agency_code, code.day)}, {"$max": {"last": code.number}}, upsert=True, session=session
    )


def _key(agency_code: str, day: date) -> str:
    return f"{agency_code}:{day.isoformat()}"
