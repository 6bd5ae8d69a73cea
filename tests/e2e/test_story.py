"""The main story, as it is told in the README, on the real stack in a real browser.

A food-safety board delivers a signed licence; it comes onto its owner's phone; an inspector checks it with no network;
what he writes arrives once; the owner is told; the board revokes it; anybody can check the paper.
"""

import time

import pytest
from playwright.sync_api import Browser, expect

from scripts.supervise.city import City
from tests.e2e.conftest import SHOTS
from tests.support.browser.desk import Desk
from tests.support.browser.phone import Phone
from tests.support.browser.scanner import Scanner
from tests.support.browser.worker import deliver_push, notifications_of
from tests.support.camera import Camera
from tests.support.paper import held_close, page_picture, text_in
from tests.support.push_service import PushService
from tests.support.stack import Addresses

BOARD = "H17.08"
OWNER = "048201900010"
"""Lê Quang Huy, whose wallet is empty when the story begins."""

INSPECTOR = "thanhtra.attp"
NUMBER = "481/2026/ATTP-CNĐK"
RESTAURANT = "QUÁN BÚN CHẢ CÁ BÀ HUỆ"
ADDRESS = "44 Lê Đình Dương, phường Hải Châu"
RESULT = {
    "number": NUMBER,
    "personal_id": OWNER,
    "name": RESTAURANT,
    "activity": "Kinh doanh dịch vụ ăn uống",
    "address": ADDRESS,
    "lat": "16.0644",
    "lon": "108.2203",
    "valid_from": "2026-11-21",
    "valid_until": "2029-11-20",
}
PRESENTATION_LIFE_S = 90


@pytest.mark.browser
@pytest.mark.stack
def test_a_licence_is_delivered_shown_checked_told_and_revoked(
    city: City, at: Addresses, browser: Browser, camera: Camera, push_service: PushService
) -> None:
    # 1. The board delivers a signed result; the server checks, stores and mints.
    desk = Desk.make(browser.new_context(locale="vi-VN"), at.desk, BOARD)
    result = desk.deliver(RESULT)
    desk.page.screenshot(path=_shot("01-desk-delivered"))
    paper = held_close(page_picture(desk.sheet(result)))

    # 2. The owner signs in; the phone registers its key; the licence is in the wallet within one sync.
    subscription = push_service.subscribe("owner")
    owner = Phone.make(browser, at.app, SHOTS, push=subscription.to_json(), scale=2)
    owner.sign_in_with_vneid(OWNER, at.codes)
    owner.choose_pin()
    owner.read(NUMBER, 30_000)
    owner.shoot("02-wallet")
    owner.turn_on_push()
    owner.open_first_licence()
    owner.wait_for_service_worker()
    owner.shoot("03-licence")

    # ... network off, app restarted: licence and QR are there.
    owner.lose_network()
    owner.restart()
    expect(owner.page.locator(".card-qr svg")).to_be_visible()
    owner.shoot("04-instant-card-offline")
    owner.open_wallet_from_card()
    owner.enter_pin()
    owner.read(NUMBER, 30_000)
    owner.see("offline.bar")
    owner.shoot("05-wallet-offline")
    owner.restart()
    card = owner.page.locator(".card-qr")
    expect(card.locator("svg")).to_be_visible()

    # 3. The QR on the screen is a presentation that changes every 15 s; the paper carries the https address.
    first_code = text_in(card.screenshot())
    assert first_code.startswith("VN1:")
    printed = text_in(paper)
    assert printed.startswith(f"{at.app}/q#")
    time.sleep(16)
    assert text_in(card.screenshot()) != first_code
    old_screenshot, old_since = card.screenshot(), time.monotonic()

    # 4. An inspector, network off, scans and gets the verdict.
    inspector = Phone.make(browser, at.app, SHOTS)
    inspector.sign_in_as_staff(INSPECTOR, at.codes)
    inspector.choose_pin()
    inspector.close_camera()
    inspector.see("scan.data_age", 30_000)
    inspector.wait_for_service_worker()
    inspector.lose_network()
    inspector.restart()
    camera.show(card.screenshot())
    inspector.enter_pin()
    # Unlocked, the camera is open, and what lies before it is judged.
    scanner = Scanner(inspector, camera)
    assert scanner.outcome() == "VALID_HOLDER_PRESENT"
    scanner.leave()
    inspector.see("scan.start", 30_000)
    inspector.shoot("06-inspector-offline")
    assert scanner.scan(card.screenshot()) == "VALID_HOLDER_PRESENT"
    assert ADDRESS in scanner.words()
    inspector.shoot("07-verdict-present")

    # 5. He records the outcome; it waits in a visible queue, and so does a scan without a record.
    scanner.write_record()
    inspector.shoot("08-record")
    inspector.scroll_to("record.in_order")
    inspector.tap("record.in_order")
    inspector.scroll_to("record.save")
    inspector.tap("record.save")
    camera.show_nothing()
    inspector.tap("tab.scan")
    inspector.close_camera()
    assert scanner.scan(paper, tilt_degrees=4) == "VALID_HOLDER_NOT_PROVEN"
    inspector.shoot("09-verdict-paper")
    scanner.leave()
    time.sleep(max(0.0, PRESENTATION_LIFE_S + 2 - (time.monotonic() - old_since)))
    assert scanner.scan(old_screenshot) == "VALID_HOLDER_NOT_PROVEN"
    inspector.shoot("10-verdict-old-screenshot")
    scanner.leave()
    inspector.tap("tab.queue")
    inspector.count("queue.item.", 5)
    inspector.shoot("11-queue-offline")

    # ... network on: everything goes up once and only once.
    inspector.find_network()
    inspector.gone("queue.send")
    inspector.read("Đã gửi")
    inspector.shoot("12-queue-sent")

    # 6. The owner gets a push, and sees who looked, when, where and why.
    [pushed] = _checked(push_service)
    assert RESTAURANT not in str(pushed)
    assert NUMBER not in str(pushed)
    owner.find_network()
    deliver_push(owner, pushed)
    assert notifications_of(owner)[-1] == (pushed["notification"]["title"], pushed["notification"]["body"])
    owner.restart()
    owner.open_wallet_from_card()
    owner.enter_pin()
    owner.read(NUMBER, 30_000)
    owner.open_first_licence()
    owner.tap("licence.log")
    owner.read("Nguyễn Thị Minh Châu")
    owner.shoot("13-who-looked")

    # 7. The board revokes; after the inspector's next sync, offline again, the same QR is red.
    desk.change_status(result, "revoke", "Cơ sở không còn hoạt động tại địa chỉ đã cấp", "112/QĐ-BQLATTP")
    desk.page.screenshot(path=_shot("14-desk-revoked"))
    inspector.tap("tab.scan")
    inspector.close_camera()
    inspector.tap("trust.refresh")
    inspector.page.wait_for_timeout(3_000)
    inspector.lose_network()
    assert scanner.scan(paper) == "REVOKED"
    inspector.shoot("15-verdict-revoked")
    scanner.leave()

    # 8. Anyone with a plain phone camera scans the paper: the public page says whether it holds.
    stranger = browser.new_context(locale="vi-VN", viewport={"width": 390, "height": 844}, device_scale_factor=2)
    page = stranger.new_page()
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url + (request.post_data or "")))
    page.goto(printed)
    expect(page.locator("[data-outcome]")).to_have_attribute("data-outcome", "REVOKED", timeout=20_000)
    page.screenshot(path=_shot("16-public-page"))
    digits = printed.partition("#")[2]
    assert all(digits not in address.partition("#")[0] for address in seen)
    assert all(not address.startswith("http") or address.startswith(at.app) for address in seen)

    for phone in (owner, inspector):
        assert phone.errors == []
        assert all(
            url.startswith((at.app, at.codes.removesuffix("/codes"), "blob:", "data:")) for url in phone.requests
        )


def _checked(service: PushService) -> list[dict]:
    """The decrypted pushes that tell of a check."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        found = [p for p in service.payloads() if "kiểm tra" in p["notification"]["body"]]
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError("no push told of the check")


def _shot(name: str) -> str:
    SHOTS.mkdir(parents=True, exist_ok=True)
    return str(SHOTS / f"{name}.png")
