"""The sections of Thu phí, and how a list and one of its things stand: beside each other, or one by one."""

from dataclasses import dataclass, field

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, t
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, empty, has_large_text, heading, notice_box, text
from mobile.ui.components.buttons import Handler, icon_button, tappable
from mobile.ui.components.frame import Frame, framed
from mobile.ui.errors import action
from mobile.ui.hooks import Failed

SECTIONS = (
    *(("tasks", "/collect"), ("statements", "/collect/statements")),
    *(("orders", "/collect/orders"), ("receipts", "/collect/receipts")),
)
LIST = 392


@dataclass(frozen=True, slots=True)
class Section:
    """``left``: the list; ``right``: what is open, None when nothing is. ``refresh`` reads the list anew."""

    key: str
    route: str
    title: str
    left: list[ft.Control]
    right: list[ft.Control] | None = None
    refresh: Handler | None = None
    actions: list[ft.Control] = field(default_factory=list)

    @property
    def root(self) -> str:
        return dict(SECTIONS)[self.key]


def section_view(section: Section) -> ft.View:
    """On a wide screen the list keeps its place beside what is open."""
    app = current_app()
    actions = [*section.actions]
    if section.refresh is not None:
        actions.append(icon_button("collect.refresh", ft.Icons.REFRESH, t("desk.refresh"), section.refresh))
    if not app.services.app_state.is_wide:
        if section.right is not None:
            return framed(Frame(route=section.route, title=section.title, back=section.root, body=section.right))
        body = [_chips(section.key), *section.left]
        frame = Frame(route=section.route, title=t("collect.title"), tab="collect", actions=actions, body=body)
        return framed(frame)
    head = ft.Row(
        spacing=0,
        controls=[ft.Container(expand=True, content=heading(t("collect.title"), Style.HEADLINE_SMALL)), *actions],
        # The same with and without buttons, so that nothing jumps between sections.
        height=None if has_large_text() else theme.TOUCH,
    )
    left = _scrolled(f"collect-{section.key}", [head, _chips(section.key), *section.left], theme.SPACE_M)
    right = _scrolled(f"open-{section.route}", _titled(section), theme.SPACE_L)
    look = app.look
    panes = ft.Row(
        expand=True,
        spacing=0,
        vertical_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[
            ft.Container(width=LIST, border=ft.Border.only(right=ft.BorderSide(1, look.line)), content=left),
            ft.Container(expand=True, content=right),
        ],
    )
    return framed(Frame(route=section.route, title="", tab="collect", is_plain=True, body=[], fill=panes))


def _titled(section: Section) -> list[ft.Control]:
    if section.right is None:
        return [empty(ft.Icons.MENU_OPEN, t(f"collect.none_open.{section.key}"), t("collect.none_open_body"))]
    return [heading(section.title, Style.HEADLINE_SMALL), *section.right]


def _scrolled(key: str, controls: list[ft.Control], side: int) -> ft.Control:
    edge = ft.Padding(left=side, top=theme.SPACE_M, right=side, bottom=theme.SPACE_XL)
    return ft.ListView(key=key, expand=True, spacing=theme.SPACE_M, padding=edge, controls=controls)


def _chips(selected: str) -> ft.Control:
    chips = [_chip(key, path, is_selected=key == selected) for key, path in SECTIONS]
    return ft.Row(key="sections", wrap=True, spacing=4, run_spacing=0, controls=chips)


def _chip(key: str, path: str, *, is_selected: bool) -> ft.Control:
    app = current_app()
    look, name = app.look, t(f"collect.section.{key}")
    pill = ft.Container(
        padding=ft.Padding.symmetric(vertical=8, horizontal=11),
        bgcolor=look.primary if is_selected else look.card,
        border=ft.Border.all(1, look.primary if is_selected else look.line),
        border_radius=theme.RADIUS_PILL,
        content=text(name, Style.LABEL_LARGE, color=look.on_primary if is_selected else look.text),
    )
    # Drawn smaller than it can be touched.
    room = ft.Container(padding=ft.Padding.symmetric(vertical=6), content=pill)
    go = action(app.go, path)
    return tappable(f"collect.section.{key}", room, go, label=name, selected=is_selected)


def told_fault(code: str) -> ft.Control:
    """Why something could not be read."""
    icon = ft.Icons.CLOUD_OFF if code == "network.unreachable" else ft.Icons.ERROR_OUTLINE
    return notice_box(error_text(code), icon, current_app().look.warning)


def not_read(loading: object) -> list[ft.Control]:
    """While something is being read, or when it cannot be."""
    if isinstance(loading, Failed):
        return [told_fault(loading.code)]
    return [text(t("collect.loading"), quiet=True)]


def line(identifier: str, words: list[ft.Control], on_open: Handler, *, label: str, is_selected: bool) -> ft.Control:
    """A thing of a list as one button."""
    look = current_app().look
    inside = ft.Container(
        padding=12,
        bgcolor=look.primary_soft if is_selected else look.card,
        content=ft.Column(tight=True, spacing=3, horizontal_alignment=ft.CrossAxisAlignment.STRETCH, controls=words),
    )
    return ft.Container(
        border=ft.Border.all(1, look.primary if is_selected else look.line),
        border_radius=theme.RADIUS_FIELD,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
        content=tappable(identifier, inside, on_open, label=label, selected=is_selected),
    )
