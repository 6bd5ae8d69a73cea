"""The paper that an officer opens: beside a dossier or over it, and gone without a trace."""

import base64
import io
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.support.dossiers import a_pdf
from tests.web.phone import Phone

pytestmark = pytest.mark.browser
SHOW = """([b64, args]) => {
  const bytes = Uint8Array.from(atob(b64), (c) => c.charCodeAt(0));
  const url = URL.createObjectURL(new Blob([bytes], { type: args.media_type }));
  globalThis.told = [];
  return import('/paper.js').then((m) => m.showPaper({ ...args, url }, (...event) => globalThis.told.push(event)));
}"""
HIDE = "() => import('/paper.js').then((m) => m.hidePaper())"
TITLE = "Giấy chứng sinh"


def show(phone: Phone, content: bytes, media_type: str = "application/pdf", dock_px: int | None = None) -> None:
    args: dict[str, Any] = {"title": TITLE, "name": "giay.pdf", "media_type": media_type, "dock_px": dock_px}
    phone.page.evaluate(SHOW, [base64.b64encode(content).decode(), args])


def a_picture() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (1600, 1200), "white").save(drawn, "PNG")
    return drawn.getvalue()


def told(phone: Phone) -> list[str]:
    return [name for name, _ in phone.page.evaluate("() => globalThis.told")]


def test_a_pdf_stands_at_the_right_edge_and_the_app_stays_usable(phone: Phone) -> None:
    phone.page.set_viewport_size({"width": 1280, "height": 800})
    show(phone, a_pdf(), dock_px=420)
    dock = phone.page.get_by_role("complementary", name=TITLE)
    assert dock.bounding_box() == {"x": 860, "y": 0, "width": 420, "height": 800}
    frame = dock.locator("iframe")
    expect(frame).to_have_attribute("title", TITLE)
    assert (frame.get_attribute("src") or "").startswith("blob:")
    assert phone.page.evaluate("document.querySelector('[inert]')") is None
    dock.get_by_role("button", name="Đóng").click()
    expect(dock).to_have_count(0)
    assert told(phone) == ["paper.closed"]


def test_a_second_paper_takes_the_place_of_the_first(phone: Phone) -> None:
    show(phone, a_pdf(), dock_px=300)
    show(phone, a_picture(), "image/png", dock_px=300)
    dock = phone.page.get_by_role("complementary", name=TITLE)
    expect(dock).to_have_count(1)
    expect(dock.get_by_role("img", name=TITLE)).to_be_visible()
    phone.page.evaluate(HIDE)
    expect(dock).to_have_count(0)
    assert told(phone) == [], "the app asked for it and knows"


def test_a_picture_can_be_seen_in_its_own_size(phone: Phone) -> None:
    show(phone, a_picture(), "image/png")
    frame = phone.page.get_by_role("button", name="Phóng to hoặc thu nhỏ")
    image = frame.locator("img")
    assert (image.bounding_box() or {})["width"] <= 390
    frame.click()
    expect(frame).to_have_attribute("aria-pressed", "true")
    assert (image.bounding_box() or {})["width"] == 1600


def test_on_a_phone_it_lies_over_the_app_and_the_back_button_closes_it(phone: Phone) -> None:
    show(phone, a_picture(), "image/png")
    layer = phone.page.get_by_role("dialog", name=TITLE)
    expect(layer).to_be_visible()
    phone.page.go_back()
    expect(layer).to_have_count(0)
    assert told(phone) == ["paper.closed"]


def test_escape_closes_the_large_view_and_then_the_dock(phone: Phone) -> None:
    phone.page.set_viewport_size({"width": 1280, "height": 800})
    show(phone, a_picture(), "image/png", dock_px=400)
    dock = phone.page.get_by_role("complementary", name=TITLE)
    dock.get_by_role("button", name="Xem toàn màn hình").click()
    layer = phone.page.get_by_role("dialog", name=TITLE)
    expect(layer).to_be_visible()
    phone.page.keyboard.press("Escape")
    expect(layer).to_have_count(0)
    expect(dock).to_be_visible()
    dock.get_by_role("button", name="Đóng").focus()
    phone.page.keyboard.press("Escape")
    expect(dock).to_have_count(0)


def test_nothing_but_its_own_bytes_is_framed(phone: Phone) -> None:
    refused = phone.page.evaluate(
        "() => import('/paper.js').then((m) => m.showPaper({ url: '/q', media_type: 'application/pdf', title: 'x', "
        "name: 'x', dock_px: 300 }, () => {})).catch((error) => error.message)"
    )
    assert refused == "navigate.foreign"


def test_it_can_be_saved_under_a_name_without_a_person(phone: Phone) -> None:
    show(phone, a_pdf())
    with phone.page.expect_download() as download:
        phone.page.get_by_role("button", name="Lưu về máy").click()
    assert download.value.suggested_filename == "giay.pdf"
