"""What is to be paid, or was: orders with their attempts, ways to pay, receipts, and where a stall's money goes."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import flet as ft

from shared_models.clock import from_wire
from shared_models.payment.order import OPEN_STATES, SETTLED_STATES, AttemptState, OrderState
from shared_models.payment.receipt import receipt_name

Json = dict[str, Any]

# What a gateway's code of a failure means to who pays; the codes are those of the gateways' public documents.
WHY = {
    ("vnpay", "09"): "not_enrolled",
    ("vnpay", "11"): "too_slow",
    ("vnpay", "13"): "wrong_code",
    ("vnpay", "24"): "cancelled",
    ("vnpay", "51"): "no_money",
    ("vnpay", "65"): "limit",
    ("vnpay", "75"): "bank_away",
    ("momo", "1001"): "no_money",
    ("momo", "1004"): "limit",
    ("momo", "1005"): "too_slow",
    ("momo", "1006"): "cancelled",
    ("payos", "CANCELLED"): "cancelled",
}


@dataclass(frozen=True, slots=True)
class Considered:
    """A rule that was weighed for a fee; `due` is what it would have left, in VND."""

    rule_id: str
    name: Json | str
    basis: str
    due: int


@dataclass(frozen=True, slots=True)
class Line:
    """One fee, in VND: `listed` as published, `due` after the rule `rule_id` of those that were considered."""

    name: Json | str
    listed: int
    due: int
    rule_id: str | None
    considered: tuple[Considered, ...]

    @classmethod
    def from_json(cls, data: Json) -> "Line":
        rules = (Considered(one["rule_id"], one["name"], one["basis"], one["due"]) for one in data["considered"])
        return cls(data["name"], data["listed"], data["due"], data["rule_id"], tuple(rules))

    @property
    def applied(self) -> Considered | None:
        return next((one for one in self.considered if one.rule_id == self.rule_id), None)


@dataclass(frozen=True, slots=True)
class Transfer:
    """A bank transfer: the text of its VietQR, and what to type where that cannot be scanned. `amount` in VND."""

    text: str
    bank: str
    bank_name: str
    account: str
    holder: str
    amount: int
    purpose: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to pay: `url` is the gateway's page, `transfer` what a bank app reads, `why` the gateway's own code."""

    id: str
    gateway: str
    state: AttemptState
    started_at: datetime
    expires_at: datetime
    url: str | None
    transfer: Transfer | None
    why: str | None

    @classmethod
    def from_json(cls, data: Json) -> "Attempt":
        return cls(
            id=data["id"],
            gateway=data["gateway"],
            state=AttemptState(data["state"]),
            started_at=from_wire(data["started_at"]),
            expires_at=from_wire(data["expires_at"]),
            url=data["url"],
            transfer=Transfer(**data["qr"]) if data["qr"] else None,
            why=data["why"],
        )

    def is_open(self, now: datetime) -> bool:
        return self.state is AttemptState.STARTED and now < self.expires_at

    @property
    def failure(self) -> str:
        """What the gateway's code means; `other` for one that this version does not know."""
        return WHY.get((self.gateway, self.why or ""), "other")


@dataclass(frozen=True, slots=True)
class Order:
    """An `Order` of the API (docs/payments.md, section 6). `amount` in VND; `raw` is what was sent."""

    id: str
    version: int
    subject_id: str
    reference: str
    title: Json | str
    agency: str
    lines: tuple[Line, ...]
    amount: int
    state: OrderState
    expires_at: datetime
    paid_at: datetime | None
    method: str | None
    receipt_id: str | None
    receipt_number: str
    receipt_state: str
    attempts: tuple[Attempt, ...]
    raw: Json = field(compare=False)

    @classmethod
    def from_json(cls, data: Json) -> "Order":
        """Read what the server sent. Raises KeyError or ValueError when it is no order."""
        receipt = data["receipt"] or {}
        attempts = sorted(map(Attempt.from_json, data["attempts"]), key=lambda one: one.started_at)
        return cls(
            id=data["id"],
            version=data["version"],
            subject_id=data["subject_id"],
            reference=data["reference"],
            title=data["title"],
            agency=data["agency"]["name"],
            lines=tuple(map(Line.from_json, data["lines"])),
            amount=data["amount"],
            state=OrderState(data["state"]),
            expires_at=from_wire(data["expires_at"]),
            paid_at=from_wire(data["paid_at"]) if data["paid_at"] else None,
            method=data["method"],
            receipt_id=receipt.get("id"),
            receipt_number=str(receipt.get("number") or ""),
            # What the vault kept before 22/11/2026 does not say it.
            receipt_state=str(receipt.get("state") or "issued"),
            attempts=tuple(attempts),
            raw=data,
        )

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def is_settled(self) -> bool:
        return self.state in SETTLED_STATES

    @property
    def last(self) -> Attempt | None:
        return self.attempts[-1] if self.attempts else None

    @property
    def waits(self) -> bool:
        """Whether news of money may come: an attempt was begun and nobody has heard how it ended."""
        return self.is_open and any(one.state is AttemptState.STARTED for one in self.attempts)

    def open_attempt(self, now: datetime, gateway: str | None = None) -> Attempt | None:
        """The one begun last that still runs; of one way, or of any."""
        running = [one for one in self.attempts if one.is_open(now) and gateway in {None, one.gateway}]
        return running[-1] if running else None

    def with_attempt(self, data: Json) -> "Order":
        """The same order once this attempt has begun, until the server tells of it itself."""
        others = [one for one in self.raw["attempts"] if one["id"] != data["id"]]
        return Order.from_json({**self.raw, "attempts": [*others, data]})


@dataclass(frozen=True, slots=True)
class Way:
    """A way to pay: `kind` is `page` (the gateway's own) or `qr` (a code for a bank app)."""

    key: str
    kind: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """An electronic receipt as its payer sees it; `amount` in VND."""

    id: str
    agency: str
    series: str
    number: str
    reference: str
    title: Json | str
    amount: int
    issued_at: datetime
    state: str
    replaces: str | None
    replaced_by: str | None

    @property
    def name(self) -> str:
        """`26TAA-00000042`."""
        return receipt_name(self.series, self.number)

    @classmethod
    def from_json(cls, data: Json) -> "Receipt":
        """Raises KeyError or ValueError when it is no receipt."""
        return cls(
            id=data["id"],
            agency=data["agency"]["name"],
            series=data["series"],
            number=data["number"],
            reference=data["reference"],
            title=data["title"],
            amount=data["amount"],
            issued_at=from_wire(data["issued_at"]),
            state=data["state"],
            replaces=data.get("replaces"),
            replaced_by=data["replaced_by"],
        )


@dataclass(frozen=True, slots=True)
class Stall:
    """Where the money of a market stall goes: known on this phone alone. `bank` is its number at NAPAS (BIN)."""

    bank: str
    account: str
    name: str


class PaymentsState(ft.Observable):
    """`error`: why the last look at an order, the ways or the receipts failed; `starting`: the way that is begun now.

    `receipts_at`: when the list was fetched (RFC 3339). `stall`: None until it was read or where there is none.
    """

    def __init__(self) -> None:
        self.orders: tuple[Order, ...] = ()
        self.ways: tuple[Way, ...] = ()
        self.starting: str | None = None
        self.error: str | None = None
        self.receipts: tuple[Receipt, ...] = ()
        self.receipts_at: str | None = None
        self.receipts_error: str | None = None
        self.is_fetching = False
        self.stall: Stall | None = None

    def order(self, order_id: str) -> Order | None:
        return next((order for order in self.orders if order.id == order_id), None)

    def take(self, order: Order) -> None:
        """The newest of an order; one that an older answer tells of changes nothing."""
        known = self.order(order.id)
        if known is not None and known.version > order.version:
            return
        if known != order:
            self.orders = (*(one for one in self.orders if one.id != order.id), order)

    def empty(self) -> None:
        """Nothing of anybody stays on a screen behind a closed door."""
        self.orders, self.receipts, self.receipts_at, self.stall = (), (), None, None
        self.starting = self.error = self.receipts_error = None
