"""Where Python starts in the browser."""

import flet as ft


def main(page: ft.Page) -> None:
    page.add(ft.Text("Công Dân Đà Nẵng"), ft.Icon(ft.Icons.CHECK_CIRCLE))


ft.run(main)
