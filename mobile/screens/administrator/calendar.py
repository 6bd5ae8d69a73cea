"""Lịch: the city's working days and office hours."""

import flet as ft

from mobile.i18n.catalogue import t
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import empty
from mobile.ui.components.frame import Frame, framed
from mobile.ui.errors import screen
from mobile.ui.hooks import use_observed


@screen
def CalendarView() -> ft.View:
    """`/calendar`."""
    use_observed(current_app().services.app_state)
    body: list[ft.Control] = [empty(ft.Icons.CALENDAR_MONTH_OUTLINED, t("calendar.empty"), t("calendar.empty_body"))]
    return framed(Frame(route="/calendar", title=t("calendar.title"), tab="calendar", body=body))
