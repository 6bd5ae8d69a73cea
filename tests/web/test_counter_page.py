"""What the page does for a counter: papers that pass through its memory, and one code read for whoever asked."""

from base64 import urlsafe_b64decode

import pytest
from playwright.sync_api import expect

from tests.web.phone import Phone, qr_png

pytestmark = pytest.mark.browser
CARD = "048192900002|201912345|Trần Thị Thu Trang|12031992|Nữ|12 Trần Phú, Hải Châu, Đà Nẵng|10052023"
PICK = """(wish) => {
  globalThis.picked = Promise.all([import('/file_pick.js'), import('/vault.js')]).then(async ([pick, vault]) => {
    if (!(await vault.vaultStatus()).exists) await vault.vaultCreate('482915');
    return pick.pickFile(wish);
  });
  picked.catch(() => 0);
}"""
WISH = {"id": "upl_1", "accepts": ["pdf", "jpeg", "png"], "max_bytes": 1_000_000, "passing": True}
READ = """() => import('/code_once.js').then((m) => {
  globalThis.told = "nothing yet";
  m.readOneCode().then((found) => { globalThis.told = found; });
})"""


def held(phone: Phone, number: int) -> bytes | None:
    piece = phone.module("file_pick.js", "passingPiece({ id: 'upl_1', at: a })", number)
    return urlsafe_b64decode(piece["b64"] + "==") if piece else None


def test_somebody_elses_paper_is_never_written_to_the_machine(phone: Phone) -> None:
    phone.open()
    content = b"%PDF-1.7\n" + bytes(range(256)) * 2_000
    with phone.page.expect_file_chooser() as chooser:
        phone.page.evaluate(PICK, WISH)
    chooser.value.set_files({"name": "giay.pdf", "mimeType": "application/pdf", "buffer": content})
    found = phone.page.evaluate("() => picked")
    assert (found["size"], found["pieces"]) == (len(content), 2)
    assert phone.module("vault.js", "vaultList('')") == []
    assert (held(phone, 0) or b"") + (held(phone, 1) or b"") == content
    phone.module("file_pick.js", "forgetPassing({ id: 'upl_1' })")
    assert held(phone, 0) is None


def test_all_passing_papers_are_forgotten_at_once_and_with_the_page(phone: Phone) -> None:
    phone.open()
    for forget in ("forgetPassing()", None):
        with phone.page.expect_file_chooser() as chooser:
            phone.page.evaluate(PICK, WISH)
        chooser.value.set_files({"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 x"})
        phone.page.evaluate("() => picked")
        assert held(phone, 0) == b"%PDF-1.7 x"
        if forget:
            phone.module("file_pick.js", forget)
        else:
            phone.page.reload()
            phone.until("document.querySelector('script[src*=flutter]') !== null")
        assert held(phone, 0) is None


def test_a_card_before_the_camera_is_read_once_and_nothing_is_kept(phone: Phone) -> None:
    phone.open()
    phone.camera.show(qr_png(CARD))
    phone.page.evaluate(READ)
    phone.until("globalThis.told?.text")
    assert phone.page.evaluate("() => told") == {"text": CARD}
    expect(phone.page.locator(".scanner-layer")).to_have_count(0)
    assert phone.module("public_store.js", "publicGet('settings')") in (None, {})


def test_a_closed_camera_tells_nothing(phone: Phone) -> None:
    phone.open()
    phone.camera.show_nothing()
    phone.page.evaluate(READ)
    layer = phone.page.locator(".scanner-layer")
    expect(layer).to_be_visible()
    layer.locator("button").first.click()
    phone.until("globalThis.told === null")


def test_a_second_reading_ends_the_first(phone: Phone) -> None:
    phone.open()
    phone.camera.show_nothing()
    phone.page.evaluate(READ)
    expect(phone.page.locator(".scanner-layer")).to_be_visible()
    phone.page.evaluate(READ.replace("globalThis.told", "globalThis.second"))
    phone.until("globalThis.told === null")
    expect(phone.page.locator(".scanner-layer")).to_have_count(1)
