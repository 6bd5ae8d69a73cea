"""Dịch vụ as a whole app, without Flutter: finding what one needs, with and without a network or an account."""

from dataclasses import replace
from typing import Any

from tests.support.flet_harness import Screen
from tests.support.phone_data import CITIZEN, PIN, Phone, a_licence, serve_citizen, signed_in
from tests.support.phone_screens import enter, opened, run
from tests.support.phone_services import API, BIRTH, FOOD, detail, serve_services


async def a_citizen(*dossiers: dict[str, Any], route: str = "/services", width: int = 390) -> tuple[Phone, Screen]:
    phone = Phone()
    serve_citizen(phone.server, [a_licence(1, type="business_household")], [])
    serve_services(phone.server, *dossiers)
    await signed_in(phone, CITIZEN)
    await phone.web.vault_lock()
    screen = await opened(phone, route, width)
    await enter(screen, PIN)
    await screen.settle(20)
    return phone, screen


def test_search_comes_first_and_needs_no_diacritics():
    async def story() -> None:
        _, screen = await a_citizen()
        identifiers = screen.identifiers()
        assert identifiers.index("services.search") < identifiers.index("event.birth")
        await screen.type("services.search", "khai sinh")
        assert screen.has(f"service.{BIRTH}")
        assert not screen.has("event.birth")
        await screen.type("services.search", "an toan thuc pham")
        assert screen.has(f"service.{FOOD}")
        assert not screen.has(f"service.{BIRTH}")
        await screen.type("services.search", "khong he co viec nay")
        assert screen.shows("Không tìm thấy thủ tục nào")

    run(story)


def test_no_letter_is_lost_of_what_is_typed_faster_than_it_can_be_drawn():
    async def story() -> None:
        _, screen = await a_citizen()
        assert await screen.type_faster_than_it_draws("services.search", "qwxzqwxz") == []
        assert screen.typed("services.search") == "qwxzqwxz"
        assert screen.shows("Không tìm thấy thủ tục nào")

    run(story)


def test_life_events_and_agencies_lead_to_their_procedures():
    async def story() -> None:
        phone, screen = await a_citizen()
        await screen.click("event.birth")
        assert screen.has(f"service.{BIRTH}")
        assert phone.app.services.app_state.stage == "open"
        phone.app.go("/services/of/agency/H17.08")
        await screen.settle()
        assert screen.has(f"service.{FOOD}")
        assert screen.shows("Ban Quản lý An toàn thực phẩm")

    run(story)


def test_a_page_says_what_you_get_how_long_how_much_and_what_is_here_already():
    async def story() -> None:
        _, screen = await a_citizen(route=f"/services/{FOOD}")
        for words in ("Bạn nhận được", "ngày làm việc", "Lệ phí", "Cần có", "Đã có: GCN đăng ký hộ kinh doanh"):
            assert screen.shows(words), words
        assert screen.has("service.start")

    run(story)


def test_an_abolished_one_says_so_and_what_to_do_instead():
    async def story() -> None:
        phone, screen = await a_citizen(route="/services/1.013420")
        assert screen.shows("đã được bãi bỏ")
        assert screen.shows("Giấy của bạn có sẵn trong ví")
        assert not screen.has("service.start")
        await screen.click("service.instead")
        assert phone.app.services.app_state.user is not None
        assert screen.has("identity.eye"), "the wallet"

    run(story)


def test_an_abolished_one_leads_to_what_took_its_place():
    async def story() -> None:
        phone, screen = await a_citizen()
        replacement = {"code": BIRTH, "name": {"vi": "Đăng ký khai sinh", "en": "Register a birth"}}
        gone = detail("1.013420", replaced_by=BIRTH, replacement=replacement)
        phone.server.on("GET", f"{API}/procedures/1.013420", (200, gone))
        phone.app.go("/services/1.013420")
        await screen.settle(20)
        await screen.click("service.instead")
        await screen.settle(20)
        assert screen.has("service.start")

    run(story)


def test_without_a_network_the_last_list_is_searched_and_pages_read_before_open():
    async def story() -> None:
        phone, screen = await a_citizen(route=f"/services/{BIRTH}")
        disk, clock = phone.web.disk, phone.clock
        phone.web.is_open = False
        other = Phone(type(phone.web)(clock, disk), phone.server)
        phone.server.is_down = True
        screen = await opened(other, "/services")
        await enter(screen, PIN)
        await screen.settle(40)
        await screen.type("services.search", "khai sinh")
        assert screen.has(f"service.{BIRTH}")
        await screen.click(f"service.{BIRTH}")
        await screen.settle(40)
        assert screen.has("service.start")
        other.app.go(f"/services/{FOOD}")
        await screen.settle(40)
        assert screen.has("service.again"), "never read before: it says so and offers another try"

    run(story)


def test_the_catalogue_needs_no_account():
    async def story() -> None:
        phone = Phone()
        serve_services(phone.server)
        screen = await opened(phone)
        await screen.click("services.visit")
        await screen.settle(20)
        await screen.type("services.search", "khai sinh")
        await screen.click(f"service.{BIRTH}")
        await screen.settle(20)
        assert screen.shows("Giấy chứng sinh")
        assert not screen.has("service.start")
        assert screen.has("service.signin")
        assert not screen.has("tab.wallet")
        assert all(request.headers.get("Authorization") is None for request in phone.server.requests)
        phone.app.go("/services")
        await screen.settle(20)
        await screen.click("nav.back")
        assert screen.has("signin.vneid")

    run(story)


def test_on_a_wide_screen_the_catalogue_stands_beside_the_page():
    async def story() -> None:
        _, screen = await a_citizen(route=f"/services/{BIRTH}", width=1280)
        assert screen.has("service.start")
        assert screen.has("services.search")

    run(story)


def test_a_visitor_at_a_desk_finds_the_way_back():
    async def story() -> None:
        phone = Phone()
        serve_services(phone.server)
        screen = await opened(phone, width=1280)
        await screen.click("services.visit")
        assert screen.identifiers().count("nav.back") == 1
        phone.app.go(f"/services/{BIRTH}")
        await screen.settle(20)
        assert screen.identifiers().count("nav.back") == 2, "the page has one of its own over that of the list"
        await screen.click("nav.back")
        await screen.settle(20)
        assert screen.has("signin.vneid")

    run(story)


def test_english_names_come_from_the_catalogue():
    async def story() -> None:
        phone, screen = await a_citizen()
        await phone.app.choices.change_settings({"lang": "en"})
        await screen.settle(20)
        await screen.type("services.search", "register a birth")
        assert screen.shows("Register a birth")
        assert replace(phone.app.services.app_state.settings).lang == "en"

    run(story)
