"""Orders, gateways and receipts as the server tells a phone of them (docs/payments.md, section 6)."""

import json
from datetime import datetime, timedelta
from typing import Any

from mobile.services.paying import LOOK_S
from mobile.services.transport import Request, Response
from shared_models.clock import FixedClock, to_wire
from shared_models.ids import new_id
from tests.support.flet_harness import Screen
from tests.support.phone import NOW, MemoryServer, MemoryWeb
from tests.support.phone_data import CITIZEN, PIN, Phone, a_licence, serve_citizen, signed_in
from tests.support.phone_screens import enter, opened
from tests.support.phone_services import API, dossier, serve_services

Json = dict[str, Any]
ORDER = new_id("ord", bytes([1]) * 17)
RECEIPT = new_id("rct", bytes([1]) * 17)
AGENCY = {"code": "H17.08", "name": "Ban Quản lý An toàn thực phẩm Đà Nẵng"}
TITLE = {"vi": "Cấp giấy chứng nhận đủ điều kiện an toàn thực phẩm", "en": "Food safety certificate"}
WAYS = [
    {"key": "national", "kind": "page"},
    {"key": "vnpay", "kind": "page"},
    {"key": "momo", "kind": "page"},
    {"key": "payos", "kind": "page"},
    {"key": "bank", "kind": "qr"},
]
# The fourth vector of the domain facts, with what stands around it.
VIETQR = (
    "00020101021238570010A00000072701270006970436011300110012345670208QRIBFTTA530370454061150005802VN"
    "62370118H17.12-261121-00010811LE PHI GPLX6304D8BE"
)
PAGES = "https://pay.example.vn/"


def line(listed: int = 135_000, due: int = 115_000) -> Json:
    """A fee from which two rules would take something off, the better of which is applied."""
    rules = [
        {
            "rule_id": "online-15",
            "name": {"vi": "Nộp hồ sơ trực tuyến", "en": "Applied online"},
            "basis": "NQ 66.22/2026/NQ-CP",
            "due": due,
        },
        {
            "rule_id": "online-10",
            "name": {"vi": "Giảm theo Thông tư 63", "en": "Circular 63"},
            "basis": "TT 63/2023/TT-BTC",
            "due": listed - 13_500,
        },
    ]
    name = {"vi": "Lệ phí cấp giấy chứng nhận", "en": "Certificate fee"}
    return {
        "key": "fee",
        "name": name,
        "listed": listed,
        "due": due,
        "rule_id": rules[0]["rule_id"] if due < listed else None,
        "considered": rules if due < listed else [],
    }


def an_order(dossier_id: str = "dos_1", now: datetime = NOW, **changes: Any) -> Json:
    """An `Order` of 115.000 VND that nobody has begun to pay."""
    return {
        "id": ORDER,
        "version": 1,
        "subject_id": dossier_id,
        "reference": "H17.08-261120-0001",
        "title": TITLE,
        "agency": AGENCY,
        "lines": [line()],
        "amount": 115_000,
        "state": "created",
        "created_at": to_wire(now - timedelta(days=1)),
        "expires_at": to_wire(now + timedelta(days=29)),
        "paid_at": None,
        "method": None,
        "receipt": None,
        "attempts": [],
        **changes,
    }


def an_attempt(number: str, gateway: str, now: datetime = NOW, **changes: Any) -> Json:
    """One that has just begun."""
    is_qr = gateway == "bank"
    transfer = {
        "text": VIETQR,
        "bank": "970436",
        "bank_name": "Vietcombank",
        "account": "0011001234567",
        "holder": "BAN QUAN LY AN TOAN THUC PHAM DA NANG",
        "amount": 115_000,
        "purpose": "LE PHI GPLX",
    }
    return {
        "id": number,
        "gateway": gateway,
        "state": "started",
        "started_at": to_wire(now),
        "expires_at": to_wire(now + (timedelta(days=29) if is_qr else timedelta(minutes=15))),
        "url": None if is_qr else f"{PAGES}{gateway}",
        "qr": transfer if is_qr else None,
        "why": None,
        **changes,
    }


def a_receipt(number: int = 1, now: datetime = NOW, **changes: Any) -> Json:
    return {
        "id": new_id("rct", bytes([number]) * 17),
        "order_id": ORDER,
        "agency": AGENCY,
        "form": "EBL01",
        "series": "26TAA",
        "number": f"{number:08d}",
        "reference": f"H17.08-261120-000{number}",
        "title": TITLE,
        "amount": 115_000,
        "words": "Một trăm mười lăm nghìn đồng",
        "method": "vnpay",
        "issued_at": to_wire(now - timedelta(minutes=number)),
        "state": "issued",
        "replaces": None,
        "replaced_by": None,
        **changes,
    }


class Cashier:
    """Keeps one order as the server would: attempts by their ids, an ETag for each version, and money when told."""

    def __init__(self, order: Json | None = None, now: datetime = NOW) -> None:
        self.now = now
        self.order = order or an_order(now=now)
        self.receipts: list[Json] = []
        self.looks = self.fresh_looks = 0

    @property
    def etag(self) -> str:
        return f'"{self.order["id"]}-{self.order["version"]}"'

    def change(self, **changes: Any) -> None:
        self.order = {**self.order, **changes, "version": self.order["version"] + 1}

    def begin(self, body: Json) -> Json:
        """The same id again is the same attempt."""
        known = next((one for one in self.order["attempts"] if one["id"] == body["id"]), None)
        if known is None:
            known = an_attempt(body["id"], body["gateway"], self.now)
            self.change(state="pending", attempts=[*self.order["attempts"], known])
        return known

    def end(self, state: str, why: str | None = None) -> None:
        """The last attempt fails or runs out."""
        *before, last = self.order["attempts"]
        self.change(
            state="failed" if state == "failed" else "pending", attempts=[*before, {**last, "state": state, "why": why}]
        )

    def pay(self) -> None:
        """The gateway has told of the money of the last attempt."""
        *before, last = self.order["attempts"]
        self.receipts = [a_receipt(1, self.now)]
        self.change(
            state="paid",
            paid_at=to_wire(self.now),
            method=last["gateway"],
            receipt={"id": RECEIPT, "number": "26TAA-00000001", "state": "issued"},
            attempts=[*before, {**last, "state": "paid"}],
        )

    def serve(self, server: MemoryServer) -> None:
        path = f"{API}/orders/{self.order['id']}"
        server.on("POST", f"{API}/dossiers/{self.order['subject_id']}/order", lambda _body, _query: (200, self.order))
        server.on("GET", path, lambda _body, _query: (200, self.order))
        server.on("GET", f"{API}/gateways", (200, {"items": WAYS}))
        server.on("POST", f"{path}/attempts", lambda body, _query: (201, self.begin(body)))
        server.on("GET", f"{API}/receipts", lambda _body, _query: (200, {"items": self.receipts, "next_cursor": None}))
        server.on("GET", f"{API}/receipts/{RECEIPT}.pdf", (200, b"%PDF-1.7 receipt"))


class CountingServer(MemoryServer):
    """Answers looks at an order with its ETag, and with 304 where nothing has changed."""

    cashier: Cashier | None = None

    async def send(self, request: Request) -> Response:
        answer = await super().send(request)
        cashier = self.cashier
        if cashier is None or request.method != "GET" or request.path != f"{API}/orders/{cashier.order['id']}":
            return answer
        cashier.looks += 1
        if answer.status == 200 and request.headers.get("If-None-Match") == cashier.etag:
            return Response(304, answer.headers, b"")
        cashier.fresh_looks += 1
        return Response(answer.status, {**answer.headers, "etag": cashier.etag}, json.dumps(cashier.order).encode())


def owing(**changes: Any) -> dict[str, Any]:
    fee = {"amount": 115_000, "lines": [], "paid_at": None, "receipt_number": None}
    return dossier(1, payment="due", fee=fee, **changes)


async def at(
    route: str, cashier: Cashier | None = None, width: int = 390, **changes: Any
) -> tuple[Phone, Screen, Cashier]:
    clock = FixedClock(NOW)
    server = CountingServer(clock)
    phone = Phone(MemoryWeb(clock), server)
    serve_citizen(phone.server, [a_licence(1)], [])
    serve_services(phone.server, owing(**changes))
    till = cashier or Cashier()
    server.cashier = till
    till.serve(phone.server)
    await signed_in(phone, CITIZEN)
    await phone.web.vault_lock()
    screen = await opened(phone, route, width)
    await enter(screen, PIN)
    await screen.settle(20)
    return phone, screen, till


async def a_second(phone: Phone, screen: Screen, seconds: float = LOOK_S) -> None:
    phone.clock.advance(timedelta(seconds=seconds))
    phone.services.sleep.wake(seconds)
    await screen.settle()
