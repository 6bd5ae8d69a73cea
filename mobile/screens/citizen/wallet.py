"""Ví: who one is, and one's licences in the order in which they matter."""

import flet as ft

from mobile.i18n.catalogue import error_text, t
from mobile.i18n.dates import as_of_text
from mobile.services.web import FULL
from mobile.state.licence import Licence, by_attention
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, empty, heading, notice_box, text
from mobile.ui.components.buttons import Handler, icon_button, primary_button
from mobile.ui.components.frame import Frame, framed
from mobile.ui.components.identity_card import identity_card
from mobile.ui.components.licence_card import licence_card, type_name
from mobile.ui.components.text_field import text_field
from mobile.ui.errors import action, action_with, screen
from mobile.ui.hooks import use_observed
from shared_models.text import search_key

SEARCH_FROM = 9


@screen
def WalletView() -> ft.View:
    """The first screen of a citizen."""
    app = current_app()
    services = app.services
    use_observed(services.app_state)
    wallet = use_observed(services.wallet_state)
    inbox = use_observed(services.inbox_state)
    query, set_query = ft.use_state("")
    actions = [
        icon_button("wallet.refresh", ft.Icons.REFRESH, t("wallet.refresh"), action(app.rounds.sync)),
        icon_button(
            "inbox.open",
            ft.Icons.NOTIFICATIONS_OUTLINED,
            t("inbox.open", count=inbox.unread),
            action(app.go, "/inbox"),
            badge=inbox.unread,
        ),
    ]
    body = wallet_body(query, action_with(lambda event: set_query(lambda _: event.control.value)))
    # That the phone is full already stands above, on every screen.
    if not wallet.licences and wallet.error not in {None, FULL} and not wallet.is_syncing:
        body.insert(1, notice_box(error_text(str(wallet.error)), ft.Icons.ERROR_OUTLINE, app.look.warning))
    return framed(Frame(route="/", title=t("wallet.title"), tab="wallet", actions=actions, body=body))


def wallet_body(query: str, on_query: Handler, selected_id: str | None = None) -> list[ft.Control]:
    """Everything under the header; also the left pane beside an open licence on wide screens."""
    services = current_app().services
    wallet, settings = services.wallet_state, services.app_state.settings
    now = services.clock.now()
    ordered = by_attention(list(wallet.licences), now, settings.pinned_id)
    shown = [licence for licence in ordered if matches(licence, query)]
    body: list[ft.Control] = [identity_card(hide=settings.hide_details), _list_header()]
    if len(ordered) >= SEARCH_FROM:
        body.append(_search(query, on_query))
    if not ordered:
        body.append(_nothing_yet())
    elif not shown:
        body.append(empty(ft.Icons.SEARCH_OFF, t("wallet.none_found"), t("wallet.none_found_body")))
    body += [
        licence_card(licence, now, hide=settings.hide_details, is_selected=licence.id == selected_id)
        for licence in shown
    ]
    return body


def matches(licence: Licence, query: str) -> bool:
    """Search by type, number, holder or address; case and diacritics do not matter."""
    words = search_key(query).split()
    place = licence.address or ""
    haystack = search_key(f"{type_name(licence.type)} {licence.number} {licence.holder_name} {place}")
    return all(word in haystack for word in words)


def _list_header() -> ft.Control:
    app = current_app()
    wallet = app.services.wallet_state
    when = as_of_text(wallet.synced_at, app.services.clock.now())
    if wallet.is_syncing:
        right: ft.Control = ft.Row(
            tight=True,
            spacing=8,
            controls=[
                ft.ProgressRing(width=14, height=14, stroke_width=2, color=app.look.primary),
                text(t("wallet.syncing"), Style.BODY_MEDIUM, quiet=True),
            ],
        )
    else:
        right = text(t("wallet.updated", time=when) if when else "", Style.BODY_MEDIUM, quiet=True)
    return ft.Row(
        alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
        wrap=True,
        controls=[heading(t("wallet.mine"), Style.TITLE_LARGE), ft.Semantics(identifier="wallet.as_of", content=right)],
    )


def _search(query: str, on_query: Handler) -> ft.Control:
    search = ft.TextField(value=query, hint_text=t("wallet.search"), prefix_icon=ft.Icons.SEARCH, on_change=on_query)
    return text_field("wallet.search", search)


def _nothing_yet() -> ft.Control:
    app = current_app()
    wallet = app.services.wallet_state
    if wallet.is_syncing:
        return empty(ft.Icons.CLOUD_SYNC, t("wallet.first_sync"), t("wallet.first_sync_body"))
    button = primary_button("wallet.fetch", t("wallet.fetch"), action(app.rounds.sync), icon=ft.Icons.REFRESH)
    return empty(ft.Icons.FOLDER_OPEN, t("wallet.empty"), t("wallet.empty_body"), button)
