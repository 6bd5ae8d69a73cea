"""Searching at the desk: by code or by name, and what is told before and after."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from mobile.screens.officer.search import by_what
from tests.support.flet_harness import Screen
from tests.support.phone_data import Phone
from tests.support.phone_desk import DESK, WIDE, a_desk, an_officer, desk_card
from tests.support.phone_screens import run

SEARCH = f"{DESK}/dossiers/search"
Answer = tuple[int, Any]


async def searching(answer: Answer, width: int = 390) -> tuple[Phone, Screen]:
    def serve(server: Any) -> None:
        server.on("GET", SEARCH, answer)

    return await a_desk({}, user=an_officer("process"), route="/search", width=width, serve=serve)


def asked(phone: Phone) -> list[dict[str, list[str]]]:
    return [parse_qs(urlsplit(request.path).query) for request in phone.server.asked("GET", SEARCH)]


@pytest.mark.parametrize(
    ("typed", "by"),
    [
        ("  Trần   Thị Thảo ", {"name": "Trần Thị Thảo"}),
        ("tran thao", {"name": "tran thao"}),
        ("H17.08-261120-0001", {"code": "H17.08-261120-0001"}),
        (" 000.00.12.H17-240315-0042 ", {"code": "000.00.12.H17-240315-0042"}),
    ],
)
def test_digits_make_it_a_code(typed: str, by: dict[str, str]):
    assert by_what(typed) == by


def test_who_is_found_is_told_before_that_they_will_know():
    async def story() -> None:
        phone, screen = await searching((200, {"items": [desk_card(1), desk_card(2, status=10)]}))
        assert screen.shows("Lần tìm này được ghi vào nhật ký truy cập của người nộp")
        await screen.type("search.text", "Trần Thảo")
        await screen.click("search.go")
        assert asked(phone) == [{"name": ["Trần Thảo"]}]
        assert screen.shows("2 hồ sơ")
        await screen.click("desk.dos_1")
        assert screen.page.route == "/dossiers/dos_1"

    run(story)


def test_where_there_is_room_what_is_found_opens_beside_the_search():
    async def story() -> None:
        phone, screen = await searching((200, {"items": [desk_card(7)]}), WIDE)
        await screen.type("search.text", "H17.08-261120-0007")
        await screen.click("search.go")
        await screen.click("desk.dos_7")
        assert (screen.page.route, phone.services.desk_state.selected) == ("/search", "dos_7")
        assert asked(phone) == [{"code": ["H17.08-261120-0007"]}]

    run(story)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((200, {"items": []}), "Không tìm thấy"),
        ((422, {"code": "dossier.code_malformed", "errors": {"code": ["dossier.code_malformed"]}}), "Mã hồ sơ"),
        ((429, {"code": "search.too_often", "retry_after_s": 60}), "Bạn đã tìm"),
    ],
)
def test_what_was_not_found_or_not_taken_is_said_in_words(answer: Answer, words: str):
    async def story() -> None:
        _, screen = await searching(answer)
        await screen.type("search.text", "H17-1")
        await screen.click("search.go")
        assert any(text.startswith(words) for text in screen.texts()), screen.texts()

    run(story)


def test_too_little_is_said_without_asking_the_server():
    async def story() -> None:
        phone, screen = await searching((200, {"items": []}))
        await screen.type("search.text", "An")
        await screen.click("search.go")
        assert screen.shows("Nhập mã hồ sơ, hoặc họ và tên.")
        assert asked(phone) == []

    run(story)


def test_without_a_network_it_says_so_and_the_next_try_works():
    async def story() -> None:
        phone, screen = await searching((200, {"items": [desk_card(1)]}))
        await screen.type("search.text", "Trần Thảo")
        phone.server.is_down = True
        await screen.click("search.go")
        assert screen.shows("Không kết nối được. Kiểm tra mạng rồi thử lại.")
        phone.server.is_down = False
        await screen.click("search.go")
        assert screen.has("desk.dos_1")
        assert phone.services.app_state.is_online

    run(story)
