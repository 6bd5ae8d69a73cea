"""The way from a dossier to paying what is due for it."""

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.i18n.names import money
from mobile.state.dossiers import Dossier
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, heading, text
from mobile.ui.components.buttons import primary_button
from mobile.ui.components.figures import amount_style
from mobile.ui.errors import action, safely


def is_due(dossier: Dossier) -> bool:
    """Whether something is to be paid for it now."""
    return dossier.raw.get("payment") == "due" and not dossier.is_over and due_amount(dossier) > 0


def due_amount(dossier: Dossier) -> int:
    """In VND: what the agency asks for, else the fee of the dossier."""
    asked = (dossier.asks or {}).get("amount") if dossier.waits_for == "payment" else None
    return int(asked or (dossier.raw.get("fee") or {}).get("amount") or 0)


@safely
def PayButton(dossier: Dossier) -> ft.Control:
    """`Nộp 115.000 đ`: makes or finds the order, and goes there."""
    app = current_app()
    busy, set_busy = ft.use_state(False)

    async def pay() -> None:
        set_busy(True)
        try:
            order = await app.paying.demand(dossier.id)
        finally:
            set_busy(False)
        app.go(f"/orders/{order.id}")

    label = t("dossier.pay", amount=money(due_amount(dossier)))
    button = primary_button("dossier.pay", label, action(pay), icon=ft.Icons.PAYMENTS_OUTLINED, expand=True, busy=busy)
    return ft.Row(controls=[button])


def due_card(dossier: Dossier) -> ft.Control:
    """A fee that is due although nobody has asked for it apart: from the day on which the dossier was sent."""
    lines: list[ft.Control] = [
        text(t("dossier.fee_due"), Style.BODY_MEDIUM, quiet=True),
        heading(money(due_amount(dossier)), amount_style(due_amount(dossier), largest=Style.HEADLINE_MEDIUM)),
        text(t("dossier.fee_how"), Style.BODY_MEDIUM, quiet=True),
        PayButton(dossier, key=f"pay-{dossier.id}"),
    ]
    box = card(ft.Column(spacing=theme.SPACE_S, controls=lines))
    return ft.Semantics(identifier="dossier.fee", container=True, content=box)
