"""The sessions of an account: others are ended from here, and this one learns that it was ended elsewhere."""

from shared_models.clock import to_wire
from tests.support.phone import NOW
from tests.support.phone_screens import opened, run
from tests.support.phone_staff import TOKEN, signed_in_staff

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
        phone = await signed_in_staff()
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
        phone = await signed_in_staff()
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
        phone = await signed_in_staff()
        await opened(phone)
        phone.server.on("GET", "/api/v1/notices", (401, {"code": "session.ended"}))
        phone.server.on("POST", TOKEN, (401, {"code": "session.ended"}))
        await phone.app.rounds.sync()
        assert phone.services.app_state.session_ended

    run(story)
