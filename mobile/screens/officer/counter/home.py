"""Quầy: begin a dossier for somebody who is present, look one up by its code, and what was received today."""

from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.i18n.names import said
from mobile.screens.citizen.services.cards import agency_name, event_name
from mobile.screens.officer.counter.lookup import LookUp
from mobile.screens.officer.counter.today import today_body
from mobile.state.procedures import ProcedureCard, found
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, heading, text
from mobile.ui.components.buttons import tappable
from mobile.ui.components.frame import Frame, framed
from mobile.ui.components.panes import LIST_AND_DETAIL
from mobile.ui.components.text_field import text_field
from mobile.ui.errors import action, action_with, safely, screen
from mobile.ui.hooks import use_observed

# On a phone what comes below must not be far away.
MOST_SHOWN, MOST_ON_PHONE = 8, 4


@screen
def CounterView() -> ft.View:
    """`/counter`."""
    app = current_app()
    state = use_observed(app.services.app_state)
    use_observed(app.services.counter_state)
    use_observed(app.services.catalogue_state)

    async def open_counter() -> None:
        if not app.services.catalogue_state.cards:
            await app.paperwork.fill_catalogue()
        await app.paperwork.refresh_catalogue()
        await app.counter.open()

    # Anew when somebody comes back from a dossier that they have filed.
    filed = app.services.counter_state.filed
    ft.use_effect(open_counter, dependencies=[filed is None], cleanup=lambda: None)
    begin, rest = Begin(key="counter-begin"), [LookUp(key="counter-lookup"), *today_body()]
    if state.is_wide:
        stretch = ft.CrossAxisAlignment.STRETCH
        left = ft.Container(expand=1, content=begin)
        right = ft.Column(expand=1, spacing=theme.SPACE_M, horizontal_alignment=stretch, controls=rest)
        start = ft.CrossAxisAlignment.START
        row = ft.Row(spacing=theme.SPACE_XL, vertical_alignment=start, controls=[left, right])
        body: list[ft.Control] = [row]
    else:
        body = [begin, *rest]
    return framed(Frame("/counter", t("counter.title"), body, tab="counter", width=LIST_AND_DETAIL))


@safely
def Begin() -> ft.Control:
    """What is it about? Found without diacritics; what this desk takes in comes first."""
    app = current_app()
    catalogue = use_observed(app.services.catalogue_state)
    counter = use_observed(app.services.counter_state)
    query, set_query = ft.use_state("")
    busy, set_busy = ft.use_state("")
    receives = counter.receives or frozenset()
    active = tuple(one for one in catalogue.cards if one.is_active)
    most = MOST_SHOWN if app.services.app_state.is_wide or query.strip() else MOST_ON_PHONE
    words = {key: event_name(key) for one in active for key in one.life_events}
    hits = found(active, query, words) if query.strip() else [one for one in active if one.code in receives]
    shown = sorted(hits, key=lambda one: one.code not in receives)[:most]

    async def begin(code: str) -> None:
        set_busy(code)
        try:
            await app.counter.begin(code)
            app.go("/counter/filing")
        finally:
            set_busy("")

    typed = ft.TextField(
        value=query,
        hint_text=t("services.search"),
        prefix_icon=ft.Icons.SEARCH,
        on_change=action_with(lambda event: set_query(lambda _: event.control.value)),
    )
    rows = [_procedure(one, one.code in receives, action(begin, one.code), is_busy=busy == one.code) for one in shown]
    lines: list[ft.Control] = [
        heading(t("counter.begin"), Style.TITLE_LARGE),
        text_field("counter.search", typed),
        *rows,
    ]
    if query.strip() and not hits:
        lines.append(text(t("services.none_found"), Style.BODY_LARGE, quiet=True))
    if len(hits) > len(shown):
        lines.append(text(t("counter.more", count=len(hits) - len(shown)), Style.BODY_MEDIUM, quiet=True))
    return ft.Column(spacing=theme.SPACE_S, horizontal_alignment=ft.CrossAxisAlignment.STRETCH, controls=lines)


def _procedure(one: ProcedureCard, is_ours: bool, begin: Any, *, is_busy: bool) -> ft.Control:
    name = said(one.name)
    where = t("counter.ours") if is_ours else t("counter.help_for", agency=agency_name(one.agency))
    if is_busy:
        where = t("service.starting")
    content = card(
        ft.Column(spacing=4, controls=[text(name, Style.TITLE_MEDIUM), text(where, Style.BODY_MEDIUM, quiet=True)])
    )
    button = tappable(f"counter.procedure.{one.code}", content, begin, label=f"{name}. {where}")
    return ft.Container(key=f"procedure-{one.code}", content=button)
