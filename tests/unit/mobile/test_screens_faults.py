"""A screen or a button that fails says so, and the rest of the app lives on."""

from typing import Any

import flet as ft
import pytest

from mobile.ui import errors
from shared_models.errors import DomainError
from tests.support.flet_harness import Screen
from tests.support.phone_data import Phone
from tests.support.phone_inspector import a_desk
from tests.support.phone_screens import run


def test_a_broken_screen_says_sorry_and_the_rest_of_the_app_lives_on(caplog: pytest.LogCaptureFixture):
    async def story() -> None:
        switch: dict[str, Any] = {}

        @errors.safely
        def fragile() -> ft.Control:
            broken, set_broken = ft.use_state(False)
            switch["set"] = set_broken
            if broken:
                raise ValueError("a bug")
            return ft.Text("fine")

        @ft.component
        def whole() -> list[ft.View]:
            return [ft.View(controls=[fragile()])]

        Phone()
        screen = Screen()
        screen.draw(lambda page: page.render_views(whole))
        await screen.settle()
        assert screen.shows("fine")
        switch["set"](True)
        await screen.settle()
        assert screen.shows("Màn hình này gặp lỗi")
        switch["set"](False)
        await screen.settle()
        assert screen.shows("fine"), "the scheduler still lives"

    run(story)
    assert "a bug" in caplog.text


def test_a_handler_that_fails_is_told_and_does_not_end_the_session(caplog: pytest.LogCaptureFixture):
    async def story() -> None:
        phone, screen = await a_desk()
        phone.web.answers["scanner.open"] = DomainError("scanner.missing")
        await screen.click("scan.start")
        assert screen.shows("scanner.missing")

        async def broken() -> None:
            raise ValueError("a bug")

        await errors.action(broken)()
        assert phone.services.app_state.message is not None
        assert not any("SESSION_CRASHED" in str(message.action) for message in screen.connection.sent)

    run(story)
    assert "a bug" in caplog.text


def test_an_answer_for_a_control_that_is_gone_does_not_end_the_app():
    async def story() -> None:
        _, screen = await a_desk()
        screen.session.handle_invoke_method_results(987_654, "call", None, None)
        await screen.settle()
        assert screen.has("tab.me")

    run(story)
