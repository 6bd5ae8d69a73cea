"""Nhận tiền bằng mã QR: a VietQR for a market stall, made on the phone with no network at all."""

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, t
from mobile.i18n.names import money
from mobile.screens.citizen.payments.stall_form import StallForm, change_link
from mobile.state.payments import Stall
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, notice_box, text
from mobile.ui.components.frame import Frame, framed
from mobile.ui.components.still_qr import StillQr
from mobile.ui.components.text_field import text_field
from mobile.ui.errors import action_with, safely, screen
from mobile.ui.hooks import use_observed
from shared_models.errors import DomainError
from shared_models.money import vnd_text
from shared_models.payment.banks import BANKS
from shared_models.payment.vietqr import VietQr, vietqr_text

MOST_DIGITS = 13
WITH, WITHOUT = "with", "without"


@screen
def MerchantView() -> ft.View:
    """`/me/merchant`."""
    app = current_app()
    use_observed(app.services.app_state)
    stall = use_observed(app.services.payments_state).stall
    is_changing, set_changing = ft.use_state(False)
    is_read, set_read = ft.use_state(False)

    async def fill() -> None:
        await app.paying.fill_stall()
        set_read(lambda _: True)

    ft.use_effect(fill, dependencies=[], cleanup=lambda: None)

    def change() -> None:
        set_changing(lambda _: True)

    def done() -> None:
        set_changing(lambda _: False)

    body: list[ft.Control] = []
    if is_read and (stall is None or is_changing):
        body = [StallForm(stall, done, key="stall-form")]
    elif stall is not None:
        body = [Till(stall, key="till"), change_link(change)]
    route = ft.use_view_path() or "/me/merchant"
    return framed(Frame(route=route, title=t("merchant.title"), back="/me", body=body))


def amount_in(typed: str) -> int:
    """`115.000`, `115 000` and `115000` are one amount; 0 where there is none."""
    digits = "".join(letter for letter in typed if letter in "0123456789")
    return int(digits[:MOST_DIGITS] or 0)


@safely
def Till(stall: Stall) -> ft.Control:
    """What the buyer scans, for the amount that was typed or for one that the buyer types."""
    app = current_app()
    way, set_way = ft.use_state(WITH)
    typed, set_typed = ft.use_state("")
    purpose, set_purpose = ft.use_state("")
    amount = amount_in(typed) if way == WITH else 0

    def grouped() -> None:
        # Only when the field is left: a value put into it meanwhile would take the place of newer digits.
        set_typed(lambda value: vnd_text(amount_in(value)) if amount_in(value) else "")

    choice = ft.SegmentedButton(
        segments=[ft.Segment(value=one, label=ft.Text(t(f"merchant.way.{one}"))) for one in (WITH, WITHOUT)],
        selected=[way],
        show_selected_icon=False,
        on_change=action_with(lambda event: set_way(event.control.selected[0])),
    )
    parts: list[ft.Control] = [ft.Semantics(identifier="till.way", container=True, content=ft.Row(controls=[choice]))]
    choice.expand = True
    if way == WITH:
        field = ft.TextField(
            key="till-amount",
            label=t("merchant.amount"),
            value=typed,
            suffix=t("merchant.unit"),
            keyboard_type=ft.KeyboardType.NUMBER,
            on_change=action_with(lambda event: set_typed(event.control.value)),
            on_blur=action_with(lambda _event: grouped()),
        )
        parts.append(text_field("till.amount", field))
    note = ft.TextField(
        key="till-purpose",
        label=t("merchant.purpose"),
        value=purpose,
        on_change=action_with(lambda event: set_purpose(event.control.value)),
    )
    parts += [text_field("till.purpose", note), *_code(stall, amount, purpose, is_static=way == WITHOUT)]
    parts.append(notice_box(t("merchant.not_known"), ft.Icons.INFO_OUTLINE, app.look.warning))
    stretch = ft.CrossAxisAlignment.STRETCH
    return ft.Column(spacing=theme.SPACE_M, horizontal_alignment=stretch, controls=parts)


def _code(stall: Stall, amount: int, purpose: str, *, is_static: bool) -> list[ft.Control]:
    """The code, or what is still missing for it."""
    look = current_app().look
    if not amount and not is_static:
        return [card(text(t("merchant.type_amount"), Style.BODY_LARGE, quiet=True))]
    try:
        code = vietqr_text(VietQr(stall.bank, stall.account, amount or None, purpose=purpose.strip() or None))
    except DomainError as error:
        return [notice_box(error_text(error.code), ft.Icons.ERROR_OUTLINE, look.danger)]
    bank = BANKS[stall.bank].short_name
    caption = money(amount) if amount else t("merchant.any_amount")
    spoken = t("pay.qr.spoken", amount=caption, bank=bank)
    holder = " · ".join(part for part in (stall.name, bank, stall.account) if part)
    return [
        StillQr(code, spoken, caption, key="till-qr"),
        text(holder, Style.TITLE_MEDIUM, align=ft.TextAlign.CENTER),
    ]
