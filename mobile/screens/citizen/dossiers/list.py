"""Hồ sơ: what is asked of you first, then what waits to be sent, then what is under way, then what is over."""

import flet as ft

from mobile.i18n.catalogue import error_text, t
from mobile.i18n.dates import as_of_text
from mobile.screens.citizen.dossiers.cards import dossier_card, draft_card
from mobile.state.dossiers import Dossier, by_need
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, empty, heading, notice_box, text
from mobile.ui.components.buttons import icon_button, primary_button
from mobile.ui.components.frame import Frame, framed
from mobile.ui.errors import action, screen
from mobile.ui.hooks import use_observed


@screen
def DossiersView() -> ft.View:
    """`/dossiers`."""
    app = current_app()
    use_observed(app.services.app_state)
    use_observed(app.services.dossiers_state)
    ft.use_effect(app.paperwork.refresh, dependencies=[], cleanup=lambda: None)
    again = icon_button("dossiers.refresh", ft.Icons.REFRESH, t("dossiers.refresh"), action(app.paperwork.refresh))
    return framed(
        Frame(route="/dossiers", title=t("dossiers.title"), tab="dossiers", actions=[again], body=dossiers_body())
    )


def dossiers_body(selected: str | None = None) -> list[ft.Control]:
    """Everything under the header; also the left pane beside an open dossier on wide screens."""
    app = current_app()
    state = app.services.dossiers_state
    body: list[ft.Control] = []
    if state.error is not None and app.services.app_state.is_online:
        body.append(notice_box(error_text(state.error), ft.Icons.ERROR_OUTLINE, app.look.warning))
    ordered = by_need(state.dossiers)
    if not ordered and not state.drafts:
        button = primary_button("dossiers.find", t("dossiers.find"), action(app.go, "/services"), icon=ft.Icons.SEARCH)
        return [*body, empty(ft.Icons.ASSIGNMENT_OUTLINED, t("dossiers.empty"), t("dossiers.empty_body"), button)]
    stopped = [draft for draft in state.drafts if draft.error and draft.state == "open"]
    sections = [
        ("asked", [dossier_card(item, is_selected=item.id == selected) for item in ordered if item.needs_owner]),
        ("waiting", [draft_card(draft) for draft in (*stopped, *state.waiting)]),
        ("open", [dossier_card(item, is_selected=item.id == selected) for item in ordered if _is_under_way(item)]),
        ("drafts", [draft_card(draft) for draft in state.drafts if draft.state == "open" and not draft.error]),
        ("over", [dossier_card(item, is_selected=item.id == selected) for item in ordered if item.is_over]),
    ]
    for key, cards in sections:
        if cards:
            body += [heading(t(f"dossiers.{key}"), Style.TITLE_MEDIUM), *cards]
    when = as_of_text(state.synced_at, app.services.clock.now())
    return [*body, text(t("dossiers.as_of", time=when) if when else "", Style.BODY_SMALL, quiet=True)]


def _is_under_way(dossier: Dossier) -> bool:
    return not dossier.needs_owner and not dossier.is_over
