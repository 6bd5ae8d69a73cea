"""Quầy: filing for a citizen who is present."""

import flet as ft

from mobile.i18n.catalogue import t
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import empty
from mobile.ui.components.frame import Frame, framed
from mobile.ui.errors import screen
from mobile.ui.hooks import use_observed


@screen
def CounterView() -> ft.View:
    """`/counter`."""
    use_observed(current_app().services.app_state)
    body: list[ft.Control] = [empty(ft.Icons.STOREFRONT_OUTLINED, t("counter.empty"), t("counter.empty_body"))]
    return framed(Frame(route="/counter", title=t("counter.title"), tab="counter", body=body))
