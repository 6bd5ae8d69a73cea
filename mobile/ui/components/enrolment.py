"""Turning on sign-in codes: the secret as QR and text, the first code, and the recovery codes to keep."""

from collections.abc import Awaitable, Callable
from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, t
from mobile.services.second_step import Secret
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, glyph, has_large_text, notice_box, text
from mobile.ui.components.buttons import link_button, primary_button, second_button, tappable
from mobile.ui.components.text_field import text_field
from mobile.ui.errors import action, action_with, safely
from shared_models.errors import DomainError

QR_SIZE = 208
GROUP = 4
Done = Callable[[], Awaitable[None]]
Submit = Callable[[str], Awaitable[None]]


@safely
def Enrolment(on_done: Done) -> ft.Control:
    """All of it, from the secret to the codes that were put away."""
    app = current_app()
    nothing: Secret | None = None
    none: list[str] = []
    secret, set_secret = ft.use_state(nothing)
    codes, set_codes = ft.use_state(none)
    failure, set_failure = ft.use_state("")

    async def begin(password: str | None = None) -> None:
        try:
            found = await app.services.second_step.begin(password)
        except DomainError as error:
            set_failure(error.code)
            if password is not None:
                raise
        else:
            set_failure("")
            set_secret(lambda _: found)

    async def confirm(code: str) -> None:
        found = await app.services.second_step.confirm(code)
        set_codes(lambda _: found)

    ft.use_effect(begin, dependencies=[], cleanup=lambda: None)
    if codes:
        return RecoveryCodes(codes, on_done)
    if secret is not None:
        return _secret(secret, confirm)
    if failure in {"totp.password_required", "signin.wrong_password"}:
        return _password(begin)
    if failure:
        again = second_button("totp.again", t("retry"), action(begin))
        return _stack([text(error_text(failure), Style.BODY_LARGE), again])
    return text(t("totp.preparing"), quiet=True)


def _password(begin: Submit) -> ft.Control:
    return _stack(
        [
            text(t("totp.password_why"), Style.BODY_MEDIUM, quiet=True),
            OneField("totp.password", t("staff.password"), t("totp.next"), begin, is_secret=True),
        ]
    )


def _secret(secret: Secret, confirm: Submit) -> ft.Control:
    app = current_app()
    grouped = " ".join(secret.text[at : at + GROUP] for at in range(0, len(secret.text), GROUP))

    async def copy() -> None:
        await ft.Clipboard().set(secret.text)
        app.say("totp.copied")

    qr = ft.Container(
        bgcolor=app.look.qr_paper,
        border=ft.Border.all(1, app.look.line),
        border_radius=theme.RADIUS_CARD,
        padding=theme.SPACE_S,
        content=ft.Image(
            src=secret.qr,
            width=QR_SIZE,
            height=QR_SIZE,
            filter_quality=ft.FilterQuality.MEDIUM,
            semantics_label=t("totp.qr_spoken"),
        ),
    )
    by_hand = ft.Text(grouped, theme_style=Style.TITLE_MEDIUM, selectable=True, text_align=ft.TextAlign.CENTER)
    by_hand.color = app.look.text
    return _stack(
        [
            text(t("totp.step_app"), Style.BODY_LARGE),
            ft.Row(alignment=ft.MainAxisAlignment.CENTER, controls=[qr]),
            text(t("totp.by_hand"), Style.BODY_MEDIUM, quiet=True),
            card(
                ft.Semantics(
                    identifier="totp.secret",
                    container=True,
                    content=ft.Row(
                        alignment=ft.MainAxisAlignment.CENTER,
                        controls=[ft.Container(expand=True, content=by_hand)],
                    ),
                )
            ),
            ft.Row(
                alignment=ft.MainAxisAlignment.CENTER,
                controls=[link_button("totp.copy", t("totp.copy"), action(copy), icon=ft.Icons.COPY)],
            ),
            text(t("totp.step_code"), Style.BODY_LARGE),
            OneField("totp.code", t("staff.otp"), t("totp.confirm"), confirm),
        ]
    )


@safely
def RecoveryCodes(codes: list[str], on_done: Done) -> ft.Control:
    """Shown once: nothing goes on before the user says that they are put away."""
    app = current_app()
    kept, set_kept = ft.use_state(False)
    half = (len(codes) + 1) // 2
    columns = [codes] if has_large_text() else [codes[:half], codes[half:]]
    listed = ft.Row(
        vertical_alignment=ft.CrossAxisAlignment.START,
        controls=[
            ft.Column(
                key=f"codes-{number}",
                expand=1,
                spacing=theme.SPACE_S,
                horizontal_alignment=ft.CrossAxisAlignment.CENTER,
                controls=[_code(code) for code in column],
            )
            for number, column in enumerate(columns)
        ],
    )
    save = action(app.services.second_step.save_file, t("totp.file_title"), codes)
    box = ft.Icons.CHECK_BOX if kept else ft.Icons.CHECK_BOX_OUTLINE_BLANK
    # A row of its own, because a checkbox cuts off a label that is longer than its line.
    tick = ft.Row(
        spacing=theme.SPACE_S,
        controls=[
            glyph(box, color=app.look.primary if kept else app.look.text_quiet),
            ft.Container(expand=True, content=text(t("totp.kept"), Style.BODY_LARGE)),
        ],
    )
    toggle = action(set_kept, not kept)
    done = action(on_done) if kept else None
    return _stack(
        [
            notice_box(t("totp.codes_once"), ft.Icons.KEY, app.look.warning),
            card(ft.Semantics(identifier="totp.codes", container=True, content=listed)),
            ft.Row(controls=[second_button("totp.save", t("totp.save"), save, icon=ft.Icons.DOWNLOAD, expand=True)]),
            tappable(
                "totp.kept",
                ft.Container(padding=theme.SPACE_S, content=tick),
                toggle,
                label=t("totp.kept"),
                selected=kept,
            ),
            ft.Row(controls=[primary_button("totp.done", t("totp.done"), done, expand=True)]),
        ]
    )


def _code(code: str) -> ft.Control:
    shown = ft.Text(code, theme_style=Style.TITLE_MEDIUM, selectable=True, color=current_app().look.text)
    return ft.Container(key=code, content=shown)


@safely
def OneField(
    name: str, label: str, button: str, submit: Submit, *, is_secret: bool = False, starts_here: bool = False
) -> ft.Control:
    """One thing to type and one button; what was wrong stands below and the field starts anew.

    `starts_here`: the field takes the keyboard as soon as it is shown.
    """
    app = current_app()
    held: Any = ft.use_ref("")
    error, set_error = ft.use_state("")
    busy, set_busy = ft.use_state(False)
    turn, set_turn = ft.use_state(0)

    async def send() -> None:
        if busy or not held.current.strip():
            return
        set_busy(True)
        set_error("")
        try:
            await submit(held.current)
        except DomainError as failure:
            set_error(error_text(failure.code))
            held.current = ""
            set_turn(lambda count: count + 1)
        finally:
            set_busy(False)

    entry = ft.TextField(
        key=f"{name}-{turn}",
        label=label,
        value=held.current,
        password=is_secret,
        can_reveal_password=is_secret,
        autocorrect=False,
        enable_suggestions=False,
        autofocus=starts_here or turn > 0,
        keyboard_type=ft.KeyboardType.TEXT,
        autofill_hints=ft.AutofillHint.PASSWORD if is_secret else ft.AutofillHint.ONE_TIME_CODE,
        on_change=action_with(lambda event: setattr(held, "current", event.control.value)),
        on_submit=action(send),
    )
    wrong = text(error, Style.BODY_MEDIUM, color=app.look.danger.strong) if error else ft.Container()
    return _stack(
        [
            ft.Column(
                spacing=theme.SPACE_S if error else 0,
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                controls=[
                    text_field(name, entry),
                    ft.Semantics(identifier=f"{name}.error", live_region=True, content=wrong),
                ],
            ),
            ft.Row(controls=[primary_button(f"{name}.submit", button, action(send), expand=True, busy=busy)]),
        ]
    )


def _stack(controls: list[ft.Control]) -> ft.Control:
    return ft.Column(spacing=theme.SPACE_M, horizontal_alignment=ft.CrossAxisAlignment.STRETCH, controls=controls)
