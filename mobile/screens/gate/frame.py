"""The look of the doors: one column in the middle, nothing else to decide."""

import flet as ft

from mobile import theme
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, glyph, has_large_text, text


def door(title: str, body: str, controls: list[ft.Control], *, icon: ft.IconData | None = None) -> ft.View:
    """A view with a title, a sentence and what to do."""
    look = current_app().look
    head: list[ft.Control] = []
    if icon is not None and not has_large_text():
        head.append(
            ft.Container(
                width=88,
                height=88,
                border_radius=28,
                bgcolor=look.primary_soft,
                alignment=ft.Alignment.CENTER,
                content=glyph(icon, size=46, color=look.primary),
            )
        )
    head += [
        ft.Semantics(header=True, content=text(title, Style.HEADLINE_MEDIUM, align=ft.TextAlign.CENTER)),
        text(body, Style.BODY_LARGE, quiet=True, align=ft.TextAlign.CENTER),
    ]
    column = ft.Column(
        tight=True,
        spacing=theme.SPACE_M,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        alignment=ft.MainAxisAlignment.CENTER,
        scroll=ft.ScrollMode.AUTO,
        controls=[*head, *controls],
    )
    return ft.View(
        route="/",
        padding=0,
        bgcolor=look.page,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        vertical_alignment=ft.MainAxisAlignment.CENTER,
        controls=[
            ft.SafeArea(
                # Bounded by the window: what is higher scrolls, what is not stands in the middle.
                expand=True,
                content=ft.Container(
                    alignment=ft.Alignment.CENTER,
                    content=ft.Container(width=theme.FORM_WIDTH, padding=theme.SPACE_L, content=column),
                ),
            )
        ],
    )
