"""The agency's way in: user name and password, and then the code where the account has one."""

from collections.abc import Awaitable, Callable
from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, t
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, text
from mobile.ui.components.buttons import primary_button, second_button
from mobile.ui.components.enrolment import OneField
from mobile.ui.components.text_field import text_field
from mobile.ui.errors import action, action_with, safely
from shared_models.errors import DomainError


@safely
def StaffForm(on_back: Callable[[], None]) -> ft.Control:
    """The answer stands below the fields; the code is asked for once the password was right."""
    app = current_app()
    # Refs, not states: drawing a field anew while somebody types into it can swallow a letter.
    name: Any = ft.use_ref("")
    password: Any = ft.use_ref("")
    error, set_error = ft.use_state("")
    busy, set_busy = ft.use_state(False)
    asks_code, set_asks_code = ft.use_state(False)

    async def submit() -> None:
        if busy:
            return
        if not name.current.strip() or not password.current:
            set_error(t("staff.missing"))
            return
        set_busy(True)
        try:
            await app.lifecycle.staff_door.sign_in(name.current, password.current)
        except DomainError as failure:
            if failure.code == "signin.otp_required":
                set_error("")
                set_asks_code(True)
                return
            set_error(error_text(failure.code))
            password.current = ""
        finally:
            set_busy(False)

    async def submit_code(code: str) -> None:
        await app.lifecycle.staff_door.sign_in(name.current, password.current, code)

    def leave_code() -> None:
        password.current = ""
        set_asks_code(False)

    if asks_code:
        return _code(submit_code, leave_code)
    return ft.AutofillGroup(
        content=ft.Column(
            spacing=theme.SPACE_M,
            controls=[
                _entry("username", name, submit),
                _entry("password", password, submit),
                ft.Semantics(
                    identifier="staff.error",
                    live_region=True,
                    content=text(error, Style.BODY_MEDIUM, color=app.look.danger.strong),
                ),
                ft.Row(
                    controls=[
                        primary_button("staff.submit", t("staff.submit"), action(submit), expand=True, busy=busy),
                    ]
                ),
                ft.Row(controls=[second_button("staff.back", t("nav.back"), action(on_back), expand=True)]),
            ],
        )
    )


def _code(submit: Callable[[str], Awaitable[None]], leave: Callable[[], None]) -> ft.Control:
    return ft.Column(
        key="staff-code",
        spacing=theme.SPACE_M,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[
            text(t("staff.otp_why"), Style.BODY_LARGE),
            OneField("staff.otp", t("staff.otp"), t("staff.submit"), submit, starts_here=True),
            text(t("staff.otp_lost"), Style.BODY_MEDIUM, quiet=True),
            ft.Row(controls=[second_button("staff.back", t("nav.back"), action(leave), expand=True)]),
        ],
    )


def _entry(name: str, held: Any, submit: Callable[[], Awaitable[None]]) -> ft.Control:
    """One field; what is typed goes into `held` and nothing is drawn anew."""
    is_secret = name == "password"
    entry = ft.TextField(
        label=t(f"staff.{name}"),
        value=held.current,
        password=is_secret,
        can_reveal_password=is_secret,
        autocorrect=False,
        enable_suggestions=False,
        autofill_hints=ft.AutofillHint.PASSWORD if is_secret else ft.AutofillHint.USERNAME,
        on_change=action_with(lambda event: setattr(held, "current", event.control.value)),
        on_submit=action(submit),
    )
    return text_field(f"staff.{name}", entry)
