"""Six digits with a pad of one's own: large keys, no keyboard that covers the question, nothing to autofill."""

from collections.abc import Awaitable, Callable
from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, glyph, has_large_text, text
from mobile.ui.errors import action, action_with, safely

LENGTH = 6
KEY = 76
ROWS = (("1", "2", "3"), ("4", "5", "6"), ("7", "8", "9"), ("", "0", "<"))


@safely
def PinPad(
    on_full: Callable[[str], Awaitable[None]], *, disabled: bool = False, message: str = "", spoken: str | None = None
) -> ft.Control:
    """Calls `on_full` with six digits and starts again empty; a keyboard's digits work as well.

    `spoken`: what a screen reader hears instead of `message`, for words that change too often to be read out.
    """
    digits, set_digits = ft.use_state("")
    held: Any = ft.use_ref("")

    async def press(key: str) -> None:
        if disabled:
            return
        # The ref, not the state of the last drawing: quick fingers press between two drawings.
        held.current = held.current[:-1] if key == "<" else (held.current + key)[:LENGTH]
        entered = held.current
        set_digits(lambda _: entered)
        if len(entered) == LENGTH:
            held.current = ""
            try:
                await on_full(entered)
            finally:
                set_digits(lambda _: "")

    _use_keyboard(press)
    return ft.Column(
        tight=True,
        spacing=theme.SPACE_M,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        controls=[
            _dots(len(digits), bool(message)),
            _message(message, spoken),
            *(
                ft.Row(
                    key=f"pad-{row[1]}",
                    alignment=ft.MainAxisAlignment.CENTER,
                    spacing=theme.SPACE_L,
                    controls=[_key(name, press, disabled=disabled) for name in row],
                )
                for row in ROWS
            ),
        ],
    )


def _use_keyboard(press: Callable[[str], Awaitable[None]]) -> None:
    """Digits and the backspace key of a keyboard do what the pad does."""
    latest: Any = ft.use_ref(None)
    latest.current = press

    async def typed(event: Any) -> None:
        key = str(event.key).removeprefix("Numpad ")
        if key == "Backspace":
            await latest.current("<")
        elif len(key) == 1 and key in "0123456789":
            await latest.current(key)

    def listen() -> None:
        ft.context.page.on_keyboard_event = action_with(typed)
        ft.context.page.update()

    def stop() -> None:
        ft.context.page.on_keyboard_event = None
        ft.context.page.update()

    ft.use_effect(listen, dependencies=[], cleanup=stop)


def _message(message: str, spoken: str | None) -> ft.Control:
    words: ft.Control = text(
        message, Style.BODY_MEDIUM, color=current_app().look.danger.strong, align=ft.TextAlign.CENTER
    )
    if spoken is not None:
        words = ft.Semantics(exclude_semantics=True, content=words)
    return ft.Semantics(
        identifier="pin.message",
        label=spoken,
        live_region=True,
        content=ft.Container(height=None if has_large_text() else 44, alignment=ft.Alignment.CENTER, content=words),
    )


def _dots(filled: int, is_wrong: bool) -> ft.Control:
    look = current_app().look
    color = look.danger.strong if is_wrong and not filled else look.primary
    return ft.Semantics(
        label=t("pin.entered", count=filled),
        content=ft.Row(
            alignment=ft.MainAxisAlignment.CENTER,
            spacing=18,
            controls=[
                ft.Container(
                    key=f"dot-{number}",
                    width=16,
                    height=16,
                    border_radius=8,
                    bgcolor=color if number < filled else None,
                    border=ft.Border.all(2, color),
                )
                for number in range(LENGTH)
            ],
        ),
    )


def _key(name: str, press: Callable[[str], Awaitable[None]], *, disabled: bool) -> ft.Control:
    look = current_app().look
    if not name:
        return ft.Container(width=KEY, height=KEY, key="pad-empty")
    content: ft.Control = (
        glyph(ft.Icons.BACKSPACE_OUTLINED, color=look.text, size=26)
        if name == "<"
        else text(name, Style.HEADLINE_MEDIUM)
    )
    return ft.Semantics(
        key=f"pad-key-{name}",
        identifier="pin.delete" if name == "<" else f"pin.{name}",
        button=True,
        label=t("pin.delete") if name == "<" else name,
        content=ft.Container(
            width=KEY,
            height=KEY,
            border_radius=KEY / 2,
            bgcolor=look.card,
            border=ft.Border.all(1, look.line),
            ink=True,
            alignment=ft.Alignment.CENTER,
            content=ft.Semantics(exclude_semantics=True, content=content),
            opacity=0.4 if disabled else 1,
            on_click=None if disabled else action(press, name),
        ),
    )
