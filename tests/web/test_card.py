"""The instant card: a live code without PIN, without Flet, without network."""

import json

import pytest

from backend.infra.verify import verify_text
from shared_models.credential.reasons import Outcome
from tests.support import credentials as demo
from tests.web.demo_city import DemoCity, clock_s
from tests.web.phone import Phone

pytestmark = pytest.mark.browser


def judge(city: DemoCity, text: str) -> Outcome:
    """The server's verdict on what the phone shows."""
    return verify_text(text, city.trust, {demo.URI: city.status}, clock_s()).outcome


def test_card_shows_a_code_that_proves_its_holder(phone: Phone) -> None:
    phone.pin_licence()
    phone.open()
    phone.page.locator(".card-qr svg").wait_for()
    [text] = phone.read_screen()
    assert judge(phone.city, text) is Outcome.VALID_HOLDER_PRESENT
    assert phone.page.get_by_role("heading", name="QUÁN MÌ QUẢNG BÀ MUA").is_visible()
    assert phone.page.get_by_text("Còn hiệu lực").is_visible()


def test_card_signs_anew_after_fifteen_seconds(phone: Phone) -> None:
    phone.pin_licence()
    phone.page.clock.install()
    phone.open()
    phone.page.locator(".card-qr svg").wait_for()
    drawing = "document.querySelector('.card-qr svg').outerHTML"
    before = phone.page.evaluate(drawing)
    phone.page.clock.run_for(14_000)
    assert phone.page.evaluate(drawing) == before
    phone.page.clock.run_for(2_000)
    phone.until(f"{drawing} !== a", before)
    [text] = phone.read_screen()
    assert judge(phone.city, text) is Outcome.VALID_HOLDER_PRESENT


def test_card_stands_on_white_in_dark_mode(phone: Phone) -> None:
    phone.pin_licence()
    phone.page.emulate_media(color_scheme="dark")
    phone.open()
    phone.page.locator(".card-qr svg").wait_for()
    assert len(phone.read_screen()) == 1
    colour = "getComputedStyle(document.querySelector('.card-code')).backgroundColor"
    assert phone.page.evaluate(colour) == "rgb(255, 255, 255)"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"status": "REVOKED"}, "Đã thu hồi"),
        ({"status": "revoked"}, "Đã thu hồi"),
        ({"status": "superseded"}, "Chưa rõ tình trạng"),
        ({"status": "SUSPENDED"}, "Tạm đình chỉ"),
        ({"valid_until": "2026-01-31"}, "Hết hạn"),
        ({"valid_until": None}, "không thời hạn"),
        ({"credential": None}, "Giấy này chưa gắn với điện thoại."),
    ],
)
def test_card_says_how_things_stand(phone: Phone, changes: dict[str, str], words: str) -> None:
    phone.pin_licence(**changes)
    phone.open()
    assert phone.page.get_by_text(words).first.is_visible()


def test_card_without_its_key_names_the_way_on(phone: Phone) -> None:
    phone.pin_licence()
    pinned = phone.python_json("public_get", "pinned")
    phone.python("vault_wipe")
    phone.python("public_put", "pinned", json.dumps(pinned))
    phone.open()
    assert phone.page.get_by_role("alert").inner_text().startswith("Điện thoại không còn khóa")


def test_card_leads_into_the_wallet_and_covers_it_until_then(phone: Phone) -> None:
    phone.pin_licence()
    phone.open()
    assert phone.page.locator("#loading").get_attribute("inert") == ""
    phone.page.get_by_role("button", name="Mở ví").click()
    phone.page.locator(".card-layer").wait_for(state="detached")
    assert phone.page.locator("#loading").get_attribute("inert") is None


def test_no_card_in_the_way_of_a_sign_in(phone: Phone) -> None:
    phone.pin_licence()
    phone.open("/?signin=one-time&state=abc")
    assert phone.page.locator(".card-layer").count() == 0
    assert phone.page.url == f"{phone.city.origin}/"
    assert phone.events("signin") == [{"code": "one-time", "state": "abc"}]


def test_card_says_that_no_network_is_no_harm(phone: Phone) -> None:
    phone.pin_licence()
    phone.open()
    assert phone.page.get_by_text("Không có mạng").count() == 0
    phone.context.set_offline(True)
    phone.page.get_by_text("Không có mạng – vẫn dùng được · tình trạng").wait_for()
    phone.context.set_offline(False)
