"""What an inspector queued goes up once and only once, whatever happens on the way."""

import pytest
from playwright.sync_api import Browser
from pymongo import MongoClient

from scripts.supervise.city import City
from shared_models.access_action import AccessAction
from tests.e2e.conftest import SHOTS
from tests.support.browser.desk import Desk
from tests.support.browser.phone import Phone
from tests.support.browser.scanner import Scanner
from tests.support.camera import Camera
from tests.support.paper import held_close, page_picture
from tests.support.relay import relay_to
from tests.support.stack import Addresses

BOARD = "H17.08"
INSPECTOR = "kiemtra.hai-chau"
RESTAURANT = "QUÁN CƠM LAM H'LAN"
UPLOAD = b"POST /api/v1/inspections:batch "


@pytest.mark.browser
@pytest.mark.stack
def test_lost_answers_two_tabs_and_double_taps_store_each_record_once(
    city: City, at: Addresses, browser: Browser, camera: Camera
) -> None:
    desk = Desk.make(browser.new_context(locale="vi-VN"), at.desk, BOARD)
    desk.page.goto(f"{at.desk}/{BOARD}")
    desk.page.locator("tr", has_text=RESTAURANT).locator("a").click()
    paper = held_close(page_picture(desk.sheet(desk.page.url)))
    with MongoClient(city.env["MONGODB_URI"]) as client, relay_to(city.ports.app) as line:
        database = client.get_default_database()
        before = _counts(database)
        inspector = Phone.make(browser, line.origin, SHOTS)
        inspector.sign_in_as_staff(INSPECTOR, at.codes)
        inspector.choose_pin()
        inspector.close_camera()
        inspector.see("scan.data_age", 30_000)
        inspector.wait_for_service_worker()
        line.lose_answers(UPLOAD, 1000)

        # One scan with a record; "save" is tapped twice.
        scanner = Scanner(inspector, camera)
        assert scanner.scan(paper).startswith("VALID_")
        scanner.write_record()
        inspector.scroll_to("record.violation")
        inspector.tap("record.violation")
        inspector.scroll_to("record.save")
        inspector.by_id("record.save").dblclick()

        # The server has stored it, the phone never heard: it still shows as waiting.
        inspector.see("queue.send", 30_000)
        inspector.count("queue.item.", 2)
        for _ in range(450):  # The scan went first; whoever waits for its answer sends the record after that.
            if _counts(database)["inspections"] > before["inspections"]:
                break
            inspector.page.wait_for_timeout(200)
        assert line.seen > 0
        assert _counts(database)["inspections"] == before["inspections"] + 1
        # The app dies there and starts again, twice at once; the line is whole again.
        line.lose_answers(UPLOAD, 0)
        camera.show_nothing()
        other = inspector.new_tab()
        for phone in (inspector, other):
            phone.restart()
        for phone in (inspector, other):
            phone.enter_pin()
            phone.close_camera()
        inspector.tap("tab.queue", 30_000)
        inspector.read("Đã gửi hết", 60_000)

        assert line.seen > 0, "what was stored already is sent again, because no answer ever came"
        after = _counts(database)
    assert {name: after[name] - before[name] for name in after} == {
        "scans": 1,
        "inspections": 1,
        "access_ledger": 1,
    }


def _counts(database) -> dict[str, int]:
    return {
        "scans": database.scans.count_documents({}),
        "inspections": database.inspections.count_documents({}),
        "access_ledger": database.access_ledger.count_documents({"action": AccessAction.LICENCE_CHECKED}),
    }
