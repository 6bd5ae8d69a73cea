"""The inspector's side as a whole app, without Flutter."""

import asyncio
import json
from typing import Any

import flet as ft
import pytest

from mobile import start
from mobile.ui import errors
from shared_models.errors import DomainError
from tests.support.flet_harness import Screen
from tests.support.phone_data import INSPECTOR, PIN, Phone, a_scan, signed_in, tokens
from tests.support.phone_screens import run

BATCH = "/api/v1/inspections:batch"


def store_all(body: Any, _query: Any) -> tuple[int, Any]:
    results = [{"id": record["id"], "state": "stored"} for record in body["records"]]
    return 200, {"results": results, "server_time": "2026-11-21T02:30:00Z"}


async def a_desk(*scans: dict[str, Any], route: str = "/") -> tuple[Phone, Screen]:
    """An inspector's phone, open, without a network."""
    phone = Phone()
    phone.server.on("POST", BATCH, store_all)
    phone.server.on("GET", "/api/v1/notices", (200, {"items": [], "next_cursor": None}))
    await signed_in(phone, INSPECTOR)
    for scan in scans:
        await phone.web.vault_put(f"queue/{scan['record']['id']}", scan)
    phone.server.is_down = True
    screen = Screen(route)
    screen.draw(lambda page: start.run(page, phone.app))
    await screen.settle(40)
    return phone, screen


def records_sent(phone: Phone) -> list[dict[str, Any]]:
    return [
        record
        for request in phone.server.asked("POST", BATCH)
        for record in json.loads(request.body or "{}")["records"]
    ]


def test_staff_sign_in_says_what_is_wrong_and_then_asks_for_a_pin():
    async def story() -> None:
        phone = Phone()
        phone.server.on("POST", "/api/v1/auth/token", (401, {"code": "signin.wrong_password"}))
        screen = Screen()
        screen.draw(lambda page: start.run(page, phone.app))
        await screen.settle()
        await screen.click("signin.staff")
        await screen.click("staff.submit")
        assert screen.shows("Hãy nhập tên đăng nhập và mật khẩu.")
        await screen.type("staff.username", "hai")
        await screen.type("staff.password", "wrong")
        await screen.click("staff.submit")
        assert screen.shows("Sai tên đăng nhập hoặc mật khẩu.")
        phone.server.on("POST", "/api/v1/auth/token", (200, tokens(INSPECTOR)))
        await screen.type("staff.password", "right")
        await screen.click("staff.submit")
        for _ in range(2):
            for digit in PIN:
                await screen.click(f"pin.{digit}")
        await screen.settle()
        assert screen.has("scan.start")

    run(story)


def test_the_scan_tab_opens_the_scanner_and_tells_age_and_queue():
    async def story() -> None:
        phone, screen = await a_desk(a_scan(1), a_scan(2))
        assert screen.shows("dữ liệu 08:30")
        assert screen.shows("2 chờ gửi")
        assert screen.shows("QUÁN MÌ QUẢNG BÀ MUA")
        await screen.click("scan.start")
        assert phone.web.ops[-1] == ("scanner.open", {"purpose": "inspection.routine"})

    run(story)


OPENED = ("scanner.open", {"purpose": "inspection.routine", "auto": True})


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


def test_what_waits_goes_up_by_itself_when_the_network_comes_back():
    async def story() -> None:
        phone, screen = await a_desk(a_scan(1), a_scan(2), route="/queue")
        assert screen.has("queue.item.scn_1")
        phone.server.is_down = False
        phone.web.emit("online", {"on": True})
        await screen.settle(40)
        assert screen.shows("Đã gửi hết")
        assert sorted(record["id"] for record in records_sent(phone)) == ["scn_1", "scn_2"]
        assert screen.shows("Đã gửi")

    run(story)


def test_a_failed_try_stands_in_words_and_can_be_made_again():
    async def story() -> None:
        phone, screen = await a_desk(a_scan(1), route="/queue")
        await screen.click("queue.send")
        assert screen.shows("Không kết nối được. Kiểm tra mạng rồi thử lại.")
        phone.server.is_down = False
        await screen.click("queue.send")
        assert screen.shows("Đã gửi hết")

    run(story)


def test_a_refused_record_says_why_and_is_not_counted_as_waiting():
    async def story() -> None:
        scan = {**a_scan(1, state="refused"), "last_error": "scan.id_reused"}
        phone, screen = await a_desk(scan, route="/queue")
        assert screen.shows("đã dùng cho nội dung khác")
        assert not screen.has("queue.send")
        phone.server.is_down = False
        await screen.click("queue.retry.scn_1")
        assert [record["id"] for record in records_sent(phone)] == ["scn_1"]

    run(story)


def test_a_record_is_filled_in_saved_once_and_waits_for_the_network():
    async def story() -> None:
        phone, screen = await a_desk(a_scan(1))
        phone.web.answers["place.get"] = {"lat": 16.06, "lon": 108.22, "accuracy_m": 9.0}
        phone.web.emit("scan.record", a_scan(1))
        await screen.settle()
        assert screen.shows("44 Lê Đình Dương, phường Hải Châu")
        await screen.click("record.save")
        assert screen.shows("Hãy chọn kết luận trước khi lưu.")
        await screen.click("check.food_source.fail")
        await screen.click("check.kitchen_clean.pass")
        await screen.click("check.food_source.not_checked")
        await screen.click("record.violation")
        await screen.type("record.note", "Không có hóa đơn ✓")
        save = next(c for c in screen.controls() if isinstance(c, ft.Semantics) and c.identifier == "record.save")
        button = save.content
        await asyncio.gather(*(screen.session.dispatch_event(button._i, "click", None) for _ in range(2)))
        await screen.settle(40)
        queued = [item for item in await phone.services.queue.items() if item.kind == "inspection"]
        assert len(queued) == 1
        record = queued[0].record
        assert (record["scan_id"], record["result"], record["note"]) == ("scn_1", "violation", "Không có hóa đơn ")
        assert record["checklist"] == [
            {"key": "food_source", "state": "not_checked"},
            {"key": "kitchen_clean", "state": "pass"},
        ]
        assert record["place"] == {"lat": 16.06, "lon": 108.22, "accuracy_m": 9.0}
        assert set(record) == {"kind", "id", "scan_id", "recorded_at", "result", "checklist", "note", "place"}
        assert screen.page.route == "/queue"
        phone.server.is_down = False
        phone.web.emit("online", {"on": True})
        await screen.settle(40)
        assert [sent["kind"] for sent in records_sent(phone)] == ["scan", "inspection"]

    run(story)


def test_a_draft_survives_the_death_of_the_app():
    async def story() -> None:
        phone, screen = await a_desk(a_scan(1), route="/records/scn_1")
        await screen.click("record.violation")
        await screen.type("record.note", "Thiếu nắp cống")
        again = Phone(phone.web, phone.server)
        screen = Screen("/records/scn_1")
        screen.draw(lambda page: start.run(page, again.app))
        await screen.settle(40)
        field = next(c for c in screen.controls() if isinstance(c, ft.TextField))
        assert field.value == "Thiếu nắp cống"
        assert screen.find("record.violation").selected

    run(story)


def test_a_record_that_cannot_be_stored_stays_on_screen():
    async def story() -> None:
        phone, screen = await a_desk(a_scan(1), route="/records/scn_1")
        await screen.click("record.in_order")
        phone.web.full = True
        await screen.click("record.save")
        assert screen.shows("Chưa lưu được, nội dung vẫn còn đây. Bộ nhớ máy đã đầy. Xóa bớt ảnh")
        assert screen.page.route == "/records/scn_1"
        phone.web.full = False
        await screen.click("record.save")
        assert screen.page.route == "/queue"

    run(story)


def test_a_phone_that_may_not_know_its_place_still_makes_records():
    async def story() -> None:
        phone, screen = await a_desk(a_scan(1), route="/records/scn_1")
        phone.web.answers["place.get"] = DomainError("place.denied")
        await screen.click("record.in_order")
        await screen.click("record.save")
        (record,) = [item.record for item in await phone.services.queue.items() if item.kind == "inspection"]
        assert record["place"] is None

    run(story)


def test_signing_out_with_unsent_records_asks_a_sharper_question():
    async def story() -> None:
        phone, screen = await a_desk(a_scan(1), route="/me")
        await screen.click("me.signout")
        assert screen.shows("Còn biên bản chưa gửi")
        await screen.click("question.no")
        assert len(await phone.services.queue.items()) == 1

    run(story)


def test_a_broken_screen_says_sorry_and_the_rest_of_the_app_lives_on(caplog: pytest.LogCaptureFixture):
    async def story() -> None:
        switch: dict[str, Any] = {}

        @errors.safely
        def fragile() -> ft.Control:
            broken, set_broken = ft.use_state(False)
            switch["set"] = set_broken
            if broken:
                raise ValueError("a bug")
            return ft.Text("fine")

        @ft.component
        def whole() -> list[ft.View]:
            return [ft.View(controls=[fragile()])]

        Phone()
        screen = Screen()
        screen.draw(lambda page: page.render_views(whole))
        await screen.settle()
        assert screen.shows("fine")
        switch["set"](True)
        await screen.settle()
        assert screen.shows("Màn hình này gặp lỗi")
        switch["set"](False)
        await screen.settle()
        assert screen.shows("fine"), "the scheduler still lives"

    run(story)
    assert "a bug" in caplog.text


def test_a_handler_that_fails_is_told_and_does_not_end_the_session(caplog: pytest.LogCaptureFixture):
    async def story() -> None:
        phone, screen = await a_desk()
        phone.web.answers["scanner.open"] = DomainError("scanner.missing")
        await screen.click("scan.start")
        assert screen.shows("scanner.missing")

        async def broken() -> None:
            raise ValueError("a bug")

        await errors.action(broken)()
        assert phone.services.app_state.message is not None
        assert not any("SESSION_CRASHED" in str(message.action) for message in screen.connection.sent)

    run(story)
    assert "a bug" in caplog.text
