"""Hồ sơ: one view of the agency's queue, what is due first on top."""

import flet as ft

from mobile.i18n.catalogue import error_text, t
from mobile.i18n.names import said
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, empty, notice_box, text
from mobile.ui.components.buttons import tappable
from mobile.ui.components.frame import Frame, framed
from mobile.ui.errors import action, screen
from mobile.ui.hooks import use_observed


@screen
def DeskView() -> ft.View:
    """The first screen of an officer."""
    app = current_app()
    use_observed(app.services.app_state)
    state = use_observed(app.services.desk_state)
    ft.use_effect(app.desk.start, dependencies=[], cleanup=lambda: None)
    body: list[ft.Control] = []
    if state.error:
        body.append(notice_box(error_text(state.error), ft.Icons.CLOUD_OFF, app.look.warning))
    for row in state.rows:
        name = said(row.dossier.name)
        content = card(ft.Column(spacing=6, controls=[text(name, Style.TITLE_MEDIUM), text(row.owner)]))
        opened = action(app.go, f"/dossiers/{row.id}")
        body.append(ft.Container(key=row.id, content=tappable(f"desk.{row.id}", content, opened, label=name)))
    if not state.rows:
        body.append(empty(ft.Icons.INBOX_OUTLINED, t("desk.empty.unit"), t("desk.empty_body.unit")))
    return framed(Frame(route="/", title=t("desk.title"), tab="desk", body=body))
