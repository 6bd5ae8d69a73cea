"""Somebody asks how their dossier stands, or comes for the result: by its code, typed or from the slip."""

from datetime import date
from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, t
from mobile.i18n.dates import day
from mobile.screens.citizen.dossiers.cards import status_name
from mobile.screens.officer.counter.today import dossier_row
from mobile.state.counter import code_in
from mobile.state.desk import DeskRow
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, facts, heading, text
from mobile.ui.components.buttons import icon_button, primary_button, second_button
from mobile.ui.components.confirm import Question, use_question
from mobile.ui.components.text_field import text_field
from mobile.ui.errors import action, action_with, safely
from mobile.ui.hooks import use_observed
from shared_models.dossier_status import DossierStatus
from shared_models.errors import DomainError

Json = dict[str, Any]


@safely
def LookUp() -> ft.Control:
    app = current_app()
    state = use_observed(app.services.counter_state)
    typed, set_typed = ft.use_state("")
    fault, set_fault = ft.use_state("")
    ask = use_question()

    async def look_up(code: str) -> None:
        set_fault("")
        try:
            await app.counter.look_up(code)
        except DomainError as error:
            set_fault(error.code)

    async def typed_code() -> None:
        await look_up(typed)

    async def scan() -> None:
        found = await app.counter.read_code()
        if found is not None:
            set_typed(code_in(found) or "")
            await look_up(found)

    box = ft.TextField(
        value=typed,
        hint_text=t("counter.code_hint"),
        on_change=action_with(lambda event: set_typed(lambda _: event.control.value)),
        on_submit=action(typed_code),
    )
    scan_button = icon_button("counter.scan_code", ft.Icons.QR_CODE_SCANNER, t("counter.scan_code"), action(scan))
    button = second_button("counter.look_up", t("counter.look_up"), action(typed_code), icon=ft.Icons.SEARCH)
    lines: list[ft.Control] = [
        heading(t("counter.status"), Style.TITLE_LARGE),
        ft.Row(controls=[ft.Container(expand=True, content=text_field("counter.code_field", box)), scan_button]),
        button,
    ]
    if fault:
        sentence = text(error_text(fault), Style.BODY_MEDIUM, color=app.look.danger.strong)
        lines.append(ft.Semantics(identifier="counter.code_fault", live_region=True, content=sentence))
    elif state.found is not None:
        lines.append(dossier_row(state.found))
        if is_ready(state.found):
            question = Question("counter.hand_out", lambda: _hand_out(state.found), danger=False)
            lines.append(_hand_over(action(ask, question)))
    elif state.public is not None:
        lines.append(_of_another(state.public))
    return ft.Column(spacing=theme.SPACE_S, horizontal_alignment=ft.CrossAxisAlignment.STRETCH, controls=lines)


def is_ready(row: DeskRow) -> bool:
    """Decided, and its result not handed out yet."""
    return row.dossier.status is DossierStatus.RESOLVED


async def _hand_out(row: DeskRow | None) -> None:
    app = current_app()
    if row is not None:
        await app.counter.hand_out(row)
        app.say("counter.handed_out")


def _hand_over(handler: Any) -> ft.Control:
    button = primary_button("counter.hand_out", t("counter.hand_out"), handler, icon=ft.Icons.OUTBOX, expand=True)
    return ft.Column(
        spacing=4,
        controls=[ft.Row(controls=[button]), text(t("counter.by_post"), Style.BODY_MEDIUM, quiet=True)],
    )


def _of_another(found: Json) -> ft.Control:
    """What anybody with the code may know: no name, no paper."""
    due = found["due_date"]
    rows = [
        (t("counter.code"), found["code"]),
        (t("counter.decides"), found["agency"]["name"]),
        (t("counter.stands"), status_name(DossierStatus(found["status"]))),
        (t("review.due"), day(date.fromisoformat(due)) if due else t("counter.due_later")),
    ]
    note = text(t("counter.of_another"), Style.BODY_MEDIUM, quiet=True)
    column = ft.Column(spacing=theme.SPACE_S, controls=[facts(rows), note])
    return ft.Semantics(identifier="counter.public", container=True, content=card(column))
