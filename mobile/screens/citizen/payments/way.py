"""By which way: the list of those this city takes, and the one that was chosen when it is a gateway's own page."""

from collections.abc import Awaitable, Callable

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.i18n.names import word
from mobile.screens.citizen.payments.waiting import Waiting
from mobile.state.payments import Attempt, Way
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, glyph, heading, text
from mobile.ui.components.buttons import primary_button, tappable
from mobile.ui.errors import action, safely

Choose = Callable[[str], Awaitable[None]]
# Drawings of ours: the marks of companies are theirs.
ICONS = {
    "vnpay": ft.Icons.ACCOUNT_BALANCE_WALLET_OUTLINED,
    "momo": ft.Icons.PHONE_ANDROID,
    "payos": ft.Icons.CREDIT_CARD,
    "national": ft.Icons.ACCOUNT_BALANCE,
    "bank": ft.Icons.QR_CODE_2,
}


def way_name(key: str) -> str:
    """A way that this version does not know yet still has a name."""
    return word("pay.way", key, key)


def ways_list(ways: tuple[Way, ...], starting: str | None, choose: Choose) -> list[ft.Control]:
    return [heading(t("pay.ways"), Style.TITLE_LARGE), *[_way(way, starting, choose) for way in ways]]


def _way(way: Way, starting: str | None, choose: Choose) -> ft.Control:
    look = current_app().look
    name, line = way_name(way.key), word("pay.line", way.key)
    if starting == way.key:
        line = t("pay.starting")
        end: ft.Control = ft.ProgressRing(width=22, height=22, stroke_width=3, color=look.primary)
    else:
        end = glyph(ft.Icons.CHEVRON_RIGHT, color=look.text_quiet)
    words: list[ft.Control] = [text(name, Style.TITLE_MEDIUM)]
    if line:
        words.append(text(line, Style.BODY_MEDIUM, quiet=True))
    content = card(
        ft.Row(
            spacing=theme.SPACE_M,
            controls=[
                glyph(ICONS.get(way.key, ft.Icons.PAYMENTS_OUTLINED), size=28, color=look.primary),
                ft.Column(expand=True, spacing=2, tight=True, controls=words),
                end,
            ],
        )
    )
    return ft.Container(
        key=f"way-{way.key}",
        content=tappable(f"way.{way.key}", content, action(choose, way.key), label=f"{name}. {line}"),
    )


@safely
def PagePart(attempt: Attempt, on_over: Callable[[], None]) -> ft.Control:
    """The gateway's page opens beside the app, by a tap of its own: browsers open no window without one."""
    app = current_app()
    was_opened, set_opened = ft.use_state(False)

    async def open_page() -> None:
        await app.paying.open_page(attempt)
        set_opened(lambda _: True)

    name = way_name(attempt.gateway)
    label = t("pay.open_again" if was_opened else "pay.open")
    button = primary_button("pay.open", label, action(open_page), icon=ft.Icons.OPEN_IN_NEW, expand=True)
    return card(
        ft.Column(
            spacing=theme.SPACE_M,
            controls=[
                heading(t("pay.by", way=name), Style.TITLE_LARGE),
                text(t("pay.page_how"), Style.BODY_LARGE),
                ft.Row(controls=[button]),
                Waiting(attempt, on_over),
            ],
        )
    )
