"""The keys of the desk, and the sheet that lists what can be pressed now."""

from collections.abc import Callable

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, glyph, text
from mobile.ui.errors import action
from mobile.ui.keyboard import Key
from mobile.ui.keys import use_still_keys

ARROWS = {"ArrowDown": ft.Icons.ARROW_DOWNWARD, "ArrowUp": ft.Icons.ARROW_UPWARD}
MOST, TO = 2, "–"
NAMES = {"Enter": "Enter", "Escape": "Esc"}


def use_key_help() -> Callable[[], None]:
    """Return what opens the sheet."""
    is_open, set_open = ft.use_state(False)

    async def close() -> None:
        set_open(lambda _: False)

    ft.use_dialog(_sheet(current_app().keyboard.lines(), action(close)) if is_open else None)
    use_still_keys(is_open)
    return lambda: set_open(lambda _: True)


def _sheet(lines: list[Key], close: Callable[..., object]) -> ft.AlertDialog:
    look = current_app().look
    rows: list[ft.Control] = [_row(word, names) for word, names in by_word(lines).items()]
    return ft.AlertDialog(
        bgcolor=look.card,
        title=text(t("keys.title"), Style.TITLE_LARGE),
        scrollable=True,
        content=ft.Container(
            width=420,
            content=ft.Column(
                tight=True,
                spacing=theme.SPACE_S,
                controls=[*rows, text(t("keys.note"), Style.BODY_SMALL, quiet=True)],
            ),
        ),
        on_dismiss=close,
        actions=[
            ft.Semantics(
                identifier="keys.close", content=ft.TextButton(content=t("keys.close"), on_click=close, height=48)
            )
        ],
    )


def by_word(lines: list[Key]) -> dict[str, list[str]]:
    """Keys that do the same in other places stand in one line; of many the first and the last."""
    found: dict[str, list[str]] = {}
    for key in lines:
        found.setdefault(key.word, []).extend(key.names)
    return {word: [names[0], TO, names[-1]] if len(names) > MOST else names for word, names in found.items()}


def _row(word: str, names: list[str]) -> ft.Control:
    caps = [_cap(name) for name in names]
    return ft.Row(
        key=f"key-{names[0]}",
        spacing=theme.SPACE_M,
        controls=[
            ft.Container(width=96, content=ft.Row(spacing=6, controls=caps)),
            ft.Container(expand=True, content=text(t(word), Style.BODY_LARGE)),
        ],
    )


def _cap(name: str) -> ft.Control:
    look = current_app().look
    if name == TO:
        return text(TO, Style.LABEL_LARGE, quiet=True)
    return ft.Container(
        padding=ft.Padding.symmetric(vertical=2, horizontal=8),
        border=ft.Border.all(1, look.line),
        border_radius=6,
        bgcolor=look.page,
        content=glyph(ARROWS[name], size=18)
        if name in ARROWS
        else text(NAMES.get(name, name.upper()), Style.LABEL_LARGE),
    )
