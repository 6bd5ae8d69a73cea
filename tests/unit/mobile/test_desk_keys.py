"""Keys of the desk, a dossier beside its list, and the notice that leads to one."""

from typing import Any

import pytest

from tests.support.flet_harness import Screen
from tests.support.phone import MemoryServer
from tests.support.phone_data import Phone, a_licence, a_notice
from tests.support.phone_desk import DESK, WIDE, a_desk, an_officer, desk_card
from tests.support.phone_screens import a_wallet, run

PROCESS = an_officer("process")
NOTICE = a_notice(
    1, kind="dossier.assigned", params={"number": "H17.08-261120-0002"}, licence_id=None, dossier_id="dos_2"
)


def with_a_notice(server: MemoryServer) -> None:
    server.on("GET", "/api/v1/notices", (200, {"items": [NOTICE], "next_cursor": None}))
    server.on("POST", "/api/v1/notices/ntc_1/read", (204, None))


async def three(width: int = WIDE, **more: Any) -> tuple[Phone, Screen]:
    return await a_desk({"mine": [desk_card(number) for number in (1, 2, 3)]}, user=PROCESS, width=width, **more)


async def press(phone: Phone, screen: Screen, *names: str) -> None:
    for name in names:
        phone.web.emit("key", {"key": name})
        await screen.settle()


def heard(phone: Phone) -> list[bool]:
    """What the page was told: whether to tell keys."""
    return [args["on"] for op, args in phone.web.ops if op == "keys.listen"]


def opened(phone: Phone) -> list[str]:
    """The dossiers that were read at the server, in order."""
    paths = [request.path for request in phone.server.requests]
    return [path.rpartition("/")[2] for path in paths if path.startswith(f"{DESK}/dossiers/dos_")]


def test_j_and_k_move_and_only_enter_opens():
    async def story() -> None:
        phone, screen = await three()
        state = phone.services.desk_state
        await press(phone, screen, "j", "ArrowDown", "j", "j")
        assert state.at == "dos_3"
        await press(phone, screen, "k", "ArrowUp", "k", "j")
        assert (state.at, state.selected, opened(phone)) == ("dos_2", None, [])
        await press(phone, screen, "Enter")
        assert state.selected == "dos_2"
        assert set(opened(phone)) == {"dos_2"}
        assert screen.page.route == "/"
        await press(phone, screen, "j")
        assert (state.at, state.selected) == ("dos_3", "dos_2")

    run(story)


def test_on_a_narrow_window_enter_opens_the_page_and_the_keys_of_the_list_rest_there():
    async def story() -> None:
        phone, screen = await three(width=390)
        await press(phone, screen, "j", "Enter")
        assert screen.page.route == "/dossiers/dos_1"
        await press(phone, screen, "j")
        assert phone.services.desk_state.at == "dos_1"

    run(story)


def test_numbers_change_the_view_and_a_slash_leads_to_the_search():
    async def story() -> None:
        phone, screen = await three()
        await press(phone, screen, "2")
        assert phone.services.desk_state.view == "unit"
        await press(phone, screen, "/")
        assert screen.page.route == "/search"
        await press(phone, screen, "Escape")
        assert screen.page.route == "/"

    run(story)


def test_the_sheet_lists_what_can_be_pressed_and_nothing_fires_under_it():
    async def story() -> None:
        phone, screen = await three()
        await press(phone, screen, "?")
        for words in ("Hồ sơ tiếp theo", "Mở hồ sơ đang chọn", "Tìm hồ sơ", "Các danh sách theo thứ tự"):
            assert screen.shows(words)
        await press(phone, screen, "j", "/")
        assert (phone.services.desk_state.at, screen.page.route) == (None, "/")
        assert heard(phone)[-1] is False
        await screen.click("keys.close")
        assert heard(phone)[-1] is True
        await press(phone, screen, "j")
        assert phone.services.desk_state.at == "dos_1"

    run(story)


def test_the_page_is_asked_for_keys_while_a_desk_is_drawn_and_not_behind_a_closed_door():
    async def story() -> None:
        phone, screen = await three()
        assert heard(phone) == [True]
        await phone.app.lifecycle.lock()
        await screen.settle()
        assert heard(phone) == [True, False]
        await press(phone, screen, "j")
        assert phone.services.desk_state.at is None

    run(story)


def test_a_citizen_is_never_listened_to():
    async def story() -> None:
        phone, _ = await a_wallet(a_licence(1))
        assert heard(phone) == []

    run(story)


def test_a_line_opens_beside_the_list_where_there_is_room():
    async def story() -> None:
        phone, screen = await three()
        assert screen.shows("Chọn một hồ sơ")
        await screen.click("desk.dos_3")
        assert (screen.page.route, phone.services.desk_state.selected) == ("/", "dos_3")
        assert screen.has("desk.dos_1")
        assert not screen.shows("Chọn một hồ sơ")

    run(story)


def test_large_text_needs_more_room_for_two_panes():
    async def story() -> None:
        phone, screen = await three()
        await phone.app.choices.change_settings({"text_size": 200})
        await screen.settle()
        assert not screen.shows("Chọn một hồ sơ")
        await screen.click("desk.dos_1")
        assert screen.page.route == "/dossiers/dos_1"

    run(story)


def test_a_dossier_s_own_address_opens_it_beside_the_list_where_there_is_room():
    async def story() -> None:
        phone, screen = await three(route="/dossiers/dos_2")
        assert (screen.page.route, phone.services.desk_state.selected) == ("/", "dos_2")

    run(story)


@pytest.mark.parametrize(("width", "route"), [(390, "/dossiers/dos_2"), (WIDE, "/")])
def test_an_officer_s_notice_leads_to_its_dossier(width: int, route: str):
    async def story() -> None:
        phone, screen = await three(width, serve=with_a_notice, route="/inbox")
        assert screen.shows("Hồ sơ H17.08-261120-0002 vừa được giao cho bạn.")
        await screen.click("notice.ntc_1")
        assert screen.page.route == route
        assert opened(phone)[0] == "dos_2"
        assert phone.services.inbox_state.unread == 0

    run(story)


def test_a_citizen_s_notice_leads_to_their_dossier():
    async def story() -> None:
        told = {"number": "H17.08-261120-0002", "agency": "Ban Quản lý ATTP"}
        notice = a_notice(1, kind="dossier.resolved", params=told, licence_id=None, dossier_id="dos_2")
        phone, screen = await a_wallet(notices=[notice], route="/inbox")
        phone.server.on("POST", "/api/v1/notices/ntc_1/read", (204, None))
        await screen.click("notice.ntc_1")
        assert screen.page.route == "/dossiers/dos_2"

    run(story)


def test_a_notice_of_nothing_that_can_be_opened_stays_where_it_is():
    async def story() -> None:
        notice = a_notice(1, kind="device.blocked", params={"label": "A15"}, licence_id=None)
        phone, screen = await a_wallet(notices=[notice], route="/inbox")
        phone.server.on("POST", "/api/v1/notices/ntc_1/read", (204, None))
        await screen.click("notice.ntc_1")
        assert (screen.page.route, phone.services.inbox_state.unread) == ("/inbox", 0)

    run(story)


def test_moving_on_after_an_action_names_the_dossier_that_came_after():
    async def story() -> None:
        phone, _ = await three()
        lines = {"mine": [desk_card(1), desk_card(3)]}
        phone.server.on("GET", f"{DESK}/dossiers", (200, {"items": lines["mine"], "next_cursor": None}))
        assert await phone.app.desk.moved_on("dos_2") == "dos_3"
        assert [row.id for row in phone.services.desk_state.rows] == ["dos_1", "dos_3"]
        assert await phone.app.desk.moved_on("dos_3") is None
        assert await phone.app.desk.moved_on("dos_99") is None

    run(story)
