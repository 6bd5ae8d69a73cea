"""Sign-in codes under "Me": turned on, and recovery codes that are put away before it goes on."""

from typing import Any

from shared_models.clock import to_wire
from tests.support.phone import NOW
from tests.support.phone_screens import opened, run
from tests.support.phone_staff import CODES, SECRET, signed_in_staff


def test_an_older_sign_in_is_asked_for_the_password_first():
    async def story() -> None:
        phone = await signed_in_staff()
        phone.server.on("GET", "/api/v1/me/totp", (200, a_state(is_on=False)))

        def begin(body: Any, _query: Any) -> tuple[int, Any]:
            if "password" not in body:
                return 403, {"code": "totp.password_required"}
            return (201, SECRET) if body["password"] == "right" else (401, {"code": "signin.wrong_password"})

        phone.server.on("POST", "/api/v1/me/totp", begin)
        screen = await opened(phone, "/me/totp")
        await screen.click("totp.begin")
        await screen.type("totp.password", "wrong")
        await screen.click("totp.password.submit")
        assert screen.shows("Sai tên đăng nhập hoặc mật khẩu.")
        await screen.type("totp.password", "right")
        await screen.click("totp.password.submit")
        assert screen.has("totp.secret")
        phone.server.on("GET", "/api/v1/me/totp", (200, a_state(is_on=True)))
        await screen.type("totp.code", "123456")
        await screen.click("totp.code.submit")
        await screen.click("totp.kept")
        await screen.click("totp.done")
        assert screen.shows("Đang bật: đăng nhập bằng mật khẩu và mã")

    run(story)


def a_state(*, is_on: bool, left: int = 10) -> dict[str, Any]:
    return {"is_on": is_on, "is_required": False, "recovery_codes_left": left if is_on else None}


def test_few_recovery_codes_are_told_and_new_ones_made():
    async def story() -> None:
        phone = await signed_in_staff()
        phone.server.on("GET", "/api/v1/me/totp", (200, a_state(is_on=True, left=2)))
        phone.server.on("POST", "/api/v1/me/totp/recovery-codes", (200, {"recovery_codes": CODES}))
        screen = await opened(phone, "/me/totp")
        assert screen.shows("Còn 2 mã dự phòng.")
        await screen.type("totp.renew", "123456")
        await screen.click("totp.renew.submit")
        assert screen.shows(CODES[0])
        phone.server.on("GET", "/api/v1/me/totp", (200, a_state(is_on=True)))
        await screen.click("totp.kept")
        await screen.click("totp.done")
        assert screen.shows("Còn 10 mã dự phòng.")

    run(story)


def test_without_a_network_the_page_says_so_and_tries_again():
    async def story() -> None:
        phone = await signed_in_staff()
        phone.server.on("GET", "/api/v1/me/totp", (200, a_state(is_on=False)))
        phone.server.is_down = True
        screen = await opened(phone, "/me/totp")
        await screen.settle(40)
        assert screen.shows("Chưa tải được")
        phone.server.is_down = False
        await screen.click("totp.retry")
        await screen.settle()
        assert screen.has("totp.begin")

    run(story)


def test_staff_find_their_account_under_me():
    async def story() -> None:
        phone = await signed_in_staff()
        notice = {"id": "ntc_1", "kind": "account.second_step_on", "params": {}, "licence_id": None}
        notice |= {"created_at": to_wire(NOW), "read_at": None}
        phone.server.on("GET", "/api/v1/notices", (200, {"items": [notice], "next_cursor": None}))
        screen = await opened(phone, "/me")
        await phone.app.rounds.sync()
        await screen.settle()
        assert screen.shows("1 chưa đọc")
        await screen.click("me.inbox")
        assert screen.shows("Đã bật mã xác thực")

    run(story)
