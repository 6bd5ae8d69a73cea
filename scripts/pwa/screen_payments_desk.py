"""The walk through Thu phí: tasks, one with both sides, a statement, an order and its refund."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from tests.support import phone_payments as demo

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
        self.answers: dict[str, Any] = {
            "/tasks": {"items": self.tasks, "next_cursor": None},
            f"/tasks/{self.tasks[0]['id']}": demo.a_task_page(now),
            "/statements": {"items": [statement, other], "next_cursor": None},
            f"/statements/{statement['id']}": demo.a_statement_page(now),
            f"/statements/{other['id']}": {**other, "rows": []},
            "/orders": {"items": [demo.a_card(now), demo.a_card(now, id=by_hand, state="refund_pending")]},
            f"/orders/{order['id']}": order,
            f"/orders/{by_hand}": demo.an_order_page(now, id=by_hand, **proposed),
        }

    def answer(self, method: str, path: str, _body: bytes) -> tuple[int, Any] | None:
        """Status and content, or None for what is not about this desk."""
        bare = urlsplit(path).path
        if method != "GET" or not bare.startswith(DESK):
            return None
        found = self.answers.get(bare.removeprefix(DESK))
        return (200, found) if found is not None else None


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
    walk.shoot(name)
