"""MoMo v2 as its public documents describe it: create, query, refund, notices and the way back."""

import hmac
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

from flask import Flask, request

from backend.payments.adapters.momo_signing import (
    CREATE_FIELDS,
    NOTICE_FIELDS,
    QUERY_FIELDS,
    REFUND_FIELDS,
    sign_string,
    signature,
)
from scripts.sandbox.gateways.ledger import Delivery, Payment, Refused
from scripts.sandbox.gateways.party import Call, Party
from shared_models.clock import to_wire

_RESULTS: Final[Mapping[str, int]] = {"open": 1000, "paid": 0, "cancelled": 1006, "no_money": 1001, "expired": 1005}
_WORDS: Final[Mapping[int, str]] = {
    0: "Thành công.",
    13: "Xác thực doanh nghiệp thất bại.",
    20: "Yêu cầu sai định dạng.",
    22: "Số tiền giao dịch không hợp lệ.",
    41: "OrderId bị trùng.",
    42: "OrderId không hợp lệ hoặc không được tìm thấy.",
    1000: "Giao dịch đã được khởi tạo, chờ người dùng xác nhận thanh toán.",
    1001: "Giao dịch thanh toán thất bại do tài khoản người dùng không đủ tiền.",
    1005: "Giao dịch thất bại do url hoặc QR code đã hết hạn.",
    1006: "Giao dịch thất bại do người dùng đã từ chối xác nhận thanh toán.",
    1080: "Giao dịch hoàn tiền bị từ chối.",
    1081: "Giao dịch hoàn tiền bị từ chối. Giao dịch thanh toán ban đầu có thể đã được hoàn.",
}
_LEAST: Final = 1_000
_MOST: Final = 50_000_000
_MINUTES: Final = 100
_MOST_MINUTES: Final = 60 * 24 * 30


class MomoParty(Party):
    key = "momo"
    title = "Ví điện tử"

    def mount(self, site: Flask) -> None:
        for verb, view in (("create", self._create), ("query", self._query), ("refund", self._refund)):
            site.add_url_rule(f"/momo/v2/gateway/api/{verb}", f"momo_{verb}", view, methods=["POST"])

    def notice(self, payment: Payment, delivery: Delivery) -> Call:
        amount = delivery.amount or payment.amount
        told = self._result(payment, delivery.says, amount, forged=delivery.forged)
        return Call("POST", str(payment.notice_url), told)

    def is_taken(self, status: int, body: bytes) -> bool:  # noqa: ARG002 - the status says it
        return status == 204

    def back(self, payment: Payment) -> str | None:
        if payment.state == "open":
            return None
        return self.back_with(payment, urlencode(self._result(payment, payment.state, payment.amount)))

    def _result(self, payment: Payment, says: str, amount: int, *, forged: bool = False) -> dict[str, Any]:
        """The signed fields with which MoMo tells a result, in a notice and on the way back."""
        result = _RESULTS[says]
        told = {
            "partnerCode": self.account["partner_code"],
            "orderId": payment.code,
            "requestId": payment.asked["requestId"],
            "amount": amount,
            "orderInfo": payment.text,
            "orderType": "momo_wallet",
            # A forged notice, or one of success for what has not been paid, needs some number too.
            "transId": int(payment.provider_ref or 9_999_999_999),
            "resultCode": result,
            "message": _WORDS[result],
            "payType": "webApp",
            "responseTime": int(payment.moment.timestamp() * 1000),
            "extraData": payment.asked["extraData"],
        }
        secret = "somebody-else" if forged else self.account["secret"]
        text = sign_string(NOTICE_FIELDS, {**told, "accessKey": self.account["access_key"]})
        return {**told, "signature": signature(secret, text)}

    def _asked(self, signed: Sequence[str]) -> tuple[dict[str, Any], int | None]:
        """A question and the code with which it is refused, None when it holds."""
        asked = request.get_json(silent=True)
        if not isinstance(asked, dict):
            return {}, 20
        missing = [name for name in signed if name not in asked and name != "accessKey"]
        if missing or not isinstance(asked.get("signature"), str):
            return asked, 20
        try:
            text = sign_string(signed, {**asked, "accessKey": self.account["access_key"]})
        except ValueError:
            return asked, 20
        expected = signature(self.account["secret"], text)
        is_ours = hmac.compare_digest(expected.encode(), asked["signature"].encode())
        return asked, None if is_ours and asked["partnerCode"] == self.account["partner_code"] else 13

    def _create(self) -> Any:
        asked, problem = self._asked(CREATE_FIELDS)
        if problem is None and not (type(asked["amount"]) is int and type(asked.get("orderExpireTime", 1)) is int):
            problem = 20
        if problem is None and not _LEAST <= asked["amount"] <= _MOST:
            problem = 22
        if problem is None and not 0 < asked.get("orderExpireTime", _MINUTES) <= _MOST_MINUTES:
            problem = 20
        if problem is not None:
            return self._answer(asked, problem), 400
        now, minutes = self.ledger.now(), asked.get("orderExpireTime", _MINUTES)
        payment = Payment(
            gateway=self.key,
            code=str(asked["orderId"]),
            amount=asked["amount"],
            text=str(asked["orderInfo"]),
            asked={name: asked[name] for name in CREATE_FIELDS if name != "accessKey"},
            created_at=to_wire(now),
            expires_at=to_wire(now + timedelta(minutes=minutes)),
            return_url=str(asked["redirectUrl"]),
            notice_url=str(asked["ipnUrl"]),
        )
        try:
            payment = self.ledger.open(payment)
        except Refused as refusal:
            return self._answer(asked, 41 if str(refusal) == "reused" else 20), 400
        return self._answer(asked, 0, amount=payment.amount, payUrl=self.page_url(payment))

    def _query(self) -> Any:
        asked, problem = self._asked(QUERY_FIELDS)
        payment = None if problem is not None else self.ledger.find(self.key, str(asked["orderId"]))
        if payment is None:
            return self._answer(asked, problem if problem is not None else 42), 400
        refunds = [
            {"orderId": each.request, "amount": each.amount, "resultCode": 0, "transId": int(each.reference)}
            for each in payment.refunds
        ]
        return self._answer(
            asked,
            _RESULTS[payment.state],
            amount=payment.amount,
            transId=int(payment.provider_ref or 0),
            payType="webApp" if payment.provider_ref else "",
            extraData=payment.asked["extraData"],
            refundTrans=refunds,
        )

    def _refund(self) -> Any:
        asked, problem = self._asked(REFUND_FIELDS)
        if problem is None and not (type(asked["amount"]) is int and type(asked["transId"]) is int):
            problem = 20
        if problem is not None:
            return self._answer(asked, problem), 400
        paid = (each for each in self.ledger.all(self.key) if each.provider_ref == str(asked["transId"]))
        payment = next(paid, None)
        if payment is None:
            return self._answer(asked, 42), 400
        try:
            refund = self.ledger.refund(payment, str(asked["requestId"]), asked["amount"])
        except Refused as refusal:
            return self._answer(asked, 1081 if str(refusal) == "too_much" else 1080), 400
        return self._answer(asked, 0, amount=refund.amount, transId=int(refund.reference))

    def _answer(self, asked: Mapping[str, Any], result: int, **told: Any) -> dict[str, Any]:
        return {
            "partnerCode": asked.get("partnerCode", ""),
            "requestId": asked.get("requestId", ""),
            "orderId": asked.get("orderId", ""),
            "responseTime": int(self.ledger.now().timestamp() * 1000),
            "resultCode": result,
            "message": _WORDS[result],
            **told,
        }
