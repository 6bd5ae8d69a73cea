"""MoMo payment gateway v2 (public documents at developers.momo.vn: create, query, refund, notification, result codes).

1. ``create``: JSON, signed by HMAC-SHA256 over ``key=value`` pairs in alphabetical order, raw and not URL-encoded;
   the answer names the page to which the citizen goes. The same ``requestId`` again is the same payment.
2. MoMo tells the result with a POST to ``ipnUrl``, signed the same way, and wants HTTP 204 within 15 s.
3. ``query`` and ``refund`` are JSON posts, signed likewise. MoMo's documents give the answers to our own calls no
   signature: they are believed because TLS brought them, which is why production takes no address that is not https.

``orderId`` is the attempt's code in decimal; amounts are whole VND there too.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from backend.payments.adapters.http import Http
from backend.payments.adapters.momo_signing import (
    CREATE_FIELDS,
    NOTICE_FIELDS,
    QUERY_FIELDS,
    REFUND_FIELDS,
    sign_string,
    signature,
)
from backend.payments.adapters.statement_csv import read_statement
from backend.payments.adapters.told import done_or_not, is_same, json_object, page
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
)
from shared_models.clock import Clock
from shared_models.errors import Upstream
from shared_models.payment.order import GatewayKey

_OK: Final = 0
_NOT_FOUND: Final = 42
_STILL_OPEN: Final = frozenset({10, 1000, 7000, 7002, 8000, 9000})
"""Results that are not final: maintenance, waiting for the payer, being processed, authorised and not yet taken."""

_OUR_FAULT: Final = frozenset({11, 12, 13, 20, 21, 22, 40, 41, 43, 45, 47})
"""Results that say something of the question and nothing of the payment."""

_TRY_AGAIN: Final = frozenset({10, 40, 41, 7000, 7002, 9000})
"""For a refund: it may be under way; the same request again will tell."""

_REPLIES: Final[Mapping[Judgement, tuple[int, int, str]]] = {
    Judgement.UNKNOWN_ORDER: (404, 42, "Order not found"),
    Judgement.WRONG_AMOUNT: (400, 22, "Invalid amount"),
    Judgement.FORGED: (400, 13, "Invalid signature"),
    Judgement.MALFORMED: (400, 20, "Bad format"),
    Judgement.BROKEN: (500, 99, "Unknown error"),
}
_WHOLE: Final = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
_LONGEST_INFO: Final = 200
_LARGEST: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class MomoAccount:
    """Who the city is at MoMo, and the three addresses of its API."""

    partner_code: str
    access_key: str = field(repr=False)
    secret: str = field(repr=False)
    create_url: str
    query_url: str
    refund_url: str
    sandbox: bool = False


class Momo:
    """The adapter behind `Gateway`."""

    key = GatewayKey.MOMO
    kind = "page"
    can_refund = True
    sends_notices = True

    def __init__(self, account: MomoAccount, http: Http, clock: Clock) -> None:
        self._account: Final = account
        self._http: Final = http
        self._clock: Final = clock

    def start(self, bill: Bill) -> Started:
        """As `Gateway.start`. ``requestId`` is the attempt's code, so asking again is the same payment."""
        code = str(bill.code)
        minutes = int((bill.expires_at - bill.started_at).total_seconds() // 60)
        said = self._ask(
            self._account.create_url,
            CREATE_FIELDS,
            {
                "requestId": code,
                "orderId": code,
                "amount": bill.amount,
                "orderInfo": f"Lệ phí {bill.reference}: {bill.title}"[:_LONGEST_INFO],
                "redirectUrl": bill.return_url,
                "ipnUrl": bill.notice_url,
                "requestType": "captureWallet",
                "extraData": "",
                "autoCapture": True,
                "orderExpireTime": max(minutes, 1),
                "lang": _lang(bill),
            },
        )
        result = _result(said)
        if result != _OK:
            raise Upstream("gateway.refused", transient=False, why=str(result))
        if said.get("orderId") != code:
            raise Upstream("gateway.answer", transient=False)
        return Started(url=page(said.get("payUrl"), self._account.create_url))

    def read(self, raw: RawNotice) -> Notice:
        """As `Gateway.read`."""
        try:
            said = json_object(raw.body)
        except ValueError as malformed:
            raise BadNotice(Judgement.MALFORMED) from malformed
        given = said.get("signature")
        if not isinstance(given, str) or not given:
            raise BadNotice(Judgement.MALFORMED)
        try:
            text = sign_string(NOTICE_FIELDS, {**said, "accessKey": self._account.access_key})
            expected = signature(self._account.secret, text)
        except ValueError as malformed:
            raise BadNotice(Judgement.MALFORMED) from malformed
        if not is_same(expected, given):
            raise BadNotice(Judgement.FORGED)
        if said.get("partnerCode") != self._account.partner_code:
            raise BadNotice(Judgement.UNKNOWN_ORDER)
        notice = _told(said)
        if notice is None:
            raise BadNotice(Judgement.MALFORMED)
        return notice

    def reply(self, judgement: Judgement) -> Reply:
        """204 ends the telling; anything else has MoMo's own code for what is wrong."""
        if judgement in {Judgement.TAKEN, Judgement.REPEATED}:
            return Reply(204)
        status, code, message = _REPLIES[judgement]
        return Reply(status, json.dumps({"resultCode": code, "message": message}).encode())

    def query(self, bill: Bill, kept: Mapping[str, Any]) -> Notice:  # noqa: ARG002 - the bill says it all
        """As `Gateway.query`. What MoMo does not know is pending."""
        moment_us = int(self._clock.now().timestamp() * 1_000_000)
        said = self._ask(
            self._account.query_url,
            QUERY_FIELDS,
            {"requestId": f"{bill.code:x}q{moment_us:x}", "orderId": str(bill.code), "lang": _lang(bill)},
        )
        result = _result(said)
        if result == _NOT_FOUND:
            return Notice(bill.code, NoticeOutcome.PENDING, bill.amount, None, None, str(result))
        notice = None if result in _OUR_FAULT else _told(said)
        if notice is None or notice.code != bill.code:
            raise Upstream("gateway.answer", transient=False, why=str(result))
        return notice

    def refund(self, paid: Paid, request_id: str, why: str) -> str:
        """As `Gateway.refund`; MoMo's number of the refund. ``why`` is shown to the payer."""
        asked = {
            "requestId": request_id,
            "orderId": request_id,
            "amount": paid.bill.amount,
            "transId": int(paid.provider_ref),
            "description": why[:_LONGEST_INFO],
            "lang": _lang(paid.bill),
        }
        with done_or_not():
            said = self._ask(self._account.refund_url, REFUND_FIELDS, asked)
            result, number = _result(said), said.get("transId")
            if result == _OK and not _is_whole(number):
                raise Upstream("gateway.answer", transient=False)
        if result in _TRY_AGAIN:
            raise Upstream("gateway.unreachable", transient=True, why=str(result))
        if result != _OK:
            raise Upstream("gateway.refused", transient=False, why=str(result))
        return str(number)

    def statement(self, content: bytes) -> list[StatementRow]:
        """As `Gateway.statement`."""
        return read_statement(content)

    def _ask(self, url: str, signed: Sequence[str], content: Mapping[str, Any]) -> Mapping[str, Any]:
        message = {"partnerCode": self._account.partner_code, **content}
        text = sign_string(signed, {**message, "accessKey": self._account.access_key})
        said = self._http.call("POST", url, content={**message, "signature": signature(self._account.secret, text)})
        about = said.content.get("partnerCode")
        if about is not None and about != self._account.partner_code:
            raise Upstream("gateway.answer", transient=False)
        return said.content


def _lang(bill: Bill) -> str:
    return "en" if bill.lang == "en" else "vi"


def _is_whole(value: Any) -> bool:
    return type(value) is int and 0 < value <= _LARGEST


def _result(said: Mapping[str, Any]) -> int:
    result = said.get("resultCode")
    if type(result) is not int:
        raise Upstream("gateway.answer", transient=False)
    return result


def _told(said: Mapping[str, Any]) -> Notice | None:
    """A result in a notice or an answer to ``query``; None when its numbers are none."""
    order, amount, result, number = (said.get(name) for name in ("orderId", "amount", "resultCode", "transId"))
    if not isinstance(order, str) or not _WHOLE.fullmatch(order) or not _is_whole(amount) or type(result) is not int:
        return None
    vnd = int(str(amount))
    if result == _OK:
        return Notice(int(order), NoticeOutcome.PAID, vnd, str(number), _moment(said)) if _is_whole(number) else None
    outcome = NoticeOutcome.PENDING if result in _STILL_OPEN else NoticeOutcome.FAILED
    return Notice(int(order), outcome, vnd, None, None, str(result))


def _moment(said: Mapping[str, Any]) -> datetime | None:
    """``responseTime``: milliseconds since 1970."""
    time_ms = said.get("responseTime")
    try:
        return datetime.fromtimestamp(time_ms / 1000, UTC) if type(time_ms) is int else None
    except (ValueError, OverflowError, OSError):
        return None
