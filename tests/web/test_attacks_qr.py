"""The attack list for the verifier where it is a matter of pictures and screens: rows 18, 20 and 21, in a browser.

Row 9 stands in test_scanner.py, all rows of the code itself in tests/unit/credential/test_attacks*.py.
"""

from datetime import UTC, datetime

import pytest
from PIL import Image

from shared_models.credential.qr_text import paper_text
from tests.support import credentials as demo
from tests.support import qr_symbols
from tests.web.phone import Phone

pytestmark = pytest.mark.browser

NOT_PROVEN = "VALID_HOLDER_NOT_PROVEN"
UTF_16 = 25


@pytest.fixture
def inspector(phone: Phone) -> Phone:
    phone.become_inspector()
    return phone


def honest(phone: Phone) -> bytes:
    return phone.city.paper(phone.city.restaurant()).encode()


def scan(phone: Phone, *symbols: Image.Image) -> None:
    """A photo of the symbols; a photo's codes are all judged."""
    phone.op("scanner.close")
    phone.camera.show_nothing()
    phone.op("scanner.open", purpose="routine")
    picture = {"name": "code.png", "mimeType": "image/png", "buffer": qr_symbols.png(*symbols)}
    phone.page.locator("input[type=file]").set_input_files(picture)


def test_row_18_a_turned_symbol_says_the_same_as_the_straight_one(inspector: Phone) -> None:
    for turn in (qr_symbols.inverted, qr_symbols.mirrored):
        scan(inspector, turn(qr_symbols.plain(honest(inspector))))
        assert inspector.verdict() == NOT_PROVEN, turn.__name__


def test_row_18_bytes_in_another_encoding_and_parts_of_a_sequence_are_other_texts(inspector: Phone) -> None:
    for symbol in (qr_symbols.with_eci(honest(inspector), UTF_16), qr_symbols.parts(honest(inspector), 2)[0]):
        scan(inspector, symbol)
        assert inspector.verdict() in ("INVALID", "NOT_OURS")


def test_row_18_parts_of_a_sequence_are_never_joined(inspector: Phone) -> None:
    scan(inspector, *qr_symbols.parts(honest(inspector), 2))
    choices = inspector.page.locator("button.choice")
    choices.first.wait_for()
    assert choices.count() == 2
    assert inspector.page.locator(".verdict-block").count() == 0
    choices.first.click()
    assert inspector.verdict() in ("INVALID", "NOT_OURS")


def test_row_18_of_two_codes_none_is_judged_before_one_is_chosen(inspector: Phone) -> None:
    forged = inspector.city.paper(inspector.city.restaurant(holder="QUÁN GIẢ"), demo.STRANGER).encode()
    scan(inspector, qr_symbols.plain(honest(inspector)), qr_symbols.plain(forged))
    choices = inspector.page.locator("button.choice")
    choices.first.wait_for()
    assert choices.count() == 2
    assert inspector.page.locator(".verdict-block").count() == 0
    assert inspector.queue() == []
    choices.filter(has_text="QUÁN GIẢ").click()
    assert inspector.verdict() == "INVALID"
    assert len(inspector.queue()) == 1


def test_row_18_no_address_in_a_code_is_ever_opened(inspector: Phone) -> None:
    asked: list[str] = []
    inspector.page.on("request", lambda one: asked.append("navigation" if one.is_navigation_request() else one.url))
    inspector.page.on("dialog", lambda dialog: asked.append(dialog.message))
    host = inspector.city.origin.split("//")[1]
    text = honest(inspector).decode()
    assert f"//{host}/q#" in text
    outcomes = {
        text.replace(host, "evil.example"): "INVALID",
        text.replace(host, f"{host.split(':')[0]}.evil.example"): "INVALID",
        text.replace(host, f"{host}@evil.example"): "NOT_OURS",
        text.replace("/q#", "/other#"): "NOT_OURS",
        f"javascript:location='//evil.example'//{text}": "NOT_OURS",
        f"data:text/html,<script>alert(1)</script>{text}": "NOT_OURS",
    }
    for code, outcome in outcomes.items():
        scan(inspector, qr_symbols.plain(code.encode()))
        assert inspector.verdict() == outcome, code[:60]
    assert inspector.page.url == f"{inspector.city.origin}/"
    assert len(inspector.context.pages) == 1
    assert [url for url in asked if not url.startswith(inspector.city.origin)] == []
    reasons = [entry["record"]["reasons"] for entry in inspector.queue()]
    assert sum("paper.foreign_host" in each for each in reasons) == 2


def test_row_18_the_check_page_asks_nobody_that_the_code_names(phone: Phone) -> None:
    """The page judges its own fragment under its own host: what else an address says has no say."""
    page = phone.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(honest(phone).decode().replace("/q#", "/q?next=https://evil.example#"))
    page.locator(f"[data-outcome={NOT_PROVEN}]").wait_for()
    assert [url for url in asked if not url.startswith(phone.city.origin)] == []


def test_row_20_a_name_cannot_touch_the_verdict(inspector: Phone) -> None:
    said: list[str] = []
    inspector.page.on("dialog", lambda dialog: said.append(dialog.message))
    for holder in (
        "<img src=x onerror=alert(1)><script>alert(1)</script><b>QUÁN</b>",
        "**QUÁN** [mì](https://evil.example) `HỢP LỆ` # &lt;b&gt;",
        "CÒNHIỆULỰC" * 7,
        "W " * 49 + "W",
    ):
        claims = inspector.city.restaurant(holder=holder, activity=None, status_index=demo.REVOKED_INDEX)
        scan(inspector, qr_symbols.plain(inspector.city.paper(claims).encode()))
        assert inspector.verdict() == "REVOKED"
        block = inspector.page.locator(".verdict-block").bounding_box()
        assert block is not None
        assert (block["x"], block["y"], block["width"]) == (0, 0, 390)
        assert 0.39 < block["height"] / 844 < 0.41
        facts = inspector.page.locator(".verdict-facts")
        assert holder in facts.inner_text()
        assert facts.locator("img, script, b, a, code").count() == 0
        assert inspector.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert said == []


def test_row_20_a_name_of_more_than_200_characters_is_no_name(inspector: Phone) -> None:
    """No issuer of ours would sign it."""
    long = demo.credential(inspector.city.restaurant(holder="M" * 201, activity=None, place=None))
    scan(inspector, qr_symbols.plain(paper_text(long, inspector.city.origin).encode()))
    assert inspector.verdict() == "INVALID"
    assert "format.text" in inspector.queue()[0]["record"]["reasons"]


def test_row_21_a_clock_that_was_turned_back_revives_nothing(inspector: Phone) -> None:
    city = inspector.city
    inspector.page.clock.set_fixed_time(datetime.fromtimestamp(city.now_s - 30 * demo.DAY, UTC))
    expired = city.restaurant(issued_at_s=city.now_s - 40 * demo.DAY, expires_at_s=city.end_of_day(-3))
    scan(inspector, qr_symbols.plain(city.paper(expired).encode()))
    assert inspector.verdict() == "EXPIRED"
