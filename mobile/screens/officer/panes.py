"""List and dossier beside each other, each scrolling by itself."""

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import empty

LIST = 376


def list_and_dossier(left: ft.Control, right: ft.Control | None) -> ft.Control:
    """`left` and `right` fill the height they are given; without a `right` one is told what would stand there."""
    look = current_app().look
    nothing = empty(ft.Icons.MENU_OPEN, t("desk.none_open"), t("desk.none_open_body"))
    return ft.Row(
        expand=True,
        spacing=0,
        vertical_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[
            ft.Container(width=LIST, border=ft.Border.only(right=ft.BorderSide(1, look.line)), content=left),
            ft.Container(expand=True, padding=ft.Padding.only(left=theme.SPACE_M), content=right or nothing),
        ],
    )


def use_room(dossier_id: str) -> None:
    """For a dossier's own page: where there is room, the dossier stands beside the list instead."""
    app = current_app()
    has_room = app.desk.has_room

    async def move() -> None:
        if has_room and ft.context.page.route == f"/dossiers/{dossier_id}":
            app.desk.select(dossier_id)
            app.go("/")

    ft.use_effect(move, dependencies=[has_room, dossier_id], cleanup=lambda: None)
