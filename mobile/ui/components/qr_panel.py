"""The living QR: signed anew every 15 s by the phone's own key, with a ring that shows how long it still stands."""

from collections.abc import Awaitable, Callable

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, t
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, has_large_text
from mobile.ui.errors import safely
from shared_models.errors import DomainError

SIGN_EVERY_S = 15
# Drawn larger than shown and scaled down without smoothing losses on dense phone screens.
PIXELS = 1080
PANEL_PADDING = 8


@safely
def LiveQr(credential: str, size: int) -> ft.Control:
    """A white square with the code; when signing fails it says so instead of showing an old code."""
    app = current_app()
    nothing: bytes | None = None
    image, set_image = ft.use_state(nothing)
    failure, set_failure = ft.use_state("")
    left, set_left = ft.use_state(SIGN_EVERY_S)

    async def run() -> None:
        web = app.services.web
        try:
            while True:
                set_image(await web.qr_png(await web.present(credential), PIXELS))
                for second in range(SIGN_EVERY_S):
                    set_left(SIGN_EVERY_S - second)
                    await app.services.sleep(1)
        except DomainError as error:
            set_failure(error.code)

    ft.use_effect(run, dependencies=[credential], cleanup=lambda: None)
    use_awake()
    look = app.look
    picture = _picture(image, failure, size)
    return ft.Container(
        bgcolor=look.qr_paper,
        border=ft.Border.all(1, look.line),
        border_radius=20,
        padding=ft.Padding(left=PANEL_PADDING, top=PANEL_PADDING, right=PANEL_PADDING, bottom=18),
        content=ft.Column(
            spacing=theme.SPACE_M,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
            controls=[
                ft.Semantics(
                    identifier="qr.live",
                    container=True,
                    content=ft.Container(width=size, height=size, alignment=ft.Alignment.CENTER, content=picture),
                ),
                _hint(left),
            ],
        ),
    )


def _picture(image: bytes | None, failure: str, size: int) -> ft.Control:
    """The code, or why there is none (yet)."""
    look = current_app().look
    if failure:
        return ft.Text(error_text(failure), color=look.qr_text, text_align=ft.TextAlign.CENTER)
    if image is None:
        return ft.ProgressRing(color=look.qr_ring, semantics_label=t("qr.signing"))
    return ft.Image(
        src=image,
        width=size,
        height=size,
        gapless_playback=True,
        filter_quality=ft.FilterQuality.MEDIUM,
        semantics_label=t("qr.spoken"),
    )


def _hint(left: int) -> ft.Control:
    look = current_app().look
    return ft.Row(
        alignment=ft.MainAxisAlignment.CENTER,
        spacing=14,
        controls=[
            ft.ProgressRing(
                value=left / SIGN_EVERY_S,
                width=38,
                height=38,
                stroke_width=5,
                color=look.qr_ring,
                bgcolor=look.qr_track,
                stroke_cap=ft.StrokeCap.ROUND,
                semantics_label=t("qr.countdown"),
                semantics_value=left,
            ),
            ft.Column(
                expand=has_large_text(),
                tight=True,
                spacing=0,
                controls=[
                    ft.Text(t("qr.hint"), theme_style=Style.TITLE_MEDIUM, color=look.qr_text),
                    ft.Text(t("qr.changes"), theme_style=Style.BODY_MEDIUM, color=look.qr_quiet),
                ],
            ),
        ],
    )


def use_awake() -> None:
    """Keep the screen on while a code is shown; a browser that cannot is no reason to show none."""
    call = current_app().services.web.call
    ft.use_effect(_quietly(call, True), dependencies=[], cleanup=_quietly(call, False))


def _quietly(call: Callable[..., Awaitable[object]], is_on: bool) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        try:
            await call("wakelock.set", {"on": is_on})
        except DomainError:
            return

    return run
