"""VNPAY 2.1.0 (public documents at sandbox.vnpayment.vn: "PAY" and "querydr, refund").

1. The citizen is sent to ``pay_url`` with signed parameters: HMAC-SHA512 over the sorted pairs as they stand in a URL.
   Nothing is sent from server to server, so starting cannot fail and starting again is the same address.
2. VNPAY tells the result with a GET to our notice address (which it is told once, by contract), signed the same way,
   and repeats it until it reads ``RspCode`` 00 or 02.
3. ``querydr`` and ``refund`` are JSON posts to ``api_url``, signed over values joined with ``|`` in a fixed order.

Amounts there are VND x 100, times ``yyyyMMddHHmmss`` in GMT+7: in this file and nowhere else.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from backend.payments.adapters.http import Http
from backend.payments.adapters.statement_csv import read_statement
from backend.payments.adapters.told import done_or_not
from backend.payments.adapters.vnpay_signing import (
    HASH,
    QUERY_ANSWER_FIELDS,
    QUERY_FIELDS,
    REFUND_ANSWER_FIELDS,
    REFUND_FIELDS,
    VERSION,
    from_time,
    holds,
    joined,
    sign_string,
    signature,
    to_time,
)
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
from shared_models.text import without_marks

_REPLIES: Final[Mapping[Judgement, tuple[str, str]]] = {
    Judgement.TAKEN: ("00", "Confirm Success"),
    Judgement.REPEATED: ("02", "Order already confirmed"),
    Judgement.UNKNOWN_ORDER: ("01", "Order not found"),
    Judgement.WRONG_AMOUNT: ("04", "Invalid amount"),
    Judgement.FORGED: ("97", "Invalid checksum"),
    Judgement.MALFORMED: ("99", "Unknown error"),
    Judgement.BROKEN: ("99", "Unknown error"),
}
_OK: Final = "00"
_SUSPECTED: Final = "07"
"""The money has left the payer and VNPAY looks into it: neither paid nor failed."""

_STATUS_FAILED: Final = "02"
_NOT_FOUND: Final = "91"
_REPEATED_REFUND: Final = "94"
_PER_VND: Final = 100
_WHOLE: Final = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
_REF: Final = re.compile(r"[0-9]{1,20}", re.ASCII)
_NOT_PLAIN: Final = re.compile(r"[^A-Za-z0-9 .:-]+", re.ASCII)
_NOT_ALNUM: Final = re.compile(r"[^A-Za-z0-9]", re.ASCII)
_LONGEST_TEXT: Final = 255
_LONGEST_REQUEST: Final = 32


@dataclass(frozen=True, slots=True)
class VnpayAccount:
    """Who the city is at VNPAY. ``own_address``: the IP address from which we ask (``vnp_IpAddr``)."""

    tmn_code: str
    secret: str = field(repr=False)
    pay_url: str
    api_url: str
    own_address: str = "127.0.0.1"
    sandbox: bool = False


class Vnpay:
    """The adapter behind `Gateway`."""

    key = GatewayKey.VNPAY
    kind = "page"
    can_refund = True
    sends_notices = True

    def __init__(self, account: VnpayAccount, http: Http, clock: Clock) -> None:
        self._account: Final = account
        self._http: Final = http
        self._clock: Final = clock

    def start(self, bill: Bill) -> Started:
        """As `Gateway.start`: an address, made of the bill alone."""
        pairs = {
            "vnp_Version": VERSION,
            "vnp_Command": "pay",
            "vnp_TmnCode": self._account.tmn_code,
            "vnp_Amount": str(bill.amount * _PER_VND),
            "vnp_CurrCode": "VND",
            "vnp_TxnRef": str(bill.code),
            "vnp_OrderInfo": _plain(f"Le phi {bill.reference} {bill.title}"),
            "vnp_OrderType": "other",
            "vnp_Locale": "en" if bill.lang == "en" else "vn",
            "vnp_ReturnUrl": bill.return_url,
            "vnp_IpAddr": bill.source,
            "vnp_CreateDate": to_time(bill.started_at),
            "vnp_ExpireDate": to_time(bill.expires_at),
        }
        text = sign_string(pairs.items())
        return Started(url=f"{self._account.pay_url}?{text}&{HASH}={signature(self._account.secret, text)}")

    def read(self, raw: RawNotice) -> Notice:
        """As `Gateway.read`. ``raw.query`` holds decoded pairs; fields of days to come are signed too."""
        pairs = [(name, value) for name, value in raw.query if name.startswith("vnp_")]
        said = dict(pairs)
        if not said.get(HASH) or len(said) != len(pairs):
            raise BadNotice(Judgement.MALFORMED)
        try:
            is_theirs = holds(self._account.secret, sign_string(pairs), said[HASH])
        except UnicodeEncodeError as malformed:
            raise BadNotice(Judgement.MALFORMED) from malformed
        if not is_theirs:
            raise BadNotice(Judgement.FORGED)
        if said.get("vnp_TmnCode") != self._account.tmn_code:
            raise BadNotice(Judgement.UNKNOWN_ORDER)
        notice = _told(said, said.get("vnp_ResponseCode", ""))
        if notice is None:
            raise BadNotice(Judgement.MALFORMED)
        return notice

    def reply(self, judgement: Judgement) -> Reply:
        """Always HTTP 200: the word is in ``RspCode``."""
        code, message = _REPLIES[judgement]
        return Reply(200, json.dumps({"RspCode": code, "Message": message}).encode())

    def query(self, bill: Bill, kept: Mapping[str, Any]) -> Notice:  # noqa: ARG002 - the bill says it all
        """As `Gateway.query`. What VNPAY does not know (nobody has opened its page) is pending."""
        now = self._clock.now()
        said = self._ask(
            QUERY_FIELDS,
            QUERY_ANSWER_FIELDS,
            {
                # Unique in a day, and made of nothing but the question and its moment.
                "vnp_RequestId": f"{bill.code:x}q{int(now.timestamp() * 1_000_000):x}",
                "vnp_Command": "querydr",
                "vnp_TxnRef": str(bill.code),
                "vnp_TransactionDate": to_time(bill.started_at),
                "vnp_OrderInfo": f"Truy van {bill.code}",
            },
        )
        if said.get("vnp_ResponseCode") == _NOT_FOUND:
            return Notice(bill.code, NoticeOutcome.PENDING, bill.amount, None, None, _NOT_FOUND)
        notice = _told(said, _OK) if said.get("vnp_ResponseCode") == _OK else None
        if notice is None or notice.code != bill.code:
            raise Upstream("gateway.answer", transient=False)
        return notice

    def refund(self, paid: Paid, request_id: str, why: str) -> str:
        """As `Gateway.refund`: always the whole amount, so 94 (a refund was asked for before) is this same refund.

        VNPAY does not tell its number again then; the reference is our request's.
        """
        asked = {
            "vnp_RequestId": _NOT_ALNUM.sub("", request_id)[-_LONGEST_REQUEST:],
            "vnp_Command": "refund",
            "vnp_TransactionType": "02",
            "vnp_TxnRef": str(paid.bill.code),
            "vnp_Amount": str(paid.bill.amount * _PER_VND),
            "vnp_TransactionNo": paid.provider_ref,
            "vnp_TransactionDate": to_time(paid.bill.started_at),
            "vnp_CreateBy": "congdan",
            "vnp_OrderInfo": _plain(why) or f"Hoan tien {paid.bill.code}",
        }
        with done_or_not():
            said = self._ask(REFUND_FIELDS, REFUND_ANSWER_FIELDS, asked)
            code = str(said.get("vnp_ResponseCode"))
            if code in {_OK, _REPEATED_REFUND} and said.get("vnp_TxnRef") != asked["vnp_TxnRef"]:
                raise Upstream("gateway.answer", transient=False)
        if code not in {_OK, _REPEATED_REFUND}:
            raise Upstream("gateway.refused", transient=False, why=code)
        return str(said.get("vnp_TransactionNo") or request_id)

    def statement(self, content: bytes) -> list[StatementRow]:
        """As `Gateway.statement`."""
        return read_statement(content)

    def _ask(self, asked: Sequence[str], answered: Sequence[str], content: Mapping[str, str]) -> Mapping[str, Any]:
        """Sends a signed question; the answer once its signature holds and it is about us."""
        message = {
            **content,
            "vnp_Version": VERSION,
            "vnp_TmnCode": self._account.tmn_code,
            "vnp_CreateDate": to_time(self._clock.now()),
            "vnp_IpAddr": self._account.own_address,
        }
        message[HASH] = signature(self._account.secret, joined(asked, message))
        said = self._http.call("POST", self._account.api_url, content=message).content
        if not holds(self._account.secret, joined(answered, said), said.get(HASH)):
            raise Upstream("gateway.answer", transient=False)
        if said.get("vnp_TmnCode") != self._account.tmn_code or said.get("vnp_Command") != content["vnp_Command"]:
            raise Upstream("gateway.answer", transient=False)
        return said


def _told(said: Mapping[str, Any], code: str) -> Notice | None:
    """A result in a notice or an answer to ``querydr``; None when its numbers are none."""
    ref, amount = str(said.get("vnp_TxnRef", "")), str(said.get("vnp_Amount", ""))
    status = str(said.get("vnp_TransactionStatus", ""))
    if not code or not _WHOLE.fullmatch(ref) or not _WHOLE.fullmatch(amount) or int(amount) % _PER_VND:
        return None
    at, number = from_time(str(said.get("vnp_PayDate", ""))), str(said.get("vnp_TransactionNo", ""))
    vnd = int(amount) // _PER_VND
    if code == _OK and status == _OK:
        if not _REF.fullmatch(number) or not int(number):
            return None
        return Notice(int(ref), NoticeOutcome.PAID, vnd, number, at)
    is_open = code == _SUSPECTED or (code == _OK and status != _STATUS_FAILED)
    outcome = NoticeOutcome.PENDING if is_open else NoticeOutcome.FAILED
    return Notice(int(ref), outcome, vnd, None, None, status if code == _OK else code)


def _plain(text: str) -> str:
    """VNPAY takes neither diacritics nor special characters in a text."""
    return " ".join(_NOT_PLAIN.sub(" ", without_marks(text)).split())[:_LONGEST_TEXT].rstrip()
