"""Two phones of one owner: each has its own credentials, and blocking one leaves the other as it was."""

import re

import pytest
from playwright.sync_api import Browser, expect

from shared_models.credential.decode import decode
from shared_models.credential.keys import PublicKey
from tests.e2e.conftest import SHOTS
from tests.support.browser.phone import Phone
from tests.support.browser.scanner import Scanner
from tests.support.camera import Camera
from tests.support.paper import text_in
from tests.support.stack import Addresses

OWNER = "049180900009"
"""H'Lan Niê, who is in no other story: how many phones somebody has is counted here."""

INSPECTOR = "thanhtra.attp"
HERE = SHOTS.with_name("two-phones")
PRESENT, REVOKED = "VALID_HOLDER_PRESENT", "REVOKED"


def a_phone_of_the_owner(browser: Browser, at: Addresses) -> Phone:
    """Signed in, with one licence on the instant card."""
    phone = Phone.make(browser, at.app, HERE, scale=2)
    phone.sign_in_with_vneid(OWNER, at.codes)
    phone.choose_pin()
    phone.see("wallet.refresh", 30_000)
    phone.open_first_licence()
    phone.wait_for_service_worker()
    return phone


def code_on(phone: Phone) -> bytes:
    """A picture of the instant card's code, just drawn."""
    phone.restart()
    card = phone.page.locator(".card-qr")
    expect(card.locator("svg")).to_be_visible(timeout=30_000)
    return card.screenshot()


def holder_of(picture: bytes) -> tuple[str, PublicKey]:
    """Number and bound key of the credential in a picture of a code."""
    claims = decode(text_in(picture)).claims
    assert claims is not None
    assert claims.holder_key is not None
    return claims.number, claims.holder_key


def refresh_lists(inspector: Phone) -> None:
    inspector.tap("trust.refresh")
    inspector.page.wait_for_timeout(3_000)


def open_wallet(phone: Phone, *, has_card: bool = True) -> None:
    phone.restart()
    if has_card:
        phone.open_wallet_from_card()
    phone.enter_pin()
    phone.see("wallet.refresh", 30_000)


@pytest.mark.browser
@pytest.mark.stack
def test_two_phones_of_one_owner(at: Addresses, browser: Browser, camera: Camera) -> None:
    # Each phone has a credential of its own, for the same licence.
    first, second = a_phone_of_the_owner(browser, at), a_phone_of_the_owner(browser, at)
    (number, first_key), (other_number, second_key) = holder_of(code_on(first)), holder_of(code_on(second))
    assert number == other_number
    assert first_key != second_key

    # Both are good for an inspector.
    inspector = Phone.make(browser, at.app, HERE)
    inspector.sign_in_as_staff(INSPECTOR, at.codes)
    inspector.choose_pin()
    inspector.close_camera()
    scanner = Scanner(inspector, camera)
    refresh_lists(inspector)
    for phone in (first, second):
        assert scanner.scan(code_on(phone)) == PRESENT
        scanner.leave()

    # The first is lost, out of reach of any network. Its owner blocks it from the second.
    first.lose_network()
    open_wallet(second)
    second.tap("tab.me")
    second.tap("me.devices")
    block = second.page.locator("[flt-semantics-identifier^='device.block.']")
    expect(block).to_have_count(1, timeout=20_000)
    second.shoot("01-devices")
    block.click()
    second.tap("question.yes")
    expect(block).to_have_count(0, timeout=20_000)

    # Its code is red, the other's is not.
    refresh_lists(inspector)
    assert scanner.scan(code_on(first)) == REVOKED
    inspector.shoot("02-blocked-phone")
    scanner.leave()
    assert scanner.scan(code_on(second)) == PRESENT
    scanner.leave()

    # Once it hears of it, the first forgets what it held, and says why.
    open_wallet(first)
    first.find_network()
    first.read(re.compile("Điện thoại này đã bị chặn"), 30_000)
    expect(first.page.locator("[flt-semantics-identifier^='licence.lic_']")).to_have_count(0)
    first.shoot("03-forgotten")
    first.restart()
    first.see("pin.1", 30_000)
    assert first.page.evaluate("import('/public_store.js').then((m) => m.publicGet('pinned'))") is None

    # Found again: signed out and in, it is a new phone, and the second is told of both in words that fit.
    first.enter_pin()
    first.tap("tab.me")
    first.scroll_to("me.signout")
    first.tap("me.signout")
    first.tap("question.yes")
    first.see("signin.vneid", 30_000)  # It says goodbye first; leaving the page now would cut that short.
    first.sign_in_with_vneid(OWNER, at.codes)
    first.choose_pin()
    first.open_first_licence()
    assert holder_of(code_on(first))[1] not in {first_key, second_key}
    open_wallet(first)
    first.tap("tab.me")
    first.scroll_to("me.signout")
    first.tap("me.signout")
    first.tap("question.yes")
    first.see("signin.vneid")
    open_wallet(second)
    second.tap("inbox.open")
    second.read("Đã đăng xuất một điện thoại")
    second.read("Đã chặn một điện thoại")
    second.shoot("04-inbox")
    refresh_lists(inspector)
    assert scanner.scan(code_on(second)) == PRESENT
    assert first.errors == second.errors == inspector.errors == []
