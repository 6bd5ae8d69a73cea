"""Sign-in codes on the phone: asked for at the door, turned on, recovery codes that are put away before it goes on."""

from typing import Any

import pytest

from shared_models.clock import to_wire
from tests.support.phone import NOW, MemoryServer
from tests.support.phone_data import INSPECTOR, PIN, Phone, signed_in, tokens
from tests.support.phone_screens import enter, opened, run

TOKEN = "/api/v1/auth/token"
CODES = [f"aaaa{number}-bbbb{number}" for number in range(10)]
SECRET = {"secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "uri": "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP"}
RESTRICTED = {**INSPECTOR, "scopes": ["second-step"]}


class StaffServer:
    """The token endpoint for one account with a password and a code, and its second step."""

    def __init__(self, server: MemoryServer, user: dict[str, Any], *, has_code: bool = True) -> None:
        self.user, self.has_code, self.asked = user, has_code, []
        server.on("POST", TOKEN, self.token)
        server.on("POST", "/api/v1/me/totp", (201, SECRET))
        server.on("POST", "/api/v1/me/totp/confirm", self.confirm)
        server.on("GET", "/api/v1/notices", (200, {"items": [], "next_cursor": None}))

    def token(self, body: Any, _query: Any) -> tuple[int, Any]:
        self.asked.append(body)
        if body["grant_type"] == "password":
            if body["password"] != "right":
                return 401, {"code": "signin.wrong_password"}
            if self.has_code and body.get("otp") is None:
                return 401, {"code": "signin.otp_required"}
            if self.has_code and body["otp"] != "123456":
                return 401, {"code": "signin.otp_wrong"}
        return 200, tokens(self.user, len(self.asked))

    def confirm(self, body: Any, _query: Any) -> tuple[int, Any]:
        if body["code"] != "123456":
            return 422, {"code": "totp.code_wrong", "errors": {"code": ["totp.code_wrong"]}}
        self.user = INSPECTOR
        return 200, {"recovery_codes": CODES}


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


def test_an_older_sign_in_is_asked_for_the_password_first():
    async def story() -> None:
        phone = Phone()
        await signed_in(phone, INSPECTOR)
        StaffServer(phone.server, INSPECTOR)
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
        phone = Phone()
        await signed_in(phone, INSPECTOR)
        StaffServer(phone.server, INSPECTOR)
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
        phone = Phone()
        await signed_in(phone, INSPECTOR)
        StaffServer(phone.server, INSPECTOR)
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


SESSIONS = {
    "items": [
        {
            "id": f"ses_{number}",
            "browser": browser,
            "system": system,
            "created_at": to_wire(NOW),
            "last_used_at": to_wire(NOW),
            "is_current": number == 1,
        }
        for number, (browser, system) in enumerate(
            [("chrome", "android"), ("safari", "macos"), ("other", "other"), ("newer", "android")], start=1
        )
    ]
}


def test_another_phone_is_signed_out_after_a_second_answer():
    async def story() -> None:
        phone = Phone()
        await signed_in(phone, INSPECTOR)
        StaffServer(phone.server, INSPECTOR)
        phone.server.on("GET", "/api/v1/me/sessions", (200, SESSIONS))
        phone.server.on("DELETE", "/api/v1/me/sessions/ses_2", (204, None))
        phone.server.on("DELETE", "/api/v1/me/sessions", (200, {"ended": 2}))
        screen = await opened(phone, "/me/sessions")
        for label in (
            "Chrome trên Android",
            "Safari trên máy Mac",
            "Trình duyệt không rõ",
            "Trình duyệt khác trên Android",
        ):
            assert screen.shows(label), label
        assert not screen.has("signins.end.ses_1"), "this phone has its own way out"
        await screen.click("signins.end.ses_2")
        assert phone.server.asked("DELETE", "/api/v1/me/sessions/ses_2") == []
        await screen.click("question.yes")
        assert len(phone.server.asked("DELETE", "/api/v1/me/sessions/ses_2")) == 1

    run(story)


def test_everywhere_else_is_signed_out_after_a_second_answer():
    async def story() -> None:
        phone = Phone()
        await signed_in(phone, INSPECTOR)
        StaffServer(phone.server, INSPECTOR)
        phone.server.on("GET", "/api/v1/me/sessions", (200, SESSIONS))
        phone.server.on("DELETE", "/api/v1/me/sessions", (200, {"ended": 2}))
        screen = await opened(phone, "/me/sessions")
        await screen.click("signins.end_all")
        assert phone.server.asked("DELETE", "/api/v1/me/sessions") == []
        await screen.click("question.yes")
        assert len(phone.server.asked("DELETE", "/api/v1/me/sessions")) == 1
        assert phone.services.app_state.message == ("signins.all_ended", {"count": 2})
        phone.server.on("GET", "/api/v1/me/sessions", (200, {"items": SESSIONS["items"][:1]}))
        alone = await opened(phone, "/me/sessions")
        assert not alone.has("signins.end_all"), "there is nobody else to sign out"

    run(story)


def test_a_session_that_was_ended_elsewhere_is_told_at_the_next_call():
    async def story() -> None:
        phone = Phone()
        await signed_in(phone, INSPECTOR)
        StaffServer(phone.server, INSPECTOR)
        await opened(phone)
        phone.server.on("GET", "/api/v1/notices", (401, {"code": "session.ended"}))
        phone.server.on("POST", TOKEN, (401, {"code": "session.ended"}))
        await phone.app.rounds.sync()
        assert phone.services.app_state.session_ended

    run(story)


def test_staff_find_their_account_under_me():
    async def story() -> None:
        phone = Phone()
        await signed_in(phone, INSPECTOR)
        StaffServer(phone.server, INSPECTOR)
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
