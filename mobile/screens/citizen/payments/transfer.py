"""A bank transfer: the VietQR large, what it says to type where it cannot be scanned, and the picture to keep."""

from collections.abc import Callable

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.i18n.names import money
from mobile.screens.citizen.payments.waiting import Waiting
from mobile.state.payments import Attempt, Transfer
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, heading, notice_box, text
from mobile.ui.components.buttons import icon_button, second_button
from mobile.ui.components.still_qr import StillQr
from mobile.ui.errors import action


def transfer_part(attempt: Attempt, transfer: Transfer, reference: str, on_over: Callable[[], None]) -> ft.Control:
    app = current_app()
    amount = money(transfer.amount)
    name = f"vietqr-{reference.replace('/', '-')}.png"
    save = action(app.paying.save_picture, transfer.text, name)
    lines: list[ft.Control] = [
        heading(t("pay.transfer"), Style.TITLE_LARGE),
        text(t("pay.transfer_how"), Style.BODY_LARGE),
        StillQr(transfer.text, t("pay.qr.spoken", amount=amount, bank=transfer.bank_name), amount),
        ft.Row(controls=[second_button("pay.save_qr", t("pay.save_qr"), save, icon=ft.Icons.DOWNLOAD, expand=True)]),
        Waiting(attempt, on_over),
        *[_copied(*row) for row in _rows(transfer)],
        notice_box(t("pay.purpose_exact"), ft.Icons.INFO_OUTLINE, app.look.neutral),
    ]
    stretch = ft.CrossAxisAlignment.STRETCH
    return card(ft.Column(spacing=theme.SPACE_M, horizontal_alignment=stretch, controls=lines))


def _rows(transfer: Transfer) -> list[tuple[str, str, str, str]]:
    """Name, label, what is shown, what is copied."""
    return [
        ("bank", t("pay.bank"), transfer.bank_name, transfer.bank_name),
        ("account", t("pay.account"), transfer.account, transfer.account),
        ("holder", t("pay.holder"), transfer.holder, transfer.holder),
        # A bank app takes the bare number.
        ("amount", t("pay.amount"), money(transfer.amount), str(transfer.amount)),
        ("purpose", t("pay.purpose"), transfer.purpose, transfer.purpose),
    ]


def _copied(name: str, label: str, shown: str, copied: str) -> ft.Control:
    app = current_app()

    async def copy() -> None:
        await ft.Clipboard().set(copied)
        app.say("pay.copied", what=label)

    value = ft.Text(shown, theme_style=Style.TITLE_MEDIUM, color=app.look.text, selectable=True)
    words = ft.Column(expand=True, spacing=0, tight=True, controls=[text(label, Style.BODY_SMALL, quiet=True), value])
    button = icon_button(f"pay.copy.{name}", ft.Icons.COPY, t("pay.copy", what=label), action(copy))
    return ft.Row(key=f"copied-{name}", spacing=theme.SPACE_S, controls=[words, button])
