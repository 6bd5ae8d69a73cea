"""Tài liệu: the verification sheet with the paper QR, and the signed result as the agency made it."""

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, glyph, text
from mobile.ui.components.buttons import Handler, primary_button
from mobile.ui.components.frame import Frame, framed
from mobile.ui.errors import action, screen
from mobile.ui.hooks import use_observed

PAPERS = (("sheet", ft.Icons.QR_CODE_2), ("document", ft.Icons.VERIFIED_OUTLINED))


@screen
def DocumentsView() -> ft.View:
    """`/licences/<id>/documents`."""
    app = current_app()
    use_observed(app.services.app_state)
    licence_id = ft.use_route_params().get("licence_id", "")
    busy, set_busy = ft.use_state("")

    async def fetch(name: str) -> None:
        set_busy(name)
        try:
            await download(licence_id, name)
        finally:
            set_busy("")

    body = [_paper(name, icon, action(fetch, name), busy=busy == name) for name, icon in PAPERS]
    frame = Frame(
        route=ft.use_view_path() or "/",
        title=t("documents.title"),
        back=f"/licences/{licence_id}",
        body=body,
    )
    return framed(frame)


async def download(licence_id: str, name: str) -> None:
    """Fetch a PDF with the owner's proof and let the page save it."""
    app = current_app()
    content = await app.services.wallet.document(licence_id, f"{name}.pdf")
    licence = app.services.wallet_state.find(licence_id)
    number = licence.number.replace("/", "-") if licence else licence_id
    await app.services.web.save_file(content, f"{t(f'documents.{name}.file')}-{number}.pdf")


def _paper(name: str, icon: ft.IconData, on_click: Handler, *, busy: bool) -> ft.Control:
    label = t("documents.busy") if busy else t("documents.save")
    return ft.Container(
        key=f"paper-{name}",
        content=card(
            ft.Column(
                spacing=theme.SPACE_M,
                controls=[
                    ft.Row(
                        spacing=theme.SPACE_M,
                        vertical_alignment=ft.CrossAxisAlignment.START,
                        controls=[
                            glyph(icon, size=32, color=current_app().look.primary),
                            ft.Column(
                                expand=True,
                                spacing=4,
                                controls=[
                                    text(t(f"documents.{name}.title"), Style.TITLE_MEDIUM),
                                    text(t(f"documents.{name}.body"), Style.BODY_MEDIUM, quiet=True),
                                ],
                            ),
                        ],
                    ),
                    ft.Row(
                        controls=[
                            primary_button(
                                f"documents.{name}",
                                label,
                                on_click,
                                icon=ft.Icons.DOWNLOAD,
                                expand=True,
                                busy=busy,
                            )
                        ]
                    ),
                ],
            )
        ),
    )
