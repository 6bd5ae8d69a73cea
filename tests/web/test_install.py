"""How to put the app on the home screen, for each browser that people here use; and the warning inside other apps."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.support.camera import Camera
from tests.web.demo_city import DemoCity
from tests.web.phone import Phone

pytestmark = pytest.mark.browser
SHOTS = Path(__file__).resolve().parents[2] / "build" / "screens" / "install"

APPLE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
IPHONE = f"{APPLE} Version/18.6 Mobile/15E148 Safari/604.1"
CHROME_IOS = f"{APPLE} CriOS/142.0 Mobile/15E148 Safari/604.1"
ANDROID = (
    "Mozilla/5.0 (Linux; Android 15; SM-A556E) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Mobile Safari/537.36"
)
ZALO_IOS = f"{APPLE} Mobile/22G86 Zalo iOS/700 ZaloTheme/light ZaloLanguage/vn"
FACEBOOK_IOS = f"{APPLE} Mobile/22G86 [FBAN/FBIOS;FBAV/500.0;FBDV/iPhone15,2]"
SOME_APP_IOS = f"{APPLE} Mobile/22G86"
ZALO_ANDROID = ANDROID.replace("; SM-A556E)", "; SM-A556E; wv)") + " Zalo android/24"
DESKTOP = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36"
LAYER = ".install-layer"
OFFER = """() => {
  const event = new Event("beforeinstallprompt", { cancelable: true });
  event.prompt = async () => { globalThis.prompted = (globalThis.prompted ?? 0) + 1; return { outcome: "accepted" }; };
  window.dispatchEvent(event);
  return event.defaultPrevented;
}"""

Make = Callable[[str], Phone]


@pytest.fixture
def with_browser(browser: Browser, city: DemoCity, camera: Camera) -> Iterator[Make]:
    made: list[Phone] = []

    def make(user_agent: str) -> Phone:
        phone = Phone(browser, city, camera, user_agent=user_agent)
        made.append(phone)
        phone.open()
        return phone

    yield make
    for phone in made:
        phone.put_away()


def shoot(phone: Phone, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    phone.page.screenshot(path=SHOTS / f"{name}.png")


@pytest.mark.parametrize(
    ("user_agent", "state"),
    [
        (IPHONE, {"way": "ios", "is_phone": True}),
        (CHROME_IOS, {"way": "ios", "is_phone": True}),
        (ANDROID, {"way": "menu", "is_phone": True}),
        (ZALO_IOS, {"way": "in_app", "is_phone": True}),
        (FACEBOOK_IOS, {"way": "in_app", "is_phone": True}),
        (SOME_APP_IOS, {"way": "in_app", "is_phone": True}),
        (ZALO_ANDROID, {"way": "in_app", "is_phone": True}),
        (DESKTOP, {"way": "none", "is_phone": False}),
    ],
    ids=["Safari", "Chrome iOS", "Chrome Android", "Zalo iOS", "Facebook iOS", "an app", "Zalo Android", "desktop"],
)
def test_each_browser_is_known(with_browser: Make, user_agent: str, state: dict[str, object]) -> None:
    assert with_browser(user_agent).op("install.state") == state


@pytest.mark.parametrize(("lang", "choose"), [("vi", "Thêm vào MH chính"), ("en", "Add to Home Screen")])
def test_an_iphone_is_shown_three_steps_with_pictures_and_why(with_browser: Make, lang: str, choose: str) -> None:
    phone = with_browser(IPHONE)
    phone.op("looks.set", lang=lang)
    assert phone.op("install.sheet") == {"shown": True}
    steps = phone.page.locator(f"{LAYER} .install-step")
    expect(steps).to_have_count(3)
    expect(steps.locator(".install-picture svg, .install-picture img")).to_have_count(3)
    expect(steps.nth(1)).to_contain_text(choose)
    words = phone.page.locator(LAYER).inner_text()
    assert ("một tuần" if lang == "vi" else "a week") in words
    button = phone.page.locator(f"{LAYER} .button-main").bounding_box()
    assert button is not None
    assert button["y"] + button["height"] < 844, "everything at one glance"
    shoot(phone, f"ios-{lang}")
    phone.op("looks.set", lang=lang, theme="dark")
    shoot(phone, f"ios-{lang}-dark")
    phone.op("looks.set", lang=lang, text_size=200)
    assert phone.page.evaluate("document.querySelector('.install-layer').scrollWidth <= 390")
    shoot(phone, f"ios-{lang}-200")
    phone.page.keyboard.press("Escape")
    expect(phone.page.locator(LAYER)).to_have_count(0)


def test_android_without_an_offer_is_shown_the_menu(with_browser: Make) -> None:
    phone = with_browser(ANDROID)
    phone.op("install.sheet")
    expect(phone.page.locator(f"{LAYER} .install-step")).to_have_count(3)
    shoot(phone, "android-menu")
    phone.page.get_by_role("button", name="Đã hiểu").click()
    expect(phone.page.locator(LAYER)).to_have_count(0)


def test_an_offer_of_the_browser_is_one_tap_away(with_browser: Make) -> None:
    phone = with_browser(ANDROID)
    assert phone.page.evaluate(OFFER) is True
    assert phone.op("install.state")["way"] == "prompt"
    phone.op("install.sheet")
    shoot(phone, "android-prompt")
    phone.page.get_by_role("button", name="Thêm vào màn hình chính").click()
    phone.until("globalThis.prompted === 1")
    expect(phone.page.locator(LAYER)).to_have_count(0)
    assert phone.op("install.state")["way"] == "menu", "an offer is good once"


def test_nobody_is_told_unasked_on_a_desktop_or_over_something_in_use(with_browser: Make) -> None:
    desktop = with_browser(DESKTOP)
    desktop.page.evaluate(OFFER)
    assert desktop.op("install.sheet", auto=True) == {"shown": False}
    assert desktop.op("install.sheet") == {"shown": True}
    phone = with_browser(IPHONE)
    phone.become_inspector()
    phone.scan(phone.city.paper(phone.city.restaurant()))
    phone.page.locator(".scanner-layer").wait_for()
    assert phone.op("install.sheet", auto=True) == {"shown": False}
    phone.op("scanner.close")
    phone.until("document.querySelector('.scanner-layer') === null")
    assert phone.op("install.sheet", auto=True) == {"shown": True}
    assert phone.op("install.sheet", auto=True) == {"shown": False}, "not over itself"


@pytest.mark.parametrize(("user_agent", "browser_name"), [(ZALO_IOS, "Safari"), (ZALO_ANDROID, "Chrome")])
def test_inside_another_app_one_is_told_at_once_where_to_open_it(
    with_browser: Make, user_agent: str, browser_name: str
) -> None:
    phone = with_browser(user_agent)
    layer = phone.page.locator(LAYER)
    expect(layer).to_contain_text(f"Mở bằng {browser_name} để dùng ví")
    shoot(phone, f"in-app-{browser_name}")
    phone.context.grant_permissions(["clipboard-read", "clipboard-write"])
    phone.page.get_by_role("button", name="Chép địa chỉ").click()
    expect(layer.get_by_role("status")).to_contain_text("Đã chép")
    assert phone.page.evaluate("navigator.clipboard.readText()") == phone.city.origin
    phone.page.get_by_role("button", name="Vẫn ở lại đây").click()
    expect(layer).to_have_count(0)
    phone.open()
    phone.page.wait_for_timeout(300)
    expect(layer).to_have_count(0)
