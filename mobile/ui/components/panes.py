"""A list with one of its things beside it, where the window has room for both."""

import flet as ft

from mobile import theme
from mobile.ui.components.basics import Style, heading

LIST_AND_DETAIL = theme.LIST_WIDTH + theme.SPACE_XL + 620


def two_panes(left: list[ft.Control], right: list[ft.Control], title: str, actions: list[ft.Control]) -> ft.Control:
    """`title` and `actions` are those of the right one."""
    head = ft.Row(controls=[ft.Container(expand=True, content=heading(title, Style.HEADLINE_SMALL)), *actions])
    return ft.Row(
        spacing=theme.SPACE_XL,
        vertical_alignment=ft.CrossAxisAlignment.START,
        controls=[
            ft.Container(
                width=theme.LIST_WIDTH,
                padding=ft.Padding.only(top=theme.SPACE_L),
                content=_pane(left),
            ),
            ft.Container(
                expand=True,
                padding=ft.Padding.only(top=theme.SPACE_M),
                content=_pane([head, *right]),
            ),
        ],
    )


def _pane(controls: list[ft.Control]) -> ft.Control:
    """As wide as the pane, like a list on a phone."""
    stretch = ft.CrossAxisAlignment.STRETCH
    return ft.Column(spacing=theme.SPACE_M, horizontal_alignment=stretch, controls=controls)
