"""A phone whose storage is full: each way there says so, nothing is lost, and with room the same act works once."""

from typing import Any

import pytest

from shared_models.errors import DomainError
from tests.support.flet_harness import Screen
from tests.support.phone_data import (
    CITIZEN,
    INSPECTOR,
    PIN,
    Phone,
    a_licence,
    a_scan,
    serve_citizen,
    signed_in,
    tokens,
)
from tests.support.phone_screens import a_wallet, enter, opened, run

SENTENCE = "Bộ nhớ máy đã đầy. Xóa bớt ảnh hoặc ứng dụng rồi thử lại."
BAR = "Bộ nhớ máy đã đầy nên chưa lưu được dữ liệu mới."
BATCH = "/api/v1/inspections:batch"
SYNC = "/api/v1/wallet/sync"


async def at_the_new_pin() -> tuple[Phone, Screen]:
    phone = Phone()
    serve_citizen(phone.server, [a_licence(1)], [])
    screen = await opened(phone)
    url = await phone.services.session.start_signin()
    phone.web.emit("signin", {"code": "one-time", "state": url.rsplit("state=", 1)[1]})
    await screen.settle()
    return phone, screen


def test_a_new_pin_that_finds_no_room_is_asked_for_again():
    async def story() -> None:
        phone, screen = await at_the_new_pin()
        phone.web.full = True
        await enter(screen, PIN)
        await enter(screen, PIN)
        assert screen.shows(SENTENCE)
        assert phone.web.disk["vault"] is None
        phone.web.full = False
        await enter(screen, PIN)
        assert screen.has("licence.lic_1")

    run(story)


def test_a_session_that_finds_no_room_beside_the_new_vault_opens_with_the_same_pin():
    async def story() -> None:
        phone, screen = await at_the_new_pin()
        phone.web.full = {"session"}
        await enter(screen, PIN)
        await enter(screen, PIN)
        assert phone.services.app_state.stage == "locked"
        assert screen.shows(SENTENCE)
        await enter(screen, PIN)
        assert screen.shows(SENTENCE)
        phone.web.full = False
        await enter(screen, PIN)
        assert screen.has("licence.lic_1")
        assert not screen.shows(SENTENCE)

    run(story)


def test_a_signin_that_finds_no_room_says_so_at_the_door():
    async def story() -> None:
        phone = Phone()
        serve_citizen(phone.server, [], [])
        screen = await opened(phone)
        phone.web.full = True
        await screen.click("signin.vneid")
        assert screen.shows(SENTENCE)
        assert phone.web.ops == []

    run(story)


@pytest.mark.parametrize("full", [{"wallet/lic_1"}, {"wallet_state"}, {"profile"}, {"notices"}, {"pinned"}, {"trust"}])
def test_what_a_sync_cannot_keep_stands_on_every_screen_until_it_can(full: set[str]):
    async def story() -> None:
        phone, screen = await a_wallet(a_licence(1))
        revoked = {"cursor": "8", "server_time": "2026-11-21T02:31:00Z", "licences": [a_licence(1, status="revoked")]}
        phone.server.on("GET", SYNC, (200, {**revoked, "removed": []}))
        if full == {"pinned"}:
            phone.server.on("GET", SYNC, (200, {**revoked, "licences": [a_licence(1, number="2/2026")], "removed": []}))
        phone.web.full = full
        await phone.app.rounds.try_with_room()
        await screen.settle()
        assert screen.shows(BAR)
        assert screen.has("licence.lic_1")
        await screen.click("tab.me")
        assert screen.shows(BAR)
        phone.web.full = False
        await screen.click("room.again")
        await screen.settle(30)
        assert not screen.shows(BAR)
        assert phone.services.app_state.unkept == ()
        licences, _ = await phone.services.wallet.load()
        assert [(held.id, held.status, held.number) for held in licences] == [
            ("lic_1", "valid", "2/2026") if full == {"pinned"} else ("lic_1", "revoked", "1/2026/ATTP-CNĐK")
        ]
        assert len(phone.server.asked("POST", "/api/v1/wallet/devices")) == 1

    run(story)


def test_the_first_sync_without_room_registers_the_phone_once():
    async def story() -> None:
        phone, screen = await at_the_new_pin()
        phone.web.full = {"wallet_state"}
        await enter(screen, PIN)
        await enter(screen, PIN)
        assert screen.shows(BAR)
        assert not screen.shows(SENTENCE), "once is enough"
        phone.web.full = False
        await screen.click("room.again")
        assert screen.has("licence.lic_1")
        sent = {request.body and request.body.split('"x"')[1][:50] for request in registrations(phone)}
        assert len(sent) == 1, "the same key again is the same device"

    run(story)


def registrations(phone: Phone) -> list[Any]:
    return phone.server.asked("POST", "/api/v1/wallet/devices")


def test_settings_that_cannot_be_kept_hold_for_now_and_are_kept_later():
    async def story() -> None:
        phone, screen = await a_wallet(a_licence(1), route="/me")
        phone.web.full = {"settings"}
        await screen.choose("settings.lang", "en")
        assert screen.shows("Sign out")
        assert ("looks.set", {"lang": "en", "theme": "system", "text_size": 100}) in phone.web.ops
        assert screen.shows("The phone's storage is full: new data is not saved.")
        assert (await phone.services.settings.load()).lang == "vi"
        phone.web.full = False
        await screen.click("room.again")
        assert (await phone.services.settings.load()).lang == "en"
        assert not screen.has("room.again")

    run(story)


def test_a_renewed_session_lives_on_in_memory_and_is_kept_when_there_is_room():
    async def story() -> None:
        phone, _ = await a_wallet(a_licence(1))
        phone.server.on("POST", "/api/v1/auth/token", lambda body, _query: renewed(body))
        phone.web.full = {"session"}
        session = phone.services.session
        first = await session.access_token(refused="access-1")
        second = await session.access_token(refused=first)
        assert (first, second) == ("after refresh-1", "after refresh-1+"), "the old token would end the session"
        stored = await phone.web.vault_get("session")
        assert stored is not None
        assert stored["refresh_token"] == "refresh-1"
        phone.web.full = False
        assert await session.access_token() == second
        stored = await phone.web.vault_get("session")
        assert stored is not None
        assert stored["refresh_token"] == "refresh-1++"

    run(story)


def renewed(body: Any) -> tuple[int, Any]:
    """A server that turns the refresh token over at each use."""
    old = body["refresh_token"]
    return 200, {**tokens(CITIZEN), "access_token": f"after {old}", "refresh_token": f"{old}+"}


async def an_inspector(*scans: dict[str, Any], route: str = "/") -> tuple[Phone, Screen]:
    phone = Phone()
    phone.server.on("GET", "/api/v1/notices", (200, {"items": [], "next_cursor": None}))
    await signed_in(phone, INSPECTOR)
    for scan in scans:
        await phone.web.vault_put(f"queue/{scan['record']['id']}", scan)
    phone.server.on("POST", BATCH, (503, {"code": "server.busy"}))
    screen = await opened(phone, route)
    await screen.settle(40)
    return phone, screen


def store_all(body: Any, _query: Any) -> tuple[int, Any]:
    return 200, {"results": [{"id": record["id"], "state": "stored"} for record in body["records"]]}


def test_records_that_went_up_but_cannot_be_moved_stay_in_the_queue_and_go_up_again():
    async def story() -> None:
        phone, screen = await an_inspector(a_scan(1), a_scan(2), route="/queue")
        phone.server.on("POST", BATCH, store_all)
        phone.web.full = True
        await screen.click("queue.send")
        assert screen.shows(BAR)
        assert len(await phone.services.queue.items()) == 2
        phone.web.full = False
        await screen.click("room.again")
        await screen.settle(30)
        assert await phone.services.queue.items() == []
        assert len(await phone.services.queue.history()) == 2
        assert not screen.shows(BAR)

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
        assert screen.shows(SENTENCE)
        with pytest.raises(DomainError):
            await phone.services.queue.retry_refused("scn_1")
        assert [item.state for item in await phone.services.queue.items()] == ["refused"]

    run(story)
