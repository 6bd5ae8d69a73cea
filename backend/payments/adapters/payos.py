"""payOS, API v2 (payos.vn/docs): a payment link with its own page; the money comes by transfer to the payee's account.

1. **Link.** ``POST <api_url>/v2/payment-requests`` with the headers ``x-client-id`` and ``x-api-key`` and the JSON
   ``{orderCode, amount, description, cancelUrl, returnUrl, expiredAt (seconds), items: [{name, quantity, price}],
   signature}``; its page shows the items, and ``signature`` covers amount, cancelUrl, description, orderCode and
   returnUrl alone. ``orderCode`` is a whole number up to 2^53 - 1 and good once: code ``231`` says that its link
   exists. ``description`` is what the transfer will say: 25 characters at most, 9 where the payee's account is not one
   that payOS opened (``description_chars`` of the settings).
2. **Answer**, also to 4: ``{code: "00", desc, data, signature}``; the signature covers ``data``.
3. **Webhook.** ``POST`` to the address registered with payOS: ``{code, desc, success, data, signature}``, told again
   until it is answered 2xx. Registering the address sends one for order 123, so an unknown order is answered 2xx too.
   ``data`` names the transfer: ``orderCode, amount, reference, transactionDateTime (yyyy-MM-dd HH:mm:ss, GMT+7),
   paymentLinkId, code`` and who sent it, which is read by nobody here. There is none for a cancelled link.
4. **Query.** ``GET <api_url>/v2/payment-requests/<orderCode>``: ``{status, amount, amountPaid, transactions:
   [{reference, amount, transactionDateTime, ...}]}``; a link that was paid in part is `UNDERPAID` until the rest comes.

Signature: HMAC-SHA256, lower-case hex, of ``key=value`` joined by ``&`` in the order of the keys; raw UTF-8, null (and
the texts ``null`` and ``undefined``) as nothing, lists and objects as compact JSON with sorted keys.

No way to send money back is documented: it goes by hand.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from backend.payments.adapters.http import Http
from backend.payments.adapters.statement_csv import read_statement
from backend.payments.adapters.told import existing, is_same, json_object, page, reference, whole
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
from shared_models.clock import CITY_ZONE, Clock, to_epoch_s
from shared_models.errors import Upstream
from shared_models.payment.order import GatewayKey

_SIGNED_OF_LINK: Final = ("amount", "cancelUrl", "description", "orderCode", "returnUrl")
_LINK_EXISTS: Final = "231"
_OK: Final = "00"
_WHAT_FOR: Final = "LE PHI"
_LONGEST_ITEM: Final = 200
_NOTHING: Final = ("null", "undefined")
"""Texts that payOS's own samples sign as nothing, as they do null."""

_OUTCOMES: Final = {
    "PAID": NoticeOutcome.PAID,
    "CANCELLED": NoticeOutcome.FAILED,
    "EXPIRED": NoticeOutcome.FAILED,
    "FAILED": NoticeOutcome.FAILED,
}
"""All others (PENDING, PROCESSING, UNDERPAID) may still become one of these."""


@dataclass(frozen=True, slots=True)
class PayosAccount:
    """Who the city is at payOS: a payment channel. ``checkout_url``: the folder of payOS's pages."""

    api_url: str
    checkout_url: str
    client_id: str
    api_key: str = field(repr=False)
    checksum_key: str = field(repr=False)
    description_chars: int = 9
    sandbox: bool = False


def payos_signature(data: Mapping[str, Any], checksum_key: str) -> str:
    """The signature over ``data``, whatever order its members came in."""
    text = "&".join(f"{key}={_as_text(data[key])}" for key in sorted(data))
    return hmac.new(checksum_key.encode(), text.encode(), hashlib.sha256).hexdigest()


def link_signature(link: Mapping[str, Any], checksum_key: str) -> str:
    return payos_signature({key: link[key] for key in _SIGNED_OF_LINK}, checksum_key)


class Payos:
    """The adapter behind `Gateway`."""

    key = GatewayKey.PAYOS
    kind = "page"
    can_refund = False
    sends_notices = True

    def __init__(self, account: PayosAccount, http: Http, clock: Clock) -> None:  # noqa: ARG002 - it asks no time
        self._account: Final = account
        self._http: Final = http

    def start(self, bill: Bill) -> Started:
        """As `Gateway.start`."""
        link: dict[str, Any] = {
            "orderCode": bill.code,
            "amount": bill.amount,
            "description": transfer_words(bill.code, self._account.description_chars),
            "cancelUrl": bill.return_url,
            "returnUrl": bill.return_url,
            "expiredAt": to_epoch_s(bill.expires_at),
            "items": [{"name": bill.title[:_LONGEST_ITEM], "quantity": 1, "price": bill.amount}],
        }
        link["signature"] = link_signature(link, self._account.checksum_key)
        said = self._call("POST", "/v2/payment-requests", link)
        if said.get("code") == _LINK_EXISTS:
            # It was made before, and the answer was lost: its page is named after it.
            known = self._data(self._call("GET", f"/v2/payment-requests/{bill.code}"), bill)
            return Started(url=f"{self._account.checkout_url}/{quote(_text(known, 'id'), safe='')}")
        return Started(url=page(self._data(said, bill).get("checkoutUrl"), self._account.api_url))

    def read(self, raw: RawNotice) -> Notice:
        """As `Gateway.read`."""
        try:
            told = json_object(raw.body)
        except ValueError:
            raise BadNotice(Judgement.MALFORMED) from None
        data, signature = told.get("data"), told.get("signature")
        if not isinstance(data, dict) or not isinstance(signature, str):
            raise BadNotice(Judgement.MALFORMED)
        if not self._is_signed(data, signature):
            raise BadNotice(Judgement.FORGED)
        try:
            return _told(data)
        except (KeyError, TypeError, ValueError):
            raise BadNotice(Judgement.MALFORMED) from None

    def reply(self, judgement: Judgement) -> Reply:
        """2xx for whatever telling again would not change."""
        if judgement is Judgement.BROKEN:
            return Reply(503, b'{"success":false}')
        if judgement in {Judgement.FORGED, Judgement.MALFORMED}:
            return Reply(400, b'{"success":false}')
        return Reply(200, b'{"success":true}')

    def query(self, bill: Bill, kept: Mapping[str, Any]) -> Notice:  # noqa: ARG002 - its own number is enough
        """As `Gateway.query`."""
        data = self._data(self._call("GET", f"/v2/payment-requests/{bill.code}"), bill)
        try:
            return _found(data, bill)
        except (KeyError, TypeError, ValueError):
            raise Upstream("gateway.answer", transient=False) from None

    def refund(self, paid: Paid, request_id: str, why: str) -> str:  # noqa: ARG002 - there is no such call
        """Always refused: the money goes back by hand."""
        raise Upstream("gateway.refused", transient=False, why="by_hand")

    def statement(self, content: bytes) -> list[StatementRow]:
        """As `Gateway.statement`."""
        return read_statement(content)

    def _call(self, method: str, path: str, content: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        headers = {"x-client-id": self._account.client_id, "x-api-key": self._account.api_key}
        return self._http.call(method, self._account.api_url + path, content=content, headers=headers).content

    def _data(self, said: Mapping[str, Any], bill: Bill) -> Mapping[str, Any]:
        """What an answer says of this bill, its signature checked."""
        if said.get("code") != _OK:
            raise Upstream("gateway.refused", transient=False, why=str(said.get("code")))
        data, signature = said.get("data"), said.get("signature")
        if not isinstance(data, dict) or not isinstance(signature, str) or not self._is_signed(data, signature):
            raise Upstream("gateway.answer", transient=False)
        if data.get("orderCode") != bill.code:
            raise Upstream("gateway.answer", transient=False)
        return data

    def _is_signed(self, data: Mapping[str, Any], signature: str) -> bool:
        return is_same(payos_signature(data, self._account.checksum_key), signature)


def transfer_words(code: int, chars: int) -> str:
    """What the transfer says: the attempt's number and what for, or the number's end where there is no room.

    payOS knows the transfer by a number of its own.
    """
    words = f"CD{code} {_WHAT_FOR}"
    return words if len(words) <= chars else "CD" + str(code)[-(chars - 2) :]


def _told(data: Mapping[str, Any]) -> Notice:
    if data.get("currency", "VND") != "VND":
        raise ValueError("not in VND")
    is_paid = data["code"] == _OK
    return Notice(
        code=whole(data["orderCode"]),
        outcome=NoticeOutcome.PAID if is_paid else NoticeOutcome.FAILED,
        amount=whole(data["amount"]),
        provider_ref=reference(data["reference"]) if is_paid else None,
        at=_moment(data["transactionDateTime"]) if is_paid else None,
        why=None if is_paid else str(data["code"]),
    )


def _found(data: Mapping[str, Any], bill: Bill) -> Notice:
    outcome = _OUTCOMES.get(str(data["status"]), NoticeOutcome.PENDING)
    if outcome is not NoticeOutcome.PAID:
        why = str(data["status"]) if outcome is NoticeOutcome.FAILED else None
        return Notice(bill.code, outcome, whole(data["amount"]), None, None, why)
    # Paid in parts: the transfer that made it whole is the payment.
    last = max(data["transactions"], key=lambda transfer: _moment(transfer["transactionDateTime"]))
    return Notice(
        bill.code,
        outcome,
        whole(data["amountPaid"]),
        reference(last["reference"]),
        _moment(last["transactionDateTime"]),
    )


def _moment(text: str) -> datetime:
    """Webhooks write the city's time without its zone, queries with it."""
    moment = datetime.fromisoformat(text)
    return existing(moment if moment.tzinfo else moment.replace(tzinfo=CITY_ZONE))


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not value:
        raise Upstream("gateway.answer", transient=False)
    return value


def _as_text(value: Any) -> str:
    if value is None or value in _NOTHING:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
