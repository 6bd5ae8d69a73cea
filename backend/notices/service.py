"""The inbox: a notice for everything a person should hear of, and a push to each of their browsers that asked.

The inbox is the truth and push a hint: services that learn of something call `notify` inside their own transaction, so
there is never a change without its notice nor a notice without its change.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pymongo.errors import DuplicateKeyError

from backend.infra.mongo import Database, Document, Session
from backend.infra.order import ORDER_RANDOM_BYTES, order_key
from backend.infra.outbox import Outbox
from backend.infra.system import Ids
from backend.notices.documents import NOTICES
from backend.notices.rules import check_browser_key, check_endpoint, topic
from shared_models.access import Actor, Scope
from shared_models.clock import Clock
from shared_models.errors import NotFound
from shared_models.notice import MAX_SUBSCRIPTIONS, NOTICE_KINDS, NoticeKind
from shared_models.outbox import PUSH_SUBSCRIPTIONS, OutboxMessage, PushTarget
from shared_models.schemas.wire import to_base64url


@dataclass(frozen=True, slots=True)
class Notification:
    """Something one person should hear of. ``params`` are for the app only; a push carries none of them."""

    recipient_id: str
    kind: NoticeKind
    params: Mapping[str, str] = field(default_factory=dict)
    licence_id: str | None = None
    dossier_id: str | None = None
    order_id: str | None = None


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a browser's ``PushManager.subscribe`` gave: the endpoint and, in bytes, the two keys of RFC 8291."""

    endpoint: str
    p256dh: bytes
    auth: bytes
    lang: str


@dataclass(frozen=True, slots=True)
class Page:
    """Newest first; ``next_cursor`` is the last item's ``order``, or None at the end."""

    items: list[Document]
    next_cursor: str | None


class Notices:
    def __init__(
        self, database: Database, outbox: Outbox, clock: Clock, ids: Ids, extra_hosts: Sequence[str] = ()
    ) -> None:
        self._database: Final = database
        self._outbox: Final = outbox
        self._clock: Final = clock
        self._ids: Final = ids
        self._extra_hosts: Final = tuple(extra_hosts)

    def notify(self, notifications: Sequence[Notification], session: Session) -> None:
        """Writes notices and their push messages in the caller's transaction. None is fine."""
        if not notifications:
            return
        now = self._clock.now()
        documents: list[Document] = [
            {
                "_id": self._ids.new("ntc"),
                "owner_id": notification.recipient_id,
                "order": order_key(now, self._ids.random(ORDER_RANDOM_BYTES)),
                "kind": notification.kind.name,
                "params": dict(notification.params),
                "licence_id": notification.licence_id,
                "dossier_id": notification.dossier_id,
                "order_id": notification.order_id,
                "created_at": now,
                "read_at": None,
            }
            for notification in notifications
        ]
        self._database.collection(NOTICES).insert_many(documents, session=session)
        targets = self._targets({notification.recipient_id for notification in notifications}, session)
        messages = [
            _message(document, NOTICE_KINDS[document["kind"]], target)
            for document in documents
            for target in targets[document["owner_id"]]
        ]
        self._outbox.put(messages, session)

    def inbox(self, actor: Actor, cursor: str | None, limit: int) -> Page:
        """The actor's own notices, newest first."""
        actor.require(Scope.NOTICES)
        wanted: Document = {"owner_id": actor.id}
        if cursor is not None:
            wanted["order"] = {"$lt": cursor}
        found = list(self._database.collection(NOTICES).find(wanted).sort("order", -1).limit(limit + 1))
        more = len(found) > limit
        items = [
            {"dossier_id": None, "order_id": None, **document, "id": document["_id"]} for document in found[:limit]
        ]
        return Page(items, items[-1]["order"] if more else None)

    def mark_read(self, actor: Actor, notice_id: str) -> None:
        """Marks one of the actor's own notices as read; a second time changes nothing.

        Raises:
            NotFound: ``notice.unknown``, also for somebody else's.
        """
        actor.require(Scope.NOTICES)
        notices = self._database.collection(NOTICES)
        mine = {"_id": notice_id, "owner_id": actor.id}
        if notices.update_one({**mine, "read_at": None}, {"$set": {"read_at": self._clock.now()}}).matched_count:
            return
        if notices.find_one(mine, {"_id": 1}) is None:
            raise NotFound("notice.unknown")

    def subscribe(self, actor: Actor, subscription: Subscription) -> tuple[Document, bool]:
        """Stores or renews a browser's subscription; True when it is new to this actor.

        A browser belongs to whoever subscribed it last. Beyond ten, the one renewed longest ago makes room.

        Raises:
            Invalid: ``push.endpoint_not_allowed`` or ``push.key_malformed``.
        """
        actor.require(Scope.NOTICES)
        check_endpoint(subscription.endpoint, self._extra_hosts)
        check_browser_key(subscription.p256dh)
        try:
            return self._database.transaction(lambda session: self._store(actor, subscription, session))
        except DuplicateKeyError:
            # two tabs at once: the other one has stored it by now, so this one renews it
            return self._database.transaction(lambda session: self._store(actor, subscription, session))

    def unsubscribe(self, actor: Actor, subscription_id: str) -> None:
        """Forgets one of the actor's own subscriptions.

        Raises:
            NotFound: ``push.subscription_unknown``, also for somebody else's.
        """
        actor.require(Scope.NOTICES)
        mine = {"_id": subscription_id, "owner_id": actor.id}
        if not self._database.collection(PUSH_SUBSCRIPTIONS).delete_one(mine).deleted_count:
            raise NotFound("push.subscription_unknown")

    def _store(self, actor: Actor, subscription: Subscription, session: Session) -> tuple[Document, bool]:
        collection = self._database.collection(PUSH_SUBSCRIPTIONS)
        now = self._clock.now()
        known = collection.find_one({"endpoint": subscription.endpoint}, session=session)
        fields = {
            "p256dh": to_base64url(subscription.p256dh),
            "auth": to_base64url(subscription.auth),
            "lang": subscription.lang,
            "created_at": now,
        }
        if known is not None and known["owner_id"] == actor.id:
            collection.update_one({"_id": known["_id"]}, {"$set": fields}, session=session)
            return {**known, **fields, "id": known["_id"]}, False
        if known is not None:
            collection.delete_one({"_id": known["_id"]}, session=session)
        mine = list(collection.find({"owner_id": actor.id}, {"created_at": 1}, session=session).sort("created_at", 1))
        for surplus in mine[: max(0, len(mine) + 1 - MAX_SUBSCRIPTIONS)]:
            collection.delete_one({"_id": surplus["_id"]}, session=session)
        document = {
            "_id": self._ids.new("sub"),
            "owner_id": actor.id,
            "endpoint": subscription.endpoint,
            "first_seen_at": now,
            **fields,
        }
        collection.insert_one(document, session=session)
        return {**document, "id": document["_id"]}, True

    def _targets(self, owner_ids: set[str], session: Session) -> Mapping[str, list[tuple[PushTarget, str]]]:
        targets: dict[str, list[tuple[PushTarget, str]]] = defaultdict(list)
        collection = self._database.collection(PUSH_SUBSCRIPTIONS)
        for found in collection.find({"owner_id": {"$in": sorted(owner_ids)}}, session=session):
            target = PushTarget(found["_id"], found["endpoint"], found["p256dh"], found["auth"], found["created_at"])
            targets[found["owner_id"]].append((target, found["lang"]))
        return targets


def _message(notice: Document, kind: NoticeKind, target: tuple[PushTarget, str]) -> OutboxMessage:
    to, lang = target
    return OutboxMessage(
        id=f"{notice['_id']}:{to.subscription_id}",
        template=kind.name,
        to=to,
        lang=lang,
        created_at=notice["created_at"],
        topic=topic(kind.name, notice["licence_id"] or notice["dossier_id"] or notice["order_id"] or notice["_id"]),
        urgency=kind.urgency,
        ttl=kind.ttl,
    )
