"""Biên lai at the desk: found by its number, a day that can be closed, one taken out of force once and knowingly."""

from datetime import timedelta

import pytest

from mobile.state.receipts_desk import ReceiptsDeskState, left_over
from shared_models.clock import city_date
from shared_models.schemas.payments_desk import DeskOrderSchema
from shared_models.schemas.receipts import DeskReceiptSchema, ReceiptCardSchema, ReceiptDaySchema
from tests.support.flet_harness import Screen
from tests.support.phone import NOW, MemoryServer
from tests.support.phone_data import Phone
from tests.support.phone_payments import DESK, PAYER, a_till, an_id, an_order_page
from tests.support.phone_receipts import HOME, NUMBER, ReceiptBooks, a_card, a_day, a_receipt
from tests.support.phone_screens import run

RECEIPT, NAME = an_id("rct", 42), "26TAA-00000042"
WHY = "Ghi sai họ tên người nộp"


async def at_books(books: ReceiptBooks, route: str = "/collect/receipts", width: int = 390) -> tuple[Phone, Screen]:
    phone, screen = await a_till([], route=route, serve=books.serve, width=width)
    await screen.settle(30)
    return phone, screen


async def asked(screen: Screen, end: str, why: str = WHY) -> None:
    await screen.type("collect.receipt_why", why)
    await screen.click(f"collect.receipt.{end}")
    await screen.settle(20)


def test_what_these_tests_serve_is_what_the_server_sends() -> None:
    assert DeskReceiptSchema().validate(a_receipt()) == {}
    assert ReceiptDaySchema().validate(a_day()) == {}
    assert ReceiptCardSchema().validate(a_card()) == {}
    books = ReceiptBooks()
    books.cancel(RECEIPT, {"id": an_id("act", 1), "why": WHY, "replace": True})
    for one in books.receipts.values():
        assert DeskReceiptSchema().validate(one) == {}
    assert DeskOrderSchema().validate(an_order_page()) == {}


def test_what_is_left_of_a_day_is_what_came_less_what_was_taken_back() -> None:
    page = a_day()
    assert left_over(page) == 2_250_000
    assert [left_over(way) for way in page["ways"]] == [2_100_000, 150_000]


def test_keys_go_along_what_was_taken_back_and_then_what_was_issued() -> None:
    state = ReceiptsDeskState()
    assert state.order == []
    state.page, state.items = a_day(), tuple(a_day()["items"])
    assert state.order == [an_id("rct", number) for number in (41, 44, 43, 42, 40)]


def test_a_day_shows_numbers_sums_and_what_has_to_be_in_the_till() -> None:
    async def story() -> None:
        _, screen = await at_books(ReceiptBooks())
        for words in (
            "00000040 – 00000044 (5 số)",
            "5 biên lai · 2.400.000 đ",
            "1 biên lai · 150.000 đ",
            "2.250.000 đ",
            "Hủy, thay thế trong ngày · 1",
            "Đã lập · 5",
            "26TAA-00000044",
        ):
            assert screen.shows(words), words
        assert not screen.shows(PAYER), "a list names nobody"

    run(story)


def test_days_are_turned_back_and_none_that_has_not_come() -> None:
    async def story() -> None:
        books = ReceiptBooks()
        _, screen = await at_books(books)
        assert not screen.has("collect.day_after")
        await screen.click("collect.day_before")
        await screen.settle(20)
        yesterday = city_date(NOW) - timedelta(days=1)
        assert books.days[-1] == yesterday.isoformat()
        assert screen.shows("Ngày này chưa có biên lai")
        await screen.click("collect.to_today")
        await screen.settle(20)
        assert screen.shows("Đã lập · 5")

    run(story)


@pytest.mark.parametrize("typed", ["26TAA-00000042", "26taa 42"])
def test_one_is_found_by_its_number_and_read_once(typed: str) -> None:
    async def story() -> None:
        phone, screen = await at_books(ReceiptBooks())
        await screen.type("collect.receipt_number", typed)
        await screen.click("collect.find_receipt")
        await screen.settle(40)
        for words in ("Biên lai 26TAA-00000042", PAYER, NUMBER, HOME, "Bảy trăm nghìn đồng"):
            assert screen.shows(words), words
        read = [one.path for one in phone.server.requests if one.path.endswith(RECEIPT)]
        assert read == [], "each reading stands in the payer's log"

    run(story)


def test_a_number_that_is_none_and_one_that_nobody_has_say_what_to_do() -> None:
    async def story() -> None:
        _, screen = await at_books(ReceiptBooks())
        await screen.type("collect.receipt_number", "42")
        await screen.click("collect.find_receipt")
        assert screen.shows("Hãy nhập như 26TAA-00000042.")
        await screen.type("collect.receipt_number", "26TAA-77")
        await screen.click("collect.find_receipt")
        await screen.settle(20)
        assert screen.shows("Không có biên lai 26TAA-00000077")

    run(story)


def test_its_page_is_shown_and_its_data_are_saved_under_its_name() -> None:
    async def story() -> None:
        phone, screen = await at_books(ReceiptBooks(), f"/collect/receipts/{RECEIPT}")
        await screen.click("collect.receipt_pdf")
        await screen.settle(10)
        assert phone.web.paper == {
            "title": f"Biên lai {NAME}",
            "name": f"bien-lai-{NAME}.pdf",
            "dock_px": None,
            "media_type": "application/pdf",
            "content": b"%pdf",
        }
        await screen.click("collect.receipt_xml")
        await screen.settle(10)
        assert phone.web.saved == [(f"bien-lai-{NAME}.xml", b"%xml")]

    run(story)


def test_one_is_cancelled_after_a_second_question_in_exact_words() -> None:
    async def story() -> None:
        books = ReceiptBooks()
        _, screen = await at_books(books, f"/collect/receipts/{RECEIPT}")
        await asked(screen, "cancel", "  ab  ")
        assert screen.shows("Hãy ghi lý do, ít nhất 5 ký tự")
        await asked(screen, "cancel")
        assert screen.shows(f"Hủy biên lai {NAME}?")
        assert screen.shows("Người nộp sẽ được báo. Số này không dùng lại.")
        await screen.click("question.no")
        await screen.settle(10)
        assert books.sent == []
        await screen.click("collect.receipt.cancel")
        await screen.click("question.yes")
        await screen.settle(30)
        assert [(one["why"], one["replace"]) for one in books.sent] == [(WHY, False)]
        assert screen.shows(f"Đã hủy biên lai {NAME}.")
        assert screen.shows("Lê Thị Thu đã hủy biên lai này")
        assert not screen.has("collect.receipt.cancel"), "it is over"

    run(story)


def test_one_is_replaced_and_leads_to_the_new_one_and_back() -> None:
    async def story() -> None:
        books = ReceiptBooks()
        _, screen = await at_books(books, f"/collect/receipts/{RECEIPT}")
        await asked(screen, "replace")
        await screen.click("question.yes")
        await screen.settle(30)
        assert screen.shows("Đã thay bằng biên lai 26TAA-00000045.")
        await screen.click("collect.to_new")
        await screen.settle(30)
        assert screen.shows(f"Biên lai này thay cho biên lai {NAME}.")
        await screen.click("collect.to_old")
        await screen.settle(30)
        assert screen.shows("Lê Thị Thu đã thay biên lai này")

    run(story)


def test_what_was_not_answered_is_sent_again_as_the_same() -> None:
    async def story() -> None:
        books = ReceiptBooks()
        _, screen = await at_books(books, f"/collect/receipts/{RECEIPT}")
        books.refusal = (503, {"code": "server.unavailable"})
        for _ in range(2):
            await asked(screen, "cancel")
            await screen.click("question.yes")
            await screen.settle(40)
        books.refusal = None
        await screen.click("collect.receipt.cancel")
        await screen.click("question.yes")
        await screen.settle(40)
        assert len(books.sent) == 3
        assert books.sent[0] == books.sent[1] == books.sent[2]
        assert screen.shows(f"Đã hủy biên lai {NAME}.")

    run(story)


def test_somebody_was_faster_and_what_is_now_is_shown() -> None:
    async def story() -> None:
        books = ReceiptBooks()
        _, screen = await at_books(books, f"/collect/receipts/{RECEIPT}")
        await asked(screen, "cancel")
        books.cancel(RECEIPT, {"id": an_id("act", 9), "why": "Đồng nghiệp đã hủy", "replace": False})
        books.refusal = (409, {"code": "receipt.not_in_force"})
        await screen.click("question.yes")
        await screen.settle(40)
        assert screen.shows("đã bị hủy hoặc thay thế trước đó")
        assert screen.shows("Đồng nghiệp đã hủy")

    run(story)


def test_a_payments_page_leads_to_its_receipt() -> None:
    async def story() -> None:
        books, order = ReceiptBooks(), an_order_page()

        def serve(server: MemoryServer) -> None:
            books.serve(server)
            server.on("GET", f"{DESK}/orders/{order['id']}", (200, order))

        _, screen = await a_till([], route=f"/collect/orders/{order['id']}", serve=serve)
        await screen.settle(20)
        assert screen.shows("Đang có hiệu lực")
        await screen.click(f"collect.receipt.{RECEIPT}")
        await screen.settle(30)
        assert screen.shows("Bảy trăm nghìn đồng")

    run(story)


def test_a_wide_screen_keeps_the_day_beside_the_receipt_and_keys_go_along_it() -> None:
    async def story() -> None:
        phone, screen = await at_books(ReceiptBooks(), f"/collect/receipts/{RECEIPT}", width=1280)
        assert screen.shows("Đã lập · 5")
        assert screen.shows(PAYER)
        phone.web.emit("key", {"key": "Escape"})
        await screen.settle(20)
        assert not screen.shows(PAYER)
        assert screen.shows("Chọn một biên lai trong danh sách")

    run(story)


def test_behind_a_closed_door_nothing_of_a_day_stays() -> None:
    state = ReceiptsDeskState()
    state.page, state.items, state.asked_for, state.is_missing = a_day(), tuple(a_day()["items"]), NAME, True
    state.empty()
    assert (state.page, state.items, state.asked_for, state.is_missing) == (None, (), "", False)
