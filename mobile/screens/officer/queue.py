"""Hồ sơ: the agency's queue, on a wide screen with the dossier that is open beside it."""

from typing import Any

import flet as ft

from mobile.i18n.catalogue import t
from mobile.screens.officer.dossier.page import DeskDossierPane
from mobile.screens.officer.list import queue_actions, queue_body, queue_footer, queue_pane, use_queue_keys
from mobile.screens.officer.panes import list_and_dossier
from mobile.screens.officer.views import use_moved_chips, view_chips
from mobile.ui.app_context import current_app
from mobile.ui.components.frame import Frame, framed
from mobile.ui.errors import screen
from mobile.ui.hooks import use_observed

# A key that moves in the list does not draw the dossier beside it again; that hears of what concerns it by itself.
_memo: Any = ft.memo
SamePane = _memo(DeskDossierPane)


def dossier_beside() -> ft.Control | None:
    """The page of the dossier that is open in the room beside a list."""
    desk = current_app().services.desk_state
    if desk.selected is None:
        return None
    page: ft.Control = SamePane(desk.selected, key=f"page-{desk.opened}")
    return page


@screen
def DeskView() -> ft.View:
    """The first screen of an officer."""
    app = current_app()
    use_observed(app.services.app_state)
    use_observed(app.services.desk_state)
    ft.use_effect(app.desk.start, dependencies=[], cleanup=lambda: None)
    lines: Any = ft.use_ref(None)
    chips = use_moved_chips()
    show_keys = use_queue_keys(lines)
    if app.desk.has_room:
        page = dossier_beside()
        panes = list_and_dossier(queue_pane(lines, show_keys), page)
        return framed(Frame(route="/", title="", tab="desk", is_plain=True, body=[], fill=panes))
    return framed(
        Frame(
            route="/",
            title=t("desk.title"),
            tab="desk",
            actions=queue_actions(show_keys),
            body=[view_chips(chips), *queue_body()],
            footer=queue_footer(),
            part=app.services.desk_state.view,
        )
    )
