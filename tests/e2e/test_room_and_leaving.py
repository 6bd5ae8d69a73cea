"""The whole app on a phone that has no room left, and a phone whose owner leaves it."""

import re

import pytest
from playwright.sync_api import Browser
from pymongo import MongoClient

from scripts.supervise.city import City
from tests.e2e.conftest import SHOTS
from tests.support.browser.disk import Disk
from tests.support.browser.phone import Phone
from tests.support.stack import Addresses

OWNER = "049188900004"
"""Đỗ Hoà."""

HERE = SHOTS.with_name("room")
ROOM = 120_000_000
FULL = re.compile("Bộ nhớ máy đã đầy")


@pytest.mark.browser
@pytest.mark.stack
def test_a_full_phone_says_so_and_goes_on_when_there_is_room(at: Addresses, browser: Browser) -> None:
    phone = Phone.make(browser, at.app, HERE)
    disk = Disk.of(phone.page, at.app, ROOM)
    phone.sign_in_with_vneid(OWNER, at.codes)
    phone.see("pin.1", 60_000)
    phone.wait_for_service_worker()
    disk.fill()
    phone.choose_pin()
    phone.read(FULL)
    phone.shoot("01-new-pin")
    disk.make_room()
    phone.enter_pin()
    phone.see("wallet.refresh", 30_000)
    phone.see("identity.eye")

    disk.fill()
    phone.tap("wallet.refresh")
    phone.see("room.again")
    phone.shoot("02-wallet")
    phone.restart()
    phone.open_wallet_from_card()
    phone.enter_pin()
    phone.see("wallet.refresh", 30_000)

    # Opening the vault turned some pages of the database over; the few that this freed are filled, too.
    disk.fill()
    phone.tap("wallet.refresh")
    phone.see("room.again")
    disk.make_room()
    phone.tap("room.again")
    phone.gone("room.again")
    phone.shoot("03-room-again")
    assert phone.errors == []


@pytest.mark.browser
@pytest.mark.stack
def test_signing_out_takes_the_phone_off_its_owners_list(city: City, at: Addresses, browser: Browser) -> None:
    phone = Phone.make(browser, at.app, HERE)
    with MongoClient(city.env["MONGODB_URI"]) as client:
        devices = client.get_default_database().devices
        before = {device["_id"] for device in devices.find()}
        phone.sign_in_with_vneid(OWNER, at.codes)
        phone.choose_pin()
        phone.see("wallet.refresh", 30_000)
        phone.page.locator("[flt-semantics-identifier^='licence.lic_']").first.wait_for(timeout=30_000)
        [mine] = [device for device in devices.find() if device["_id"] not in before]
        assert mine["blocked_at"] is None
        phone.tap("tab.me")
        phone.scroll_to("me.signout")
        phone.tap("me.signout")
        phone.see("question.yes")
        phone.shoot("04-sign-out")
        phone.tap("question.yes")
        phone.see("signin.vneid")
        left = devices.find_one({"_id": mine["_id"]})
        assert left is not None
        assert left["blocked_at"] is not None
    assert phone.page.evaluate("import('/public_store.js').then((m) => m.publicGet('pinned'))") is None
    assert phone.errors == []
