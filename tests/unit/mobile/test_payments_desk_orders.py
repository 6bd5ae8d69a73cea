"""Thu phí's orders on screen: found by their number, what happened to them, and money back by two persons."""

from typing import Any

from shared_models.schemas.payments_desk import RefundAskSchema
from tests.support.flet_harness import Screen
from tests.support.phone import MemoryServer
from tests.support.phone_data import Phone
from tests.support.phone_payments import DESK, PAYER, REFERENCE, a_card, a_refund, a_till, an_id, an_order_page
from tests.support.phone_screens import run

ORDER = a_card()["id"]
Json = dict[str, Any]


class OrderServer:
    """One order and its refund; `sent` are the bodies."""

    def __init__(self, page: Json) -> None:
        self.page, self.sent = page, list[Json]()
        self.refusal: tuple[int, Json] | None = None

    def serve(self, server: MemoryServer) -> None:
        server.on("GET", f"{DESK}/orders", (200, {"items": [a_card()]}))
        server.on("GET", f"{DESK}/orders/{ORDER}", lambda _body, _query: (200, self.page))
        server.on("POST", f"{DESK}/orders/{ORDER}/refund", self._act)

    def _act(self, body: Json, _query: Json) -> tuple[int, Json]:
        RefundAskSchema().load(body)
        self.sent.append(body)
        return self.refusal or (200, self.page)


async def on_order(server: OrderServer) -> tuple[Phone, Screen]:
    return await a_till([], route=f"/collect/orders/{ORDER}", serve=server.serve)


def test_an_order_is_found_by_its_number_and_shows_what_happened() -> None:
    async def story() -> None:
        server = OrderServer(an_order_page())
        _, screen = await a_till([], route="/collect/orders", serve=server.serve)
        await screen.type("collect.code", REFERENCE)
        await screen.click("collect.find")
        await screen.settle(20)
        await screen.click(f"collect.{ORDER}")
        await screen.settle(30)
        assert screen.shows("Đã nhận tiền")
        assert screen.shows(PAYER)

    run(story)


def test_a_refund_is_proposed_with_a_reason() -> None:
    async def story() -> None:
        server = OrderServer(an_order_page())
        _, screen = await on_order(server)
        await screen.click("collect.refund.propose")
        assert screen.shows("Hãy ghi lý do hoàn tiền.")
        await screen.type("collect.refund_words", "Hồ sơ nộp trùng")
        await screen.click("collect.refund.propose")
        await screen.click("question.yes")
        await screen.settle(30)
        (sent,) = server.sent
        assert (sent["action"], sent["reason"]) == ("propose", "Hồ sơ nộp trùng")

    run(story)


def test_a_second_person_approves_or_refuses() -> None:
    async def story() -> None:
        page = an_order_page(state="refund_pending", refund=a_refund(), may=["approve", "refuse"])
        server = OrderServer(page)
        _, screen = await on_order(server)
        assert screen.shows("Hồ sơ nộp trùng")
        await screen.click("collect.refund.refuse")
        assert screen.shows("Hãy ghi vì sao không duyệt.")
        await screen.click("collect.refund.approve")
        await screen.click("question.yes")
        await screen.settle(30)
        (sent,) = server.sent
        assert (sent["id"], sent["action"]) == (an_id("rfd", 1), "approve")

    run(story)


def test_a_silent_gateway_is_left_with_a_word_on_how_that_is_known() -> None:
    async def story() -> None:
        refund = a_refund(state="approved", way="gateway", decided_by="P", decided_at="2026-11-21T02:00:00Z")
        server = OrderServer(an_order_page(state="refund_pending", refund=refund, may=["turn"]))
        _, screen = await on_order(server)
        assert screen.shows("Cổng chưa trả lời")
        await screen.click("collect.refund.turn")
        assert screen.shows("Hãy ghi đã kiểm tra với cổng thế nào.")
        await screen.type("collect.refund_words", "Đã gọi, chưa có lệnh hoàn")
        await screen.click("collect.refund.turn")
        await screen.click("question.yes")
        await screen.settle(30)
        (sent,) = server.sent
        assert (sent["action"], sent["note"]) == ("turn", "Đã gọi, chưa có lệnh hoàn")

    run(story)


def test_the_proposer_is_told_that_a_colleague_has_to_decide() -> None:
    async def story() -> None:
        page = an_order_page(state="refund_pending", refund=a_refund(), may=[])
        _, screen = await on_order(OrderServer(page))
        assert screen.shows("Cần một người khác trong cơ quan duyệt")
        assert not screen.has("collect.refund_words")

    run(story)


def test_a_decision_that_came_too_late_is_told_and_shown() -> None:
    async def story() -> None:
        page = an_order_page(state="refund_pending", refund=a_refund(), may=["approve", "refuse"])
        server = OrderServer(page)
        server.refusal = (409, {"code": "refund.decided", "status": 409, "params": {}, "errors": {}})
        _, screen = await on_order(server)
        await screen.click("collect.refund.approve")
        server.page = an_order_page(state="refunded", refund=a_refund(state="done"), may=[])
        await screen.click("question.yes")
        await screen.settle(40)
        assert screen.shows("Đề nghị này đã được quyết định")
        assert screen.shows("Đã chuyển trả")

    run(story)
