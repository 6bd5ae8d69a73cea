"""The message contract between backend and push (docs/architecture.md, section 5).

The backend writes a message in the same transaction as the change it tells of; push claims it with a lease, sends it
and records what came of it. Nothing in a message names a person: ``params`` holds no names, numbers or places.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from shared_models.errors import Invalid

OUTBOX: Final = "outbox"
PUSH_SUBSCRIPTIONS: Final = "push_subscriptions"
HEARTBEATS: Final = "heartbeats"

PUSH_HOSTS: Final = (
    "fcm.googleapis.com",
    "*.push.services.mozilla.com",
    "*.push.apple.com",
    "*.notify.windows.com",
)
"""Where browsers' push services live. Any other endpoint could turn the sender against an internal address."""

MAX_TRIES: Final = 10
DEFAULT_TTL: Final = timedelta(hours=48)
TOPIC_LIMIT: Final = 32
"""RFC 8030 5.4: at most 32 characters of the base64url alphabet."""


class Channel(StrEnum):
    WEB_PUSH = "web_push"


class MessageState(StrEnum):
    READY = "ready"
    LEASED = "leased"
    SENT = "sent"
    DROPPED = "dropped"
    DEAD = "dead"


class Urgency(StrEnum):
    """RFC 8030 5.3."""

    VERY_LOW = "very-low"
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class PushTarget:
    """One browser's subscription as stored: base64url ``p256dh`` (65 bytes) and ``auth`` (16 bytes)."""

    subscription_id: str
    endpoint: str
    p256dh: str
    auth: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """One message to one subscription. ``id`` is ``<event id>:<subscription id>``: written twice, it is one message."""

    id: str
    template: str
    to: PushTarget
    lang: str
    created_at: datetime
    topic: str | None = None
    urgency: Urgency = Urgency.NORMAL
    ttl: timedelta = DEFAULT_TTL
    params: dict[str, Any] = field(default_factory=dict)
    channel: Channel = Channel.WEB_PUSH

    def to_document(self) -> dict[str, Any]:
        """The document that push expects, ready to be claimed.

        Raises:
            Invalid: a topic longer than a push service accepts.
        """
        if self.topic is not None and len(self.topic) > TOPIC_LIMIT:
            raise Invalid("outbox.topic_too_long")
        return {
            "_id": self.id,
            "channel": self.channel.value,
            "template": self.template,
            "params": dict(self.params),
            "lang": self.lang,
            "to": {
                "subscription_id": self.to.subscription_id,
                "endpoint": self.to.endpoint,
                "p256dh": self.to.p256dh,
                "auth": self.to.auth,
                "created_at": self.to.created_at,
            },
            "topic": self.topic,
            "urgency": self.urgency.value,
            "ttl_s": int(self.ttl.total_seconds()),
            "state": MessageState.READY.value,
            "due_at": self.created_at,
            "lease_until": None,
            "owner": None,
            "fence": 0,
            "attempts": 0,
            "last_error": None,
            "created_at": self.created_at,
            "expires_at": self.created_at + self.ttl,
        }


def is_push_host(host: str, extra_hosts: tuple[str, ...] = ()) -> bool:
    """Whether an endpoint's host is a known push service. ``*.`` stands for at least one label."""
    name = host.lower().rstrip(".")
    for pattern in (*PUSH_HOSTS, *extra_hosts):
        if pattern.startswith("*.") and name.endswith(pattern[1:]) and len(name) > len(pattern) - 1:
            return True
        if name == pattern:
            return True
    return False
