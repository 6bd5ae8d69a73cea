"""Asking gateways about attempts whose notice has not come, and ending what is over."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Final

from backend.infra.mongo import Database, Document, Session
from backend.payments.documents import ATTEMPTS
from backend.payments.ports import Gateway
from backend.payments.services.attempts import Attempts
from backend.payments.services.orders import Orders
from backend.payments.services.taking import Taking
from shared_models.errors import Upstream
from shared_models.payment.order import AttemptState, GatewayKey

PATIENCE: Final = timedelta(minutes=2)
"""How long a gateway that tells by itself is waited for before it is asked."""

GRACE: Final = timedelta(minutes=5)
"""How long after its time an attempt may still turn out to be paid before it is called over."""

MOST_AT_ONCE: Final = 200
_log = logging.getLogger(__name__)


class Chasing:
    def __init__(
        self,
        database: Database,
        gateways: Mapping[GatewayKey, Gateway],
        orders: Orders,
        attempts: Attempts,
        taking: Taking,
    ) -> None:
        self._database: Final = database
        self._gateways: Final = gateways
        self._orders: Final = orders
        self._attempts: Final = attempts
        self._taking: Final = taking

    def ask_silent(self, now: datetime) -> int:
        """Asks the gateways that never tell by themselves; how many attempts came to an end."""
        silent = [one for one in self._gateways.values() if not one.sends_notices]
        return sum(self._ask(gateway, now, now) for gateway in silent)

    def ask_late(self, now: datetime) -> int:
        """Asks about attempts whose notice should have come by now, and ends attempts and orders that are over."""
        done = 0
        for gateway in self._gateways.values():
            if gateway.sends_notices and gateway.kind == "page":
                done += self._ask(gateway, now - PATIENCE, now)
            done += self._end(gateway, now)
        return done + self._orders.expire(now)

    def _ask(self, gateway: Gateway, began_before: datetime, now: datetime) -> int:
        waiting = {
            "state": AttemptState.STARTED.value,
            "gateway": gateway.key.value,
            "started_at": {"$lte": began_before},
        }
        found = self._database.collection(ATTEMPTS).find(waiting).sort("started_at", 1)
        # Those that were asked about lately are passed over first: many old ones must not keep a new one waiting.
        due = islice((attempt for attempt in found if _is_due(attempt, now)), MOST_AT_ONCE)
        return sum(self._ask_about(gateway, attempt, now) for attempt in list(due))

    def _ask_about(self, gateway: Gateway, attempt: Document, now: datetime) -> int:
        attempts = self._database.collection(ATTEMPTS)
        attempts.update_one({"_id": attempt["_id"]}, {"$set": {"asked_at": now}})
        order = self._orders.read(attempt["order_id"])
        try:
            notice = gateway.query(self._attempts.bill(order, attempt), attempt["kept"])
        except Upstream as fault:
            _log.warning("gateway not asked", extra={"gateway": gateway.key.value, "fault": fault.code})
            return 0
        self._taking.note(gateway.key, notice)
        fresh = attempts.find_one({"_id": attempt["_id"]}, {"state": 1})
        return int(fresh is not None and fresh["state"] != AttemptState.STARTED)

    def _end(self, gateway: Gateway, now: datetime) -> int:
        over = {"state": AttemptState.STARTED.value, "gateway": gateway.key.value}
        # Transfers have no page to come back from: many wait, and the oldest first is enough.
        found = self._database.collection(ATTEMPTS).find(over, {"expires_at": 1}).sort("started_at", 1)
        late = [row["_id"] for row in found.limit(MOST_AT_ONCE) if row["expires_at"] + GRACE <= now]
        for attempt_id in late:
            self._database.transaction(partial(self._expire, attempt_id))
        return len(late)

    def _expire(self, attempt_id: str, session: Session) -> None:
        attempt = self._database.collection(ATTEMPTS).find_one({"_id": attempt_id}, session=session)
        if attempt is not None and attempt["state"] == AttemptState.STARTED:
            self._attempts.fail(attempt, "time", session, AttemptState.EXPIRED)


def _is_due(attempt: Document, now: datetime) -> bool:
    """Asked again after a tenth of the time that it has waited: every two seconds at first, every minute later."""
    asked = attempt.get("asked_at")
    waited = now - attempt["started_at"]
    return asked is None or now - asked >= max(timedelta(seconds=2), min(waited / 10, timedelta(minutes=1)))
