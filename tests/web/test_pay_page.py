"""Paying in the page: a window for the gateway that only safe addresses get, and the way back that believes nothing."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.phone import Phone

pytestmark = pytest.mark.browser
WEB = Path(__file__).resolve().parents[2] / "mobile/web"
SHOTS = Path(__file__).resolve().parents[2] / "build" / "screens" / "pay"
ORDER = "ord_" + "0123456789abcdefghjkmnpqrs"[:26]
SMALL = 6 * 1024
LAYER = ".pay-layer"
ADDRESS = "paymentAddress(...a)"


def back(phone: Phone, rest: str) -> Page:
    page = phone.new_page()
    page.goto(f"{phone.city.origin}/pay/return{rest}")
    # The words of the chosen language are the last that the page does.
    expect(page.get_by_role("button", name="English")).to_be_visible()
    return page


def test_it_leads_to_the_order_and_shows_nothing_that_the_gateway_wrote(phone: Phone) -> None:
    page = back(
        phone, f"?order={ORDER}&vnp_ResponseCode=00&vnp_Amount=11500000&vnp_TxnRef=77&message=Da%20thanh%20toan"
    )
    expect(page.get_by_role("heading")).to_have_text("Bạn đã rời trang thanh toán")
    expect(page.locator("#app")).to_have_attribute("href", f"/orders/{ORDER}")
    page.wait_for_url("**/pay/return")
    seen = page.locator("body").inner_text()
    for word in ("00", "11500000", "115", "77", "Da thanh toan", ORDER):
        assert word not in seen
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / "return.png")
    page.emulate_media(color_scheme="dark")
    page.screenshot(path=SHOTS / "return-dark.png")


@pytest.mark.parametrize(
    "rest",
    [
        "",
        "?order=",
        "?order=ord_short",
        f"?order={ORDER}x",
        f"?order={ORDER[:-1]}I",
        "?order=https://evil.example/",
        "?order=%2F%2Fevil.example",
        "?order=javascript:alert(1)",
        f"?order={ORDER}%0a",
        f"?order=..%2F{ORDER}",
        "?order=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E",
    ],
)
def test_whatever_is_no_order_leads_to_the_dossiers(phone: Phone, rest: str) -> None:
    page = back(phone, rest)
    expect(page.locator("#app")).to_have_attribute("href", "/dossiers")


OTHER = "ord_" + "zyxwvtsrqpnmkjhgfedcba9876"[:26]


def left_with(phone: Phone, order: str) -> Page:
    """A gateway's page as the app opens it; another origin, as a gateway's is."""
    phone.page.mouse.click(10, 10)
    with phone.context.expect_page() as opening:
        phone.op("pay.open", url=f"{phone.city.origin.replace('127.0.0.1', 'localhost')}/q", order=order)
    opened = opening.value
    opened.wait_for_url("**/q")
    return opened


def test_each_window_comes_back_to_the_order_that_it_was_opened_for(phone: Phone) -> None:
    """The national platform knows one address for all and names no order (docs/payments.md, 3.2)."""
    first, second = (left_with(phone, order) for order in (ORDER, OTHER))
    for window, order in ((first, ORDER), (second, OTHER)):
        window.goto(f"{phone.city.origin}/pay/return?MaThamChieu=1234567890123456")
        expect(window.locator("#app")).to_have_attribute("href", f"/orders/{order}")
    # A return that names another order than the window's own is not believed.
    first.goto(f"{phone.city.origin}/pay/return?order={OTHER}")
    expect(first.locator("#app")).to_have_attribute("href", f"/orders/{ORDER}")


def test_another_window_comes_back_to_what_was_left_for_last_and_lately(phone: Phone) -> None:
    left_with(phone, ORDER)
    left_with(phone, OTHER)
    expect(back(phone, "").locator("#app")).to_have_attribute("href", f"/orders/{OTHER}")
    expect(back(phone, f"?order={ORDER}").locator("#app")).to_have_attribute("href", f"/orders/{ORDER}")
    forget = "{ paying: { order, at: Date.now() - 3600001 } }"
    phone.page.evaluate(
        f"(order) => import('/public_store.js').then((m) => m.publicMerge('settings', {forget}))", OTHER
    )
    expect(back(phone, "").locator("#app")).to_have_attribute("href", "/dossiers")


def test_it_asks_the_server_for_nothing_and_writes_nothing(phone: Phone) -> None:
    asked: list[str] = []
    page = phone.new_page()
    page.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    page.goto(f"{phone.city.origin}/pay/return?order={ORDER}&resultCode=0")
    expect(page.get_by_role("button", name="English")).to_be_visible()
    assert [line for line in asked if "/api/" in line or not line.startswith("GET ")] == []
    assert [line for line in asked if ORDER in line] == [
        f"GET {phone.city.origin}/pay/return?order={ORDER}&resultCode=0"
    ]


def test_it_speaks_the_language_and_wears_the_looks_of_the_app(phone: Phone) -> None:
    phone.page.evaluate(
        "import('/public_store.js').then((m) => m.publicPut('settings', { lang: 'en', theme: 'dark', text_size: 200 }))"
    )
    page = phone.new_page()
    page.goto(f"{phone.city.origin}/pay/return?order={ORDER}")
    expect(page.get_by_role("heading")).to_have_text("You have left the payment page")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / "return-en-dark-200.png")
    page.get_by_role("button", name="Tiếng Việt").click()
    expect(page.get_by_role("heading")).to_have_text("Bạn đã rời trang thanh toán")


def test_a_window_that_the_app_opened_closes_itself(phone: Phone) -> None:
    with phone.context.expect_page() as opening:
        phone.page.evaluate(f"void window.open('/pay/return?order={ORDER}')")
    page = opening.value
    page.wait_for_event("close", timeout=6_000)


def test_it_stands_without_a_network_once_the_app_is_kept(phone: Phone) -> None:
    phone.install()
    page = phone.new_page()
    page.goto(phone.city.origin)
    phone.cut_network()
    page.goto(f"{phone.city.origin}/pay/return?order={ORDER}")
    expect(page.get_by_role("heading")).to_have_text("Bạn đã rời trang thanh toán")
    phone.context.set_offline(False)


def test_it_is_small() -> None:
    assert sum(file.stat().st_size for file in (WEB / "pay").iterdir()) < SMALL


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("https://pay.example.vn/a?b=c", "congdan.danang.gov.vn"),
        ("http://localhost:8009/pay", "localhost"),
        ("http://127.0.0.1:8009/pay", "localhost"),
    ],
)
def test_these_addresses_are_opened(phone: Phone, url: str, here: str) -> None:
    assert phone.module("pay.js", ADDRESS, [url, here]) == url


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("javascript:alert(1)", "localhost"),
        ("data:text/html,x", "localhost"),
        ("blob:http://localhost/1", "localhost"),
        ("http://pay.example.vn/", "localhost"),
        ("http://localhost:8009/", "congdan.danang.gov.vn"),
        ("http://localhost.evil.example/", "localhost"),
        ("https://bank@evil.example/", "localhost"),
        ("/orders/1", "localhost"),
        ("", "localhost"),
    ],
)
def test_these_are_not(phone: Phone, url: str, here: str) -> None:
    caught = "(() => { try { return m.paymentAddress(...a); } catch (error) { return { code: error.message }; } })()"
    told = phone.page.evaluate(f"(a) => import('/pay.js').then((m) => {caught})", [url, here])
    assert told == {"code": "pay.address"}


def test_the_gateway_opens_beside_the_app_and_cannot_reach_back(phone: Phone) -> None:
    address = f"{phone.city.origin}/q"
    phone.page.mouse.click(10, 10)
    with phone.context.expect_page() as opening:
        assert phone.op("pay.open", url=address) == {"opened": True}
    opened = opening.value
    opened.wait_for_url(address)
    assert opened.evaluate("window.opener === null")
    assert opened.evaluate("history.length") == 1
    assert phone.page.url == f"{phone.city.origin}/"


def test_where_the_browser_wants_a_tap_of_its_own_a_link_asks_for_it(phone: Phone) -> None:
    address = f"{phone.city.origin}/q"
    phone.page.evaluate("window.open = () => null")
    assert phone.op("pay.open", url=address) == {"opened": False}
    layer = phone.page.locator(LAYER)
    expect(layer.get_by_role("heading")).to_be_visible()
    SHOTS.mkdir(parents=True, exist_ok=True)
    phone.page.screenshot(path=SHOTS / "tap.png")
    with phone.context.expect_page() as opening:
        layer.get_by_role("link").click()
    opening.value.wait_for_url(address)
    assert opening.value.evaluate("window.opener === null")
    expect(layer).to_have_count(0)
