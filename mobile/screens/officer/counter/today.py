"""What this counter received today, the latest on top."""

import flet as ft

from mobile.i18n.catalogue import error_text, t
from mobile.screens.officer.rows import desk_row
from mobile.state.desk import DeskRow
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, heading, notice_box, text
from mobile.ui.components.buttons import link_button
from mobile.ui.errors import action


def today_body() -> list[ft.Control]:
    app = current_app()
    state = app.services.counter_state
    body: list[ft.Control] = [heading(t("counter.today"), Style.TITLE_LARGE)]
    if state.today_error is not None:
        again = link_button("counter.again", t("retry"), action(app.counter.open))
        body.append(notice_box(error_text(state.today_error), ft.Icons.CLOUD_OFF, app.look.warning, again))
    if state.today:
        body += [dossier_row(row) for row in state.today]
    elif state.today_error is None:
        key = "counter.today_loading" if state.today is None else "counter.today_none"
        body.append(text(t(key), Style.BODY_LARGE, quiet=True))
    return body


def dossier_row(row: DeskRow) -> ft.Control:
    """A line as in the queue: the owner's name is shortened until somebody opens it."""
    return desk_row(row, action(current_app().go, f"/dossiers/{row.id}"))
