"""Mã xác thực: whether staff sign in with a code as well, turning it on, and new recovery codes."""

import flet as ft

from mobile.i18n.catalogue import error_text, t
from mobile.services.second_step import SecondStepState
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, empty, glyph, heading, notice_box, text
from mobile.ui.components.buttons import Handler, primary_button, second_button
from mobile.ui.components.enrolment import Enrolment, OneField, RecoveryCodes
from mobile.ui.components.frame import Frame, framed
from mobile.ui.errors import action, safely, screen
from mobile.ui.hooks import Failed, Loading, use_async, use_observed

FEW_CODES = 3


@screen
def SecondStepView() -> ft.View:
    """`/me/totp`."""
    app = current_app()
    use_observed(app.services.app_state)
    tries, set_tries = ft.use_state(0)
    is_enrolling, set_enrolling = ft.use_state(False)
    answer = use_async(app.services.second_step.state, [tries])

    async def done() -> None:
        set_enrolling(False)
        set_tries(lambda count: count + 1)
        app.say("totp.now_on")

    if is_enrolling:
        body: list[ft.Control] = [Enrolment(done)]
    elif isinstance(answer, Loading):
        body = [text(t("totp.preparing"), quiet=True)]
    elif isinstance(answer, Failed):
        again = second_button("totp.retry", t("retry"), action(set_tries, tries + 1))
        body = [empty(ft.Icons.CLOUD_OFF, t("totp.unavailable"), error_text(answer.code), again)]
    elif answer.value.is_on:
        body = [_is_on(answer.value), NewCodes(action(set_tries, tries + 1))]
    else:
        turn_on = primary_button("totp.begin", t("totp.begin"), action(set_enrolling, True), icon=ft.Icons.KEY)
        body = [empty(ft.Icons.PHONELINK_LOCK, t("totp.title"), t("totp.why"), turn_on)]
    return framed(Frame(route="/me/totp", title=t("me.totp"), back="/me", body=body))


def _is_on(state: SecondStepState) -> ft.Control:
    look = current_app().look
    left = t("totp.codes_left", count=state.recovery_codes_left)
    shown: ft.Control = text(left, Style.BODY_MEDIUM, quiet=True)
    if state.recovery_codes_left <= FEW_CODES:
        shown = notice_box(left, ft.Icons.WARNING_AMBER, look.warning)
    return ft.Column(
        spacing=12,
        controls=[
            ft.Row(
                spacing=12,
                controls=[
                    glyph(ft.Icons.VERIFIED_USER, color=look.valid.strong, size=28),
                    ft.Container(expand=True, content=text(t("totp.is_on"), Style.TITLE_MEDIUM)),
                ],
            ),
            shown,
        ],
    )


@safely
def NewCodes(on_done: Handler) -> ft.Control:
    """New recovery codes, once the user has shown a code of the app."""
    app = current_app()
    none: list[str] = []
    codes, set_codes = ft.use_state(none)

    async def renew(code: str) -> None:
        found = await app.services.second_step.renew_recovery_codes(code)
        set_codes(lambda _: found)

    async def done() -> None:
        set_codes(lambda _: none)
        await on_done()

    if codes:
        return RecoveryCodes(codes, done)
    return ft.Column(
        spacing=12,
        controls=[
            heading(t("totp.new_codes"), Style.TITLE_MEDIUM),
            text(t("totp.new_codes_body"), Style.BODY_MEDIUM, quiet=True),
            OneField("totp.renew", t("staff.otp"), t("totp.new_codes_yes"), renew),
        ],
    )
