"""Putting the app on the home screen: told once when there is something to keep, then found under Tôi."""

from typing import Any

import pytest

from tests.support.phone_data import CITIZEN, PIN, Phone, a_licence, serve_citizen, signed_in
from tests.support.phone_screens import a_wallet, enter, opened, run


def asked(phone: Phone) -> list[dict[str, Any]]:
    return [args for op, args in phone.web.ops if op == "install.sheet"]


async def a_phone(*licences: dict[str, Any], shown: bool) -> Phone:
    phone = Phone()
    serve_citizen(phone.server, list(licences), [])
    phone.web.answers["install.sheet"] = {"shown": shown}
    await signed_in(phone, CITIZEN)
    await phone.web.vault_lock()
    screen = await opened(phone)
    await enter(screen, PIN)
    return phone


def test_it_is_told_once_after_the_first_licence():
    async def story() -> None:
        phone = await a_phone(a_licence(1), shown=True)
        await phone.app.rounds.sync()
        await phone.app.rounds.sync()
        assert asked(phone) == [{"auto": True}]
        assert phone.services.app_state.settings.install_told
        await phone.app.lifecycle.sign_out()
        assert phone.services.app_state.settings.install_told, "the phone has been told, whoever uses it"

    run(story)


def test_what_could_not_be_shown_now_is_shown_later():
    async def story() -> None:
        phone = await a_phone(a_licence(1), shown=False)
        await phone.app.rounds.sync()
        assert len(asked(phone)) == 2
        phone.web.answers["install.sheet"] = {"shown": True}
        await phone.app.rounds.sync()
        await phone.app.rounds.sync()
        assert len(asked(phone)) == 3

    run(story)


def test_an_empty_wallet_is_no_reason_to_install():
    async def story() -> None:
        phone = await a_phone(shown=True)
        await phone.app.rounds.sync()
        assert asked(phone) == []

    run(story)


@pytest.mark.parametrize(("way", "is_there"), [("ios", True), ("prompt", True), ("installed", False), ("none", False)])
def test_the_row_under_me_is_there_where_it_helps(way: str, is_there: bool):
    async def story() -> None:
        phone, screen = await a_wallet(a_licence(1))
        phone.web.answers["install.state"] = {"way": way, "is_phone": True}
        phone.web.ops.clear()
        await screen.click("tab.me")
        assert screen.has("me.install") is is_there
        if is_there:
            await screen.click("me.install")
            assert asked(phone) == [{}]

    run(story)


def test_where_notifications_need_the_home_screen_their_row_leads_there():
    async def story() -> None:
        phone, screen = await a_wallet(a_licence(1))
        phone.services.inbox_state.push = "unsupported"
        phone.web.answers["install.state"] = {"way": "ios", "is_phone": True}

        async def unsupported() -> str:
            return "unsupported"

        phone.services.push.state = unsupported
        phone.web.ops.clear()
        await screen.click("tab.me")
        await screen.click("me.push")
        assert asked(phone) == [{}]

    run(story)


def test_a_phone_too_full_for_the_apps_files_says_so_until_there_is_room():
    async def story() -> None:
        phone, screen = await a_wallet(a_licence(1))
        phone.web.emit("offline.kept", {"kept": False, "code": "storage.full"})
        await screen.settle()
        assert screen.shows("Máy đầy nên ứng dụng chưa dùng được khi không có mạng.")
        phone.web.ops.clear()
        await screen.click("room.again")
        assert phone.web.ops == [("offline.keep", {})]
        phone.web.emit("offline.kept", {"kept": True, "code": None})
        await screen.settle()
        assert not screen.has("room.again")

    run(story)


def test_a_cut_line_while_keeping_the_files_is_nothing_to_be_told():
    async def story() -> None:
        phone, screen = await a_wallet(a_licence(1))
        phone.web.emit("offline.kept", {"kept": False, "code": "offline.failed"})
        await screen.settle()
        assert not screen.has("room.again")

    run(story)
