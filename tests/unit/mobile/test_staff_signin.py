"""Staff at the door: the password, the code after it, and the code set up there where it is required."""

from typing import Any

import pytest

from mobile import start
from tests.support.flet_harness import Screen
from tests.support.phone_data import INSPECTOR, PIN, Phone, signed_in, tokens
from tests.support.phone_screens import enter, opened, run
from tests.support.phone_staff import CODES, RESTRICTED, StaffServer


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


async def at_the_door(phone: Phone) -> Any:
    screen = await opened(phone)
    await screen.click("signin.staff")
    await screen.type("staff.username", "hai")
    await screen.type("staff.password", "right")
    await screen.click("staff.submit")
    return screen


def test_the_code_is_asked_for_after_the_password():
    async def story() -> None:
        phone = Phone()
        server = StaffServer(phone.server, INSPECTOR)
        screen = await at_the_door(phone)
        assert screen.shows("Nhập mã 6 số trên ứng dụng xác thực")
        await screen.type("staff.otp", "000000")
        await screen.click("staff.otp.submit")
        assert screen.shows("Mã không đúng hoặc đã dùng")
        await screen.type("staff.otp", "123456")
        await screen.click("staff.otp.submit")
        assert screen.has("pin.1")
        assert [body.get("otp") for body in server.asked] == [None, "000000", "123456"]

    run(story)


def test_going_back_from_the_code_forgets_the_password():
    async def story() -> None:
        phone = Phone()
        server = StaffServer(phone.server, INSPECTOR)
        screen = await at_the_door(phone)
        await screen.click("staff.back")
        await screen.click("staff.submit")
        assert screen.shows("Hãy nhập tên đăng nhập và mật khẩu.")
        assert len(server.asked) == 1

    run(story)


def test_an_empty_code_is_not_sent():
    async def story() -> None:
        phone = Phone()
        server = StaffServer(phone.server, INSPECTOR)
        screen = await at_the_door(phone)
        await screen.type("staff.otp", "  ")
        await screen.click("staff.otp.submit")
        assert len(server.asked) == 1

    run(story)


def test_an_account_without_a_code_sets_it_up_at_the_door_where_it_is_required():
    async def story() -> None:
        phone = Phone()
        server = StaffServer(phone.server, RESTRICTED, has_code=False)
        screen = await at_the_door(phone)
        assert phone.services.app_state.stage == "second_step"
        assert screen.shows("JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP")
        await screen.type("totp.code", "000000")
        await screen.click("totp.code.submit")
        assert screen.shows("Mã chưa đúng")
        await screen.type("totp.code", "123456")
        await screen.click("totp.code.submit")
        assert all(screen.shows(code) for code in CODES)
        assert screen.has("totp.done")
        with pytest.raises(LookupError):
            await screen.click("totp.done")
        await screen.click("totp.save")
        [(name, content)] = phone.web.saved
        assert name.endswith(".txt")
        assert all(code in content.decode() for code in CODES)
        await screen.click("totp.kept")
        await screen.click("totp.done")
        assert screen.has("pin.1")
        assert server.asked[-1]["grant_type"] == "refresh_token"
        await enter(screen, PIN)
        await enter(screen, PIN)
        assert phone.services.app_state.stage == "open"
        assert (await phone.web.vault_get("session"))["user"]["scopes"] == INSPECTOR["scopes"]

    run(story)


def test_a_session_that_may_only_set_it_up_does_so_when_the_phone_is_opened():
    async def story() -> None:
        phone = Phone()
        await signed_in(phone, RESTRICTED)
        server = StaffServer(phone.server, RESTRICTED, has_code=False)
        screen = await opened(phone)
        assert phone.services.app_state.stage == "second_step"
        await screen.type("totp.code", "123456")
        await screen.click("totp.code.submit")
        await screen.click("totp.kept")
        await screen.click("totp.done")
        assert phone.services.app_state.stage == "open"
        assert server.user == INSPECTOR

    run(story)
