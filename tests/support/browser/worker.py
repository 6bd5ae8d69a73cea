"""The service worker of a phone, through the DevTools protocol: what a push service would hand it."""

import json
from typing import Any

from playwright.sync_api import CDPSession

from tests.support.browser.phone import Phone


def deliver_push(phone: Phone, payload: dict[str, Any]) -> None:
    """Gives a decrypted push message to the real service worker of the phone's origin."""
    session: CDPSession = phone.context.new_cdp_session(phone.page)
    found: list[str] = []

    def remember(event: dict[str, Any]) -> None:
        for version in event["versions"]:
            if version["scriptURL"].startswith(phone.origin):
                found.append(version["registrationId"])  # noqa: PERF401 - a list that grows with each event

    session.on("ServiceWorker.workerVersionUpdated", remember)
    session.send("ServiceWorker.enable")
    phone.page.wait_for_timeout(500)
    assert found, "no service worker is registered"
    session.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": phone.origin, "registrationId": found[-1], "data": json.dumps(payload)},
    )
    phone.page.wait_for_timeout(500)
    session.detach()


def notifications_of(phone: Phone) -> list[tuple[str, str]]:
    """Title and text of what the service worker shows."""
    shown = phone.page.evaluate(
        "async () => (await (await navigator.serviceWorker.ready).getNotifications()).map((n) => [n.title, n.body])"
    )
    return [(title, body) for title, body in shown]
