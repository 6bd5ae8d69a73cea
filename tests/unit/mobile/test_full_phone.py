"""A phone whose storage is full: each way there says so, nothing is lost, and with room the same act works once."""

from typing import Any

import pytest

from tests.support.flet_harness import Screen
from tests.support.phone_data import CITIZEN, PIN, Phone, a_licence, serve_citizen, tokens
from tests.support.phone_screens import NO_ROOM, NO_ROOM_BAR, a_wallet, enter, opened, run

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
        assert screen.shows(NO_ROOM)
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
        assert screen.shows(NO_ROOM)
        await enter(screen, PIN)
        assert screen.shows(NO_ROOM)
        phone.web.full = False
        await enter(screen, PIN)
        assert screen.has("licence.lic_1")
        assert not screen.shows(NO_ROOM)

    run(story)


def test_a_signin_that_finds_no_room_says_so_at_the_door():
    async def story() -> None:
        phone = Phone()
        serve_citizen(phone.server, [], [])
        screen = await opened(phone)
        phone.web.full = True
        await screen.click("signin.vneid")
        assert screen.shows(NO_ROOM)
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
        assert screen.shows(NO_ROOM_BAR)
        assert screen.has("licence.lic_1")
        await screen.click("tab.me")
        assert screen.shows(NO_ROOM_BAR)
        phone.web.full = False
        await screen.click("room.again")
        await screen.settle(30)
        assert not screen.shows(NO_ROOM_BAR)
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
        assert screen.shows(NO_ROOM_BAR)
        assert not screen.shows(NO_ROOM), "once is enough"
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
