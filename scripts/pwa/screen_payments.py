"""The walk through paying: what is due, by which way, a transfer, paid, failed, receipts, and a stall's own QR."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from shared_models.ids import new_id
from tests.support import phone_paying as demo
from tests.support import phone_services

API = "/api/v1"
DUE, ASKED = (new_id("dos", bytes([number]) * 17) for number in (21, 22))
ORDER = f"/orders/{demo.ORDER}"


class PaymentsApi:
    """Answers about two dossiers that owe a fee, one order, and receipts: as the tests' server, with today's dates."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)
        self.start_anew()
        fee = {"amount": 115_000, "lines": [], "paid_at": None, "receipt_number": None}
        due = phone_services.dossier(1, now=self.now, payment="due", fee=fee, status=1) | {"id": DUE}
        asks: dict[str, Any] = {
            "kind": "payment",
            "asked_at": ago(2),
            "answer_by": None,
            "items": [],
            "note": None,
            "amount": 115_000,
        }
        asked = phone_services.dossier(2, now=self.now, payment="due", fee=fee, status=6) | {
            "id": ASKED,
            "waits_for": "payment",
            "asks": asks,
        }
        self.dossiers = {DUE: due, ASKED: asked}
        new = demo.a_receipt(4, self.now - timedelta(days=39), amount=60_000)
        old = demo.a_receipt(2, self.now - timedelta(days=40), state="replaced", amount=60_000, replaced_by=new["id"])
        cancelled = demo.a_receipt(3, self.now - timedelta(days=41), state="cancelled", amount=700_000)
        self.receipts = [demo.a_receipt(1, self.now), {**new, "replaces": old["id"]}, old, cancelled]

    def start_anew(self, **changes: Any) -> None:
        self.cashier = demo.Cashier(demo.an_order(DUE, self.now, **changes), self.now)

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, Any] | None:
        """Status and content, or None for what is not about paying."""
        bare = path.removeprefix(API)
        if method == "POST" and bare == f"{ORDER}/attempts":
            return 201, self.cashier.begin(json.loads(body))
        found = self.told().get(bare)
        return (200, found) if found is not None else None

    def told(self) -> dict[str, Any]:
        """By path, whatever the method: an order is demanded and read alike."""
        cards = [phone_services.as_card(data) for data in self.dossiers.values()]
        return {
            ORDER: self.cashier.order,
            f"/dossiers/{DUE}/order": self.cashier.order,
            f"/dossiers/{ASKED}/order": self.cashier.order,
            "/gateways": {"items": demo.WAYS},
            "/receipts": {"items": self.receipts, "next_cursor": None},
            "/dossiers": {"items": cards, "next_cursor": None},
            **{f"/dossiers/{dossier_id}": data for dossier_id, data in self.dossiers.items()},
        }


def ago(hours: float) -> str:
    return (datetime.now(UTC) - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


def payments(walk: Any) -> None:
    """From a dossier to a receipt, and a stall beside the road."""
    till: PaymentsApi = walk.site.api.payments
    walk.enter()
    at(walk, f"/dossiers/{ASKED}", "dossier.due", "A0-asked")
    at(walk, f"/dossiers/{DUE}", "dossier.due", "A1-due")
    walk.tap("dossier.pay")
    walk.wait("pay.amount", 1200)
    walk.shoot("A2-order")
    walk.tap("pay.why")
    walk.page.wait_for_timeout(700)
    walk.shoot("A3-why")
    walk.tap("way.bank")
    walk.wait("pay.listening", 1500)
    walk.shoot("A4-transfer")
    walk.see("pay.copy.purpose")
    walk.page.mouse.move(*walk.pointer)
    walk.page.mouse.wheel(0, walk.look.size[1])
    walk.page.wait_for_timeout(700)
    walk.shoot("A5-transfer-facts")
    fresh(walk, till)
    tries(walk, till)
    returned(walk, till)
    at(walk, "/me", "me.receipts", "A9-me")
    at(walk, "/me/receipts", "nav.back", "B0-receipts")
    walk.page.mouse.move(*walk.pointer)
    walk.page.mouse.wheel(0, 900)
    walk.page.wait_for_timeout(700)
    walk.shoot("B0-receipts-replaced")
    at(walk, "/me/merchant", "bank.search", "B1-banks")
    stall(walk)


def tries(walk: Any, till: PaymentsApi) -> None:
    """By a gateway's page: under way, another way, offline, paid; one that fails, and one that runs out."""
    walk.tap("way.vnpay")
    walk.wait("pay.open", 1200)
    walk.shoot("A6-page")
    walk.tap("pay.other_way")
    walk.wait("way.vnpay", 700)
    walk.shoot("A6-another-way")
    walk.tap("pay.go_on")
    walk.wait("pay.open", 700)
    walk.context.set_offline(True)
    walk.page.wait_for_timeout(2500)
    walk.shoot("A6-offline")
    walk.context.set_offline(False)
    till.cashier.pay()
    walk.wait("pay.settled", 1500)
    walk.shoot("A7-paid")
    fresh(walk, till)
    walk.tap("way.momo")
    walk.wait("pay.open", 600)
    till.cashier.end("failed", "1001")
    walk.wait("pay.ended", 1500)
    walk.shoot("A8-failed")
    fresh(walk, till)
    walk.tap("way.payos")
    walk.wait("pay.open", 600)
    till.cashier.end("expired")
    walk.wait("pay.ended", 1500)
    walk.shoot("A8-expired")


def returned(walk: Any, till: PaymentsApi) -> None:
    """What became of an order that is over: its money goes back, it went back, or nobody had to pay."""
    for state, amount in (("refund_pending", 115_000), ("refunded", 115_000), ("paid", 0), ("expired", 115_000)):
        paid_at, method = (ago(2), "vnpay" if amount else "none") if state != "expired" else (None, None)
        version = till.cashier.order["version"] + 1
        till.start_anew(version=version, state=state, amount=amount, paid_at=paid_at, method=method)
        at(walk, "/dossiers", "dossiers.refresh", "")
        at(walk, ORDER, "pay.demand", f"A8-order-{state if amount else 'free'}")


def stall(walk: Any) -> None:
    """A bank found by its name, and a code for what was just sold."""
    walk.type("bank.search", "ngoai thuong")
    walk.page.wait_for_timeout(500)
    walk.shoot("B2-bank-found")
    walk.tap("bank.970436")
    walk.wait("stall.save", 700)
    walk.type("stall.account", "0011001234567")
    walk.type("stall.name", "QUÁN BÀ MUA")
    walk.shoot("B3-stall")
    walk.tap("stall.save")
    walk.wait("till.amount", 900)
    walk.shoot("B4-till-empty")
    walk.type("till.amount", "85000")
    walk.type("till.purpose", "Mì Quảng")
    walk.page.wait_for_timeout(900)
    walk.shoot("B5-till")


def fresh(walk: Any, till: PaymentsApi) -> None:
    """The order as if nobody had begun to pay it, newer than what the phone knows."""
    till.start_anew(version=till.cashier.order["version"] + 1)
    at(walk, "/dossiers", "dossiers.refresh", "")
    at(walk, ORDER, "pay.amount", "")


def at(walk: Any, path: str, identifier: str, name: str) -> None:
    walk.tell("notification.opened", {"url": path})
    walk.wait(identifier, 1300)
    if name:
        walk.shoot(name)
