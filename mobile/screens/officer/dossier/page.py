"""An officer's page of a dossier: on a phone by itself, on a wide screen beside the queue."""

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, t
from mobile.i18n.names import said
from mobile.screens.citizen.dossiers.cards import status_chip
from mobile.screens.officer.panes import use_room
from mobile.services.web import Json
from mobile.state.dossiers import Dossier
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, empty, heading, text
from mobile.ui.components.buttons import second_button
from mobile.ui.components.frame import Frame, framed
from mobile.ui.errors import action, safely, screen
from mobile.ui.hooks import Failed, Loaded, use_async, use_observed


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
    """The dossier and what can be done with it; drawn in a scrolled list."""
    app = current_app()
    tries, set_tries = ft.use_state(0)

    async def fetch() -> Json:
        return await app.desk.read(dossier_id)

    answer = use_async(fetch, [dossier_id, tries])
    if isinstance(answer, Failed):
        again = second_button("dossier.again", t("retry"), action(set_tries, tries + 1))
        return empty(ft.Icons.CLOUD_OFF, t("dossier.unavailable"), error_text(answer.code), again)
    if not isinstance(answer, Loaded):
        return text(t("dossier.loading"), quiet=True)
    dossier = Dossier.from_json(answer.value)
    name = answer.value["owner"]["name"]
    lines = [heading(said(dossier.name)), text(dossier.code or "", Style.BODY_MEDIUM, quiet=True)]
    return ft.Column(spacing=theme.SPACE_S, controls=[*lines, text(name), status_chip(dossier)])
