"""An inspector's phone whose storage is full: records are sent again, saved later, or left knowingly; none is lost."""

from typing import Any

import pytest

from shared_models.errors import DomainError
from tests.support.flet_harness import Screen
from tests.support.phone_data import Phone, a_scan
from tests.support.phone_inspector import BATCH, inspectors_phone, store_all
from tests.support.phone_screens import NO_ROOM, NO_ROOM_BAR, opened, run


async def an_inspector(*scans: dict[str, Any], route: str = "/") -> tuple[Phone, Screen]:
    """A phone, open, whose server has no time for it."""
    phone = await inspectors_phone(*scans)
    phone.server.on("POST", BATCH, (503, {"code": "server.busy"}))
    screen = await opened(phone, route)
    await screen.settle(40)
    return phone, screen


def test_records_that_went_up_but_cannot_be_moved_stay_in_the_queue_and_go_up_again():
    async def story() -> None:
        phone, screen = await an_inspector(a_scan(1), a_scan(2), route="/queue")
        phone.server.on("POST", BATCH, store_all)
        phone.web.full = True
        await screen.click("queue.send")
        assert screen.shows(NO_ROOM_BAR)
        assert len(await phone.services.queue.items()) == 2
        phone.web.full = False
        await screen.click("room.again")
        await screen.settle(30)
        assert await phone.services.queue.items() == []
        assert len(await phone.services.queue.history()) == 2
        assert not screen.shows(NO_ROOM_BAR)

    run(story)


def test_a_send_that_fails_on_a_full_phone_tells_the_reason_of_the_failure():
    async def story() -> None:
        phone, _ = await an_inspector(a_scan(1))
        phone.web.full = True
        assert (await phone.services.queue.send()).error == "server.busy"
        assert len(await phone.services.queue.items()) == 1

    run(story)


def test_a_record_on_a_full_phone_opens_warns_and_is_saved_once_there_is_room():
    async def story() -> None:
        phone, screen = await an_inspector(a_scan(1))
        phone.web.full = True
        phone.app.go("/records/scn_1")
        await screen.settle(30)
        await screen.click("record.in_order")
        await screen.type("record.note", "Thiếu rào chắn")
        assert screen.shows("Nội dung mới chỉ ở trên màn hình, đừng rời trang này. Bộ nhớ máy đã đầy.")
        await screen.click("record.save")
        assert screen.shows("Chưa lưu được, nội dung vẫn còn đây. Bộ nhớ máy đã đầy.")
        phone.web.full = False
        await screen.click("record.save")
        records = [item.record for item in await phone.services.queue.items() if item.kind == "inspection"]
        assert [record["note"] for record in records] == ["Thiếu rào chắn"]

    run(story)


@pytest.mark.parametrize("by", ["arrow", "back button"])
def test_leaving_a_record_that_was_not_kept_asks_first(by: str):
    async def story() -> None:
        phone, screen = await an_inspector(a_scan(1))
        phone.app.go("/records/scn_1")
        await screen.settle(30)
        phone.web.full = True

        async def leave() -> None:
            if by == "arrow":
                await screen.click("nav.back")
            else:
                phone.web.emit("leave.asked", {})
                await screen.settle()

        await screen.type("record.note", "Thiếu rào chắn")
        assert phone.web.ops[-1] == ("leave.guard", {"on": True})
        await leave()
        assert screen.shows("Bỏ nội dung chưa lưu?")
        await screen.click("question.no")
        assert screen.has("record.save")
        await leave()
        await screen.click("question.yes")
        assert not screen.has("record.save")
        assert phone.web.ops[-1] == ("leave.guard", {"on": False})

    run(story)


def test_a_record_that_was_kept_is_left_without_a_question():
    async def story() -> None:
        phone, screen = await an_inspector(a_scan(1))
        phone.app.go("/records/scn_1")
        await screen.settle(30)
        phone.web.full = True
        await screen.type("record.note", "Thiếu")
        phone.web.full = False
        await screen.type("record.note", "Thiếu rào chắn")
        assert phone.web.ops[-1] == ("leave.guard", {"on": False})
        await screen.click("nav.back")
        assert not screen.has("record.save")

    run(story)


def test_trying_a_refused_record_again_without_room_says_so():
    async def story() -> None:
        phone, screen = await an_inspector(a_scan(1, state="refused"), route="/queue")
        phone.web.full = True
        await screen.click("queue.retry.scn_1")
        assert screen.shows(NO_ROOM)
        with pytest.raises(DomainError):
            await phone.services.queue.retry_refused("scn_1")
        assert [item.state for item in await phone.services.queue.items()] == ["refused"]

    run(story)
