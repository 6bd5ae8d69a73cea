"""Tìm: a dossier by its code or by its owner's name; who is found can read that somebody looked."""

from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, t
from mobile.screens.officer.key_help import use_key_help
from mobile.screens.officer.panes import list_and_dossier
from mobile.screens.officer.queue import dossier_beside
from mobile.screens.officer.rows import desk_row, opening
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, empty, glyph, heading, notice_box, text
from mobile.ui.components.buttons import primary_button
from mobile.ui.components.frame import Frame, framed
from mobile.ui.components.text_field import text_field
from mobile.ui.errors import action, action_with, screen
from mobile.ui.hooks import use_observed
from mobile.ui.keyboard import Key
from mobile.ui.keys import use_keys

SHORTEST = 3


@screen
def SearchView() -> ft.View:
    """`/search`."""
    app = current_app()
    use_observed(app.services.app_state)
    use_observed(app.services.desk_state)
    show_help = use_key_help()
    use_keys(
        Key(("Escape",), "keys.back", action(app.go, "/"), lambda: ft.context.page.route == "/search"),
        Key(("?",), "keys.help", action(show_help)),
    )
    typed: Any = ft.use_ref("")
    body = [_form(typed), _told(), *_found()]
    if not app.desk.has_room:
        return framed(Frame(route="/search", title=t("search.title"), tab="search", body=body))
    page = dossier_beside()
    panes = list_and_dossier(_pane(body), page)
    return framed(Frame(route="/search", title="", tab="search", is_plain=True, body=[], fill=panes))


def _pane(body: list[ft.Control]) -> ft.Control:
    edge = ft.Padding(left=theme.SPACE_M, top=theme.SPACE_M, right=theme.SPACE_M, bottom=theme.SPACE_L)
    title = heading(t("search.title"), Style.HEADLINE_SMALL)
    return ft.ListView(expand=True, spacing=theme.SPACE_M, padding=edge, controls=[title, *body])


def by_what(words: str) -> dict[str, str]:
    """A name has no digits, a code has some."""
    asked = " ".join(words.split())
    return {"code": asked} if any(sign.isdigit() for sign in asked) else {"name": asked}


def _form(typed: Any) -> ft.Control:
    app = current_app()
    state = app.services.desk_state

    async def note(event: Any) -> None:
        typed.current = str(event.control.value or "")

    async def search() -> None:
        asked = by_what(typed.current or "")
        if len(next(iter(asked.values()))) < SHORTEST:
            app.say("search.too_short")
            return
        await app.desk.search(**asked)

    box = ft.TextField(
        value=typed.current or "",
        label=t("search.label"),
        hint_text=t("search.hint"),
        autofocus=True,
        max_length=64,
        counter="",
        prefix_icon=ft.Icons.SEARCH,
        on_change=action_with(note),
        on_submit=action(search),
    )
    label = t("search.searching") if state.is_searching else t("search.go")
    go = primary_button("search.go", label, action(search), icon=ft.Icons.SEARCH, expand=True, busy=state.is_searching)
    # Its label stands on the upper edge of the box and would be cut off there.
    typing = ft.Container(padding=ft.Padding.only(top=theme.SPACE_S), content=text_field("search.text", box))
    return ft.Column(key="search-form", spacing=theme.SPACE_M, controls=[typing, ft.Row(controls=[go])])


def _told() -> ft.Control:
    """Before anybody looks for somebody: who is found will know."""
    look = current_app().look
    return ft.Row(
        spacing=10,
        vertical_alignment=ft.CrossAxisAlignment.START,
        controls=[
            glyph(ft.Icons.VISIBILITY_OUTLINED, size=20, color=look.text_quiet),
            ft.Container(expand=True, content=text(t("search.told"), Style.BODY_MEDIUM, quiet=True)),
        ],
    )


def _found() -> list[ft.Control]:
    app = current_app()
    state = app.services.desk_state
    if state.search_error is not None:
        icon = ft.Icons.CLOUD_OFF if state.search_error == "network.unreachable" else ft.Icons.INFO_OUTLINE
        return [notice_box(error_text(state.search_error), icon, app.look.warning)]
    if state.found is None:
        return []
    if not state.found:
        return [empty(ft.Icons.SEARCH_OFF, t("search.none"), t("search.none_body"))]
    head = heading(t("search.found", count=len(state.found)), Style.TITLE_MEDIUM)
    is_open = state.selected if app.desk.has_room else None
    return [head, *(desk_row(row, opening(row.id), is_selected=row.id == is_open) for row in state.found)]
