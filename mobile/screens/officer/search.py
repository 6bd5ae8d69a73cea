"""Tìm: a dossier by its code or by its owner's name."""

import flet as ft

from mobile.i18n.catalogue import t
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import empty
from mobile.ui.components.frame import Frame, framed
from mobile.ui.errors import screen
from mobile.ui.hooks import use_observed


@screen
def SearchView() -> ft.View:
    """`/search`."""
    use_observed(current_app().services.app_state)
    body: list[ft.Control] = [empty(ft.Icons.SEARCH, t("search.empty"), t("search.empty_body"))]
    return framed(Frame(route="/search", title=t("search.title"), tab="search", body=body))
