"""Leaving a phone: off its owner's list while that can still be proven, and wiped in any case."""

import asyncio
import json
from typing import Any

import pytest

from mobile.services.settings import Settings
from mobile.services.transport import Request, Response
from tests.support.flet_harness import Screen
from tests.support.phone_data import INSPECTOR, Phone, a_licence, signed_in
from tests.support.phone_screens import a_wallet, opened, run

THIS_PHONE = "/api/v1/wallet/devices/dev_1"
REVOKE = "/api/v1/auth/revoke"
STAYS = "còn trong danh sách điện thoại của bạn"


async def a_phone_to_leave() -> tuple[Phone, Screen]:
    phone, screen = await a_wallet(a_licence(1), route="/me")
    phone.server.on("DELETE", THIS_PHONE, (204, None))
    phone.server.on("POST", REVOKE, (204, None))
    return phone, screen


async def leave(screen: Screen) -> None:
    await screen.click("me.signout")
    await screen.click("question.yes")
    await screen.settle(20)


def wiped(phone: Phone) -> bool:
    disk = phone.web.disk
    settings = Settings.from_json(json.loads(disk["public"].pop("settings")))
    assert settings == settings.of_the_phone()
    return disk["vault"] is None and disk["keys"] == {} and disk["public"] == {}


def test_the_phone_goes_off_the_list_before_its_session_ends_and_then_forgets_everything():
    async def story() -> None:
        phone, screen = await a_phone_to_leave()
        await leave(screen)
        said = [(request.method, request.path) for request in phone.server.requests[-2:]]
        assert said == [("DELETE", f"{THIS_PHONE}?reason=signed_out"), ("POST", REVOKE)]
        assert wiped(phone)
        assert screen.has("signin.vneid")
        assert not screen.shows(STAYS)

    run(story)


def test_language_and_looks_stay_for_whoever_comes_next():
    async def story() -> None:
        phone, screen = await a_phone_to_leave()
        await screen.choose("settings.text_size", "150")
        await phone.app.choices.pin("lic_1")
        await leave(screen)
        stored = await phone.services.settings.load()
        assert (stored.text_size, stored.pinned_id, stored.last_shown_id) == (150, None, None)
        assert phone.services.app_state.settings == stored

    run(story)


def test_without_a_network_the_question_says_that_the_phone_stays_on_the_list():
    async def story() -> None:
        phone, screen = await a_phone_to_leave()
        phone.server.is_down = True
        phone.web.emit("online", {"on": False})
        await screen.settle()
        await screen.click("me.signout")
        assert screen.shows(STAYS)
        await screen.click("question.yes")
        await screen.settle(20)
        assert wiped(phone)
        assert phone.server.asked("DELETE", THIS_PHONE) == []

    run(story)


@pytest.mark.parametrize("answer", [(503, {"code": "server.busy"}), (401, {"code": "session.ended"})])
def test_a_server_that_refuses_holds_nobody_and_the_phone_says_where_it_stands(answer: tuple[int, Any]):
    async def story() -> None:
        phone, screen = await a_phone_to_leave()
        phone.server.on("DELETE", THIS_PHONE, answer)
        await leave(screen)
        assert wiped(phone)
        assert screen.shows(STAYS)

    run(story)


def test_a_server_that_never_answers_holds_nobody():
    async def story() -> None:
        phone, screen = await a_phone_to_leave()
        phone.app.lifecycle.goodbye_s = 0.05
        answers = phone.server.send

        async def hang(request: Request) -> Response:
            if request.method == "DELETE":
                await asyncio.Event().wait()
            return await answers(request)

        phone.server.send = hang  # type: ignore[method-assign]
        await screen.click("me.signout")
        await screen.click("question.yes")
        await asyncio.sleep(0.2)
        await screen.settle()
        assert wiped(phone)
        assert screen.shows(STAYS)

    run(story)


def test_a_lost_answer_is_asked_for_again():
    async def story() -> None:
        phone, screen = await a_phone_to_leave()
        phone.server.loses_answers = 1
        await leave(screen)
        assert len(phone.server.asked("DELETE", THIS_PHONE)) == 2
        assert wiped(phone)
        assert not screen.shows(STAYS)

    run(story)


def test_a_phone_that_was_taken_off_and_not_wiped_forgets_its_wallet_and_can_still_leave():
    async def story() -> None:
        phone, screen = await a_phone_to_leave()
        phone.server.on("GET", "/api/v1/wallet/sync", (410, {"code": "device.blocked"}))
        await phone.app.rounds.try_with_room()
        await screen.settle(30)
        assert (await phone.services.wallet.load())[0] == []
        assert await phone.web.public_get("pinned") is None
        await screen.click("tab.wallet")
        assert screen.shows("Điện thoại này đã bị chặn. Đăng xuất rồi đăng nhập lại")
        await screen.click("tab.me")
        await leave(screen)
        assert len(phone.server.asked("DELETE", THIS_PHONE)) == 1
        assert wiped(phone)

    run(story)


def test_an_inspector_has_no_phone_on_any_list():
    async def story() -> None:
        phone = Phone()
        await signed_in(phone, INSPECTOR)
        phone.server.on("POST", REVOKE, (204, None))
        phone.server.on("GET", "/api/v1/notices", (200, {"items": [], "next_cursor": None}))
        screen = await opened(phone, "/me")
        await screen.settle(30)
        await leave(screen)
        assert wiped(phone)
        assert not screen.shows(STAYS)
        assert [request.method for request in phone.server.requests].count("DELETE") == 0

    run(story)
