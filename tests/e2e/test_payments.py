"""Paying from a phone through each gateway's own page: the app stays open, and shows by itself that it is paid."""

import re
import time

import pytest
from playwright.sync_api import Browser, expect

from scripts.supervise.city import City
from tests.e2e.conftest import SHOTS
from tests.support.browser.citizen import a_citizen
from tests.support.browser.paying import back_to_list, gateway_page, open_order, order_of
from tests.support.browser.phone import PHONE, Phone
from tests.support.stack import Addresses
from tests.support.story.days import Rows
from tests.support.story.due import a_due_request, services_of

pytestmark = [pytest.mark.browser, pytest.mark.stack]

LANH = "048150900006"
HERE = SHOTS.with_name("payments")
PAGES = ("vnpay", "momo", "payos", "national")
SHOWN_WITHIN_S = 10.0
"""The promise is two seconds, measured on a quiet machine (docs/performance.md); here it must come by itself."""


def is_shown_as_paid(phone: Phone, rows: Rows, dossier_id: str) -> float:
    """Waits until the phone says by itself that it is paid; seconds after the city knew."""
    deadline = time.monotonic() + 60
    while order_of(rows, dossier_id)["state"] != "paid":
        assert time.monotonic() < deadline, order_of(rows, dossier_id)
        time.sleep(0.05)
    known = time.monotonic()
    phone.see("pay.settled", SHOWN_WITHIN_S * 1000)
    return time.monotonic() - known


def test_each_gateway_is_paid_through_its_own_page(browser: Browser, city: City, at: Addresses, rows: Rows) -> None:
    phone = a_citizen(browser, at, LANH, HERE)
    person = rows.persons.find_one({"personal_id": LANH})
    assert person is not None
    took: dict[str, float] = {}
    HERE.mkdir(parents=True, exist_ok=True)
    with services_of(city) as container:
        for way in PAGES:
            dossier_id = a_due_request(container, person)
            open_order(phone, dossier_id)
            page = gateway_page(phone, way)
            page.screenshot(path=HERE / f"{way}.png")
            page.locator("#pay").click()
            phone.page.bring_to_front()
            took[way] = is_shown_as_paid(phone, rows, dossier_id)
            assert page.is_closed() or re.search(r"/pay/return", page.url), page.url
            if not page.is_closed():
                page.close()
            dossier = rows.dossiers.find_one({"_id": dossier_id})
            assert dossier is not None
            assert (dossier["payment"], order_of(rows, dossier_id)["paid"]["gateway"]) == ("paid", way)
            assert rows.receipts.count_documents({"order_id": order_of(rows, dossier_id)["_id"]}) == 1
            phone.shoot(f"paid-{way}")
            back_to_list(phone)
    assert max(took.values()) < SHOWN_WITHIN_S, took


def test_a_payment_that_is_cancelled_can_be_made_by_a_transfer(
    browser: Browser, city: City, at: Addresses, rows: Rows
) -> None:
    phone = a_citizen(browser, at, LANH, HERE)
    person = rows.persons.find_one({"personal_id": LANH})
    assert person is not None
    with services_of(city) as container:
        dossier_id = a_due_request(container, person)
    open_order(phone, dossier_id)
    phone.shoot("order")
    page = gateway_page(phone, "vnpay")
    page.locator("#cancel").click()
    phone.see("pay.ended", 60_000)
    assert order_of(rows, dossier_id)["state"] == "failed"
    phone.scroll_to("way.bank")
    phone.tap("way.bank")
    phone.see("pay.listening", 30_000)
    phone.shoot("transfer")
    attempt = rows.payment_attempts.find_one({"order_id": order_of(rows, dossier_id)["_id"], "gateway": "bank"})
    assert attempt is not None
    bank = phone.context.new_page()
    bank.set_viewport_size(PHONE)
    bank.goto(f"http://127.0.0.1:{city.ports.gateways}/bank/app")
    bank.locator("#qr").fill(attempt["shown"]["qr"]["text"])
    bank.locator("#read").click()
    expect(bank.locator("#read-amount")).to_contain_text("500.000")
    bank.locator("#pay").click()
    phone.page.bring_to_front()
    is_shown_as_paid(phone, rows, dossier_id)
    phone.shoot("paid-bank")
