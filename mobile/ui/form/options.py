"""Choosing among few things, each a row as wide as the screen: for thumbs, keyboards and screen readers alike."""

import flet as ft

from mobile import theme
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, glyph, text
from mobile.ui.components.buttons import Handler, tappable


def option(identifier: str, label: str, on_click: Handler, *, is_chosen: bool, many: bool = False) -> ft.Control:
    """One option; `many`: several may be chosen."""
    look = current_app().look
    icons = (ft.Icons.CHECK_BOX, ft.Icons.CHECK_BOX_OUTLINE_BLANK) if many else RADIO
    content = ft.Container(
        padding=ft.Padding.symmetric(vertical=12, horizontal=theme.SPACE_M),
        bgcolor=look.primary_soft if is_chosen else look.card,
        border=ft.Border.all(2 if is_chosen else 1, look.primary if is_chosen else look.line),
        border_radius=theme.RADIUS_CARD,  # that of what is tapped, or its corners are cut
        content=ft.Row(
            spacing=12,
            controls=[
                glyph(icons[0] if is_chosen else icons[1], color=look.primary if is_chosen else look.text_quiet),
                ft.Container(
                    expand=True,
                    content=text(label, Style.BODY_LARGE, color=look.on_primary_soft if is_chosen else look.text),
                ),
            ],
        ),
    )
    return ft.Container(
        key=identifier,
        content=tappable(identifier, content, on_click, label=label, selected=is_chosen),
    )


RADIO = (ft.Icons.RADIO_BUTTON_CHECKED, ft.Icons.RADIO_BUTTON_UNCHECKED)


def options(rows: list[ft.Control]) -> ft.Control:
    return ft.Column(spacing=theme.SPACE_S, horizontal_alignment=ft.CrossAxisAlignment.STRETCH, controls=rows)
