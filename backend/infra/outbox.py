"""The backend's side of the outbox (docs/architecture.md, section 5): messages commit with the change they tell of.

What push could not send is `dead`; an operator looks at it here, sends it again or drops it. Nothing that is shown
names a person: a subscription's address is told by its push service's host.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from backend.infra.mongo import Database, Document, Session
from shared_models.clock import Clock
from shared_models.errors import Conflict, NotFound
from shared_models.outbox import OUTBOX, PUSH_SUBSCRIPTIONS, MessageState, OutboxMessage

DROPPED_BY_OPERATOR: Final = "operator.dropped"

_SHOWN: Final = (
    *("channel", "template", "lang", "topic", "urgency", "ttl_s", "state", "due_at", "lease_until", "owner", "fence"),
    *("attempts", "last_error", "created_at", "expires_at", "done_at"),
)


class OutboxFigures(NamedTuple):
    """``states``: messages by state; ``dead``: the dead by reason; ``oldest_due_at`` of those that are ready."""

    states: dict[str, int]
    dead: dict[str, int]
    oldest_due_at: datetime | None


class Outbox:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database: Final = database
        self._clock: Final = clock

    def put(self, messages: Sequence[OutboxMessage], session: Session) -> None:
        """Writes messages, ready to be claimed, in the caller's transaction. None is fine.

        A message's id is ``<event id>:<subscription id>``; writing one twice is a fault of the caller and aborts.
        """
        if messages:
            documents = [message.to_document() for message in messages]
            self._database.collection(OUTBOX).insert_many(documents, session=session)

    def figures(self) -> OutboxFigures:
        outbox = self._database.collection(OUTBOX)
        states = {state.value: outbox.count_documents({"state": state.value}) for state in MessageState}
        dead = Counter(row["last_error"] or "unknown" for row in outbox.find(_DEAD, {"last_error": 1}))
        ready = {"state": MessageState.READY.value}
        oldest = next(iter(outbox.find(ready, {"due_at": 1}).sort("due_at", 1).limit(1)), None)
        return OutboxFigures(states, dict(dead.most_common()), oldest["due_at"] if oldest else None)

    def messages(self, state: MessageState, limit: int) -> Iterator[dict[str, Any]]:
        """Messages of one state as `message` shows them, the longest due first."""
        found = self._database.collection(OUTBOX).find({"state": state.value}).sort("due_at", 1).limit(limit)
        return map(_shown, found)

    def message(self, message_id: str) -> dict[str, Any]:
        """``{id, host, …}`` without its address, keys and params.

        Raises:
            NotFound: ``outbox.unknown``.
        """
        return _shown(self._found(message_id))

    def send_again(self, message_id: str) -> None:
        """Makes a dead message ready once more, with all its tries and a life from now on.

        A subscription that was ended or renewed since gets nothing. Push may send a message twice in any case; topic
        and tag make the second replace the first. The fence moves on, so an old owner can record nothing any more.

        Raises:
            NotFound: ``outbox.unknown``.
            Conflict: ``outbox.not_dead``, ``outbox.subscription_gone``.
        """
        message, now = self._found(message_id), self._clock.now()
        to = message["to"]
        same = {"_id": to["subscription_id"], "endpoint": to["endpoint"], "created_at": to["created_at"]}
        if self._database.collection(PUSH_SUBSCRIPTIONS).find_one(same, {"_id": 1}) is None:
            raise Conflict("outbox.subscription_gone")
        ready = {
            "state": MessageState.READY.value,
            "due_at": now,
            "attempts": 0,
            "expires_at": now + timedelta(seconds=message["ttl_s"]),
        }
        change = {"$set": ready, "$unset": {"done_at": 1}, "$inc": {"fence": 1}}
        if not self._database.collection(OUTBOX).update_one({"_id": message_id, **_DEAD}, change).matched_count:
            raise Conflict("outbox.not_dead")

    def drop(self, message_id: str) -> None:
        """Ends a message that waits or is dead. One that is being sent is left to its sender.

        Raises:
            NotFound: ``outbox.unknown``.
            Conflict: ``outbox.not_waiting``.
        """
        self._found(message_id)
        waiting = {"state": {"$in": [MessageState.READY.value, MessageState.DEAD.value]}}
        dropped = {"state": MessageState.DROPPED.value, "last_error": DROPPED_BY_OPERATOR, "done_at": self._clock.now()}
        if (
            not self._database.collection(OUTBOX)
            .update_one({"_id": message_id, **waiting}, {"$set": dropped})
            .matched_count
        ):
            raise Conflict("outbox.not_waiting")

    def dead_ids(self) -> list[str]:
        return [str(row["_id"]) for row in self._database.collection(OUTBOX).find(_DEAD, {"_id": 1})]

    def _found(self, message_id: str) -> Document:
        found = self._database.collection(OUTBOX).find_one({"_id": message_id})
        if found is None:
            raise NotFound("outbox.unknown")
        return found


_DEAD: Final[Document] = {"state": MessageState.DEAD.value}


def _shown(message: Document) -> dict[str, Any]:
    host = urlsplit(message["to"]["endpoint"]).hostname
    return {"id": message["_id"], "host": host, **{name: message.get(name) for name in _SHOWN}}
