"""The walk through Thu phí: tasks, one with both sides, a statement, an order and its refund."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from backend.payments.printed.receipt import PrintedReceipt
from backend.payments.printed.receipt_pdf import draw_receipt
from tests.support import phone_payments as demo
from tests.support.phone_receipts import ReceiptBooks
from tests.support.receipts import a_receipt as printed_receipt

DESK = "/api/v1/desk/payments"
USER = demo.a_collector()


class PaymentsDeskApi:
    """Answers about one agency's money, with the dates of today."""

    def __init__(self) -> None:
        now = datetime.now(UTC)
        second = demo.a_card(now, reference="H17.08-261119-0007", amount=150_000)
        self.tasks = [
            demo.a_task(now=now, days=2),
            demo.a_task("unknown_payment", now, 0, order=None, amount=50_000, id=demo.an_id("tsk", 20)),
            demo.a_task("paid_twice", now, 1, order=second, amount=150_000, gateway="momo"),
            demo.a_task("missing_at_gateway", now, 4, order=second, amount=150_000, gateway="vnpay"),
            demo.a_task("refund_by_hand", now, 0, order=demo.a_card(now, state="refund_pending")),
        ]
        by_hand = demo.an_id("ord", 2)
        order = demo.an_order_page(now)
        proposed = {"state": "refund_pending", "refund": demo.a_refund(now), "may": ["approve", "refuse"]}
        statement = demo.a_statement(now)
        clean = statement["counts"] | dict.fromkeys(("amount_differs", "not_paid_here", "unknown"), 0)
        clean |= {"missing_at_gateway": 0, "repeated": 0}
        other = demo.a_statement(now, id=demo.an_id("stm", 2), gateway="vnpay", total=118, counts=clean)
        self.books = ReceiptBooks(now)
        self.answers: dict[str, Any] = {
            "/tasks": {"items": self.tasks, "next_cursor": None},
            f"/tasks/{self.tasks[0]['id']}": demo.a_task_page(now),
            f"/tasks/{self.tasks[2]['id']}": demo.a_task_page(
                now, **{**self.tasks[2], "proposed": demo.a_proposal(now), "may_confirm": True}
            ),
            f"/tasks/{self.tasks[1]['id']}": demo.a_task_page(
                now, **{**self.tasks[1], "proposed": demo.a_proposal(now)}
            ),
            "/statements": {"items": [statement, other], "next_cursor": None},
            f"/statements/{statement['id']}": demo.a_statement_page(now),
            f"/statements/{other['id']}": {**other, "rows": []},
            "/orders": {"items": [demo.a_card(now), demo.a_card(now, id=by_hand, state="refund_pending")]},
            f"/orders/{order['id']}": order,
            f"/orders/{by_hand}": demo.an_order_page(now, id=by_hand, **proposed),
        }

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, Any] | None:
        """Status and content, or None for what is not about this desk."""
        split = urlsplit(path)
        bare = split.path
        if bare.startswith((f"{DESK}/receipts", "/api/v1/receipts/rct_")):
            return self._receipts(method, bare, dict(parse_qsl(split.query)), body)
        if method != "GET" or not bare.startswith(DESK):
            return None
        found = self.answers.get(bare.removeprefix(DESK))
        return (200, found) if found is not None else None

    def _receipts(self, method: str, path: str, query: dict[str, str], body: bytes) -> tuple[int, Any] | None:
        last = path.rpartition("/")[2]
        if method == "POST":
            return self.books.cancel(path.split("/")[-2], json.loads(body))
        if last == "receipts":
            return self.books.find(query)
        if last == "used":
            return self.books.used(query)
        if last.endswith(".pdf"):
            return 200, draw_receipt(PrintedReceipt(printed_receipt(), is_demo=True))
        return self.books.answer(last)


def payments_desk(walk: Any) -> None:
    """From the staff door to a refund."""
    walk.enter_staff()
    width, height = walk.look.size
    walk.wait("collect.section.statements", 1500)
    walk.shoot("95-tasks")
    walk.pointer = (width * 0.7, height / 2) if width >= 840 else walk.pointer
    open_at(walk, f"/collect/tasks/{demo.an_id('tsk', 3)}", "collect.to_order", "95-task")
    bottom(walk, "95-task-ways")
    walk.type("collect.note", "Ngân hàng xác nhận")
    walk.tap("collect.way.paid_back")
    walk.wait("question.yes", 600)
    walk.shoot("95-task-asked")
    walk.tap("question.no")
    for task_id, seen, name in (
        (demo.a_task("paid_twice")["id"], "collect.to_order", "95-confirm"),
        (demo.an_id("tsk", 20), "collect.way.wrong_row", "95-waits"),
    ):
        open_at(walk, f"/collect/tasks/{task_id}", seen, "")
        bottom(walk, name)
    open_at(walk, f"/collect/statements/of/{demo.an_id('stm', 1)}", "collect.to_tasks", "96-statement")
    bottom(walk, "96-statement-rows")
    open_at(walk, "/collect/statements", "collect.import", "96-statements")
    open_at(walk, "/collect/statements/new", "collect.gateway.bank", "97-import")
    open_at(walk, "/collect/orders", "collect.find", "98-orders")
    walk.type("collect.code", demo.REFERENCE)
    walk.tap("collect.find")
    walk.wait(f"collect.{demo.an_id('ord', 1)}", 700)
    walk.shoot("98-found")
    open_at(walk, f"/collect/orders/{demo.an_id('ord', 1)}", "collect.refund.propose", "98-order")
    bottom(walk, "98-order-history")
    open_at(walk, f"/collect/orders/{demo.an_id('ord', 2)}", "collect.refund.approve", "99-refund")
    receipts(walk)


def receipts(walk: Any) -> None:
    """A day, one found by its number, its page, and replacing it."""
    one, new = demo.an_id("rct", 42), demo.an_id("rct", 45)
    open_at(walk, "/collect/receipts", "collect.find_receipt", "99a-receipts")
    bottom(walk, "99a-receipts-list")
    open_at(walk, "/collect/orders", "collect.find", "")
    open_at(walk, "/collect/receipts", "collect.find_receipt", "")
    walk.type("collect.receipt_number", "26TAA-42")
    walk.tap("collect.find_receipt")
    walk.wait("collect.receipt_pdf", 1300)
    walk.shoot("99b-receipt")
    walk.tap("collect.receipt_pdf")
    walk.page.wait_for_timeout(2500)
    walk.shoot("99c-receipt-page")
    walk.page.keyboard.press("Escape")
    walk.page.wait_for_timeout(700)
    open_at(walk, f"/collect/receipts/{one}", "collect.receipt_pdf", "")
    bottom(walk, "99d-receipt-wrong")
    walk.type("collect.receipt_why", "Ghi sai họ tên người nộp")
    walk.tap("collect.receipt.cancel")
    walk.wait("question.yes", 600)
    walk.shoot("99e-asked")
    walk.tap("question.no")
    walk.tap("collect.receipt.replace")
    walk.wait("question.yes", 600)
    walk.tap("question.yes")
    walk.page.wait_for_timeout(1500)
    walk.page.mouse.move(*walk.pointer)
    walk.page.mouse.wheel(0, -3000)
    walk.page.wait_for_timeout(700)
    walk.shoot("99f-replaced")
    open_at(walk, f"/collect/receipts/{new}", "collect.to_old", "99g-new")


def bottom(walk: Any, name: str) -> None:
    """What stands below the edge."""
    walk.page.mouse.move(*walk.pointer)
    walk.page.mouse.wheel(0, 3000)
    walk.page.wait_for_timeout(700)
    walk.shoot(name)


def open_at(walk: Any, path: str, identifier: str, name: str) -> None:
    """Open an address inside the running app."""
    walk.tell("notification.opened", {"url": path})
    walk.wait(identifier, 1300)
    if name:
        walk.shoot(name)
