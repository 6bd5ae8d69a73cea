"""The tabs of each role: a bar under a phone's screen, a rail beside a wide one."""

from collections.abc import Callable
from dataclasses import dataclass

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.services.session import User
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, glyph, text
from mobile.ui.components.buttons import Handler, count_badge, tappable
from shared_models.access import Scope


@dataclass(frozen=True, slots=True)
class Tab:
    """One destination; `tab.<id>` is its message key. `scope`: only for those who have it."""

    id: str
    path: str
    icon: ft.IconData
    selected_icon: ft.IconData
    scope: Scope | None = None


ME = Tab("me", "/me", ft.Icons.BADGE_OUTLINED, ft.Icons.BADGE)
CITIZEN_TABS = (
    Tab("wallet", "/", ft.Icons.ACCOUNT_BALANCE_WALLET_OUTLINED, ft.Icons.ACCOUNT_BALANCE_WALLET),
    Tab("services", "/services", ft.Icons.APPS_OUTLINED, ft.Icons.APPS),
    Tab("dossiers", "/dossiers", ft.Icons.ASSIGNMENT_OUTLINED, ft.Icons.ASSIGNMENT),
    Tab("me", "/me", ft.Icons.PERSON_OUTLINE, ft.Icons.PERSON),
)
INSPECTOR_TABS = (
    Tab("scan", "/", ft.Icons.QR_CODE_SCANNER, ft.Icons.QR_CODE_SCANNER),
    Tab("queue", "/queue", ft.Icons.CLOUD_UPLOAD_OUTLINED, ft.Icons.CLOUD_UPLOAD),
    ME,
)
OFFICER_TABS = (
    Tab("desk", "/", ft.Icons.INBOX_OUTLINED, ft.Icons.INBOX, Scope.DOSSIERS_READ),
    Tab("counter", "/counter", ft.Icons.STOREFRONT_OUTLINED, ft.Icons.STOREFRONT, Scope.DOSSIERS_RECEIVE),
    Tab("search", "/search", ft.Icons.SEARCH, ft.Icons.SEARCH, Scope.DOSSIERS_READ),
    Tab("collect", "/collect", ft.Icons.PAYMENTS_OUTLINED, ft.Icons.PAYMENTS, Scope.PAYMENTS_COLLECT),
    ME,
)
ADMINISTRATOR_TABS = (
    Tab("catalogue", "/", ft.Icons.LIBRARY_BOOKS_OUTLINED, ft.Icons.LIBRARY_BOOKS),
    Tab("calendar", "/calendar", ft.Icons.CALENDAR_MONTH_OUTLINED, ft.Icons.CALENDAR_MONTH),
    ME,
)
TABS = {
    "citizen": CITIZEN_TABS,
    "inspector": INSPECTOR_TABS,
    "officer": OFFICER_TABS,
    "administrator": ADMINISTRATOR_TABS,
}


def tabs_of(user: User) -> tuple[Tab, ...]:
    """The tabs of somebody's role that their duties open."""
    return tuple(tab for tab in TABS[user.role] if tab.scope is None or tab.scope.value in user.scopes)


def section_of(user: User, tab: str | None, back: str) -> str:
    """The tab that a page belongs to: its own, or the one its way back leads to or into, else the first."""
    tabs = tabs_of(user)
    above = [one.id for one in tabs if one.path == back or back.startswith(f"{one.path}/")]
    return tab or next(iter(above), tabs[0].id)


def tab_bar(user: User, selected: str | None, way: Callable[[Tab], Handler]) -> ft.Control:
    """The bar of a phone; `way` says what choosing a tab does."""
    look = current_app().look
    tabs = [(tab, _destination(tab, way(tab), is_selected=tab.id == selected)) for tab in tabs_of(user)]
    return ft.Container(
        bgcolor=look.card,
        border=ft.Border.only(top=ft.BorderSide(1, look.line)),
        content=ft.Row(
            spacing=0,
            controls=[ft.Container(key=f"tab-{tab.id}", expand=1, content=target) for tab, target in tabs],
        ),
    )


def tab_rail(user: User, selected: str, way: Callable[[Tab], Handler]) -> ft.Control:
    """The rail of a wide screen."""
    look = current_app().look
    return ft.Container(
        width=104,
        bgcolor=look.card,
        border=ft.Border.only(right=ft.BorderSide(1, look.line)),
        padding=ft.Padding.symmetric(vertical=theme.SPACE_M, horizontal=4),
        content=ft.Column(
            spacing=theme.SPACE_S,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
            controls=[
                glyph(ft.Icons.VERIFIED_USER, color=look.primary, size=30),
                ft.Container(height=theme.SPACE_S),
                *(
                    ft.Container(
                        key=f"rail-{tab.id}",
                        content=_destination(tab, way(tab), is_selected=tab.id == selected, width=96),
                    )
                    for tab in tabs_of(user)
                ),
            ],
        ),
    )


def _count(tab: Tab) -> int:
    """What waits behind a tab: records for the network, dossiers for their owner."""
    s = current_app().services
    counts = {"queue": len(s.queue_state.items), "dossiers": s.dossiers_state.asked}
    return counts.get(tab.id, 0)


def _destination(tab: Tab, chosen: Handler, *, is_selected: bool, width: int | None = None) -> ft.Control:
    look = current_app().look
    ink = look.on_primary_soft if is_selected else look.text_quiet
    count = _count(tab)
    pill = ft.Container(
        width=60,
        height=34,
        border_radius=theme.RADIUS_PILL,
        bgcolor=look.primary_soft if is_selected else None,
        alignment=ft.Alignment.CENTER,
        content=ft.Icon(
            tab.selected_icon if is_selected else tab.icon,
            color=look.primary if is_selected else ink,
            size=24,
            badge=count_badge(count, look.warning.strong, on_bare_icon=True),
        ),
    )
    name = text(t(f"tab.{tab.id}"), Style.LABEL_MEDIUM, color=look.primary if is_selected else look.text_quiet)
    label = t("tab.with_count", name=t(f"tab.{tab.id}"), count=count) if count else t(f"tab.{tab.id}")
    inside = ft.Container(
        padding=ft.Padding.symmetric(vertical=8),
        alignment=ft.Alignment.CENTER,
        width=width,
        content=ft.Column(
            tight=True,
            spacing=2,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
            controls=[pill, name],
        ),
    )
    return tappable(f"tab.{tab.id}", inside, chosen, label=label, selected=is_selected)
