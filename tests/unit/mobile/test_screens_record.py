"""The record of an inspection: filled in, kept as a draft, saved once, sent after its scan."""

import asyncio

import flet as ft

from mobile import start
from shared_models.errors import DomainError
from tests.support.flet_harness import Screen
from tests.support.phone_data import Phone, a_scan
from tests.support.phone_inspector import a_desk, records_sent
from tests.support.phone_screens import run


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
