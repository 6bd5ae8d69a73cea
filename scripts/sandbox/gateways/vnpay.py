"""VNPAY 2.1.0 as its public documents describe it: the pay address, querydr, refund, notices and the way back."""

import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, timedelta
from typing import Any, Final

from flask import Flask, redirect, render_template, request

from backend.payments.adapters.vnpay_signing import (
    HASH,
    QUERY_ANSWER_FIELDS,
    QUERY_FIELDS,
    REFUND_ANSWER_FIELDS,
    REFUND_FIELDS,
    VERSION,
    from_time,
    joined,
    sign_string,
    signature,
    to_time,
)
from scripts.sandbox.gateways.ledger import Delivery, Payment, Refused
from scripts.sandbox.gateways.party import Call, Party
from shared_models.clock import to_wire

_BANK: Final = "NCB"
_PER_VND: Final = 100
_MOST_DIGITS: Final = 12
_CODES: Final[Mapping[str, str]] = {"paid": "00", "cancelled": "24", "no_money": "51", "expired": "11"}
_STATUSES: Final[Mapping[str, str]] = {"open": "01", "paid": "00"}
_FAILED: Final = "02"
_MESSAGES: Final[Mapping[str, str]] = {
    "00": "Success",
    "02": "Invalid TmnCode",
    "03": "Invalid data format",
    "91": "Transaction not found",
    "94": "Duplicate request",
    "95": "Transaction not successful",
    "97": "Invalid checksum",
    "99": "Unknown error",
}
_REFUSALS: Final[Mapping[str, tuple[str, str]]] = {
    "reused": ("01", "Mã thanh toán đã được dùng."),
    "malformed": ("03", "Yêu cầu thanh toán không đúng định dạng."),
    "late": ("15", "Yêu cầu thanh toán đã quá hạn."),
}
_SAME: Final = ("vnp_Amount", "vnp_CreateDate", "vnp_OrderInfo", "vnp_ReturnUrl")
"""What a payment that is asked for again has in common with the first time: not the payer's address or language."""

_EXPIRES: Final = timedelta(minutes=15)


class VnpayParty(Party):
    key = "vnpay"
    title = "Cổng thanh toán thẻ và ngân hàng"
    doors = ("/vnpay/paymentv2/",)

    def mount(self, site: Flask) -> None:
        site.add_url_rule("/vnpay/paymentv2/vpcpay.html", "vnpay_pay", self._pay)
        site.add_url_rule("/vnpay/merchant_webapi/api/transaction", "vnpay_api", self._api, methods=["POST"])

    def notice(self, payment: Payment, delivery: Delivery) -> Call:
        query = self._result(payment, delivery.says, delivery.amount or payment.amount, forged=delivery.forged)
        return Call("GET", f"{self.place.notice_url(self.key)}?{query}")

    def is_taken(self, status: int, body: bytes) -> bool:
        try:
            return status == 200 and json.loads(body)["RspCode"] in {"00", "02"}
        except (ValueError, KeyError, TypeError):
            return False

    def back(self, payment: Payment) -> str | None:
        is_over = payment.state in _CODES
        return self.back_with(payment, self._result(payment, payment.state, payment.amount)) if is_over else None

    def _result(self, payment: Payment, says: str, amount: int, *, forged: bool = False) -> str:
        """The signed parameters with which VNPAY tells a result, in a notice and on the way back."""
        is_paid = says == "paid"
        pairs = {
            "vnp_Amount": str(amount * _PER_VND),
            "vnp_BankCode": _BANK,
            "vnp_BankTranNo": f"VNP{payment.provider_ref}" if is_paid else "",
            "vnp_CardType": "ATM",
            "vnp_OrderInfo": payment.text,
            "vnp_PayDate": to_time(payment.moment),
            "vnp_ResponseCode": _CODES[says],
            "vnp_TmnCode": self.account["tmn_code"],
            # A forged notice, or one of success for what has not been paid, needs some number too.
            "vnp_TransactionNo": (payment.provider_ref or "99999999") if is_paid else "0",
            "vnp_TransactionStatus": "00" if is_paid else _FAILED,
            "vnp_TxnRef": payment.code,
        }
        text = sign_string(pairs.items())
        secret = "somebody-else" if forged else self.account["secret"]
        return f"{text}&{HASH}={signature(secret, text)}"

    def _pay(self) -> Any:
        pairs = list(request.args.items(multi=True))
        asked = dict(pairs)
        if not self._signed(sign_string(pairs), asked.get(HASH)):
            return self._refusal("70", "Chữ ký của yêu cầu không đúng.")
        if asked.get("vnp_TmnCode") != self.account["tmn_code"]:
            return self._refusal("02", "Đơn vị nhận tiền không có trên cổng.")
        try:
            payment = self.ledger.open(self._asked(asked))
        except Refused as refusal:
            return self._refusal(*_REFUSALS[str(refusal)])
        return redirect(self.page_url(payment), 303)

    def _asked(self, asked: Mapping[str, str]) -> Payment:
        amount, created = asked.get("vnp_Amount", ""), from_time(asked.get("vnp_CreateDate", ""))
        is_known = (
            asked.get("vnp_Version") == VERSION
            and asked.get("vnp_Command") == "pay"
            and asked.get("vnp_CurrCode") == "VND"
            and all(asked.get(name) for name in ("vnp_OrderInfo", "vnp_OrderType", "vnp_ReturnUrl", "vnp_IpAddr"))
        )
        if not is_known or created is None or not _is_amount(amount):
            raise Refused("malformed")
        until = from_time(asked["vnp_ExpireDate"]) if "vnp_ExpireDate" in asked else created + _EXPIRES
        if until is None:
            raise Refused("malformed")
        return Payment(
            gateway=self.key,
            code=asked.get("vnp_TxnRef", ""),
            amount=int(amount) // _PER_VND,
            text=asked["vnp_OrderInfo"],
            asked={name: asked[name] for name in _SAME},
            created_at=to_wire(created.astimezone(UTC)),
            expires_at=to_wire(until.astimezone(UTC)),
            return_url=asked["vnp_ReturnUrl"],
        )

    def _refusal(self, code: str, words: str) -> Any:
        return render_template("gateways/refusal.html", party=self, code=code, words=words), 400

    def _signed(self, text: str, given: Any) -> bool:
        expected = signature(self.account["secret"], text)
        return isinstance(given, str) and hmac.compare_digest(expected.encode(), given.encode())

    def _api(self) -> Any:
        asked = request.get_json(silent=True)
        if not isinstance(asked, dict) or not all(isinstance(value, str) for value in asked.values()):
            return self._answer({}, QUERY_ANSWER_FIELDS, "03")
        is_refund = asked.get("vnp_Command") == "refund"
        fields = REFUND_FIELDS if is_refund else QUERY_FIELDS
        answered = REFUND_ANSWER_FIELDS if is_refund else QUERY_ANSWER_FIELDS
        if not self._signed(joined(fields, asked), asked.get(HASH)):
            return self._answer(asked, answered, "97")
        if asked.get("vnp_TmnCode") != self.account["tmn_code"]:
            return self._answer(asked, answered, "02")
        if asked.get("vnp_Command") not in {"querydr", "refund"} or not all(asked.get(name) for name in fields):
            return self._answer(asked, answered, "03")
        payment = self.ledger.find(self.key, asked["vnp_TxnRef"])
        if payment is None or payment.asked["vnp_CreateDate"] != asked["vnp_TransactionDate"]:
            return self._answer(asked, answered, "91")
        return self._refund(asked, payment) if is_refund else self._query(asked, payment)

    def _query(self, asked: Mapping[str, str], payment: Payment) -> Any:
        is_paid = payment.state == "paid"
        told = {
            "vnp_Amount": str(payment.amount * _PER_VND),
            "vnp_BankCode": _BANK if is_paid else "",
            "vnp_PayDate": to_time(payment.moment) if is_paid else "",
            "vnp_TransactionNo": payment.provider_ref or "0",
            "vnp_TransactionType": "01",
            "vnp_TransactionStatus": _STATUSES.get(payment.state, _FAILED),
        }
        return self._answer(asked, QUERY_ANSWER_FIELDS, "00", told)

    def _refund(self, asked: Mapping[str, str], payment: Payment) -> Any:
        amount = asked["vnp_Amount"]
        if not _is_amount(amount) or asked["vnp_TransactionType"] not in {"02", "03"}:
            return self._answer(asked, REFUND_ANSWER_FIELDS, "03")
        if payment.refunds:
            return self._answer(asked, REFUND_ANSWER_FIELDS, "94")
        if asked["vnp_TransactionNo"] not in {"0", payment.provider_ref}:
            return self._answer(asked, REFUND_ANSWER_FIELDS, "91")
        try:
            refund = self.ledger.refund(payment, asked["vnp_RequestId"], int(amount) // _PER_VND)
        except Refused as refusal:
            code = "95" if str(refusal) == "not_paid" else "03"
            return self._answer(asked, REFUND_ANSWER_FIELDS, code)
        told = {
            "vnp_Amount": amount,
            "vnp_BankCode": _BANK,
            "vnp_PayDate": to_time(self.ledger.now()),
            "vnp_TransactionNo": refund.reference,
            "vnp_TransactionType": asked["vnp_TransactionType"],
            "vnp_TransactionStatus": "05",
        }
        return self._answer(asked, REFUND_ANSWER_FIELDS, "00", told)

    def _answer(
        self, asked: Mapping[str, Any], fields: Sequence[str], code: str, told: Mapping[str, str] | None = None
    ) -> Any:
        answer = {
            "vnp_ResponseId": f"sandbox{asked.get('vnp_RequestId', '')}"[:32],
            "vnp_Command": asked.get("vnp_Command", ""),
            "vnp_ResponseCode": code,
            "vnp_Message": _MESSAGES[code],
            "vnp_TmnCode": self.account["tmn_code"],
            "vnp_TxnRef": asked.get("vnp_TxnRef", ""),
            "vnp_OrderInfo": asked.get("vnp_OrderInfo", ""),
            **(told or {}),
        }
        return {**answer, HASH: signature(self.account["secret"], joined(fields, answer))}


def _is_amount(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS and int(text) % _PER_VND == 0
