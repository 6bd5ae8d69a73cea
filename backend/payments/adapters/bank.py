"""Transfers to an agency's bank account by VietQR, and what its bank tells of them.

Banks have formats of their own. This is the one that a city's connection to its bank has to meet (docs/payments.md,
section 3.1); ``secret`` is known to both, ``signature`` is the lower-case hex HMAC-SHA256 over ASCII ``<at>.`` and the
bytes named, ``at`` is seconds since 1970 and good for five minutes:

1. **Credit.** ``POST`` of JSON ``{reference, account, amount (whole VND), text, at (RFC 3339)}`` with the headers
   ``X-Bank-Time: <at>`` and ``X-Bank-Signature``, over the body. Told again, signed anew, until it is answered 2xx.
2. **Look-up.** ``GET <lookup_url>?text=CD<code>`` with both headers, over the query. Answer ``{at, signature, credits:
   [as in 1]}``, the signature over the query, ``.`` and the credits as compact JSON with sorted keys.
3. **Statement.** `bank_statement.py`.

A transfer is known by ``CD<code>`` in its text and by nothing else. Banks put words of their own around it and fold
long texts, so white space may stand within the number; anything else ends it, and so do its 16 digits where a space
follows. A number that was cut short, or two that could be meant, match nothing: a person looks at it.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate, takewhile
from typing import Any, Final
from urllib.parse import urlencode

from backend.payments.adapters.bank_statement import amount_of, moment_of, read_table
from backend.payments.adapters.http import Http
from backend.payments.adapters.payees import check_table, payee_of
from backend.payments.adapters.told import is_same, json_object, reference, whole
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
from shared_models.clock import Clock, from_wire, to_epoch_s
from shared_models.errors import Upstream
from shared_models.payment.banks import BANKS
from shared_models.payment.order import LEAST_CODE, LEAST_CODE_EVER, MOST_CODE, GatewayKey
from shared_models.payment.vietqr import VietQr, vietqr_text

TIME_HEADER: Final = "X-Bank-Time"
SIGNATURE_HEADER: Final = "X-Bank-Signature"
WINDOW_S: Final = 300
"""How old, or how far ahead, a signed time may be: clocks differ, and an old message is not told a second time."""

_PAYEE: Final = frozenset({"bin", "account", "holder"})
_MARK: Final = re.compile(r"C\s*D\s*([0-9][0-9\s]*)", re.ASCII | re.IGNORECASE)
_LONGEST_CODE: Final = len(str(MOST_CODE))
_SECONDS: Final = re.compile(r"[0-9]{1,12}", re.ASCII)
_WHAT_FOR: Final = "LE PHI"
_STATUS: Final = {Judgement.FORGED: 401, Judgement.MALFORMED: 400, Judgement.BROKEN: 503}
_COLUMNS: Final = {
    "date": ("date", "ngay giao dich", "ngay", "thoi gian", "transaction date"),
    "reference": ("reference", "so tham chieu", "ma giao dich", "so but toan", "so ct"),
    "amount": ("amount", "ghi co", "so tien ghi co", "phat sinh co", "so tien", "credit"),
    "text": ("text", "noi dung", "noi dung giao dich", "dien giai", "mo ta", "description"),
}


@dataclass(frozen=True, slots=True)
class BankAccount:
    """``payees``: ``{agency code, or "*" for all others: {"bin", "account", "holder" (as the bank writes it)}}``.

    Raises:
        ValueError: ``payees`` has another shape, none for ``*``, or a bank that VietQR does not know.
    """

    lookup_url: str
    secret: str = field(repr=False)
    payees: dict[str, Any]
    sandbox: bool = False

    def __post_init__(self) -> None:
        check_table(self.payees, _PAYEE, "payees")
        unknown = [code for code, payee in self.payees.items() if payee["bin"] not in BANKS]
        if unknown:
            raise ValueError(f"payees: no such bank for {', '.join(unknown)}")


def bank_signature(secret: str, at: str, content: bytes) -> str:
    return hmac.new(secret.encode(), at.encode() + b"." + content, hashlib.sha256).hexdigest()


def credits_signature(secret: str, at: str, query: str, found: Any) -> str:
    """Of an answer to a look-up: it holds for the question as it was asked, and for no other."""
    compact = json.dumps(found, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return bank_signature(secret, at, f"{query}.{compact}".encode())


def code_in(text: str) -> int | None:
    """The one number of ours that a transfer's text holds, whole; None when there is none, or more than one."""
    found = {number for mark in _MARK.finditer(text) for number in _numbers(mark.group(1).split())}
    return found.pop() if len(found) == 1 else None


def _numbers(groups: Sequence[str]) -> set[int]:
    """What the groups behind one mark may mean: a number of 16 digits; where there is none, an older, shorter one."""
    within = takewhile(lambda digits: len(digits) <= _LONGEST_CODE, accumulate(groups))
    read = {int(digits) for digits in within if digits[0] != "0"}
    whole = {number for number in read if LEAST_CODE <= number <= MOST_CODE}
    return whole or {number for number in read if LEAST_CODE_EVER <= number < LEAST_CODE}


def purpose_of(bill: Bill) -> str:
    """The number first, because banks cut what is long, and what for: 25 characters, for a dossier's number too few."""
    return f"CD{bill.code} {_WHAT_FOR}"


class Bank:
    """The adapter behind `Gateway`."""

    key = GatewayKey.BANK
    kind = "qr"
    can_refund = False
    sends_notices = True

    def __init__(self, account: BankAccount, http: Http, clock: Clock) -> None:
        self._account: Final = account
        self._http: Final = http
        self._clock: Final = clock

    def start(self, bill: Bill) -> Started:
        """As `Gateway.start`: a transfer, made of the bill alone."""
        payee = payee_of(self._account.payees, bill.agency["code"])
        purpose = purpose_of(bill)
        transfer = Transfer(
            text=vietqr_text(VietQr(payee["bin"], payee["account"], bill.amount, str(bill.code), purpose)),
            bank=payee["bin"],
            bank_name=BANKS[payee["bin"]].short_name,
            account=payee["account"],
            holder=payee["holder"],
            amount=bill.amount,
            purpose=purpose,
        )
        return Started(transfer=transfer)

    def read(self, raw: RawNotice) -> Notice:
        """As `Gateway.read`; `UNKNOWN_ORDER` for a transfer that names none: its statement will show it."""
        headers = {name.lower(): value for name, value in raw.headers.items()}
        at, given = headers.get(TIME_HEADER.lower()), headers.get(SIGNATURE_HEADER.lower())
        if at is None or given is None or not _SECONDS.fullmatch(at):
            raise BadNotice(Judgement.MALFORMED)
        if not is_same(bank_signature(self._account.secret, at, raw.body), given) or not self._is_fresh(int(at)):
            raise BadNotice(Judgement.FORGED)
        try:
            notice = self._credit(json_object(raw.body))
        except (KeyError, TypeError, ValueError):
            raise BadNotice(Judgement.MALFORMED) from None
        if notice is None:
            raise BadNotice(Judgement.UNKNOWN_ORDER)
        return notice

    def reply(self, judgement: Judgement) -> Reply:
        """2xx for whatever telling again would not change."""
        return Reply(_STATUS.get(judgement, 200), json.dumps({"result": judgement.value}).encode())

    def query(self, bill: Bill, kept: Mapping[str, Any]) -> Notice:  # noqa: ARG002 - the bill says it all
        """As `Gateway.query`. Of several transfers the first of the right amount, or else the first."""
        query = urlencode({"text": f"CD{bill.code}"})
        at = str(to_epoch_s(self._clock.now()))
        headers = {TIME_HEADER: at, SIGNATURE_HEADER: bank_signature(self._account.secret, at, query.encode())}
        said = self._http.call("GET", f"{self._account.lookup_url}?{query}", headers=headers).content
        told = self._answered(said, query)
        try:
            found = [notice for notice in map(self._credit, told) if notice is not None and notice.code == bill.code]
        except (KeyError, TypeError, ValueError):
            raise Upstream("gateway.answer", transient=False) from None
        found.sort(key=lambda notice: (notice.amount != bill.amount, notice.at))
        return found[0] if found else Notice(bill.code, NoticeOutcome.PENDING, bill.amount, None, None)

    def refund(self, paid: Paid, request_id: str, why: str) -> str:  # noqa: ARG002 - there is no such call
        """Always refused: the money goes back by hand."""
        raise Upstream("gateway.refused", transient=False, why="by_hand")

    def statement(self, content: bytes) -> list[StatementRow]:
        """As `Gateway.statement`. Money that went out has an amount below 0, or none."""
        return [
            StatementRow(
                line=row.line,
                provider_ref=row.cells["reference"],
                code=code_in(row.cells["text"]),
                amount=amount_of(row),
                at=moment_of(row),
                text=row.cells["text"],
            )
            for row in read_table(content, _COLUMNS, needed=("reference",))
        ]

    def _credit(self, told: Mapping[str, Any]) -> Notice | None:
        """A credit as a notice; None when it names no attempt, or came to an account that is not ours."""
        number, amount, at = reference(told["reference"]), whole(told["amount"]), _moment(told["at"])
        if not amount:
            raise ValueError("a credit without an amount")
        code = code_in(told["text"])
        ours = {payee["account"] for payee in self._account.payees.values()}
        if code is None or told["account"] not in ours:
            return None
        return Notice(code, NoticeOutcome.PAID, amount, number, at)

    def _answered(self, said: Mapping[str, Any], query: str) -> list[Any]:
        at, given, found = said.get("at"), said.get("signature"), said.get("credits")
        if type(at) is not int or not isinstance(found, list):
            raise Upstream("gateway.answer", transient=False)
        expected = credits_signature(self._account.secret, str(at), query, found)
        if not is_same(expected, given) or not self._is_fresh(at):
            raise Upstream("gateway.answer", transient=False)
        return found

    def _is_fresh(self, at: int) -> bool:
        return abs(to_epoch_s(self._clock.now()) - at) <= WINDOW_S


def _moment(text: Any) -> datetime:
    if not isinstance(text, str):
        raise TypeError("no time")
    return from_wire(text)
