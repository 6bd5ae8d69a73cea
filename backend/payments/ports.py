"""What payments are given, and what they ask of a gateway."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from shared_models.payment.order import GatewayKey


class NoticeOutcome(StrEnum):
    """What a gateway says of an attempt. `PENDING`: nothing yet."""

    PAID = "paid"
    FAILED = "failed"
    PENDING = "pending"


class Judgement(StrEnum):
    """What became of a notice; each gateway has its own answer for each."""

    TAKEN = "taken"
    REPEATED = "repeated"
    UNKNOWN_ORDER = "unknown_order"
    WRONG_AMOUNT = "wrong_amount"
    FORGED = "forged"
    MALFORMED = "malformed"
    BROKEN = "broken"
    """Our own fault, so that the gateway tells again."""


@dataclass(frozen=True, slots=True)
class Bill:
    """What a gateway is told of an attempt: the dossier's number and what for, nobody's name.

    ``code`` is the attempt's number; ``reference`` people's name for what is paid; ``title`` the procedure's name in
    Vietnamese, as long as it is: each adapter cuts and folds it as its gateway wants; ``return_url`` ours.
    """

    code: int
    amount: int
    reference: str
    title: str
    return_url: str
    notice_url: str
    started_at: datetime
    expires_at: datetime
    source: str
    lang: str
    procedure_code: str
    agency: Mapping[str, str]
    lines: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Transfer:
    """What a bank app needs, in its QR and in words."""

    text: str
    bank: str
    bank_name: str
    account: str
    holder: str
    amount: int
    purpose: str


@dataclass(frozen=True, slots=True)
class Started:
    """Where the citizen goes on: a page of the gateway, or a transfer. ``kept``: what the adapter needs later."""

    url: str | None = None
    transfer: Transfer | None = None
    kept: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RawNotice:
    """A request of a gateway as it came. ``query`` keeps every pair, as sent."""

    method: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Notice:
    """What a gateway says, its signature checked. ``provider_ref``: its own number of the payment, None when it failed.

    ``amount`` in VND; ``why`` the gateway's code for a failure.
    """

    code: int
    outcome: NoticeOutcome
    amount: int
    provider_ref: str | None
    at: datetime | None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What the gateway is answered."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment that is to go back, and the attempt it came by."""

    bill: Bill
    provider_ref: str
    kept: Mapping[str, Any]
    paid_at: datetime


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A line of a gateway's or bank's statement. ``code`` is None when the payer left it out."""

    line: int
    provider_ref: str
    code: int | None
    amount: int
    at: datetime | None
    text: str


class BadNotice(Exception):
    """A notice that cannot be believed or read; nothing is written."""

    def __init__(self, judgement: Judgement) -> None:
        super().__init__(judgement.value)
        self.judgement = judgement


class Gateway(Protocol):
    """One way by which money comes. Adapters keep no state and write nothing.

    ``kind``: `page` sends the citizen away, `qr` shows a code in the app.
    """

    key: GatewayKey
    kind: str
    can_refund: bool
    sends_notices: bool

    def start(self, bill: Bill) -> Started:
        """Announces an attempt. Doing it again with the same bill is harmless.

        Raises:
            Upstream: ``gateway.unreachable``, ``gateway.refused``: there is no attempt.
        """
        ...

    def read(self, raw: RawNotice) -> Notice:
        """Raises ``BadNotice``: `FORGED` when the signature does not hold, `MALFORMED` when there is none to check."""
        ...

    def reply(self, judgement: Judgement) -> Reply:
        """The gateway's own words for what became of its notice."""
        ...

    def query(self, bill: Bill, kept: Mapping[str, Any]) -> Notice:
        """Asks what has become of an attempt.

        Raises:
            Upstream: it does not answer, or its signature does not hold; nothing is known.
        """
        ...

    def refund(self, paid: Paid, request_id: str, why: str) -> str:
        """Sends all of it back; the gateway's reference. The same ``request_id`` again is the same refund.

        Raises:
            Upstream: ``gateway.unreachable`` (may have happened: ask again with the same id), ``gateway.refused``.
        """
        ...

    def statement(self, content: bytes) -> list[StatementRow]:
        """Reads a day's statement.

        Raises:
            Invalid: ``statement.unreadable`` naming the line.
        """
        ...
