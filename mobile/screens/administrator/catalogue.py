"""Danh mục: the procedures, their versions and drafts."""

import flet as ft

from mobile.i18n.catalogue import t
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import empty
from mobile.ui.components.frame import Frame, framed
from mobile.ui.errors import screen
from mobile.ui.hooks import use_observed


@screen
def CatalogueView() -> ft.View:
    """`/`."""
    use_observed(current_app().services.app_state)
    body: list[ft.Control] = [empty(ft.Icons.LIBRARY_BOOKS_OUTLINED, t("catalogue.empty"), t("catalogue.empty_body"))]
    return framed(Frame(route="/", title=t("catalogue.title"), tab="catalogue", body=body))
