"""The one thing that an agency asks of the owner of a dossier, with the button that does it."""

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.i18n.names import said, weekday_moment
from mobile.screens.citizen.dossiers.cards import asks_text
from mobile.screens.citizen.dossiers.fee import PayButton, is_due
from mobile.state.dossiers import Dossier
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, heading, text
from mobile.ui.components.buttons import primary_button
from mobile.ui.errors import action
from shared_models.clock import from_wire


def asks_card(dossier: Dossier) -> ft.Control:
    app = current_app()
    look = app.look
    asks = dossier.asks or {}
    answer = app.services.dossiers_state.answer(dossier.id)
    lines: list[ft.Control] = [
        text(t("asks.label"), Style.BODY_MEDIUM, quiet=True),
        heading(asks_text(dossier), Style.TITLE_LARGE),
    ]
    if note := said(asks.get("note")):
        lines.append(text(note, Style.BODY_LARGE))
    if until := asks.get("answer_by"):
        shown = weekday_moment(from_wire(until), app.services.clock.now())
        lines.append(text(t("asks.until", day=shown), Style.BODY_MEDIUM, quiet=True))
    if asks.get("kind") == "payment":
        if is_due(dossier):
            lines.append(PayButton(dossier, key=f"pay-{dossier.id}"))
        at_counter = t("asks.payment_how", code=dossier.code or dossier.raw.get("reference") or "")
        lines.append(text(at_counter, Style.BODY_MEDIUM, quiet=True))
    elif answer is not None and answer.state == "waiting":
        lines.append(text(t("waiting.title"), Style.BODY_LARGE, color=look.warning.strong))
    else:
        to_answer = action(app.go, f"/dossiers/{dossier.id}/answer")
        lines.append(ft.Row(controls=[primary_button("asks.answer", t("asks.answer"), to_answer, expand=True)]))
    inside = ft.Container(
        bgcolor=look.card,
        border=ft.Border.all(1, look.line),
        border_radius=theme.RADIUS_CARD,
        padding=theme.SPACE_M,
        content=ft.Column(spacing=theme.SPACE_S, controls=lines),
    )
    box = ft.Container(
        bgcolor=look.warning.strong,
        border_radius=theme.RADIUS_CARD,
        padding=ft.Padding.only(left=6),
        content=inside,
    )
    return ft.Semantics(identifier="dossier.asks", container=True, content=box)
