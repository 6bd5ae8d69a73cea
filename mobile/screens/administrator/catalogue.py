"""Danh mục: every version and draft of every procedure, and what has changed of late."""

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, t
from mobile.i18n.dates import day
from mobile.i18n.names import said
from mobile.screens.administrator.changes import change_counts
from mobile.screens.administrator.pills import pills
from mobile.state.editing import FILTERS, EditedVersion, found
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, chip, empty, text
from mobile.ui.components.buttons import Handler, icon_button, link_button, second_button, tappable
from mobile.ui.components.frame import Frame, framed
from mobile.ui.components.text_field import text_field
from mobile.ui.errors import action, action_with, screen
from mobile.ui.hooks import use_observed

SHOWN = 40


@screen
def CatalogueView() -> ft.View:
    """`/`."""
    app = current_app()
    use_observed(app.services.app_state)
    state = use_observed(app.services.editing_state)
    query, set_query = ft.use_state("")
    wanted, set_wanted = ft.use_state(FILTERS[0])
    shown, set_shown = ft.use_state(SHOWN)
    ft.use_effect(app.editing.refresh, dependencies=[], cleanup=lambda: None)

    def choose(key: str) -> None:
        set_wanted(lambda _: key)
        set_shown(lambda _: SHOWN)

    on_query = action_with(lambda event: set_query(lambda _: event.control.value))
    search = ft.TextField(value=query, hint_text=t("catalogue.search"), prefix_icon=ft.Icons.SEARCH, on_change=on_query)
    today = app.editing.today()
    versions = found(state.versions, query, wanted, today)
    counted = [(key, _counted(key, state.versions)) for key in FILTERS]
    body: list[ft.Control] = [
        text_field("catalogue.search", search),
        pills("catalogue.filter", counted, wanted, choose),
    ]
    if not query and state.changes:
        body.append(change_counts(state.changes))
    body += [_row(version) for version in versions[:shown]] or [_nothing()]
    if len(versions) > shown:
        body.append(link_button("catalogue.more", t("catalogue.more"), action(set_shown, shown + SHOWN)))
    to_rules = icon_button("catalogue.rules", ft.Icons.SAVINGS_OUTLINED, t("rules.title"), action(app.go, "/rules"))
    to_forms = icon_button("catalogue.forms", ft.Icons.DYNAMIC_FORM, t("forms.title"), action(app.go, "/forms"))
    to_new = icon_button("catalogue.new", ft.Icons.ADD, t("catalogue.new"), action(app.go, "/new"))
    title = t("catalogue.title")
    return framed(
        Frame(route="/", title=title, tab="catalogue", body=body, actions=[to_rules, to_forms, to_new], again=_again())
    )


def _again() -> Handler:
    return action(current_app().editing.refresh)


def _counted(key: str, versions: tuple[EditedVersion, ...]) -> str:
    today = current_app().editing.today()
    count = sum(version.fits(key, today) for version in versions)
    return t("catalogue.counted", name=t(f"catalogue.filter.{key}"), count=count)


def _nothing() -> ft.Control:
    app = current_app()
    state = app.services.editing_state
    if state.error and not state.is_loaded:
        again = second_button("catalogue.again", t("retry"), action(app.editing.refresh))
        return empty(ft.Icons.CLOUD_OFF, t("services.unavailable"), error_text(state.error), again)
    if not state.is_loaded:
        return empty(ft.Icons.LIBRARY_BOOKS_OUTLINED, t("services.loading"), t("services.loading_body"))
    return empty(ft.Icons.SEARCH_OFF, t("services.none_found"), t("catalogue.none_body"))


def _row(version: EditedVersion) -> ft.Control:
    """One version: what it is called, since when it holds, and what is to be done about it."""
    name = said(version.name)
    since = t("catalogue.since", code=version.code, day=day(version.effective_from))
    content = card(
        ft.Column(
            spacing=theme.SPACE_S,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=[
                text(name, Style.TITLE_MEDIUM, lines=3),
                text(since, Style.BODY_MEDIUM, quiet=True),
                ft.Row(wrap=True, spacing=theme.SPACE_S, run_spacing=theme.SPACE_XS, controls=marks(version)),
            ],
        )
    )
    path = f"/{'drafts' if version.is_draft else 'versions'}/{version.id}"
    to_page = action(current_app().go, path)
    target = tappable(f"version.{version.id}", content, to_page, label=f"{name}. {since}")
    return ft.Container(key=f"version-{version.id}", content=target)


def marks(version: EditedVersion) -> list[ft.Control]:
    """Where a version stands, and how much of it nobody has checked."""
    look = current_app().look
    today = current_app().editing.today()
    if version.is_draft:
        standing = chip(t("catalogue.mark.draft"), ft.Icons.EDIT_NOTE, look.warning)
    elif version.is_coming(today):
        standing = chip(t("catalogue.mark.coming"), ft.Icons.SCHEDULE, look.neutral)
    elif not version.in_force:
        standing = chip(t("catalogue.mark.past"), ft.Icons.HISTORY, look.neutral)
    elif version.is_abolished:
        standing = chip(t("catalogue.mark.abolished"), ft.Icons.BLOCK, look.neutral)
    else:
        standing = chip(t("catalogue.mark.in_force"), ft.Icons.CHECK_CIRCLE, look.valid)
    if not version.needs_review:
        return [standing]
    unchecked = t("catalogue.mark.review", count=version.needs_review)
    return [standing, chip(unchecked, ft.Icons.RULE, look.neutral)]
