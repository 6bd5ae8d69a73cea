"""The installed app over time: reloads keep the service worker and the push subscription, and nobody else is asked."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.e2e.conftest import SHOTS
from tests.support.browser.phone import Phone
from tests.support.push_service import PushService
from tests.support.stack import Addresses

OWNER = "049188900004"
"""Đỗ Hoà."""

_SUBSCRIBED = """async () => {
  const registrations = await navigator.serviceWorker.getRegistrations();
  const subscription = await registrations[0].pushManager.getSubscription();
  return [registrations.map((r) => new URL(r.active.scriptURL).pathname), subscription && subscription.endpoint];
}"""


@pytest.mark.browser
@pytest.mark.stack
def test_three_reloads_keep_worker_and_subscription_and_ask_nobody_else(
    at: Addresses, browser: Browser, push_service: PushService
) -> None:
    subscription = push_service.subscribe("reloads")
    phone = Phone.make(browser, at.app, SHOTS, push=subscription.to_json())
    answers: list[tuple[int, str]] = []
    phone.context.on("response", lambda response: answers.append((response.status, response.url)))
    phone.sign_in_with_vneid(OWNER, at.codes)
    phone.choose_pin()
    phone.see("wallet.refresh", 30_000)
    phone.turn_on_push()
    phone.wait_for_service_worker()
    for _ in range(3):
        phone.page.reload()
        phone.open_wallet_from_card()
        phone.enter_pin()
        phone.see("wallet.refresh", 30_000)
        assert phone.page.evaluate(_SUBSCRIBED) == [["/sw.js"], subscription.endpoint]

    vneid = at.codes.removesuffix("/codes")
    strangers = {url for url in phone.requests if urlsplit(url).scheme in ("http", "https")}
    assert all(url.startswith((at.app, vneid)) for url in strangers), strangers
    assert [url for status, url in answers if status == 404] == []
    assert phone.errors == []
