"""The service worker: the app without network, updates on request, and pushes that always show."""

import json
from typing import Any

import pytest

from tests.web.phone import READY, REGISTER, Phone

pytestmark = pytest.mark.browser


def push(phone: Phone, payload: Any) -> None:
    """A message as the browser's push service would hand it to the worker."""
    devtools = phone.context.new_cdp_session(phone.page)
    versions: list[dict[str, Any]] = []
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda event: versions.extend(event["registrations"]))
    devtools.send("ServiceWorker.enable")
    phone.page.wait_for_timeout(200)
    arguments = {"origin": phone.city.origin, "registrationId": versions[0]["registrationId"]}
    devtools.send("ServiceWorker.deliverPushMessage", {**arguments, "data": json.dumps(payload)})


def notifications(phone: Phone) -> list[dict[str, Any]]:
    script = """navigator.serviceWorker.ready.then((r) => r.getNotifications()).then((all) =>
      all.map(({ title, body, lang, tag, data }) => ({ title, body, lang, tag, data })))"""
    phone.until(f"{script}.then((all) => all.length > 0)")
    return list(phone.page.evaluate(script))


def test_card_scanner_and_check_page_work_with_the_network_off(phone: Phone) -> None:
    phone.pin_licence()
    phone.become_inspector()
    phone.install()
    phone.cut_network()
    before = len(phone.city.requests)
    phone.open()
    phone.page.locator(".card-qr svg").wait_for()
    phone.page.get_by_role("button", name="Mở ví").click()
    phone.scan(phone.city.presentation(phone.city.restaurant()))
    assert phone.verdict() == "VALID_HOLDER_PRESENT"
    page = phone.new_page()
    page.goto(phone.city.paper(phone.city.restaurant()))
    page.locator("[data-outcome=VALID_HOLDER_NOT_PROVEN]").wait_for()
    # The browser's own look for a new version goes past the switched-off network.
    assert [path for path in phone.city.requests[before:] if path != "/sw.js"] == []
    phone.context.set_offline(False)
    phone.complaints.clear()  # The browser reports what the check page asked for in vain.


def test_only_this_browsers_files_are_kept_and_the_api_never(phone: Phone) -> None:
    phone.install()
    phone.page.evaluate("fetch('/api/v1/trust')")
    kept = phone.page.evaluate(
        "caches.keys().then(([name]) => caches.open(name)).then((c) => c.keys()).then((all) => all.map((r) => r.url))"
    )
    paths = {url.removeprefix(phone.city.origin) for url in kept}
    assert {"/", "/q", "/boot.js", "/vendor/zxing-wasm/zxing_reader.wasm"} <= paths
    assert "/not-for-this-browser" not in paths
    assert not any(path.startswith("/api/") for path in paths)


def test_a_new_version_waits_until_it_is_applied_and_fetches_only_what_changed(phone: Phone) -> None:
    phone.install()
    phone.open()
    phone.city.version = "two"
    before = len(phone.city.requests)
    phone.page.evaluate(REGISTER)
    phone.page.evaluate("navigator.serviceWorker.getRegistration().then((r) => r.update())")
    phone.until("(globalThis.told ?? []).some(([name]) => name === 'update.ready')")
    assert set(phone.city.requests[before:]) == {"/sw.js"}
    assert phone.page.evaluate("caches.keys()") == ["congdan-one", "congdan-two"]
    with phone.page.expect_navigation():
        phone.page.evaluate("() => { import('/updates.js').then((m) => m.applyUpdate()); }")
    phone.until("caches.keys().then((names) => names.join() === 'congdan-two')")


def test_worker_survives_three_reloads(phone: Phone) -> None:
    phone.install()
    for _ in range(3):
        phone.open()
        assert phone.page.evaluate(READY)


def test_a_push_shows_what_it_says(phone: Phone) -> None:
    phone.install()
    notification = {
        "title": "Có cán bộ vừa kiểm tra giấy",
        "body": "Xem ai, khi nào, ở đâu.",
        "navigate": "/inbox",
        "lang": "vi",
        "tag": "licence-1",
    }
    push(phone, {"web_push": 8030, "notification": notification})
    shown = notifications(phone)
    assert shown == [
        {
            "title": notification["title"],
            "body": notification["body"],
            "lang": "vi",
            "tag": "licence-1",
            "data": {"navigate": "/inbox"},
        }
    ]
    phone.until("(globalThis.told ?? []).some(([name]) => name === 'push.received')")


def test_a_push_that_makes_no_sense_still_shows_something(phone: Phone) -> None:
    phone.install()
    push(phone, "nonsense")
    [shown] = notifications(phone)
    assert shown["title"] == "Công Dân Đà Nẵng"
    assert shown["data"] == {"navigate": "/"}
