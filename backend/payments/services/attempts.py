"""Attempts: an order taken to a gateway, under one number by which the gateway knows it."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from pymongo.errors import DuplicateKeyError

from backend.identity.service import Caller, Identity
from backend.infra.mongo import Database, Document, Session
from backend.infra.system import Ids
from backend.payments.asking_rules import first_question
from backend.payments.documents import ATTEMPTS
from backend.payments.ports import Bill, Gateway, Started
from backend.payments.services.history import Happened, History
from backend.payments.services.orders import Orders, has_open
from shared_models.access import Actor
from shared_models.clock import Clock
from shared_models.errors import Conflict, NotFound, Stale, Upstream
from shared_models.payment.order import (
    LEAST_CODE,
    MOST_CODE,
    OPEN_STATES,
    AttemptState,
    GatewayKey,
    OrderMove,
    OrderState,
)

PAGE_LASTS: Final = timedelta(minutes=15)
"""How long a gateway's page may take; a transfer may come as long as the order is open."""

ATTEMPTS_OF_HOUR: Final = 30
_TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class Reach:
    """What attempts reach for. ``public_url``: where citizens and gateways reach this city."""

    database: Database
    clock: Clock
    ids: Ids
    identity: Identity
    gateways: Mapping[GatewayKey, Gateway]
    public_url: str


class Attempts:
    def __init__(self, reach: Reach, orders: Orders, history: History, check_room: Callable[[str], None]) -> None:
        """``check_room(agency_code)`` refuses what could be paid and find no number for its receipt."""
        self._orders: Final = orders
        self._history: Final = history
        self._check_room: Final = check_room
        self._gateways: Final = reach.gateways
        self._database: Final = reach.database
        self._clock: Final = reach.clock
        self._ids: Final = reach.ids
        self._public_url: Final = reach.public_url
        self._identity: Final = reach.identity

    def begin(self, actor: Actor, order_id: str, ask: Mapping[str, Any], caller: Caller) -> Document:
        """An attempt of ``{id, gateway, lang}``; one that is still open at the same gateway is the one.

        The same id again is the same attempt; what a lost answer of the gateway held is asked for again.

        Raises:
            NotFound: ``order.unknown``, ``gateway.unknown``.
            Conflict: ``order.closed``, ``attempt.id_reused``, ``receipt.series_full``.
            RateLimited: ``attempt.too_often``. Upstream: the gateway does not answer or refuses; the attempt failed.
        """
        order, attempts = self._orders.own(actor, order_id)
        gateway = self.gateway(ask["gateway"])
        known = next((one for one in attempts if one["_id"] == ask["id"]), None)
        if known is not None and known["gateway"] != gateway.key:
            raise Conflict("attempt.id_reused")
        if known is not None and (known["shown"] or known["state"] != AttemptState.STARTED):
            return known
        now = self._clock.now()
        if known is None and (OrderState(order["state"]) not in OPEN_STATES or order["expires_at"] <= now):
            raise Conflict("order.closed", state=order["state"])
        if known is None:
            open_there = [one for one in attempts if one["gateway"] == gateway.key and _is_open(one, now)]
            if open_there:
                return open_there[0]
            self._check_room(order["agency"]["code"])
            self._identity.count_of_hour(ATTEMPTS_OF_HOUR, "attempt.too_often", "payment attempt", actor.id)
            known = self._make(order, gateway, str(ask["id"]))
        return self._announce(order, known, gateway, (caller.address or "127.0.0.1", ask["lang"]))

    def gateway(self, key: str) -> Gateway:
        """Raises ``NotFound("gateway.unknown")`` for one that this city does not take."""
        found = self._gateways.get(GatewayKey(key)) if key in set(GatewayKey) else None
        if found is None:
            raise NotFound("gateway.unknown")
        return found

    def offered(self) -> list[dict[str, str]]:
        """``[{key, kind}]`` of what this city takes."""
        return [{"key": key.value, "kind": one.kind} for key, one in self._gateways.items()]

    def bill(self, order: Document, attempt: Document, source: str = "127.0.0.1", lang: str = "vi") -> Bill:
        """What a gateway is told of an attempt, the same each time."""
        return Bill(
            code=attempt["code"],
            amount=attempt["amount"],
            reference=str(order["reference"]),
            title=str(order["title"]["vi"]),
            return_url=f"{self._public_url}/pay/return?order={order['_id']}",
            notice_url=f"{self._public_url}/api/v1/gateways/{attempt['gateway']}/notice",
            started_at=attempt["started_at"],
            expires_at=attempt["expires_at"],
            source=source,
            lang=lang,
            procedure_code=order["procedure_code"],
            agency=order["agency"],
            lines=tuple(order["lines"]),
        )

    def fail(self, attempt: Document, why: str, session: Session, state: AttemptState = AttemptState.FAILED) -> None:
        """Ends an attempt without money; the order has failed when no other is open.

        What a gateway calls failed is not asked about any more; what has merely run out is.
        """
        now = self._clock.now()
        ended: Document = {"state": state.value, "ended_at": now, "why": why}
        if state is AttemptState.FAILED:
            ended["ask_at"] = None
        self._database.collection(ATTEMPTS).update_one({"_id": attempt["_id"]}, {"$set": ended}, session=session)
        order = self._orders.read(attempt["order_id"], session)
        others = [one for one in self._orders.attempts(order["_id"], session) if one["_id"] != attempt["_id"]]
        is_last = order["state"] == OrderState.PENDING and not has_open(others)
        happened = Happened(f"attempt_{state.value}", now, attempt["_id"], attempt["gateway"], detail={"why": why})
        self._history.note(order, happened, session, OrderMove.FAIL if is_last else None)

    def _make(self, order: Document, gateway: Gateway, attempt_id: str) -> Document:
        for _ in range(_TRIES):
            try:
                return self._database.transaction(
                    lambda session: self._store(str(order["_id"]), gateway, attempt_id, session)
                )
            except DuplicateKeyError:
                known = self._database.collection(ATTEMPTS).find_one({"_id": attempt_id})
                if known is not None and known["order_id"] == order["_id"] and known["gateway"] == gateway.key:
                    return known
                if known is not None:
                    raise Conflict("attempt.id_reused") from None
        raise Stale("order.changed")

    def _store(self, order_id: str, gateway: Gateway, attempt_id: str, session: Session) -> Document:
        order, now = self._orders.read(order_id, session), self._clock.now()
        if OrderState(order["state"]) not in OPEN_STATES:
            raise Conflict("order.closed", state=order["state"])
        until = order["expires_at"] if gateway.kind == "qr" else min(order["expires_at"], now + PAGE_LASTS)
        attempt: Document = {
            "_id": attempt_id,
            "order_id": order_id,
            "gateway": gateway.key.value,
            "code": LEAST_CODE + int.from_bytes(self._ids.random(8), "big") % (MOST_CODE - LEAST_CODE + 1),
            "amount": order["amount"],
            "started_at": now,
            "expires_at": until,
            "ask_at": first_question(now, sends_notices=gateway.sends_notices),
            "state": AttemptState.STARTED.value,
            "ended_at": None,
            "why": None,
            "kept": {},
            "shown": {},
        }
        self._database.collection(ATTEMPTS).insert_one(attempt, session=session)
        happened = Happened("attempt_started", now, attempt_id, gateway.key.value)
        self._history.note(order, happened, session, OrderMove.BEGIN)
        return attempt

    def _announce(self, order: Document, attempt: Document, gateway: Gateway, told: tuple[str, str]) -> Document:
        """Outside any transaction: a gateway may take seconds, and saying it twice is harmless."""
        try:
            started = gateway.start(self.bill(order, attempt, *told))
        except Upstream as fault:
            why = fault.code
            self._database.transaction(lambda session: self._refused(attempt["_id"], why, session))
            raise
        shown = _shown(started)
        fresh = {"$set": {"shown": shown, "kept": dict(started.kept)}}
        self._database.collection(ATTEMPTS).update_one({"_id": attempt["_id"]}, fresh)
        return {**attempt, "shown": shown, "kept": dict(started.kept)}

    def _refused(self, attempt_id: str, why: str, session: Session) -> None:
        attempt = self._database.collection(ATTEMPTS).find_one({"_id": attempt_id}, session=session)
        if attempt is not None and attempt["state"] == AttemptState.STARTED:
            self.fail(attempt, why, session)


def _is_open(attempt: Document, now: datetime) -> bool:
    """Whether somebody can still go on with it where it was begun."""
    is_known = bool(attempt["shown"])
    return is_known and attempt["state"] == AttemptState.STARTED and bool(attempt["expires_at"] > now)


def _shown(started: Started) -> dict[str, Any]:
    return {"url": started.url, "qr": asdict(started.transfer) if started.transfer else None}
