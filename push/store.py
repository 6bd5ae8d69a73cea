"""The outbox collection as a lease queue: each change is one conditional update, so any number of processes share it.

A claim raises the message's ``fence``; what is recorded afterwards is recorded only under the same fence, so a process
that lost its lease (it slept, its machine paused) cannot overwrite what the next owner did. Queries start with an
equality and go on with the range of the next index field: that is all an index of the embedded database can do.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import ASCENDING, ReturnDocument
from pymongo.database import Database

from shared_models.outbox import HEARTBEATS, OUTBOX, PUSH_SUBSCRIPTIONS, MessageState, PushTarget, Urgency
from shared_models.version import VERSION

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that is ours until its lease ends. ``attempts`` counts this try."""

    id: str
    fence: int
    channel: str
    template: str
    params: Document
    lang: str
    to: PushTarget
    topic: str | None
    urgency: Urgency
    ttl_s: int
    attempts: int
    expires_at: datetime


class OutboxStore:
    """Claims messages for ``owner`` and records what came of them."""

    def __init__(self, database: Database[Document], owner: str, lease: timedelta) -> None:
        self._database = database
        self._outbox = database[OUTBOX]
        self._subscriptions = database[PUSH_SUBSCRIPTIONS]
        self._heartbeats = database[HEARTBEATS]
        self._owner = owner
        self._lease = lease

    def claim(self, now: datetime, limit: int) -> list[Claimed]:
        """At most ``limit`` messages that are due, or whose owner did not come back within its lease."""
        claimed = self._claim({"state": MessageState.READY.value, "due_at": {"$lte": now}}, "due_at", now, limit)
        if len(claimed) < limit:
            lost = {"state": MessageState.LEASED.value, "lease_until": {"$lte": now}}
            claimed += self._claim(lost, "lease_until", now, limit - len(claimed))
        return claimed

    def _claim(self, due: Document, order: str, now: datetime, limit: int) -> list[Claimed]:
        candidates = [row["_id"] for row in self._outbox.find(due, {"_id": 1}).sort(order, ASCENDING).limit(limit)]
        claimed = []
        for message_id in candidates:
            # The condition is asked again: another process may have been quicker.
            row = self._outbox.find_one_and_update(
                {"_id": message_id, **due},
                {
                    "$set": {
                        "state": MessageState.LEASED.value,
                        "owner": self._owner,
                        "lease_until": now + self._lease,
                    },
                    "$inc": {"fence": 1, "attempts": 1},
                },
                return_document=ReturnDocument.AFTER,
            )
            if row is not None:
                claimed.append(_claimed(row))
        return claimed

    def record_sent(self, message: Claimed, now: datetime) -> bool:
        return self._finish(message, MessageState.SENT, now, None)

    def record_dropped(self, message: Claimed, now: datetime, reason: str) -> bool:
        return self._finish(message, MessageState.DROPPED, now, reason)

    def record_dead(self, message: Claimed, now: datetime, reason: str) -> bool:
        return self._finish(message, MessageState.DEAD, now, reason)

    def _finish(self, message: Claimed, state: MessageState, now: datetime, reason: str | None) -> bool:
        change = {"state": state.value, "owner": None, "lease_until": None, "last_error": reason, "done_at": now}
        return self._under_fence(message, {"$set": change})

    def retry_at(self, message: Claimed, due_at: datetime, reason: str) -> bool:
        return self._under_fence(message, {"$set": self._ready(due_at, reason)})

    def give_back(self, message: Claimed, due_at: datetime) -> bool:
        """Put back a message that was not tried at all: the claim does not count as a try."""
        return self._under_fence(message, {"$set": self._ready(due_at, None), "$inc": {"attempts": -1}})

    @staticmethod
    def _ready(due_at: datetime, reason: str | None) -> Document:
        change: Document = {"state": MessageState.READY.value, "owner": None, "lease_until": None, "due_at": due_at}
        return change if reason is None else {**change, "last_error": reason}

    def _under_fence(self, message: Claimed, change: Document) -> bool:
        """False: the lease was lost and somebody else answers for the message now."""
        held = {"_id": message.id, "fence": message.fence, "state": MessageState.LEASED.value}
        return self._outbox.update_one(held, change).matched_count == 1

    def forget_subscription(self, to: PushTarget) -> bool:
        """Delete a dead subscription unless the phone has renewed it since the message was written."""
        same = {"_id": to.subscription_id, "endpoint": to.endpoint, "created_at": to.created_at}
        return self._subscriptions.delete_one(same).deleted_count == 1

    def time(self) -> datetime:
        """The database's clock, aware, in UTC."""
        moment: datetime = self._database.client.admin.command("hello")["localTime"]
        return moment.replace(tzinfo=UTC)

    def beat(self, now: datetime, figures: dict[str, int]) -> None:
        """Say that a push process is alive, for /healthz and for the operators."""
        kind = {"process": "push", "at": now, "owner": self._owner, **figures}
        self._heartbeats.update_one({"_id": "push"}, {"$set": kind}, upsert=True)
        one = {"process": "push", "at": now, "version": VERSION, **figures}
        self._heartbeats.update_one(
            {"_id": f"push@{self._owner}"}, {"$set": one, "$setOnInsert": {"started_at": now}}, upsert=True
        )


def _claimed(row: Document) -> Claimed:
    return Claimed(
        id=row["_id"],
        fence=row["fence"],
        channel=row["channel"],
        template=row["template"],
        params=row["params"],
        lang=row["lang"],
        to=PushTarget(**row["to"]),
        topic=row["topic"],
        urgency=Urgency(row["urgency"]),
        ttl_s=row["ttl_s"],
        attempts=row["attempts"],
        expires_at=row["expires_at"],
    )
