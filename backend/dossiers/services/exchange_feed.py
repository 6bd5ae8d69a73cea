"""What the one-stop software has to be told: every dossier that has changed, in order, none left out and none twice.

A change writes only that there is one. Numbers are given when somebody asks, to changes that are committed by then: a
transaction that began early and committed late comes after those that were read before it, and a cursor never passes
over it. Writers share no counter.
"""

from collections.abc import Mapping
from typing import Any, Final

from pymongo import ReturnDocument, UpdateOne

from backend.dossiers.documents import DOSSIERS, EVENTS
from backend.dossiers.exchange_documents import EXCHANGE_COUNTERS, FEED
from backend.dossiers.exchange_rules import exchange_of, partner_of, sync_of, told_sha256
from backend.dossiers.ports import DossierPorts
from backend.infra.mongo import Document, Session
from backend.infra.order import ORDER_RANDOM_BYTES, order_key

NUMBERED_AT_ONCE: Final = 500
_WINDOWS: Final = 24
"""How far one page looks for changes: dossiers that changed again have left holes among the numbers."""


def note_change(ports: DossierPorts, dossier: Document, session: Session) -> None:
    """Counts a change of ours, and leaves word of it in the transaction that stores it; nothing when there is none.

    Sets ``exchange`` and ``sync`` of the dossier that is about to be stored.
    """
    exchange, told = exchange_of(dossier), told_sha256(dossier)
    if told != exchange["told_sha256"]:
        exchange |= {"revision": exchange["revision"] + 1, "told_sha256": told}
        dossier["exchange"] = exchange
        leave_word(ports, dossier, session)
    dossier |= {"exchange": exchange, "sync": sync_of(exchange).value}


def leave_word(ports: DossierPorts, dossier: Mapping[str, Any], session: Session) -> None:
    """Says that the one-stop software has to be told of a dossier."""
    agency = partner_of(dossier)
    at = order_key(ports.clock.now(), ports.ids.random(ORDER_RANDOM_BYTES))
    ports.database.collection(FEED).update_one(
        {"_id": f"{agency}:{dossier['_id']}"},
        {
            "$set": {"is_waiting": True, "order": at},
            "$setOnInsert": {"agency_code": agency, "dossier_id": dossier["_id"], "seq": 0},
        },
        upsert=True,
        session=session,
    )


class Feed:
    def __init__(self, ports: DossierPorts) -> None:
        self._ports: Final = ports

    def after(self, agency: str, seq: int, limit: int, session: Session) -> tuple[list[Document], int, bool]:
        """Dossiers (with ``timeline``) that have changed since number ``seq``, where that ends, if there is more.

        Each stands as it was with the last change that the page has: a snapshot holds numbers and dossiers together.
        """
        last, is_all = self._number(agency, session)
        # A number that we never gave is from before our database was restored: everything is told again.
        rows, reached = self._rows(agency, (seq if seq <= last else 0, last), limit, session)
        ids = [row["dossier_id"] for row in rows]
        named = self._ports.database.collection(DOSSIERS).find({"_id": {"$in": ids}}, session=session)
        found = {row["_id"]: row for row in named}
        own = [one for one in ids if one in found and partner_of(found[one]) == agency]
        dossiers = [found[one] | {"timeline": self._timeline(one, session)} for one in own]
        return dossiers, reached, reached < last or not is_all

    def _timeline(self, dossier_id: str, session: Session) -> list[Document]:
        events = self._ports.database.collection(EVENTS).find({"dossier_id": dossier_id}, session=session)
        return list(events.sort("seq", 1))

    def _number(self, agency: str, session: Session) -> tuple[int, bool]:
        """Gives numbers to changes that wait for one, the earliest first; the last number, and whether all have one."""
        database = self._ports.database
        feed, counters = database.collection(FEED), database.collection(EXCHANGE_COUNTERS)
        wanted = {"agency_code": agency, "is_waiting": True}
        waiting = list(feed.find(wanted, {"_id": 1}, session=session).sort("order", 1).limit(NUMBERED_AT_ONCE))
        if not waiting:
            kept = counters.find_one({"_id": agency}, session=session)
            return (int(kept["last"]) if kept else 0), True
        counted = counters.find_one_and_update(
            {"_id": agency},
            {"$inc": {"last": len(waiting)}},
            upsert=True,
            session=session,
            return_document=ReturnDocument.AFTER,
        )
        if counted is None:
            raise RuntimeError("an upsert found nothing")
        last = int(counted["last"])
        changes = [
            UpdateOne({"_id": row["_id"]}, {"$set": {"is_waiting": False, "seq": last - len(waiting) + place}})
            for place, row in enumerate(waiting, start=1)
        ]
        feed.bulk_write(changes, session=session)
        return last, len(waiting) < NUMBERED_AT_ONCE

    def _rows(self, agency: str, between: tuple[int, int], limit: int, session: Session) -> tuple[list[Document], int]:
        """Rows in order, and the number behind which to go on; looks through windows of numbers, ever wider ones."""
        feed = self._ports.database.collection(FEED)
        reached, last = between
        rows: list[Document] = []
        width = limit
        for _ in range(_WINDOWS):
            if reached >= last or len(rows) >= limit:
                break
            border = min(reached + width, last)
            window = {"agency_code": agency, "seq": {"$gt": reached, "$lte": border}}
            # One that waits again has changed since: it comes once more, at its new place, and only there.
            found = [row for row in feed.find(window, session=session).sort("seq", 1) if not row["is_waiting"]]
            rows += found
            reached, width = border, width * 2
        if len(rows) > limit:
            rows = rows[:limit]
            reached = int(rows[-1]["seq"])
        return rows, reached
