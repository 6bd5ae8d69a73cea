"""Rows of a settings page: a title, what it is now, and one way to change it."""

from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.services.settings import LANGUAGES, TEXT_SIZES, THEMES
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, glyph, has_large_text, heading, text
from mobile.ui.components.buttons import Handler, tappable
from mobile.ui.errors import action_with


def section(title: str, rows: list[ft.Control]) -> ft.Control:
    """A group of rows in one card."""
    look = current_app().look
    lines: list[ft.Control] = []
    for number, row in enumerate(rows):
        if number:
            lines.append(ft.Divider(key=f"line-{number}", height=1, thickness=1, color=look.line))
        lines.append(row)
    return ft.Column(
        spacing=theme.SPACE_S,
        controls=[heading(title, Style.TITLE_MEDIUM), card(ft.Column(spacing=0, controls=lines), padding=0)],
    )


def row(
    identifier: str, icon: ft.IconData, title: str, value: str, on_click: Handler, *, danger: bool = False
) -> ft.Control:
    """A row that leads somewhere."""
    look = current_app().look
    color = look.danger.strong if danger else look.text
    words: list[ft.Control] = [text(title, Style.BODY_LARGE, color=color)]
    if value:
        words.append(text(value, Style.BODY_MEDIUM, quiet=True))
    content = ft.Container(
        padding=ft.Padding.symmetric(vertical=14, horizontal=theme.SPACE_M),
        content=ft.Row(
            spacing=14,
            controls=[
                glyph(icon, color=color if danger else look.text_quiet),
                ft.Column(expand=True, spacing=2, tight=True, controls=words),
                glyph(ft.Icons.CHEVRON_RIGHT, color=look.text_quiet),
            ],
        ),
    )
    label = f"{title}. {value}" if value else title
    return ft.Container(key=identifier, content=tappable(identifier, content, on_click, label=label))


def choice(identifier: str, icon: ft.IconData, title: str, options: list[tuple[str, str]], chosen: str) -> ft.Control:
    """A row with its options in place; `identifier` is also the name of the setting."""
    app = current_app()

    async def changed(event: Any) -> None:
        value = event.control.selected[0]
        await app.choices.change_settings({identifier: int(value) if identifier == "text_size" else value})

    buttons = ft.SegmentedButton(
        segments=[ft.Segment(value=value, label=ft.Text(label, no_wrap=True)) for value, label in options],
        selected=[chosen],
        show_selected_icon=False,
        style=ft.ButtonStyle(
            shape=ft.RoundedRectangleBorder(radius=theme.RADIUS_FIELD),
            padding=ft.Padding.symmetric(vertical=12, horizontal=theme.SPACE_M),
        ),
        direction=ft.Axis.VERTICAL if has_large_text() else ft.Axis.HORIZONTAL,
        on_change=action_with(changed),
    )
    return ft.Container(
        key=identifier,
        padding=ft.Padding.symmetric(vertical=14, horizontal=theme.SPACE_M),
        content=ft.Column(
            spacing=10,
            controls=[
                ft.Row(
                    spacing=14,
                    controls=[
                        glyph(icon, color=app.look.text_quiet),
                        ft.Container(expand=True, content=text(title, Style.BODY_LARGE)),
                    ],
                ),
                ft.Semantics(identifier=f"settings.{identifier}", container=True, content=buttons),
            ],
        ),
    )


def looks_section() -> ft.Control:
    """Language, text size and dark mode."""
    settings = current_app().services.app_state.settings
    return section(
        t("me.looks"),
        [
            choice(
                "lang",
                ft.Icons.TRANSLATE,
                t("me.language"),
                [(lang, t(f"me.language.{lang}")) for lang in LANGUAGES],
                settings.lang,
            ),
            choice(
                "text_size",
                ft.Icons.FORMAT_SIZE,
                t("me.text_size"),
                [(str(size), t("me.percent", size=size)) for size in TEXT_SIZES],
                str(settings.text_size),
            ),
            choice(
                "theme",
                ft.Icons.DARK_MODE_OUTLINED,
                t("me.theme"),
                [(mode, t(f"me.theme.{mode}")) for mode in THEMES],
                settings.theme,
            ),
        ],
    )
