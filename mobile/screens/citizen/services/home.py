"""Dịch vụ: search first, then what happens in a life, then who does what. Needs no account and no network."""

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, t
from mobile.i18n.dates import as_of_text
from mobile.screens.citizen.services.cards import EVENT_ICONS, agency_name, event_name, procedure_card
from mobile.state.procedures import ProcedureCard, agencies_in, events_in, found
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, empty, glyph, has_large_text, heading, text
from mobile.ui.components.buttons import Handler, icon_button, second_button, tappable
from mobile.ui.components.frame import Frame, framed
from mobile.ui.components.settings_rows import row
from mobile.ui.components.text_field import text_field
from mobile.ui.errors import action, action_with, screen
from mobile.ui.hooks import use_observed

OF_COMMUNE = "commune"


@screen
def ServicesView() -> ft.View:
    """`/services`."""
    app = current_app()
    state = use_observed(app.services.app_state)
    inbox = use_observed(app.services.inbox_state)
    query, set_query = ft.use_state("")
    use_catalogue()
    is_visitor = state.user is None
    bell = icon_button(
        "inbox.open",
        ft.Icons.NOTIFICATIONS_OUTLINED,
        t("inbox.open", count=inbox.unread),
        action(app.go, "/inbox"),
        badge=inbox.unread,
    )
    return framed(
        Frame(
            route="/services",
            title=t("services.title"),
            tab=None if is_visitor else "services",
            actions=[] if is_visitor else [bell],
            body=services_body(query, action_with(lambda event: set_query(lambda _: event.control.value))),
            leave=leave_visit if is_visitor else None,
        )
    )


def use_catalogue() -> None:
    """Draw anew when the list changes; fetch it when the screen appears."""
    app = current_app()
    use_observed(app.services.catalogue_state)

    async def fetch() -> None:
        if not app.services.catalogue_state.cards:
            await app.paperwork.fill_catalogue()
        await app.paperwork.refresh_catalogue()

    ft.use_effect(fetch, dependencies=[], cleanup=lambda: None)


async def leave_visit(path: str) -> None:
    """Somebody without an account goes back to the door, or on to another page of the catalogue."""
    app = current_app()
    if path == "/":
        app.services.app_state.is_visiting = False
    app.go(path)


def services_body(query: str, on_query: Handler, selected: str | None = None) -> list[ft.Control]:
    """Everything under the header; also the left pane beside an open page on wide screens."""
    catalogue = current_app().services.catalogue_state
    search = ft.TextField(value=query, hint_text=t("services.search"), prefix_icon=ft.Icons.SEARCH, on_change=on_query)
    body: list[ft.Control] = [text_field("services.search", search)]
    if not catalogue.cards:
        return [*body, _nothing()]
    if query.strip():
        words = {key: event_name(key) for card_ in catalogue.cards for key in card_.life_events}
        hits = found(catalogue.cards, query, words)
        body += [procedure_card(hit, is_selected=hit.code == selected) for hit in hits]
        return body if hits else [*body, _not_found()]
    body += [heading(t("services.events"), Style.TITLE_LARGE), _events(catalogue.cards)]
    body += [heading(t("services.agencies"), Style.TITLE_LARGE), _agencies(catalogue.cards)]
    return [*body, _as_of()]


def _not_found() -> ft.Control:
    return empty(ft.Icons.SEARCH_OFF, t("services.none_found"), t("services.none_found_body"))


def _nothing() -> ft.Control:
    app = current_app()
    state = app.services.catalogue_state
    if state.error is None:
        return empty(ft.Icons.MENU_BOOK, t("services.loading"), t("services.loading_body"))
    again = second_button("services.again", t("retry"), action(app.paperwork.refresh_catalogue))
    return empty(ft.Icons.CLOUD_OFF, t("services.unavailable"), error_text(state.error), again)


def _as_of() -> ft.Control:
    app = current_app()
    state = app.services.catalogue_state
    when = as_of_text(state.fetched_at, app.services.clock.now())
    return text(t("services.as_of", time=when) if when else "", Style.BODY_SMALL, quiet=True)


def _events(cards: tuple[ProcedureCard, ...]) -> ft.Control:
    """Two beside each other; one under the other when the text is large."""
    tiles = [_event(cards, key) for key in events_in(cards) if event_name(key)]
    wide = 1 if has_large_text() else 2
    rows = [tiles[start : start + wide] for start in range(0, len(tiles), wide)]
    return ft.Column(
        spacing=theme.SPACE_S,
        controls=[
            ft.Row(
                key=f"events-{number}",
                spacing=theme.SPACE_S,
                vertical_alignment=ft.CrossAxisAlignment.START,
                controls=[*pair, *(ft.Container(expand=1) for _ in range(wide - len(pair)))],
            )
            for number, pair in enumerate(rows)
        ],
    )


def _event(cards: tuple[ProcedureCard, ...], key: str) -> ft.Control:
    app = current_app()
    count = sum(key in card_.life_events and card_.is_active for card_ in cards)
    name, how_many = event_name(key), t("services.count", count=count)
    content = card(
        ft.Column(
            spacing=4,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=[
                ft.Row(controls=[glyph(EVENT_ICONS.get(key, ft.Icons.DESCRIPTION_OUTLINED), color=app.look.primary)]),
                text(name, Style.TITLE_MEDIUM, lines=None if has_large_text() else 2),
                text(how_many, Style.BODY_MEDIUM, quiet=True),
            ],
        )
    )
    if not has_large_text():
        content.height = EVENT_HEIGHT
    to_list = action(app.go, f"/services/of/event/{key}")
    tile = tappable(f"event.{key}", content, to_list, label=f"{name}. {how_many}")
    return ft.Container(key=f"event-{key}", expand=1, content=tile)


EVENT_HEIGHT = 116


def _agencies(cards: tuple[ProcedureCard, ...]) -> ft.Control:
    app = current_app()
    lines: list[ft.Control] = []
    for number, (agency, count) in enumerate(agencies_in(cards)):
        code = agency.code if agency else OF_COMMUNE
        if number:
            lines.append(ft.Divider(key=f"line-{number}", height=1, thickness=1, color=app.look.line))
        to_list = action(app.go, f"/services/of/agency/{code}")
        name = agency_name(agency)
        lines.append(
            row(f"agency.{code}", ft.Icons.ACCOUNT_BALANCE_OUTLINED, name, t("services.count", count=count), to_list)
        )
    return card(ft.Column(spacing=0, controls=lines), padding=0)


@screen
def ServicesOfView() -> ft.View:
    """`/services/of/event/<key>` and `/services/of/agency/<code>`."""
    app = current_app()
    state = use_observed(app.services.app_state)
    use_catalogue()
    params = ft.use_route_params()
    kind, key = params.get("kind", ""), params.get("key", "")
    cards = app.services.catalogue_state.cards
    shown = [card_ for card_ in cards if card_.is_active and _belongs(card_, kind, key)]
    title = event_name(key) if kind == "event" else _title_of_agency(shown)
    body: list[ft.Control] = [procedure_card(card_) for card_ in shown] or [_nothing() if not cards else _not_found()]
    return framed(
        Frame(
            route=ft.use_view_path() or f"/services/of/{kind}/{key}",
            title=title or t("services.title"),
            back="/services",
            body=body,
            leave=leave_visit if state.user is None else None,
        )
    )


def _belongs(found_card: ProcedureCard, kind: str, key: str) -> bool:
    if kind == "event":
        return key in found_card.life_events
    return (found_card.agency.code if found_card.agency else OF_COMMUNE) == key


def _title_of_agency(shown: list[ProcedureCard]) -> str:
    return agency_name(shown[0].agency) if shown else ""
