"""What the sandbox's gateways keep: each payment a file, written as a whole or not at all.

``DATA/sandbox/gateways/<gateway>/<code>.json`` holds a payment with its notices and refunds, so that a sandbox that is
started again goes on telling what it had not told yet.
"""

import json
import re
import secrets
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from shared_models.clock import city_date, from_wire, to_wire

OUTCOMES: Final = ("paid", "cancelled", "no_money", "expired")
BEHAVIOURS: Final = ("at_once", "late", "twice", "failure_after", "forged", "wrong_amount", "never")
LATE_S: Final = 20.0
FAILURE_AFTER_S: Final = 1.0
TOO_MUCH: Final = 1_000
"""By how many VND a notice with the wrong amount is wrong."""

_CODE: Final = re.compile(r"[A-Za-z0-9._-]{1,50}")
_FIRST_REF: Final = 14_000_001


class Refused(Exception):
    """A request that the gateway does not take; the text is a word that each gateway has its own code for."""


@dataclass
class Delivery:
    """A notice that is to be sent. ``says``: what it tells; ``amount``: VND instead of the payment's.

    ``due_at`` is seconds since 1970; ``answers`` what the city said, the latest last.
    """

    says: str
    due_at: float
    forged: bool = False
    amount: int | None = None
    tries: int = 0
    is_done: bool = False
    answers: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Refund:
    """Money that went back. ``request`` is the merchant's id of it."""

    request: str
    reference: str
    amount: int
    at: str


@dataclass
class Payment:
    """A payment as the gateway knows it. ``code`` is the merchant's number, ``token`` the secret of its page.

    ``what``: the service that is paid for, where the merchant names it beside the text;
    ``asked``: the merchant's fields as they came; ``state``: open, paid, or an outcome that is no payment.
    """

    gateway: str
    code: str
    amount: int
    text: str
    asked: dict[str, Any]
    created_at: str
    expires_at: str
    return_url: str | None = None
    notice_url: str | None = None
    what: str = ""
    token: str = ""
    state: str = "open"
    provider_ref: str = ""
    ended_at: str = ""
    deliveries: list[Delivery] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)

    @property
    def moment(self) -> datetime:
        """When it ended, or began."""
        return from_wire(self.ended_at or self.created_at)


class Ledger:
    """All payments of all gateways, in memory and in files. Every change is made under one lock and written at once."""

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        self._folder: Final = folder
        self.now: Final = now
        self._lock: Final = threading.RLock()
        self._payments: Final[dict[tuple[str, str], Payment]] = {}
        for file in sorted(folder.glob("*/*.json")):
            payment = _payment(json.loads(file.read_text("utf-8")))
            self._payments[payment.gateway, payment.code] = payment
        # By identity: two notices may say the same. Payments are never forgotten, so neither are their deliveries.
        self._waiting: Final[dict[int, tuple[Payment, Delivery]]] = {}
        for payment in self._payments.values():
            self._wait(payment, [delivery for delivery in payment.deliveries if not delivery.is_done])
        refs = [int(ref) for ref in self._refs() if ref.isdecimal()]
        self._last_ref = max(refs, default=_FIRST_REF - 1)

    def open(self, payment: Payment) -> Payment:
        """Keeps a new payment, or returns it as it is when the same was asked before.

        Raises:
            Refused: ``malformed``, ``late`` (its time is over), ``reused``: the same code for something else.
        """
        if not _CODE.fullmatch(payment.code) or payment.amount <= 0:
            raise Refused("malformed")
        with self._lock:
            known = self._payments.get((payment.gateway, payment.code))
            if known is None and from_wire(payment.expires_at) <= self.now():
                raise Refused("late")
            if known is None:
                payment.token = secrets.token_urlsafe(18)
                self._payments[payment.gateway, payment.code] = payment
                self._write(payment)
                return payment
            if known.asked != payment.asked:
                raise Refused("reused")
            return self._aged(known)

    def find(self, gateway: str, code: str) -> Payment | None:
        with self._lock:
            known = self._payments.get((gateway, code))
            return known and self._aged(known)

    def by_token(self, gateway: str, token: str) -> Payment | None:
        with self._lock:
            found = (each for each in self._payments.values() if each.gateway == gateway and each.token == token)
            known = next(found, None)
            return known and self._aged(known)

    def settle(self, payment: Payment, outcome: str, deliveries: list[Delivery]) -> None:
        """Ends an open payment and plans what is told of it.

        Raises:
            Refused: ``settled``: it is over already.
        """
        with self._lock:
            if self._aged(payment).state != "open":
                raise Refused("settled")
            payment.state = outcome
            payment.ended_at = to_wire(self.now())
            if outcome == "paid":
                payment.provider_ref = self._next_ref()
            self.plan(payment, deliveries)

    def plan(self, payment: Payment, deliveries: list[Delivery]) -> None:
        """Adds notices to what is told of a payment, whatever has become of it."""
        with self._lock:
            payment.deliveries += deliveries
            self._wait(payment, deliveries)
            self._write(payment)

    def refund(self, payment: Payment, request: str, amount: int) -> Refund:
        """Gives money back; the same request again is the same refund.

        Raises:
            Refused: ``not_paid``, ``too_much``.
        """
        with self._lock:
            for known in payment.refunds:
                if known.request == request and known.amount == amount:
                    return known
            if payment.state != "paid":
                raise Refused("not_paid")
            if amount <= 0 or sum(each.amount for each in payment.refunds) + amount > payment.amount:
                raise Refused("too_much")
            refund = Refund(request, self._next_ref(), amount, to_wire(self.now()))
            payment.refunds.append(refund)
            self._write(payment)
            return refund

    def due(self) -> list[tuple[Payment, Delivery]]:
        """Notices whose time has come, the oldest first."""
        now_s = self.now().timestamp()
        with self._lock:
            due = [pair for pair in self._waiting.values() if pair[1].due_at <= now_s]
        return sorted(due, key=lambda pair: pair[1].due_at)

    def note(self, payment: Payment, delivery: Delivery, answer: dict[str, Any], next_at: float | None) -> None:
        """Writes down what the city said to a notice. ``next_at``: when it is told again, None for never."""
        with self._lock:
            delivery.tries += 1
            delivery.answers.append(answer)
            if next_at is None:
                delivery.is_done = True
                self._waiting.pop(id(delivery), None)
            else:
                delivery.due_at = next_at
            self._write(payment)

    def paid_on(self, gateway: str, day: date) -> list[Payment]:
        """What was paid on a day of the city, in the order of the gateway's numbers."""
        with self._lock:
            found = [
                each
                for each in self._payments.values()
                if each.gateway == gateway and each.provider_ref and city_date(each.moment) == day
            ]
        return sorted(found, key=lambda each: int(each.provider_ref))

    def all(self, gateway: str) -> list[Payment]:
        with self._lock:
            return [each for each in self._payments.values() if each.gateway == gateway]

    def _wait(self, payment: Payment, deliveries: list[Delivery]) -> None:
        self._waiting.update({id(delivery): (payment, delivery) for delivery in deliveries})

    def _aged(self, payment: Payment) -> Payment:
        """Time ends what nobody has paid."""
        if payment.state == "open" and from_wire(payment.expires_at) <= self.now():
            payment.state = "expired"
            payment.ended_at = payment.expires_at
            self._write(payment)
        return payment

    def _refs(self) -> list[str]:
        payments = self._payments.values()
        return [each.provider_ref for each in payments] + [
            refund.reference for each in payments for refund in each.refunds
        ]

    def _next_ref(self) -> str:
        self._last_ref += 1
        return str(self._last_ref)

    def _write(self, payment: Payment) -> None:
        file = self._folder / payment.gateway / f"{payment.code}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(payment), ensure_ascii=False), "utf-8")
        fresh.replace(file)


def _payment(kept: dict[str, Any]) -> Payment:
    deliveries = [Delivery(**each) for each in kept.pop("deliveries")]
    refunds = [Refund(**each) for each in kept.pop("refunds")]
    return Payment(**kept, deliveries=deliveries, refunds=refunds)


def planned(outcome: str, behaviour: str, now: datetime, amount: int, late_s: float = LATE_S) -> list[Delivery]:
    """The notices of one behaviour for a payment that ended so."""
    now_s = now.timestamp()
    return {
        "at_once": lambda: [Delivery(outcome, now_s)],
        "late": lambda: [Delivery(outcome, now_s + late_s)],
        "twice": lambda: [Delivery(outcome, now_s), Delivery(outcome, now_s)],
        "failure_after": lambda: [Delivery(outcome, now_s), Delivery("cancelled", now_s + FAILURE_AFTER_S)],
        "forged": lambda: [Delivery("paid", now_s, forged=True)],
        "wrong_amount": lambda: [Delivery(outcome, now_s, amount=amount + TOO_MUCH)],
        "never": list,
    }[behaviour]()
