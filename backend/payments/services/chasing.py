"""Asking gateways about attempts whose notice has not come, and ending what is over."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from itertools import chain
from typing import Final

from backend.infra.mongo import Database, Document, Session
from backend.infra.system import elapsed_s
from backend.payments.asking_rules import GRACE, next_question
from backend.payments.documents import ATTEMPTS
from backend.payments.ports import Gateway
from backend.payments.services.attempts import Attempts
from backend.payments.services.orders import Orders
from backend.payments.services.taking import Taking
from shared_models.errors import DomainError, Upstream
from shared_models.payment.order import AttemptState, GatewayKey

MOST_AT_ONCE: Final = 200
MOST_TRANSFERS: Final = 20
"""Questions to a gateway in one turn: pages are waited for, transfers are many and wait for weeks."""

TURN_S: Final = 30.0
MOST_SILENCES: Final = 2
"""A gateway that is slow or does not answer has its next turn: the others, and the other jobs, do not wait for it.

All of them slow at once, each with a last answer that comes at the end of its time, still keep within a job's patience.
"""

_log = logging.getLogger(__name__)


class Chasing:
    def __init__(
        self,
        database: Database,
        gateways: Mapping[GatewayKey, Gateway],
        orders: Orders,
        attempts: Attempts,
        taking: Taking,
        elapsed: Callable[[], float] = elapsed_s,
    ) -> None:
        self._database: Final = database
        self._gateways: Final = gateways
        self._orders: Final = orders
        self._attempts: Final = attempts
        self._taking: Final = taking
        self._elapsed: Final = elapsed

    def ask_silent(self, now: datetime) -> int:
        """Asks the gateways that never tell by themselves; of how many attempts something has become."""
        return sum(self._ask(one, now) for one in self._gateways.values() if not one.sends_notices)

    def ask_late(self, now: datetime) -> int:
        """Asks about attempts whose notice should have come by now, and ends attempts and orders that are over."""
        told = sum(self._ask(one, now) for one in self._gateways.values() if one.sends_notices)
        return told + self._end(now) + self._orders.expire(now)

    def _ask(self, gateway: Gateway, now: datetime) -> int:
        until_s, silences, done = self._elapsed() + TURN_S, 0, 0
        for attempt in self._due(gateway, now):
            if silences == MOST_SILENCES or self._elapsed() > until_s:
                _log.warning("gateway left for its next turn", extra={"gateway": gateway.key.value})
                break
            try:
                done += self._ask_about(gateway, attempt, now)
                silences = 0
            except DomainError as fault:
                # One that cannot be asked, or whose money cannot be noted now, must not keep the others waiting.
                silences += isinstance(fault, Upstream) and fault.transient
                _log.warning("gateway not asked", extra={"gateway": gateway.key.value, "fault": fault.code})
        return done

    def _due(self, gateway: Gateway, now: datetime) -> list[Document]:
        """Those that became due last and those that have waited longest, by turns.

        So many old ones do not keep a new one waiting, and new ones do not keep an old one waiting for ever.
        """
        most = MOST_AT_ONCE if gateway.kind == "page" else MOST_TRANSFERS
        waiting = {"gateway": gateway.key.value, "ask_at": {"$lte": now}}
        attempts = self._database.collection(ATTEMPTS)
        newest, oldest = (list(attempts.find(waiting).sort("ask_at", order).limit(most)) for order in (-1, 1))
        by_turns = chain.from_iterable(zip(newest, oldest, strict=False))
        return list({attempt["_id"]: attempt for attempt in by_turns}.values())[:most]

    def _ask_about(self, gateway: Gateway, attempt: Document, now: datetime) -> int:
        """Raises ``DomainError``: it did not answer, or what it said could not be noted; it is asked again later."""
        attempts = self._database.collection(ATTEMPTS)
        fresh = {"$set": {"asked_at": now, "ask_at": next_question(attempt, now, is_page=gateway.kind == "page")}}
        same = {"_id": attempt["_id"], "ask_at": attempt["ask_at"]}
        if not attempts.update_one(same, fresh).matched_count:
            return 0
        order = self._orders.read(attempt["order_id"])
        self._taking.note(gateway.key, gateway.query(self._attempts.bill(order, attempt), attempt["kept"]))
        now_is = attempts.find_one({"_id": attempt["_id"]}, {"state": 1})
        return int(now_is is not None and now_is["state"] != attempt["state"])

    def _end(self, now: datetime) -> int:
        over = {"state": AttemptState.STARTED.value, "expires_at": {"$lte": now - GRACE}}
        found = self._database.collection(ATTEMPTS).find(over, {"_id": 1}).sort("expires_at", 1).limit(MOST_AT_ONCE)
        done = 0
        for attempt_id in [row["_id"] for row in found]:
            try:
                done += self._database.transaction(partial(self._expire, attempt_id))
            except DomainError as fault:
                _log.warning("attempt not ended", extra={"attempt": attempt_id, "fault": fault.code})
        return done

    def _expire(self, attempt_id: str, session: Session) -> int:
        attempt = self._database.collection(ATTEMPTS).find_one({"_id": attempt_id}, session=session)
        if attempt is None or attempt["state"] != AttemptState.STARTED:
            return 0
        self._attempts.fail(attempt, "time", session, AttemptState.EXPIRED)
        return 1
