"""The scan tab: when the camera opens by itself, and what waits is counted."""

from typing import Any

from mobile import start
from shared_models.errors import DomainError
from tests.support.flet_harness import Screen
from tests.support.phone_data import INSPECTOR, Phone, a_scan, signed_in
from tests.support.phone_inspector import a_desk
from tests.support.phone_screens import run

OPENED = ("scanner.open", {"purpose": "inspection.routine", "auto": True})


def test_the_scan_tab_opens_the_scanner_and_tells_age_and_queue():
    async def story() -> None:
        phone, screen = await a_desk(a_scan(1), a_scan(2))
        assert screen.shows("dữ liệu 08:30")
        assert screen.shows("2 chờ gửi")
        assert screen.shows("QUÁN MÌ QUẢNG BÀ MUA")
        await screen.click("scan.start")
        assert phone.web.ops[-1] == ("scanner.open", {"purpose": "inspection.routine"})

    run(story)


def test_unlocking_and_choosing_the_tab_open_the_camera_and_nothing_else_does():
    async def story() -> None:
        phone, screen = await a_desk(a_scan(1))
        assert phone.web.ops.count(OPENED) == 1
        await screen.click("tab.queue")
        assert phone.web.ops[-1][0] == "scanner.close"
        await screen.click("tab.scan")
        assert phone.web.ops.count(OPENED) == 2
        await screen.click("tab.scan")
        assert phone.web.ops[-1] == ("scanner.open", {"purpose": "inspection.routine"})
        phone.web.emit("scan.record", a_scan(1))
        await screen.settle()
        await screen.click("nav.back")
        assert phone.web.ops.count(OPENED) == 2
        await phone.app.lifecycle.lock()
        await screen.settle()
        assert phone.web.ops[-1][0] == "scanner.close"

    run(story)


def test_a_record_opened_by_its_address_has_no_camera_over_it():
    async def story() -> None:
        phone, screen = await a_desk(a_scan(1), route="/records/scn_1")
        assert screen.has("record.save")
        assert OPENED not in phone.web.ops

    run(story)


def test_a_page_that_cannot_open_its_camera_does_not_hold_the_screen():
    async def story() -> None:
        phone = Phone()
        await signed_in(phone, INSPECTOR)

        async def broken(op: str, args: Any = None) -> Any:
            raise DomainError("page.failed")

        phone.web.call = broken  # type: ignore[method-assign]
        phone.server.is_down = True
        screen = Screen()
        screen.draw(lambda page: start.run(page, phone.app))
        await screen.settle(40)
        assert screen.has("scan.start")
        assert phone.services.app_state.message is None

    run(story)


def test_a_scan_of_the_page_is_counted_at_once():
    async def story() -> None:
        phone, screen = await a_desk()
        await phone.web.vault_put("queue/scn_1", a_scan(1))
        phone.web.emit("scan", a_scan(1))
        await screen.settle()
        assert screen.shows("1 chờ gửi")

    run(story)
