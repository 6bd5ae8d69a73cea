"""The small parts everything is made of: text, icons, tagged semantics, fields, cards, facts."""

import flet as ft

from mobile import theme
from mobile.i18n.safe_text import safe
from mobile.ui.app_context import current_app

Style = ft.TextThemeStyle
LARGE_TEXT_FROM = 150
ICON = 24


def has_large_text() -> bool:
    """Whether the user reads text so large that rows must become columns."""
    return current_app().services.app_state.settings.text_size >= LARGE_TEXT_FROM


def growth() -> float:
    """How much icons grow with the text: half as fast, so that they still leave it the room."""
    return (100 + current_app().services.app_state.settings.text_size) / 200


def glyph(icon: ft.IconData, *, color: str | None = None, size: float = ICON) -> ft.Icon:
    """An icon that keeps its measure beside text of any size; `size` in logical pixels at 100 %."""
    return ft.Icon(icon, color=color, size=size * growth())


def text(
    value: str,
    style: Style = Style.BODY_LARGE,
    *,
    quiet: bool = False,
    color: str | None = None,
    lines: int | None = None,
    align: ft.TextAlign | None = None,
) -> ft.Text:
    """A text in the type scale; only letters that the font has, so people's text may come in as it is."""
    look = current_app().look
    return ft.Text(
        safe(value),
        theme_style=style,
        color=color or (look.text_quiet if quiet else look.text),
        max_lines=lines,
        overflow=ft.TextOverflow.ELLIPSIS if lines else ft.TextOverflow.CLIP,
        text_align=align or ft.TextAlign.START,
    )


def heading(value: str, style: Style = Style.TITLE_LARGE) -> ft.Control:
    """A heading that screen readers jump to."""
    return ft.Semantics(header=True, content=text(value, style))


def tagged(identifier: str, content: ft.Control, *, label: str | None = None, live: bool = False) -> ft.Semantics:
    """Give a control a stable name for tests and assistive software; `live` announces its changes."""
    return ft.Semantics(identifier=identifier, label=label, live_region=live or None, container=True, content=content)


def card(content: ft.Control, *, padding: int = theme.SPACE_M) -> ft.Container:
    look = current_app().look
    return ft.Container(
        content=content,
        padding=padding,
        bgcolor=look.card,
        border=ft.Border.all(1, look.line),
        border_radius=theme.RADIUS_CARD,
    )


def chip(label: str, icon: ft.IconData, tone: theme.Tone) -> ft.Container:
    """Icon and word together: never a colour alone."""
    return ft.Container(
        padding=ft.Padding(left=8, top=4, right=10, bottom=4),
        bgcolor=tone.soft,
        border_radius=theme.RADIUS_PILL,
        content=ft.Row(
            tight=True,
            spacing=6,
            controls=[
                glyph(icon, size=18, color=tone.on_soft),
                text(label, Style.TITLE_SMALL, color=tone.on_soft),
            ],
        ),
    )


def side_by_side(controls: list[ft.Control], spacing: int = 12) -> ft.Control:
    """Equal shares of the width; one under the other when the text is large."""
    if has_large_text():
        for control in controls:
            control.expand = None
        stretch = ft.CrossAxisAlignment.STRETCH
        return ft.Column(spacing=spacing, horizontal_alignment=stretch, controls=controls)
    for control in controls:
        control.expand = 1
    return ft.Row(spacing=spacing, controls=controls)


def fact(label: str, value: str) -> ft.Control:
    """A small label over its value."""
    return ft.Column(
        tight=True,
        spacing=2,
        controls=[text(label, Style.BODY_SMALL, quiet=True), text(value, Style.BODY_LARGE)],
    )


def facts(rows: list[tuple[str, str]]) -> ft.Control:
    """Label and value beside each other, as on a form; long values wrap."""
    if has_large_text():
        return ft.Column(spacing=theme.SPACE_S, controls=[fact(label, value) for label, value in rows])
    return ft.Column(
        spacing=theme.SPACE_S,
        controls=[
            ft.Row(
                key=f"fact-{label}",
                vertical_alignment=ft.CrossAxisAlignment.START,
                controls=[
                    ft.Container(width=104, content=text(label, Style.BODY_MEDIUM, quiet=True)),
                    ft.Container(expand=True, content=text(value, Style.BODY_LARGE)),
                ],
            )
            for label, value in rows
        ],
    )


def empty(icon: ft.IconData, title: str, body: str, button: ft.Control | None = None) -> ft.Control:
    """Nothing here yet: what it is for, and how to get the first one."""
    look = current_app().look
    controls: list[ft.Control] = [
        ft.Container(
            width=72,
            height=72,
            bgcolor=look.primary_soft,
            border_radius=theme.RADIUS_PILL,
            alignment=ft.Alignment.CENTER,
            content=glyph(icon, size=34, color=look.on_primary_soft),
        ),
        text(title, Style.TITLE_LARGE, align=ft.TextAlign.CENTER),
        text(body, Style.BODY_LARGE, quiet=True, align=ft.TextAlign.CENTER),
    ]
    if button is not None:
        controls.append(button)
    return ft.Container(
        padding=ft.Padding.symmetric(vertical=theme.SPACE_XL, horizontal=theme.SPACE_M),
        alignment=ft.Alignment.CENTER,
        content=ft.Column(
            tight=True,
            spacing=theme.SPACE_M,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
            controls=controls,
        ),
    )


def notice_box(content: str, icon: ft.IconData, tone: theme.Tone, button: ft.Control | None = None) -> ft.Control:
    """A sentence that must be seen, with what to do about it."""
    controls: list[ft.Control] = [
        glyph(icon, size=22, color=tone.on_soft),
        ft.Container(expand=True, content=text(content, Style.BODY_MEDIUM, color=tone.on_soft)),
    ]
    if button is not None:
        controls.append(button)
    return ft.Container(
        padding=ft.Padding.symmetric(vertical=10, horizontal=14),
        bgcolor=tone.soft,
        border_radius=theme.RADIUS_FIELD,
        content=ft.Row(spacing=10, controls=controls),
    )
