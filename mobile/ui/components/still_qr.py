"""A QR that stands still: a payment code, large, white in dark mode too; the screen stays on while it is shown."""

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, t
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style
from mobile.ui.components.qr_panel import PANEL_PADDING, use_awake
from mobile.ui.errors import safely
from mobile.ui.hooks import Failed, Loaded, use_async

SMALLEST, LARGEST = 240, 360


@safely
def StillQr(text: str, spoken: str, caption: str) -> ft.Control:
    """`spoken` is what a screen reader says of it; `caption` stands below in large type."""
    app = current_app()

    async def draw() -> bytes:
        return await app.paying.picture(text)

    image = use_async(draw, [text])
    use_awake()
    look = app.look
    width = app.services.app_state.width
    size = int(max(SMALLEST, min(LARGEST, width - 4 * theme.SPACE_M - 2 * PANEL_PADDING)))
    shown: ft.Control
    if isinstance(image, Loaded):
        shown = ft.Image(
            src=image.value,
            width=size,
            height=size,
            gapless_playback=True,
            filter_quality=ft.FilterQuality.MEDIUM,
            semantics_label=spoken,
        )
    elif isinstance(image, Failed):
        shown = ft.Text(error_text(image.code), color=look.qr_text, text_align=ft.TextAlign.CENTER)
    else:
        shown = ft.ProgressRing(color=look.qr_ring, semantics_label=t("pay.qr.drawing"))
    square = ft.Container(width=size, height=size, alignment=ft.Alignment.CENTER, content=shown)
    words = ft.Text(caption, theme_style=Style.TITLE_LARGE, color=look.qr_text, text_align=ft.TextAlign.CENTER)
    return ft.Container(
        bgcolor=look.qr_paper,
        border=ft.Border.all(1, look.line),
        border_radius=20,
        padding=ft.Padding(left=PANEL_PADDING, top=PANEL_PADDING, right=PANEL_PADDING, bottom=theme.SPACE_M),
        content=ft.Column(
            spacing=theme.SPACE_S,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
            controls=[ft.Semantics(identifier="pay.qr", container=True, content=square), words],
        ),
    )
