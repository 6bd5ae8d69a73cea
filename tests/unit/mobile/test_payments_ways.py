"""The ways to pay, where there are none, where they cannot be read, and while one of them is under way."""

from datetime import timedelta

import pytest

from tests.support.phone_paying import ORDER, Cashier, a_second, an_order, at
from tests.support.phone_screens import run
from tests.support.phone_services import API


class Closed(Cashier):
    """A city that takes no money online."""

    def serve(self, server):
        super().serve(server)
        server.on("GET", f"{API}/gateways", (200, {"items": []}))


class Silent(Cashier):
    """The order is told, the ways are not."""

    def serve(self, server):
        super().serve(server)
        server.on("GET", f"{API}/gateways", (503, {"code": "server.unavailable", "status": 503}))


def test_a_city_that_takes_nothing_online_says_where_to_pay():
    async def story() -> None:
        _, screen, _ = await at(f"/orders/{ORDER}", Closed())
        assert screen.shows("Bạn nộp tại quầy một cửa, đọc số hồ sơ H17.08-261120-0001")
        assert not screen.shows("Chọn cách nộp")

    run(story)


def test_ways_that_cannot_be_read_can_be_asked_for_again():
    async def story() -> None:
        phone, screen, _ = await at(f"/orders/{ORDER}", Silent())
        assert screen.shows("115.000 đ")
        assert not screen.shows("Chọn cách nộp")
        assert not screen.shows("Hiện chưa nhận nộp trực tuyến")
        Cashier.serve(Cashier(), phone.server)
        await screen.click("pay.again")
        await screen.settle(20)
        assert screen.has("way.vnpay")
        assert not screen.has("pay.again")

    run(story)


def test_who_chooses_another_way_is_asked_not_to_pay_twice():
    async def story() -> None:
        _, screen, _ = await at(f"/orders/{ORDER}")
        assert not screen.shows("đừng nộp thêm")
        await screen.click("way.vnpay")
        await screen.settle(20)
        await screen.click("pay.other_way")
        await screen.settle(20)
        assert screen.shows("Nếu vừa trả tiền ở lượt đang mở, xin đợi kết quả, đừng nộp thêm.")
        await screen.click("pay.go_on")
        await screen.settle(20)
        assert screen.has("pay.open")

    run(story)


def test_a_screen_reader_hears_that_a_try_ran_out():
    async def story() -> None:
        phone, screen, till = await at(f"/orders/{ORDER}")
        await screen.click("way.vnpay")
        phone.clock.advance(timedelta(minutes=15))
        till.now = phone.clock.now()
        await a_second(phone, screen)
        assert "xin đừng nộp lại" in screen.find("pay.said").label

    run(story)


@pytest.mark.parametrize(("state", "amount"), [("refunded", 115_000), ("refund_pending", 115_000), ("paid", 0)])
def test_a_screen_reader_hears_what_an_order_is(state: str, amount: int):
    async def story() -> None:
        order = an_order(
            state=state, amount=amount, paid_at="2026-11-21T01:00:00Z", method="vnpay" if amount else "none"
        )
        _, screen, _ = await at(f"/orders/{ORDER}", Cashier(order))
        label = screen.find("pay.said").label
        assert label
        assert not label.startswith("Đã nộp")
        assert screen.shows(label)

    run(story)
