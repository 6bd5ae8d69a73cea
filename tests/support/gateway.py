"""Gateways for tests: notices are JSON under an HMAC, and they say what the test has told them."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from backend.payments.ports import (
    BadNotice,
    Bill,
    Judgement,
    Notice,
    NoticeOutcome,
    Paid,
    RawNotice,
    Reply,
    Started,
    StatementRow,
    Transfer,
)
from shared_models.errors import Upstream
from shared_models.payment.order import GatewayKey

SECRET = b"only for tests"


@dataclass
class SignedGateway:
    """`started` and `refunded` are what it was told; `said` what it answers when it is asked, by code.

    `asked` are the codes that it was asked about, in order.
    """

    key: GatewayKey = GatewayKey.VNPAY
    kind: str = "page"
    can_refund: bool = True
    sends_notices: bool = True
    is_down: bool = False
    started: list[Bill] = field(default_factory=list)
    refunded: dict[str, Paid] = field(default_factory=dict)
    said: dict[int, Notice] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)

    def start(self, bill: Bill) -> Started:
        self._answer()
        self.started.append(bill)
        if self.kind == "page":
            return Started(url=f"https://{self.key.value}.example/pay/{bill.code}", kept={"code": bill.code})
        account = ("970436", "Vietcombank", "0011001234567", "KHO BAC NHA NUOC")
        return Started(transfer=Transfer(f"000201{bill.code}", *account, bill.amount, f"CD{bill.code}"))

    def read(self, raw: RawNotice) -> Notice:
        sent = raw.headers.get("X-Signature", "")
        if not hmac.compare_digest(sent, signature(raw.body)):
            raise BadNotice(Judgement.FORGED)
        try:
            told = json.loads(raw.body)
            return Notice(**{**told, "outcome": NoticeOutcome(told["outcome"]), "at": None})
        except (ValueError, KeyError, TypeError) as unreadable:
            raise BadNotice(Judgement.MALFORMED) from unreadable

    def reply(self, judgement: Judgement) -> Reply:
        return Reply(200, json.dumps({"said": judgement.value}).encode())

    def query(self, bill: Bill, kept: Mapping[str, Any]) -> Notice:
        self.asked.append(bill.code)
        self._answer()
        return self.said.get(bill.code, Notice(bill.code, NoticeOutcome.PENDING, bill.amount, None, None))

    def refund(self, paid: Paid, request_id: str, why: str) -> str:
        self._answer()
        self.refunded[request_id] = paid
        return f"refund of {paid.provider_ref}"

    def statement(self, content: bytes) -> list[StatementRow]:
        return [StatementRow(**{**row, "at": None}) for row in json.loads(content)]

    def _answer(self) -> None:
        if self.is_down:
            raise Upstream("gateway.unreachable", transient=True)


def signature(body: bytes) -> str:
    return hmac.new(SECRET, body, hashlib.sha256).hexdigest()


def some_gateways() -> dict[GatewayKey, SignedGateway]:
    """Two pages, one that never tells by itself, and one that takes transfers."""
    return {
        GatewayKey.VNPAY: SignedGateway(GatewayKey.VNPAY),
        GatewayKey.MOMO: SignedGateway(GatewayKey.MOMO),
        GatewayKey.NATIONAL: SignedGateway(GatewayKey.NATIONAL, sends_notices=False, can_refund=False),
        GatewayKey.BANK: SignedGateway(GatewayKey.BANK, kind="qr", can_refund=False),
    }
