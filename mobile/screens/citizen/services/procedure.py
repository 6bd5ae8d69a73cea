"""One procedure: what you get, how long, how much, what you need and which of it is here already. One button."""

from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, t
from mobile.i18n.names import said
from mobile.screens.citizen.services.home import leave_visit, services_body, use_catalogue
from mobile.screens.citizen.services.needs import held_of, needs
from mobile.screens.citizen.services.terms import abolished, more, terms
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, empty, heading, notice_box, text
from mobile.ui.components.buttons import primary_button, second_button
from mobile.ui.components.frame import Frame, framed
from mobile.ui.components.panes import LIST_AND_DETAIL, two_panes
from mobile.ui.errors import action, action_with, screen
from mobile.ui.hooks import Failed, Loading, use_async, use_observed

Json = dict[str, Any]


@screen
def ProcedureView() -> ft.View:
    """`/services/<code>`; on wide screens with the catalogue beside it."""
    app = current_app()
    services = app.services
    state = use_observed(services.app_state)
    use_observed(services.wallet_state)
    use_observed(services.dossiers_state)
    use_catalogue()
    query, set_query = ft.use_state("")
    tries, set_tries = ft.use_state(0)
    busy, set_busy = ft.use_state(False)
    code = ft.use_route_params().get("code", "")

    async def fetch() -> Json:
        return await services.catalogue.procedure(code)

    answer = use_async(fetch, [code, tries])
    title = t("service.title")
    footer: ft.Control | None = None
    if isinstance(answer, Loading):
        body: list[ft.Control] = [text(t("service.loading"), quiet=True)]
    elif isinstance(answer, Failed):
        again = second_button("service.again", t("retry"), action(set_tries, tries + 1))
        body = [empty(ft.Icons.CLOUD_OFF, t("service.unavailable"), error_text(answer.code), again)]
    else:
        name = said(answer.value["name"])
        body = procedure_body(answer.value)
        if state.is_wide:
            title = name
        else:
            body.insert(0, heading(name, Style.HEADLINE_SMALL))
        footer = _start(answer.value, busy, set_busy)
    route = ft.use_view_path() or f"/services/{code}"
    leave = leave_visit if state.user is None else None
    if state.is_wide:
        on_query = action_with(lambda event: set_query(lambda _: event.control.value))
        right = [*body, footer] if footer else body
        panes = two_panes(services_body(query, on_query, code), right, title, [])
        # Somebody without an account has no rail to leave by.
        plain = state.user is not None
        head = "" if plain else t("service.title")
        wide = Frame(route, head, [panes], back="/services", is_plain=plain, width=LIST_AND_DETAIL, leave=leave)
        return framed(wide)
    return framed(Frame(route=route, title=title, back="/services", body=body, footer=footer, leave=leave))


def procedure_body(procedure: Json) -> list[ft.Control]:
    if procedure["standing"] == "abolished":
        return abolished(procedure)
    body = [text(said(procedure.get("summary")), Style.BODY_LARGE), terms(procedure)]
    if procedure.get("level") != "full":
        reason = said(procedure.get("level_reason")) or t("service.partial")
        body.append(notice_box(reason, ft.Icons.STOREFRONT, current_app().look.neutral))
    return [*body, needs(procedure), more(procedure)]


def _start(procedure: Json, busy: bool, set_busy: Any) -> ft.Control | None:
    """What one came for; where nothing can be sent from here, what to do is said above instead."""
    app = current_app()
    if procedure["standing"] == "abolished" or procedure.get("level") == "information":
        return None
    if app.services.app_state.user is None:
        label, way = t("service.signin"), app.lifecycle.go_to_vneid
        return ft.Row(controls=[primary_button("service.signin", label, action(way), icon=ft.Icons.LOGIN, expand=True)])
    code = procedure["code"]
    is_begun = any(d.procedure["code"] == code and d.state == "open" for d in app.services.dossiers_state.drafts)

    async def begin() -> None:
        set_busy(True)
        try:
            app.go(f"/dossiers/drafts/{await app.paperwork.begin(code)}")
        finally:
            set_busy(False)

    label = t("service.continue" if is_begun else "service.start")
    if busy:
        label = t("service.starting")
    here = len([item for item in procedure["components"] if held_of(item) is not None])
    lines: list[ft.Control] = []
    if here and not is_begun:
        lines.append(text(t("service.already", count=here), Style.BODY_MEDIUM, quiet=True))
    button = primary_button("service.start", label, action(begin), icon=ft.Icons.EDIT_NOTE, expand=True, busy=busy)
    return ft.Column(
        tight=True,
        spacing=theme.SPACE_S,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        controls=[*lines, ft.Row(controls=[button])],
    )
