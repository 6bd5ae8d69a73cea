"""The national payment platform as a running provincial system speaks with it: INIT, QUERY and CONFIRM, version 1.0.6.

Nobody outside has its specification: backend/payments/adapters/national.py says what of this is known and what is ours.
"""

import hmac
import json
from datetime import timedelta
from typing import Any, Final

from flask import Flask, request

from backend.payments.adapters.national_wire import (
    SIGNED_OF_CONFIRM,
    SIGNED_OF_INIT,
    SIGNED_OF_INIT_ANSWER,
    SIGNED_OF_QUERY_ANSWER,
    SIGNED_OF_QUESTION,
    VERSION,
    authentication_code,
)
from scripts.sandbox.gateways.ledger import Delivery, Payment, Refused
from scripts.sandbox.gateways.party import Call, Party
from shared_models.clock import CITY_ZONE, to_wire

_MOST_DIGITS: Final = 12
_LASTS: Final = timedelta(minutes=15)
_STATES: Final = {"open": "3", "paid": "1", "cancelled": "4", "no_money": "4", "expired": "4"}
_FAILURES: Final = {"paid": "00", "cancelled": "24", "no_money": "51", "expired": "11"}
_SAME: Final = ("SoTien", "ThongTinGiaoDich", "ThoiGianGD", "ThongTinBienLai")
"""What an INIT that is sent again has in common with the first: not the payer's address."""

_WORDS: Final = {
    "00": "Thành công",
    "01": "Không có giao dịch này",
    "02": "Giao dịch trùng mã tham chiếu",
    "97": "Mã xác thực không đúng",
    "99": "Bản tin không đúng",
}


class NationalParty(Party):
    key = "national"
    title = "Nền tảng thanh toán dịch vụ công"

    def mount(self, site: Flask) -> None:
        site.add_url_rule("/national/init", "national_init", self._init, methods=["POST"])
        site.add_url_rule("/national/query", "national_query", self._query, methods=["POST"])

    def notice(self, payment: Payment, delivery: Delivery) -> Call:
        told = {**self._result(payment), "LoaiBanTin": "CONFIRM", "MaLoi": _FAILURES[delivery.says]}
        told["SoTien"] = delivery.amount or payment.amount
        secret = "somebody-else" if delivery.forged else str(self.account["secret"])
        code = authentication_code(told, SIGNED_OF_CONFIRM, secret)
        return Call("POST", self.place.notice_url(self.key), {**told, "MaXacThuc": code})

    def is_taken(self, status: int, body: bytes) -> bool:
        try:
            return status == 200 and json.loads(body)["MaLoi"] == "00"
        except (ValueError, KeyError, TypeError):
            return False

    def back(self, payment: Payment) -> str | None:
        return self.back_with(payment, f"MaThamChieu={payment.code}")

    def _init(self) -> Any:
        asked, problem = self._asked("INIT", SIGNED_OF_INIT)
        receipt, amount = asked.get("ThongTinBienLai"), str(asked.get("SoTien"))
        if problem is None and not (
            isinstance(receipt, dict) and amount.isascii() and amount.isdigit() and len(amount) <= _MOST_DIGITS
        ):
            problem = "99"
        if problem is not None:
            return _refused(problem)
        now = self.ledger.now()
        payment = Payment(
            gateway=self.key,
            code=str(asked["MaThamChieu"]),
            amount=int(amount),
            text=str(asked["ThongTinGiaoDich"]),
            asked={name: asked[name] for name in _SAME},
            created_at=to_wire(now),
            expires_at=to_wire(now + _LASTS),
            # One address for all, known from the contract: INIT has no field for it.
            return_url=f"{self.place.city}/pay/return",
            what=str(receipt.get("TenTTHC", "")),
        )
        try:
            payment = self.ledger.open(payment)
        except Refused as refusal:
            return _refused("02" if str(refusal) == "reused" else "99")
        told = {**self._named(payment), "MaLoi": "00", "MoTaLoi": _WORDS["00"], "UrlThanhToan": self.page_url(payment)}
        return self._signed(told, SIGNED_OF_INIT_ANSWER)

    def _query(self) -> Any:
        asked, problem = self._asked("QUERY", SIGNED_OF_QUESTION)
        payment = None if problem else self.ledger.find(self.key, str(asked["MaThamChieu"]))
        if payment is None:
            return _refused(problem or "01")
        told = {**self._result(payment), "LoaiBanTin": "QUERY", "MaLoi": "00", "TrangThaiGD": _STATES[payment.state]}
        return self._signed(told, SIGNED_OF_QUERY_ANSWER)

    def _asked(self, kind: str, order: str) -> tuple[dict[str, Any], str | None]:
        """A question and the code with which it is refused, None when it holds."""
        asked = request.get_json(silent=True)
        if not isinstance(asked, dict) or any(not isinstance(asked.get(name), str) for name in order.split("|")):
            return {}, "99"
        if (asked["LoaiBanTin"], asked["PhienBan"]) != (kind, VERSION):
            return asked, "99"
        try:
            expected = authentication_code(asked, order, str(self.account["secret"]))
        except ValueError:
            return asked, "97"
        is_signed = hmac.compare_digest(expected.encode(), str(asked.get("MaXacThuc")).encode())
        return asked, None if is_signed and asked["MaDoiTac"] == self.account["partner"] else "97"

    def _named(self, payment: Payment) -> dict[str, Any]:
        at = payment.moment.astimezone(CITY_ZONE).strftime("%Y%m%d%H%M%S")
        return {"MaDoiTac": self.account["partner"], "MaThamChieu": payment.code, "ThoiGianGD": at}

    def _result(self, payment: Payment) -> dict[str, Any]:
        return {
            **self._named(payment),
            "SoTien": payment.amount,
            "MaTienTe": "VND",
            # A CONFIRM of what was never paid needs some number too.
            "MaGiaoDich": payment.provider_ref or "99999999",
            "MaNganHang": "VCB",
            "ThongTinGiaoDich": payment.text,
        }

    def _signed(self, told: dict[str, Any], order: str) -> dict[str, Any]:
        return {**told, "MaXacThuc": authentication_code(told, order, str(self.account["secret"]))}


def _refused(code: str) -> dict[str, Any]:
    return {"MaLoi": code, "MoTaLoi": _WORDS[code]}
