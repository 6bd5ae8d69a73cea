"""Receipts on a collecting officer's machine, as the server tells of them."""

from datetime import datetime, timedelta
from typing import Any

from shared_models.clock import to_wire
from shared_models.schemas.receipts import CancelReceiptSchema
from tests.support.phone import NOW, MemoryServer
from tests.support.phone_payments import DESK, PAYER, REFERENCE, TITLE, an_id

Json = dict[str, Any]
AGENCY = {"code": "H17.08", "name": "Ban Quản lý An toàn thực phẩm"}
NUMBER, HOME = "048192900002", "Phường Hải Châu, thành phố Đà Nẵng"


def a_receipt(now: datetime = NOW, number: int = 42, **changes: Any) -> Json:
    """``DeskReceiptSchema``: one in force, of 700.000 VND."""
    return {
        "id": an_id("rct", number),
        "order_id": an_id("ord", 1),
        "agency": AGENCY,
        "form": "EBL01",
        "series": "26TAA",
        "number": f"{number:08}",
        "reference": REFERENCE,
        "title": TITLE,
        "amount": 700_000,
        "words": "Bảy trăm nghìn đồng",
        "method": "vnpay",
        "issued_at": to_wire(now - timedelta(hours=2)),
        "state": "issued",
        "payer": {"name": PAYER, "personal_id": NUMBER, "address": HOME},
        "lines": [
            {
                "key": "fee",
                "name": {"vi": "Phí thẩm định cơ sở", "en": "Appraisal"},
                "listed": 700_000,
                "due": 700_000,
                "rule_id": None,
                "considered": [],
            }
        ],
        "cancelled": None,
        "replaces": None,
        "replaced_by": None,
        **changes,
    }


def a_card(now: datetime = NOW, number: int = 42, **changes: Any) -> Json:
    """``ReceiptCardSchema``."""
    full = a_receipt(now, number)
    card = {name: full[name] for name in ("id", "reference", "amount", "method", "issued_at", "state")}
    return {**card, "number": f"26TAA-{number:08}", **changes}


def a_day(now: datetime = NOW, **changes: Any) -> Json:
    """``ReceiptDaySchema``: three by gateways, two in cash, one of them replaced by the last."""
    minutes = timedelta(minutes=25)
    cash = {"method": "cash", "amount": 150_000}
    items = [
        a_card(now - minutes * turn, 44 - turn, **(cash if turn in {0, 3} else {}), reference=f"H17.08-261121-00{turn}")
        for turn in range(5)
    ]
    items[3]["state"] = "replaced"
    return {
        "day": now.date().isoformat(),
        "series": [{"series": "26TAA", "first": "00000040", "last": "00000044", "count": 5}],
        "ways": [
            {"method": "vnpay", "issued": _sum(3, 2_100_000), "annulled": _sum(0, 0)},
            {"method": "cash", "issued": _sum(2, 300_000), "annulled": _sum(1, 150_000)},
        ],
        "issued": _sum(5, 2_400_000),
        "annulled": _sum(1, 150_000),
        "annulled_items": [items[3]],
        "items": items,
        "next_cursor": None,
        **changes,
    }


def _sum(count: int, amount: int) -> Json:
    return {"count": count, "amount": amount}


class ReceiptBooks:
    """Keeps one receipt as the server would: cancelled or replaced once, the same ask again answered as before."""

    def __init__(self, now: datetime = NOW, **changes: Any) -> None:
        self.now = now
        self.receipts = {one["id"]: one for one in [a_receipt(now, **changes)]}
        self.day: Json = a_day(now)
        self.sent: list[Json] = []
        self.days: list[str] = []
        self.refusal: tuple[int, Json] | None = None

    def answer(self, receipt_id: str) -> tuple[int, Json]:
        return 200, self.receipts[receipt_id]

    def find(self, query: dict[str, str]) -> tuple[int, Json]:
        wanted = (query["series"], f"{int(query['number']):08}")
        items = [one for one in self.receipts.values() if (one["series"], one["number"]) == wanted]
        return 200, {"items": items}

    def used(self, query: dict[str, str]) -> tuple[int, Json]:
        self.days.append(query["day"])
        empty = {"series": [], "ways": [], "issued": _sum(0, 0), "annulled": _sum(0, 0), "annulled_items": []}
        is_today = query["day"] == self.day["day"]
        return 200, self.day if is_today else {**self.day, **empty, "items": [], "day": query["day"]}

    def cancel(self, receipt_id: str, ask: Json) -> tuple[int, Json]:
        CancelReceiptSchema().load(ask)
        self.sent.append(ask)
        if self.refusal is not None:
            return self.refusal
        old = self.receipts[receipt_id]
        if old["state"] == "issued":
            state, new = "cancelled", None
            if ask["replace"]:
                state, new = "replaced", a_receipt(self.now, 45)
                named = {"id": old["id"], "number": f"26TAA-{old['number']}", "state": state}
                self.receipts[new["id"]] = {**new, "replaces": named}
            done = {"by": "Lê Thị Thu", "at": to_wire(self.now), "why": ask["why"]}
            took = {"id": new["id"], "number": "26TAA-00000045", "state": "issued"} if new else None
            self.receipts[receipt_id] = {**old, "state": state, "cancelled": done, "replaced_by": took}
        return 200, self.receipts[receipt_id]

    def serve(self, server: MemoryServer) -> None:
        root = f"{DESK}/receipts"
        server.on("GET", root, lambda _body, query: self.find(query))
        server.on("GET", f"{root}/used", lambda _body, query: self.used(query))
        for number in (42, 45):
            one = an_id("rct", number)
            server.on("GET", f"{root}/{one}", lambda _body, _query, one=one: self.answer(one))
            server.on("POST", f"{root}/{one}/cancel", lambda body, _query, one=one: self.cancel(one, body))
            for kind in ("pdf", "xml"):
                path = f"{DESK.removesuffix('/desk/payments')}/receipts/{one}.{kind}"
                server.on("GET", path, (200, f"%{kind}".encode()))
