"""payOS as its public documents describe it: payment links, their state, webhooks and the way back.

The real one tells nothing of a link that nobody has paid; this one does when its page is asked to tell a failure.
"""

import hmac
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from flask import Flask, abort, redirect, request

from backend.payments.adapters.payos import link_signature, payos_signature
from scripts.sandbox.gateways.ledger import Delivery, Payment, Refused
from scripts.sandbox.gateways.party import Call, Party
from shared_models.clock import CITY_ZONE, from_wire, to_wire
from shared_models.payment.order import MOST_CODE

_BANK: Final = "970418"
_ACCOUNT: Final = "V3CAS5611009999"
_HOLDER: Final = "THANH PHO THU NGHIEM"
_STATUSES: Final = {
    "open": "PENDING",
    "paid": "PAID",
    "cancelled": "CANCELLED",
    "no_money": "FAILED",
    "expired": "EXPIRED",
}
_FAILED: Final = "01"
_FIELDS: Final = {"orderCode": int, "amount": int, "description": str, "cancelUrl": str, "returnUrl": str}
_ITEM: Final = {"name": str, "quantity": int, "price": int}
_MOST_WORDS: Final = 25
_LATEST_S: Final = 2**31 - 1
_LASTS: Final = timedelta(days=1)
_WORDS: Final = {
    "00": "success",
    "20": "Thông tin truyền lên không đúng.",
    "101": "Mã thanh toán không tồn tại",
    "201": "Mã kiểm tra(signature) không hợp lệ",
    "231": "Đơn thanh toán đã tồn tại",
    "401": "Client Id hoặc Api Key không hợp lệ",
}


class PayosParty(Party):
    key = "payos"
    title = "Thanh toán chuyển khoản"
    doors = ("/payos/web/",)

    def mount(self, site: Flask) -> None:
        site.add_url_rule("/payos/v2/payment-requests", "payos_link", self._link, methods=["POST"])
        site.add_url_rule("/payos/v2/payment-requests/<code>", "payos_state", self._state)
        site.add_url_rule("/payos/web/<token>", "payos_checkout", self._checkout)

    def notice(self, payment: Payment, delivery: Delivery) -> Call:
        code = "00" if delivery.says == "paid" else _FAILED
        data = {
            "orderCode": int(payment.code),
            "amount": delivery.amount or payment.amount,
            "description": payment.text,
            "accountNumber": _ACCOUNT,
            "reference": _reference(payment),
            "transactionDateTime": payment.moment.astimezone(CITY_ZONE).strftime("%Y-%m-%d %H:%M:%S"),
            "currency": "VND",
            "paymentLinkId": payment.token,
            "code": code,
            "desc": "Thành công" if code == "00" else "Thất bại",
            "counterAccountBankId": None,
            "counterAccountBankName": None,
            "counterAccountName": None,
            "counterAccountNumber": None,
            "virtualAccountName": "",
            "virtualAccountNumber": "",
        }
        key = "somebody-else" if delivery.forged else str(self.account["checksum_key"])
        told = {"code": code, "desc": data["desc"], "success": code == "00", "data": data}
        return Call("POST", self.place.notice_url(self.key), {**told, "signature": payos_signature(data, key)})

    def is_taken(self, status: int, body: bytes) -> bool:  # noqa: ARG002 - the status says it
        return 200 <= status < 300

    def back(self, payment: Payment) -> str | None:
        told = {
            "code": "00",
            "id": payment.token,
            "cancel": "true" if payment.state == "cancelled" else "false",
            "status": _STATUSES[payment.state],
            "orderCode": payment.code,
        }
        return self.back_with(payment, urlencode(told))

    def _link(self) -> Any:
        asked: Any = request.get_json(silent=True)
        problem = self._problem(asked)
        if problem is not None:
            return _refused(problem), 401 if problem == "401" else 200
        expires_at = asked.get("expiredAt")
        until = self.ledger.now() + _LASTS if expires_at is None else datetime.fromtimestamp(expires_at, UTC)
        payment = Payment(
            gateway=self.key,
            code=str(asked["orderCode"]),
            amount=asked["amount"],
            text=asked["description"],
            asked={name: asked[name] for name in _FIELDS},
            created_at=to_wire(self.ledger.now()),
            expires_at=to_wire(until),
            return_url=asked["returnUrl"],
            what=", ".join(item["name"] for item in asked.get("items", [])),
        )
        try:
            payment = self.ledger.open(payment)
        except Refused as refusal:
            return _refused("231" if str(refusal) == "reused" else "20")
        return self._signed(
            {
                "bin": _BANK,
                "accountNumber": _ACCOUNT,
                "accountName": _HOLDER,
                "amount": payment.amount,
                "description": payment.text,
                "orderCode": int(payment.code),
                "currency": "VND",
                "paymentLinkId": payment.token,
                "status": _STATUSES[payment.state],
                "expiredAt": expires_at,
                "checkoutUrl": f"{self.place.own}/payos/web/{payment.token}",
                "qrCode": "",
            }
        )

    def _problem(self, asked: Any) -> str | None:
        """The code with which a link is refused; None when it can be made."""
        if not self._is_known():
            return "401"
        if not isinstance(asked, dict) or not all(type(asked.get(name)) is kind for name, kind in _FIELDS.items()):
            return "20"
        if type(asked.get("expiredAt")) not in {int, type(None)} or not _fits(asked):
            return "20"
        signature = link_signature(asked, str(self.account["checksum_key"]))
        if not hmac.compare_digest(signature.encode(), str(asked.get("signature")).encode()):
            return "201"
        return "231" if self.ledger.find(self.key, str(asked["orderCode"])) is not None else None

    def _state(self, code: str) -> Any:
        if not self._is_known():
            return _refused("401"), 401
        payment = self.ledger.find(self.key, code) or self.ledger.by_token(self.key, code)
        if payment is None:
            return _refused("101")
        is_paid = payment.state == "paid"
        moment = payment.moment.astimezone(CITY_ZONE).isoformat()
        transfer = {
            "reference": _reference(payment),
            "amount": payment.amount,
            "accountNumber": _ACCOUNT,
            "description": payment.text,
            "transactionDateTime": moment,
            "virtualAccountName": None,
            "virtualAccountNumber": None,
            "counterAccountBankId": None,
            "counterAccountBankName": None,
            "counterAccountName": None,
            "counterAccountNumber": None,
        }
        return self._signed(
            {
                "id": payment.token,
                "orderCode": int(payment.code),
                "amount": payment.amount,
                "amountPaid": payment.amount if is_paid else 0,
                "amountRemaining": 0 if is_paid else payment.amount,
                "status": _STATUSES[payment.state],
                "createdAt": from_wire(payment.created_at).astimezone(CITY_ZONE).isoformat(),
                "transactions": [transfer] if is_paid else [],
                "canceledAt": moment if payment.state == "cancelled" else None,
                "cancellationReason": "Khách hủy" if payment.state == "cancelled" else None,
            }
        )

    def _checkout(self, token: str) -> Any:
        payment = self.ledger.by_token(self.key, token)
        return redirect(self.page_url(payment), 303) if payment else abort(404)

    def _is_known(self) -> bool:
        given = (request.headers.get("x-client-id", ""), request.headers.get("x-api-key", ""))
        known = (self.account["client_id"], self.account["api_key"])
        return all(hmac.compare_digest(a.encode(), str(b).encode()) for a, b in zip(given, known, strict=True))

    def _signed(self, data: dict[str, Any]) -> dict[str, Any]:
        signature = payos_signature(data, str(self.account["checksum_key"]))
        return {"code": "00", "desc": _WORDS["00"], "data": data, "signature": signature}


def _fits(asked: dict[str, Any]) -> bool:
    are_whole = 0 < asked["orderCode"] <= MOST_CODE and 0 < asked["amount"] <= MOST_CODE
    is_in_time = 0 <= (asked.get("expiredAt") or 0) <= _LATEST_S
    return (
        are_whole and is_in_time and 0 < len(asked["description"]) <= _MOST_WORDS and _are_items(asked.get("items", []))
    )


def _are_items(items: Any) -> bool:
    return isinstance(items, list) and all(
        isinstance(item, dict) and [type(item.get(name)) for name in _ITEM] == list(_ITEM.values()) for item in items
    )


def _reference(payment: Payment) -> str:
    """A webhook of what was never paid needs some number too."""
    return payment.provider_ref or "99999999"


def _refused(code: str) -> dict[str, Any]:
    return {"code": code, "desc": _WORDS[code], "data": None}
