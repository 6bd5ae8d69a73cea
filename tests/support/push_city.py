"""What push works with, for tests of its relay: outbox, subscriptions, a strict push service, a clock that stands."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from pymongo.database import Database

from push.channels.web_push import WebPush
from push.relay import Relay
from push.render import Renderer
from push.store import OutboxStore
from shared_models.clock import FixedClock
from shared_models.outbox import OUTBOX, PUSH_SUBSCRIPTIONS, OutboxMessage, PushTarget
from tests.support.push_service import PushService, Subscription, b64url

NOW = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
LEASE = timedelta(seconds=60)


@dataclass
class City:
    """One database, one push service, one clock, and as many relays as a test wants."""

    database: Database[dict[str, Any]]
    service: PushService
    clock: FixedClock
    key: ec.EllipticCurvePrivateKey

    def relay(self, owner: str = "one", timeout_s: float = 20.0) -> Relay:
        channel = WebPush(self.key, "mailto:push@congdan.example", self.clock, ("127.0.0.1",), timeout_s)
        return Relay(
            store=OutboxStore(self.database, owner, LEASE),
            channels={"web_push": channel},
            renderer=Renderer("https://congdan.example"),
            clock=self.clock,
            chance=lambda: 0.0,
            workers=4,
        )

    def subscribe(self, name: str) -> tuple[Subscription, PushTarget]:
        subscription = self.service.subscribe(name)
        to = PushTarget(f"sub_{name}", subscription.endpoint, subscription.p256dh, b64url(subscription.auth), NOW)
        row = {"_id": to.subscription_id, "endpoint": to.endpoint, "created_at": NOW}
        self.database[PUSH_SUBSCRIPTIONS].insert_one(row)
        return subscription, to

    def put(self, to: PushTarget, event: str = "evt_1", **changes: Any) -> str:
        message = OutboxMessage(f"{event}:{to.subscription_id}", "licence.checked", to, "vi", NOW, topic="lic-1")
        self.database[OUTBOX].insert_one({**message.to_document(), **changes})
        return message.id

    def message(self, message_id: str) -> dict[str, Any]:
        found = self.database[OUTBOX].find_one({"_id": message_id})
        assert found is not None
        return found

    def has_subscription(self, name: str) -> bool:
        return self.database[PUSH_SUBSCRIPTIONS].find_one({"_id": f"sub_{name}"}) is not None
