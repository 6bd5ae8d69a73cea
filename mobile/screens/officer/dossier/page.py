"""An officer's page of a dossier: on a phone by itself, on a wide screen between the queue and a paper."""

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, t
from mobile.screens.officer.dossier.acting import acting
from mobile.screens.officer.dossier.clash import clash
from mobile.screens.officer.dossier.contents import answers, papers
from mobile.screens.officer.dossier.head import clock, head
from mobile.screens.officer.dossier.history import history
from mobile.screens.officer.dossier.sides import (
    apologies,
    asked_of_owner,
    fee_and_return,
    opinions,
    printed,
    proposal,
    refused_demands,
)
from mobile.screens.officer.dossier.work import Page, open_next, use_page
from mobile.screens.officer.panes import LIST, use_room
from mobile.state.desk_case import Case
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import empty, text
from mobile.ui.components.buttons import link_button, second_button
from mobile.ui.components.frame import Frame, framed
from mobile.ui.errors import action, safely, screen
from mobile.ui.hooks import use_observed

RAIL = 104
WIDEST_PAPER = 860


@screen
def DeskDossierView() -> ft.View:
    """`/dossiers/<id>`."""
    app = current_app()
    use_observed(app.services.app_state)
    dossier_id = ft.use_route_params().get("dossier_id", "")
    route = ft.use_view_path() or f"/dossiers/{dossier_id}"
    use_room(dossier_id)
    pane = DeskDossierPane(dossier_id, key=f"page-{dossier_id}")
    return framed(Frame(route=route, title=t("dossier.title"), back="/", body=[pane]))


@safely
def DeskDossierPane(dossier_id: str) -> ft.Control:
    """The dossier and what can be done with it; it scrolls by itself where it stands beside the queue."""
    app = current_app()
    state = use_observed(app.services.app_state)
    use_observed(app.services.catalogue_state)  # the names of communes may come later
    room = int(state.width) - RAIL - LIST
    body = _body(use_page(dossier_id, min(room // 2, WIDEST_PAPER) if app.desk.has_room else None))
    if not app.desk.has_room:
        return ft.Column(spacing=theme.SPACE_M, horizontal_alignment=ft.CrossAxisAlignment.STRETCH, controls=body)
    beside = app.services.desk_papers.state.beside_px
    list_ = ft.ListView(
        key=f"dossier-{dossier_id}",
        expand=True,
        spacing=theme.SPACE_M,
        padding=ft.Padding(left=0, top=theme.SPACE_M, right=theme.SPACE_M, bottom=theme.SPACE_XL),
        controls=body,
    )
    return ft.Row(
        expand=True,
        spacing=0,
        vertical_alignment=ft.CrossAxisAlignment.STRETCH,
        # The page draws the paper itself; the app keeps its place free.
        controls=[list_, ft.Container(width=beside)] if beside else [list_],
    )


def _body(page: Page) -> list[ft.Control]:
    state = page.work.state
    if state.case is not None:
        return [*_next(page), *dossier_body(page, state.case)]
    if not state.error:
        return [text(t("dossier.loading"), quiet=True)]
    again = second_button("dossier.again", t("retry"), action(page.work.load))
    return [empty(ft.Icons.CLOUD_OFF, t("dossier.unavailable"), error_text(state.error), again)]


def _next(page: Page) -> list[ft.Control]:
    """After an action: the way to the one that came next in the queue."""
    if page.work.state.following is None:
        return []
    button = link_button("case.next", t("case.next"), action(open_next, page.work), icon=ft.Icons.ARROW_FORWARD)
    return [ft.Row(alignment=ft.MainAxisAlignment.END, controls=[button])]


def dossier_body(page: Page, case: Case) -> list[ft.Control]:
    """What it is, when it is due, what may be done; then what it consists of and what happened."""
    return [
        *head(case),
        *clash(case),
        clock(case),
        *acting(page, case),
        *asked_of_owner(case),
        *proposal(case),
        *papers(case, page.shown, page.open_paper),
        *answers(case),
        *opinions(case),
        *fee_and_return(case),
        *apologies(case),
        *printed(case, page.open_paper),
        *refused_demands(case),
        *history(case),
    ]
