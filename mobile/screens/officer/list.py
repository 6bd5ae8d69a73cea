"""The queue itself: views, lines by due date, taking some of them, and what is said when there are none."""

from dataclasses import dataclass
from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, t
from mobile.i18n.dates import moment_text
from mobile.screens.officer.key_help import use_key_help
from mobile.screens.officer.rows import desk_row, open_dossier, opening
from mobile.screens.officer.views import view_chips
from mobile.state.desk import DeskRow, DeskState, views_of
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, empty, has_large_text, heading, notice_box, text
from mobile.ui.components.buttons import Handler, icon_button, link_button, primary_button, second_button
from mobile.ui.errors import action, safely
from mobile.ui.keyboard import Key
from mobile.ui.keys import use_keys

# A line that nobody has can be taken where work waits for somebody.
TAKEN_FROM = frozenset({"intake", "unit"})


@dataclass(frozen=True, slots=True)
class LinePart:
    """What a line is in the list just now; `is_ticked` None: nobody is ticking, or not this one."""

    is_open: bool
    is_at: bool
    is_free: bool
    is_ticked: bool | None


def queue_body() -> list[ft.Control]:
    """Everything under the header."""
    app = current_app()
    state = app.services.desk_state
    if not views_of(app.services.app_state.user):
        return [empty(ft.Icons.BADGE_OUTLINED, t("desk.no_duty"), t("desk.no_duty_body"))]
    body: list[ft.Control] = [*_trouble(state)]
    body += [_line(row, state) for row in state.rows]
    if state.cursor is not None:
        label = t("desk.fetching") if state.is_fetching else t("desk.more")
        body.append(second_button("desk.more", label, None if state.is_fetching else action(app.desk.more)))
    if not state.rows and state.error is None:
        body.append(_nothing(state))
    if state.fetched_at is not None:
        when = moment_text(state.fetched_at, app.services.clock.now())
        body.append(text(t("desk.as_of", time=when), Style.BODY_SMALL, quiet=True))
    return body


def _trouble(state: DeskState) -> list[ft.Control]:
    if state.error is None:
        return []
    app = current_app()
    again = link_button("desk.again", t("retry"), action(app.desk.refresh))
    return [notice_box(error_text(state.error), ft.Icons.CLOUD_OFF, app.look.warning, again)]


def _nothing(state: DeskState) -> ft.Control:
    if state.fetched_at is None:
        return ft.Container(padding=theme.SPACE_L, content=text(t("desk.fetching"), quiet=True))
    return empty(ft.Icons.INBOX_OUTLINED, t(f"desk.empty.{state.view}"), t(f"desk.empty_body.{state.view}"))


@safely
def Line(row: DeskRow, part: LinePart, _drawn: tuple[Any, ...]) -> ft.Control:
    """One line with what can be done with it."""
    if part.is_ticked is not None:
        return desk_row(row, action(current_app().desk.tick, row.id), is_ticked=part.is_ticked)
    take = action(take_these, row.id) if part.is_free else None
    return desk_row(row, opening(row.id), is_selected=part.is_open, is_at=part.is_at, take=take)


# Of a hundred lines a key changes two: the others are neither drawn nor compared again.
_memo: Any = ft.memo
SameLine = _memo(Line)


def _line(row: DeskRow, state: DeskState) -> Any:
    app = current_app()
    settings, is_dark = app.services.app_state.settings, app.services.app_state.is_dark
    is_free = state.view in TAKEN_FROM and row.may_be_taken
    part = LinePart(
        is_open=app.desk.has_room and row.id == state.selected,
        is_at=row.id == state.at,
        is_free=is_free,
        is_ticked=row.id in state.chosen if state.chosen is not None and is_free else None,
    )
    return SameLine(row, part, (state.fetched_at, is_dark, settings.text_size, settings.lang), key=row.id)


async def take_these(*dossier_ids: str) -> None:
    """Take them and say how many it were."""
    app = current_app()
    taken, missed = await app.desk.take(*dossier_ids)
    if missed:
        app.say("desk.taken_some", count=taken, missed=missed)
    else:
        app.say("desk.taken", count=taken)


def queue_actions(show_keys: Handler) -> list[ft.Control]:
    """Beside the title: tick several, the keys where there is a keyboard as a rule, and the list as it is now."""
    app = current_app()
    state = app.services.desk_state
    found: list[ft.Control] = []
    if state.view in TAKEN_FROM and sum(row.may_be_taken for row in state.rows) > 1 and state.chosen is None:
        found.append(icon_button("desk.tick", ft.Icons.CHECKLIST, t("desk.tick"), action(app.desk.tick)))
    if app.services.app_state.is_wide:
        found.append(icon_button("desk.keys", ft.Icons.KEYBOARD_OUTLINED, t("keys.title"), show_keys))
    again = action(app.desk.refresh)
    return [*found, icon_button("desk.refresh", ft.Icons.REFRESH, t("desk.refresh"), again)]


def queue_footer() -> ft.Control | None:
    """While lines are ticked: take them, or leave it."""
    app = current_app()
    chosen = app.services.desk_state.chosen
    if chosen is None:
        return None
    take = action(take_these, *chosen) if chosen else None
    label = t("desk.take_ticked", count=len(chosen))
    return ft.Row(
        wrap=True,
        spacing=theme.SPACE_S,
        controls=[
            primary_button("desk.take_ticked", label, take, icon=ft.Icons.PERSON_ADD_ALT),
            second_button("desk.untick", t("desk.untick"), action(app.desk.stop_ticking)),
        ],
    )


def use_queue_keys(lines: Any) -> Handler:
    """The keys of the list; `lines` is the ref of its `ListView`, which follows them. Returns what opens the help."""
    app = current_app()
    show_help = use_key_help()

    async def move(step: int) -> None:
        at = app.desk.step(step)
        if at and app.desk.has_room and lines.current is not None:
            # The one above stays in sight, so that one sees where one comes from.
            above = app.services.desk_state.beside(at, -1)
            await lines.current.scroll_to(scroll_key=f"row-{above}", duration=120)

    async def enter() -> None:
        if at := app.services.desk_state.at:
            await open_dossier(at)

    def is_here() -> bool:
        return ft.context.page.route == "/"

    views = views_of(app.services.app_state.user)
    use_keys(
        Key(("j", "ArrowDown"), "keys.down", action(move, 1), is_here),
        Key(("k", "ArrowUp"), "keys.up", action(move, -1), is_here),
        Key(("Enter",), "keys.open", action(enter), is_here),
        Key(("/",), "keys.search", action(app.go, "/search")),
        Key(("r",), "keys.refresh", action(app.desk.refresh), is_here),
        *(
            Key((str(number),), "keys.views", action(app.desk.show, view), is_here)
            for number, view in enumerate(views, 1)
        ),
        Key(("?",), "keys.help", action(show_help)),
    )
    return action(show_help)


def queue_pane(lines: Any, show_keys: Handler) -> ft.Control:
    """The list of a wide screen: its head stays, its lines scroll; `lines` is the ref that the keys scroll by."""
    title = ft.Container(expand=True, content=heading(t("desk.title"), Style.HEADLINE_SMALL))
    # In large text the views would leave the lines no room.
    top = [view_chips()] if has_large_text() else []
    edge = ft.Padding(left=theme.SPACE_M, top=0, right=theme.SPACE_M, bottom=theme.SPACE_S)
    head = [] if has_large_text() else [ft.Container(padding=edge, content=view_chips())]
    column: list[ft.Control] = [
        ft.Container(
            padding=ft.Padding(left=theme.SPACE_M, top=theme.SPACE_S, right=theme.SPACE_S, bottom=0),
            content=ft.Row(spacing=0, controls=[title, *queue_actions(show_keys)]),
        ),
        *head,
        ft.ListView(
            ref=lines,
            key=f"queue-{current_app().services.desk_state.view}",
            expand=True,
            spacing=theme.SPACE_S,
            padding=ft.Padding(left=theme.SPACE_M, top=0, right=theme.SPACE_M, bottom=theme.SPACE_L),
            controls=[*top, *queue_body()],
            build_controls_on_demand=False,
        ),
    ]
    if (footer := queue_footer()) is not None:
        column.append(ft.Container(padding=theme.SPACE_M, content=footer))
    return ft.Column(expand=True, spacing=0, controls=column)
