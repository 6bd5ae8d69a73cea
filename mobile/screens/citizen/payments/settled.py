"""An order that is over: paid, with its receipt; going back; or past its day."""

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.i18n.dates import moment_text
from mobile.screens.citizen.payments.way import way_name
from mobile.state.payments import Order
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, facts, glyph, text
from mobile.ui.components.buttons import primary_button, second_button
from mobile.ui.components.figures import amount_text
from mobile.ui.errors import action
from shared_models.payment.order import OrderState

_BESIDE = 2 * (theme.SPACE_M + theme.SPACE_L)
"""Pixels: the edges of the page and of the card that says what has come of it."""


def settled_part(order: Order) -> ft.Control:
    """Said once and calmly, with what there is to keep."""
    app = current_app()
    look = app.look
    is_back = order.state in {OrderState.REFUND_PENDING, OrderState.REFUNDED}
    tone, icon = (look.neutral, ft.Icons.UNDO) if is_back else (look.valid, ft.Icons.CHECK_CIRCLE)
    title = t(f"pay.state.{order.state.value}") if order.amount or is_back else t("pay.state.nothing")
    head = ft.Container(
        padding=theme.SPACE_L,
        bgcolor=tone.soft,
        border_radius=theme.RADIUS_CARD,
        content=ft.Column(
            spacing=theme.SPACE_S,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
            controls=[
                glyph(icon, size=56, color=tone.on_soft),
                text(title, Style.TITLE_LARGE, color=tone.on_soft, align=ft.TextAlign.CENTER),
                amount_text(order.amount, tone.on_soft, beside=_BESIDE, align=ft.TextAlign.CENTER),
            ],
        ),
    )
    rows = [
        (t("pay.when"), moment_text(order.paid_at, app.paying.now()) if order.paid_at else ""),
        (t("pay.how"), way_name(order.method) if order.method else ""),
        (t("pay.receipt"), order.receipt_number),
        (t("pay.receipt_state"), "" if order.receipt_state == "issued" else t("receipts.state.cancelled")),
    ]
    known = [(label, value) for label, value in rows if value]
    parts: list[ft.Control] = [head, card(facts(known)), text(t(f"pay.next.{order.state.value}"), Style.BODY_LARGE)]
    stretch = ft.CrossAxisAlignment.STRETCH
    return ft.Semantics(
        identifier="pay.settled",
        container=True,
        content=ft.Column(spacing=theme.SPACE_M, horizontal_alignment=stretch, controls=[*parts, *_ways_on(order)]),
    )


def _ways_on(order: Order) -> list[ft.Control]:
    app = current_app()
    to_dossier = action(app.go, f"/dossiers/{order.subject_id}")
    back = second_button("pay.to_dossier", t("pay.to_dossier"), to_dossier, icon=ft.Icons.FOLDER_OPEN, expand=True)
    if order.receipt_id is None:
        return [ft.Row(controls=[back])]
    name = t("receipts.file", number=order.receipt_number)
    save = action(app.paying.save_receipt, order.receipt_id, order.receipt_state, name)
    see = primary_button("pay.see_receipt", t("pay.see_receipt"), save, icon=ft.Icons.RECEIPT_LONG, expand=True)
    return [ft.Row(controls=[see]), ft.Row(controls=[back])]


def over_part(order: Order) -> list[ft.Control]:
    """Nobody can pay this one any more; the dossier says what is asked now."""
    app = current_app()
    to_dossier = action(app.go, f"/dossiers/{order.subject_id}")
    back = primary_button("pay.to_dossier", t("pay.to_dossier"), to_dossier, icon=ft.Icons.FOLDER_OPEN, expand=True)
    lines: list[ft.Control] = [
        text(t("pay.over"), Style.TITLE_LARGE),
        text(t("pay.over_body"), Style.BODY_LARGE),
        ft.Row(controls=[back]),
    ]
    return [card(ft.Column(spacing=theme.SPACE_M, controls=lines))]
