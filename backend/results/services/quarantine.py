"""Refused deliveries: kept with their reason until somebody mends the cause, thirty days at most.

An entry stands for one delivery id of one agency. What was refused under it last is what it holds; sending it again
unchanged only counts, a delivery that is accepted closes it. Nothing here is a result: no licence, no person, no file
of the store comes into being before the delivery passes every check.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from backend.infra.mongo import Database, Document, Session
from backend.infra.order import ORDER_RANDOM_BYTES, order_key
from backend.infra.system import Ids
from backend.results.documents import REFUSED, REFUSED_DROPS
from backend.results.rules import Delivery
from backend.results.services.refused_files import RefusedFiles
from shared_models.access import Actor
from shared_models.clock import Clock
from shared_models.errors import Conflict, DomainError, Invalid, NotFound
from shared_models.person import hide_personal_ids
from shared_models.result import RefusedState

KEPT: Final = timedelta(days=30)
"""Counted from the first time this content came, however often it is repeated."""

MOST_ENTRIES: Final = 200
MOST_BYTES: Final = 256 * 1024 * 1024
"""What one client's entries may hold together; past either bound the oldest give way."""

_TRIES: Final = 3
_EMPTIED: Final[Document] = {"payload": None, "size": 0}


class Figures(NamedTuple):
    """``waiting`` for somebody; ``dropped`` since the beginning, for newer ones of the same client."""

    waiting: int
    dropped: int


class Quarantine:
    def __init__(self, database: Database, clock: Clock, ids: Ids) -> None:
        self._database: Final = database
        self._clock: Final = clock
        self._ids: Final = ids
        self._files: Final = RefusedFiles(database, clock, ids)

    def keep(self, actor: Actor, delivery: Delivery, refusal: DomainError) -> None:
        """Notes that a delivery was refused; of an exact repetition only the reason, the time and the count change."""
        now = self._clock.now()
        entries = self._database.collection(REFUSED)
        one = {"agency_code": actor.agency_code, "delivery_id": delivery.delivery_id}
        content_sha256 = delivery.content_sha256()
        said = {**_reason(refusal), "client_id": actor.id, "last_at": now}
        again = {"$set": said, "$inc": {"tries": 1}}
        if entries.update_one({**one, "content_sha256": content_sha256}, again).matched_count:
            return
        fresh = self._fresh(delivery, content_sha256, now)
        for _ in range(_TRIES):
            try:
                before = entries.find_one_and_update(
                    one,
                    {
                        "$set": {**said, **fresh},
                        "$setOnInsert": {"_id": self._ids.new("dlv"), "first_at": now},
                        "$inc": {"tries": 1},
                    },
                    upsert=True,
                    return_document=ReturnDocument.BEFORE,
                )
            except DuplicateKeyError:
                continue  # a twin of this request was quicker; now there is something to update
            if before and before["file_id"]:
                self._files.delete(before["file_id"])
            break
        self._bound(actor.id, now)

    def close_delivered(self, agency_code: str, delivery_id: str, result_id: str, session: Session | None) -> None:
        """Closes the entry of a delivery that is accepted, in the transaction that stores it. `forget_file` follows."""
        closed = self._closed(RefusedState.DELIVERED, {"result_id": result_id})
        entry = {"agency_code": agency_code, "delivery_id": delivery_id}
        self._database.collection(REFUSED).update_one(entry, {"$set": closed}, session=session)

    def reject(self, entry_id: str, note: str) -> None:
        """Ends the waiting of an entry; its agency reads ``note``.

        Raises:
            NotFound: ``refused.unknown``.
            Conflict: ``refused.closed``.
        """
        waiting = {"_id": entry_id, "state": RefusedState.WAITING.value}
        change = {"$set": self._closed(RefusedState.REJECTED, {"note": hide_personal_ids(note)})}
        if not self._database.collection(REFUSED).update_one(waiting, change).matched_count:
            raise Conflict("refused.closed", state=self.entry(entry_id)["state"])
        self._delete_file({"_id": entry_id})

    def entry(self, entry_id: str) -> Document:
        """Raises ``NotFound("refused.unknown")``."""
        found = self._database.collection(REFUSED).find_one({"_id": entry_id})
        if found is None:
            raise NotFound("refused.unknown")
        return found

    def delivery(self, entry: Document) -> Delivery:
        """What a waiting entry holds, to be delivered again or read.

        Raises:
            Conflict: ``refused.closed``: what it held is gone.
        """
        if entry["state"] != RefusedState.WAITING or entry["payload"] is None or entry["file_id"] is None:
            raise Conflict("refused.closed", state=entry["state"])
        try:
            return Delivery.from_payload(entry["payload"], self._files.read(entry["file_id"]))
        except NotFound as gone:
            # Somebody closed it after the entry was read.
            raise Conflict("refused.closed", state=entry["state"]) from gone

    def entries(self, state: RefusedState | None) -> Iterator[Document]:
        """For operators: every entry, or those of one state, newest first; without what was delivered."""
        wanted = {} if state is None else {"state": state.value}
        return self._database.collection(REFUSED).find(wanted, {"payload": 0}).sort("order", -1)

    def page(self, agency_code: str, cursor: str | None, limit: int) -> tuple[list[Document], str | None]:
        """An agency's own entries, newest first, without what was delivered, and the next page's cursor."""
        wanted: Document = {"agency_code": agency_code}
        if cursor is not None:
            wanted["order"] = {"$lt": cursor}
        found = list(self._database.collection(REFUSED).find(wanted, {"payload": 0}).sort("order", -1).limit(limit + 1))
        page = found[:limit]
        return page, page[-1]["order"] if len(found) > limit else None

    def figures(self) -> Figures:
        waiting = self._database.collection(REFUSED).count_documents({"state": RefusedState.WAITING.value})
        drops = self._database.collection(REFUSED_DROPS).find({}, {"count": 1})
        return Figures(waiting, sum(row["count"] for row in drops))

    def forget_file(self, agency_code: str, delivery_id: str) -> None:
        """Deletes the file of a closed entry, once its closing is durable."""
        self._delete_file({"agency_code": agency_code, "delivery_id": delivery_id})

    def clean(self, now: datetime) -> int:
        """Deletes entries and files whose time is over; how many entries there were.

        The database's own expiry may have been quicker with an entry: its file knows its time by itself. Files of
        closed entries are here only when a process ended between the closing and the deleting.
        """
        for state in (RefusedState.DELIVERED, RefusedState.REJECTED):
            closed = {"state": state.value, "file_id": {"$ne": None}}
            for row in self._database.collection(REFUSED).find(closed, {"_id": 1}):
                self._delete_file({"_id": row["_id"]})
        self._files.delete_expired(now)
        entries = self._database.collection(REFUSED)
        self._files.sweep(lambda file: entries.find_one({"file_id": file["_id"]}, {"_id": 1}) is not None)
        return self._database.collection(REFUSED).delete_many({"expires_at": {"$lte": now}}).deleted_count

    def _delete_file(self, one: Document) -> None:
        entries = self._database.collection(REFUSED)
        entry = entries.find_one(one, {"state": 1, "file_id": 1})
        if entry is None or entry["file_id"] is None or entry["state"] == RefusedState.WAITING:
            return
        self._files.delete(entry["file_id"])
        entries.update_one({"_id": entry["_id"], "file_id": entry["file_id"]}, {"$set": {"file_id": None}})

    def _fresh(self, delivery: Delivery, content_sha256: str, now: datetime) -> Document:
        expires_at = now + KEPT
        return {
            "order": order_key(now, self._ids.random(ORDER_RANDOM_BYTES)),
            "state": RefusedState.WAITING.value,
            "content_sha256": content_sha256,
            "type": delivery.type,
            "number": delivery.number,
            "expires_at": expires_at,
            "payload": delivery.to_payload(),
            "file_id": self._files.put(delivery.document, expires_at),
            "document_sha256": delivery.document_sha256,
            "size": len(delivery.document),
            "result_id": None,
            "note": None,
            "closed_at": None,
        }

    def _closed(self, state: RefusedState, more: Document) -> Document:
        return {"state": state.value, "closed_at": self._clock.now(), **_EMPTIED, **more}

    def _bound(self, client_id: str, now: datetime) -> None:
        """Drops the oldest entries of a client that holds too many or too much."""
        entries = self._database.collection(REFUSED)
        held, size, dropped = 0, 0, 0
        for row in entries.find({"client_id": client_id}, {"size": 1, "file_id": 1}).sort("order", -1):
            held, size = held + 1, size + row["size"]
            if held <= MOST_ENTRIES and size <= MOST_BYTES:
                continue
            dropped += entries.delete_one({"_id": row["_id"]}).deleted_count
            if row["file_id"]:
                self._files.delete(row["file_id"])
        if dropped:
            change: dict[str, Any] = {"$inc": {"count": dropped}, "$set": {"last_at": now}}
            self._database.collection(REFUSED_DROPS).update_one({"_id": client_id}, change, upsert=True)


def _reason(refusal: DomainError) -> Document:
    fields = refusal.fields if isinstance(refusal, Invalid) else {}
    return {
        "code": refusal.code,
        "params": dict(refusal.params),
        "refusal_fields": [{"field": name, "codes": codes} for name, codes in fields.items()],
    }
