"""The frame of every screen: header, tabs (a bar on phones, a rail from 840 px on), bars that tell the state."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.i18n.dates import as_of_text, moment_text
from mobile.services import on_screen
from mobile.ui.app_context import App, current_app
from mobile.ui.components.basics import Style, glyph, notice_box, text
from mobile.ui.components.buttons import Handler, icon_button, link_button
from mobile.ui.components.tabs import Tab, section_of, tab_bar, tab_rail
from mobile.ui.errors import action

# The same height with and without buttons, so that nothing jumps between tabs; large text needs more.
HEADER_HEIGHT, HEADER_GROWS_FROM = 64, 125
ONE_LINE = 26
"""Characters of a title that fit beside the arrow and two buttons; longer ones take two smaller lines."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What a screen puts into the frame. `tab` None: a page above the tabs, with a way back to `back`.

    `again`: what choosing the tab does while it is chosen. `leave`: asked to go to a path instead of going there.
    `part`: which of several pages of one address this is; another one starts at its top.
    `fill`: instead of a `body`: what takes all the room below the header, as wide as the window, and scrolls by itself.
    """

    route: str
    title: str
    body: list[ft.Control]
    tab: str | None = None
    back: str = "/"
    actions: list[ft.Control] = field(default_factory=list)
    footer: ft.Control | None = None
    width: int = theme.CONTENT_WIDTH
    is_plain: bool = False
    again: Handler | None = None
    leave: Callable[[str], Awaitable[None]] | None = None
    part: str = ""
    fill: ft.Control | None = None

    def way_to(self, path: str) -> Handler:
        return action(self.leave or current_app().go, path)

    def way_by(self, tab: Tab) -> Handler:
        """What choosing a tab does here."""
        return self.again if self.tab == tab.id and self.again else self.way_to(tab.path)


def framed(frame: Frame) -> ft.View:
    """The whole view of a screen."""
    app = current_app()
    state = app.services.app_state
    main = _main(frame)
    if not state.is_wide or state.user is None:
        shows_bar = frame.tab is not None and state.user is not None
        column: list[ft.Control] = [ft.Container(expand=True, content=main)]
        if shows_bar and state.user is not None:
            column.append(tab_bar(state.user, frame.tab, frame.way_by))
        content: ft.Control = ft.Column(expand=True, spacing=0, controls=column)
    else:
        content = ft.Row(
            expand=True,
            spacing=0,
            vertical_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=[
                tab_rail(state.user, section_of(state.user, frame.tab, frame.back), frame.way_by),
                ft.Container(expand=True, content=main),
            ],
        )
    return ft.View(
        route=frame.route,
        padding=0,
        spacing=0,
        bgcolor=app.look.page,
        controls=[ft.SafeArea(expand=True, content=content)],
    )


def _main(frame: Frame) -> ft.Control:
    column: list[ft.Control] = [] if frame.is_plain else [_centred(frame.width, _header(frame))]
    if frame.fill is not None:
        bars = [ft.Container(padding=theme.SPACE_S, content=bar) for bar in _state_bars()]
        return ft.Column(expand=True, spacing=0, controls=[*column, *bars, frame.fill, _offline_bar()])
    inner = ft.ListView(
        key=f"list-{frame.route}{frame.part}",  # another page starts at its top
        expand=True,
        spacing=theme.SPACE_M,
        padding=ft.Padding(left=theme.SPACE_M, top=0, right=theme.SPACE_M, bottom=theme.SPACE_L),
        controls=[_centred(frame.width, control) for control in [*_state_bars(), *frame.body]],
        build_controls_on_demand=len(frame.body) > 20,
    )
    column.append(ft.Container(expand=True, content=inner))
    if frame.footer is not None:
        column.append(_centred(frame.width, ft.Container(padding=theme.SPACE_M, content=frame.footer)))
    column.append(_offline_bar())
    return ft.Column(expand=True, spacing=0, controls=column)


def _centred(width: int, content: ft.Control) -> ft.Control:
    """Content never grows wider than people read comfortably."""
    if not current_app().services.app_state.is_wide:
        return content
    return ft.Row(
        alignment=ft.MainAxisAlignment.CENTER,
        key=content.key,
        controls=[ft.Container(width=width, content=content)],
    )


def _header(frame: Frame) -> ft.Control:
    app = current_app()
    left: list[ft.Control] = []
    if frame.tab is None:
        left.append(icon_button("nav.back", ft.Icons.ARROW_BACK, t("nav.back"), frame.way_to(frame.back)))
    style = Style.HEADLINE_MEDIUM if frame.tab else Style.TITLE_LARGE
    if len(frame.title) > ONE_LINE and not frame.tab:
        style = Style.TITLE_MEDIUM
    is_high = app.services.app_state.settings.text_size > HEADER_GROWS_FROM
    words = text(frame.title, style, lines=3 if is_high else 2)
    title = ft.Container(expand=True, content=ft.Semantics(header=True, content=words))
    # On wide screens the header is as wide as the content below it, whose edge is the list's own padding.
    side = theme.SPACE_M if frame.tab and not app.services.app_state.is_wide else 0
    return ft.Container(
        height=None if is_high else HEADER_HEIGHT,
        padding=ft.Padding(left=side, top=theme.SPACE_S, right=theme.SPACE_XS, bottom=theme.SPACE_S),
        content=ft.Row(spacing=theme.SPACE_XS, controls=[*left, title, *frame.actions]),
    )


def _state_bars() -> list[ft.Control]:
    """What the user should know before anything else: a full phone, a session that ended, a new version."""
    app = current_app()
    state = app.services.app_state
    bars: list[ft.Control] = []
    if state.unkept:
        button = link_button("room.again", t("retry"), action(app.rounds.try_with_room))
        bars.append(notice_box(t("room.none"), ft.Icons.SD_CARD_ALERT, app.look.warning, button))
    elif not state.is_kept_offline:
        button = link_button("room.again", t("retry"), action(app.services.web.call, "offline.keep"))
        bars.append(notice_box(t("room.no_offline"), ft.Icons.SD_CARD_ALERT, app.look.warning, button))
    if state.session_ended and state.is_online:
        again = action(app.lifecycle.sign_in_again)
        button = link_button("session.again", t("session.again"), again)
        bars.append(notice_box(t("session.ended"), ft.Icons.LOGIN, app.look.warning, button))
    if state.update_ready:
        apply = action(app.services.web.call, "update.apply")
        button = link_button("update.apply", t("update.apply"), apply)
        bars.append(notice_box(t("update.ready"), ft.Icons.DOWNLOAD_DONE, app.look.neutral, button))
    return bars


def _offline_sentence(app: App) -> str:
    """What still holds without a network: a phone's own papers and status lists, or what the desk has seen last."""
    s, now = app.services, app.services.clock.now()
    if on_screen.is_officer(s):
        fetched_at = s.desk_state.fetched_at
        return t("offline.desk", time=moment_text(fetched_at, now)) if fetched_at else t("offline.bar_unknown")
    shown = as_of_text(s.wallet_state.synced_at if app.lifecycle.is_citizen else s.queue_state.as_of, now)
    return t("offline.bar", time=shown) if shown else t("offline.bar_unknown")


def _offline_bar() -> ft.Control:
    app = current_app()
    s = app.services
    if s.app_state.is_online:
        return ft.Container(height=0)
    sentence = _offline_sentence(app)
    return ft.Semantics(
        identifier="offline.bar",
        live_region=True,
        content=ft.Container(
            bgcolor=app.look.neutral.soft,
            padding=ft.Padding.symmetric(vertical=10, horizontal=theme.SPACE_M),
            content=ft.Row(
                alignment=ft.MainAxisAlignment.CENTER if s.app_state.is_wide else ft.MainAxisAlignment.START,
                controls=[
                    glyph(ft.Icons.CLOUD_OFF, size=18, color=app.look.neutral.on_soft),
                    ft.Container(
                        expand=not s.app_state.is_wide,
                        content=text(sentence, Style.BODY_SMALL, color=app.look.neutral.on_soft),
                    ),
                ],
            ),
        ),
    )
