"""The views of the queue as chips with how much is in each."""

from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.screens.officer.rows import SCROLL_KEY
from mobile.state.desk import DeskState, views_of
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, text
from mobile.ui.components.buttons import tappable
from mobile.ui.errors import action


def view_name(view: str, state: DeskState) -> str:
    """`Chờ ký · 4`; `30+` where there are more than were read."""
    counted = state.counts.get(view)
    if counted is None:
        return t(f"desk.view.{view}")
    count, has_more = counted
    return t("desk.view.counted", name=t(f"desk.view.{view}"), count=f"{count}+" if has_more else str(count))


def use_moved_chips() -> Any:
    """A ref for the line of chips of a phone, which moves to the one that is chosen."""
    app = current_app()
    chips: Any = ft.use_ref(None)
    view = app.services.desk_state.view

    async def move() -> None:
        if view and chips.current is not None:
            await chips.current.scroll_to(scroll_key=f"view-{view}", duration=200)

    ft.use_effect(move, dependencies=[view, app.desk.has_room], cleanup=lambda: None)
    return chips


def view_chips(ref: Any = None) -> ft.Control:
    """In one line that can be moved on a phone; in as many as they need where there is room."""
    app = current_app()
    state = app.services.desk_state
    chips = [_chip(view, state) for view in views_of(app.services.app_state.user)]
    if app.services.app_state.is_wide:
        return ft.Row(wrap=True, spacing=theme.SPACE_S, run_spacing=0, controls=chips)
    return ft.Row(ref=ref, key="views", scroll=ft.ScrollMode.HIDDEN, spacing=theme.SPACE_S, controls=chips)


def _chip(view: str, state: DeskState) -> ft.Control:
    look = current_app().look
    is_selected = view == state.view
    ink = look.on_primary if is_selected else look.text
    name = view_name(view, state)
    pill = ft.Container(
        padding=ft.Padding.symmetric(vertical=8, horizontal=14),
        bgcolor=look.primary if is_selected else look.card,
        border=ft.Border.all(1, look.primary if is_selected else look.line),
        border_radius=theme.RADIUS_PILL,
        content=text(name, Style.LABEL_LARGE, color=ink),
    )
    # Drawn smaller than it can be touched.
    room = ft.Container(padding=ft.Padding.symmetric(vertical=6), content=pill)
    show = action(current_app().desk.show, view)
    return ft.Container(
        key=SCROLL_KEY(f"view-{view}"),
        content=tappable(f"desk.view.{view}", room, show, label=name, selected=is_selected),
    )
