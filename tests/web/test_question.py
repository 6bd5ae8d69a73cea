"""The inspector's nonce from phone to phone and back: two browsers, one camera, clocks that are an hour apart."""

import pytest
from playwright.sync_api import Browser, expect

from backend.infra.verify import verify_text
from shared_models.credential.decode import decode
from shared_models.credential.question import nonce_of
from shared_models.credential.reasons import Outcome
from tests.support import credentials as demo
from tests.support.camera import Camera
from tests.web.demo_city import DemoCity, clock_s
from tests.web.phone import Phone, qr_png

pytestmark = pytest.mark.browser
HOUR_MS = 3_600_000
LIFE_MS = 180_000
SHIFT = "(ms) => { const real = Date.now; Date.now = () => real() + ms; }"
LATER = """() => {
  const real = performance.now.bind(performance);
  performance.now = () => real() + (globalThis.later ?? 0);
}"""
ASK, ANSWER = "Hỏi mã xác nhận", "Quét mã của cán bộ"


@pytest.fixture
def inspector(phone: Phone) -> Phone:
    phone.become_inspector()
    return phone


def a_holder(browser: Browser, city: DemoCity, camera: Camera, clock_off_ms: int = 0) -> Phone:
    """Somebody with a licence on the instant card, whose phone has its own idea of the time."""
    phone = Phone(browser, city, camera)
    phone.context.add_init_script(f"({SHIFT})({clock_off_ms})")
    phone.open()
    phone.pin_licence()
    phone.open()
    phone.page.locator(".card-qr svg").wait_for()
    return phone


def tap(phone: Phone, name: str) -> None:
    phone.page.get_by_role("button", name=name, exact=True).last.click()


def ask(inspector: Phone) -> str:
    """Ask for confirmation; what the inspector's screen then shows is held before the lens."""
    tap(inspector, ASK)
    inspector.page.get_by_role("img", name="Mã QR để máy của chủ giấy quét").wait_for()
    [text] = inspector.read_screen()
    inspector.camera.show(inspector.page.screenshot())
    return text


def answer(holder: Phone) -> str:
    """Scan the inspector's code from the card; the answer is then held before the lens."""
    tap(holder, ANSWER)
    holder.page.get_by_text("Đưa cho cán bộ quét. Mã này chỉ trả lời").wait_for()
    [text] = holder.read_screen()
    holder.camera.show(holder.page.screenshot())
    return text


@pytest.mark.parametrize(
    ("clock_off_ms", "reason"), [(-HOUR_MS, "holder.too_old"), (HOUR_MS, "holder.in_future")], ids=["slow", "fast"]
)
def test_an_answer_proves_the_holder_whatever_the_clocks_say(
    phone: Phone, browser: Browser, city: DemoCity, camera: Camera, clock_off_ms: int, reason: str
) -> None:
    inspector, holder = phone, a_holder(browser, city, camera, clock_off_ms)
    for each in (inspector, holder):
        each.install()
        each.open()
    inspector.become_inspector()
    for each in (inspector, holder):
        each.cut_network()
    [usual] = holder.read_screen()
    inspector.scan(usual)
    assert inspector.verdict() == "VALID_HOLDER_NOT_PROVEN"
    nonce = nonce_of(ask(inspector))
    assert nonce is not None
    text = answer(holder)
    shown = decode(text).presentation
    assert shown is not None
    assert (shown.nonce, abs(shown.signed_at_s - clock_s()) > 3_000) == (nonce, True)
    assert verify_text(text, city.trust, {demo.URI: city.status}, clock_s(), nonce).outcome is (
        Outcome.VALID_HOLDER_PRESENT
    )
    tap(inspector, "Quét mã trả lời")
    assert inspector.verdict() == "VALID_HOLDER_PRESENT"
    words = inspector.page.locator(".verdict-words").inner_text()
    assert "vừa trả lời đúng mã xác nhận" in words
    first, second = sorted((entry["record"] for entry in inspector.queue()), key=lambda r: r["outcome"])
    assert (first["reasons"], first["nonce"]) == ([reason], None)
    assert (second["reasons"], len(second["nonce"])) == ([], 11)
    holder.page.get_by_role("button", name="Xong").click()
    expect(holder.page.locator(".scanner-layer")).to_have_count(0)
    expect(holder.page.locator(".card-qr svg")).to_have_count(1)
    holder.put_away()


def test_an_answer_is_good_once_and_another_question_wants_another(
    inspector: Phone, browser: Browser, city: DemoCity, camera: Camera
) -> None:
    holder = a_holder(browser, city, camera, HOUR_MS)
    [usual] = holder.read_screen()
    inspector.scan(usual)
    inspector.verdict()
    ask(inspector)
    text = answer(holder)
    tap(inspector, "Quét mã trả lời")
    assert inspector.verdict() == "VALID_HOLDER_PRESENT"
    # The same picture again, without a question: its time is an hour off.
    inspector.scan(text)
    assert inspector.verdict() == "VALID_HOLDER_NOT_PROVEN"
    # ... and as the answer to the next question it is somebody else's.
    tap(inspector, ASK)
    inspector.camera.show(qr_png(text))
    tap(inspector, "Quét mã trả lời")
    inspector.page.get_by_text("Mã không trả lời đúng câu hỏi của máy này").wait_for()
    assert inspector.page.get_by_role("button", name="Hỏi lại").is_visible()
    holder.put_away()


def test_while_an_answer_is_waited_for_nothing_else_is_judged(inspector: Phone) -> None:
    inspector.camera.show_nothing()
    inspector.op("scanner.open", purpose="routine")
    inspector.page.locator(".scanner-frame").wait_for()
    tap(inspector, ASK)
    inspector.camera.show(qr_png(inspector.city.presentation(inspector.city.restaurant())))
    tap(inspector, "Quét mã trả lời")
    inspector.page.get_by_text("Mã này chưa trả lời").wait_for()
    assert inspector.queue() == []
    tap(inspector, "Xem lại mã")
    inspector.page.get_by_role("timer").wait_for()
    tap(inspector, "Đóng")
    assert inspector.verdict() == "VALID_HOLDER_PRESENT"


def test_the_keyboard_leads_out_of_question_and_scanner(inspector: Phone) -> None:
    inspector.camera.show_nothing()
    inspector.op("scanner.open")
    inspector.page.locator(".scanner-frame").wait_for()
    inspector.page.get_by_role("button", name=ASK).focus()
    inspector.page.keyboard.press("Enter")
    inspector.page.get_by_role("timer").wait_for()
    inspector.page.keyboard.press("Escape")
    inspector.page.locator(".scanner-frame").wait_for()
    assert inspector.page.evaluate("document.activeElement.closest('.scanner-layer') !== null")
    inspector.page.evaluate("document.activeElement.blur()")
    inspector.page.keyboard.press("Escape")
    expect(inspector.page.locator(".scanner-layer")).to_have_count(0)


def test_a_question_lives_three_minutes(inspector: Phone) -> None:
    inspector.camera.show_nothing()
    inspector.op("scanner.open")
    inspector.page.locator(".scanner-frame").wait_for()
    inspector.page.evaluate(
        "const real = performance.now.bind(performance); performance.now = () => real() + (globalThis.later ?? 0)"
    )
    tap(inspector, ASK)
    assert inspector.page.get_by_role("timer").inner_text().startswith("còn ")
    inspector.page.evaluate("(ms) => { globalThis.later = ms; }", LIFE_MS)
    inspector.page.get_by_text("Mã đã hết hạn").wait_for()
    assert inspector.read_screen() == []
    expect(inspector.page.get_by_role("button", name="Quét mã trả lời")).to_have_count(0)
    tap(inspector, "Hỏi lại")
    [fresh] = inspector.read_screen()
    assert nonce_of(fresh) is not None


def test_a_question_is_no_licence_and_a_licence_no_question(
    inspector: Phone, browser: Browser, city: DemoCity, camera: Camera
) -> None:
    inspector.scan("VN1N:*5KOE1T Q .S")
    inspector.page.get_by_text("Đây là mã xác nhận của cán bộ, không phải giấy tờ.").wait_for()
    assert inspector.queue() == []
    inspector.op("scanner.close")
    holder = a_holder(browser, city, camera)
    camera.show(qr_png(city.presentation(city.restaurant())))
    tap(holder, ANSWER)
    holder.page.get_by_text("Đây không phải mã xác nhận của cán bộ.").wait_for()
    holder.page.go_back()
    expect(holder.page.locator(".scanner-layer")).to_have_count(0)
    holder.put_away()


def test_a_phone_without_its_key_says_so_instead_of_answering(phone: Phone) -> None:
    phone.camera.show(qr_png("VN1N:*5KOE1T Q .S"))
    phone.op("answer.open", credential=demo_credential(phone), number="48/2026")
    phone.page.get_by_text("Điện thoại không còn khóa của giấy này").wait_for()


def demo_credential(phone: Phone) -> str:
    """Bound to a key that is gone."""
    credential = phone.bound(phone.city.restaurant())
    phone.python("vault_wipe")
    return credential
