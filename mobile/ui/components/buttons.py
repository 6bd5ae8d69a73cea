"""What is pressed: the one thing to do, other things one may do, links, icons, and any content made one button."""

from collections.abc import Awaitable, Callable

import flet as ft

from mobile import theme
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import ICON, growth, has_large_text

Handler = Callable[..., Awaitable[None]]
BUTTON_PADDING = ft.Padding.symmetric(vertical=14, horizontal=theme.SPACE_L)
LINK_PADDING = ft.Padding.symmetric(vertical=10, horizontal=12)
BUTTON_ICON = 20


def button_height() -> int | None:
    """One height for all buttons; with large text their words decide."""
    return None if has_large_text() else 56


def tappable(
    identifier: str, content: ft.Control, on_click: Handler, *, label: str, selected: bool | None = None
) -> ft.Control:
    """Make any content one button for fingers, keyboards and screen readers."""
    return ft.MergeSemantics(
        content=ft.Semantics(
            identifier=identifier,
            button=True,
            label=label,
            selected=selected,
            content=ft.Container(
                content=ft.Semantics(exclude_semantics=True, content=content),
                on_click=on_click,
                ink=True,
                border_radius=theme.RADIUS_CARD,
            ),
        )
    )


def primary_button(
    identifier: str,
    label: str,
    on_click: Handler | None,
    *,
    icon: ft.IconData | None = None,
    expand: bool | int | None = None,
    busy: bool = False,
) -> ft.Control:
    """The one thing to do on a screen."""
    button = ft.FilledButton(
        content=label,
        icon=icon,
        on_click=None if busy else on_click,
        disabled=busy or on_click is None,
        height=button_height(),
        style=ft.ButtonStyle(padding=BUTTON_PADDING, shape=ft.StadiumBorder(), icon_size=BUTTON_ICON * growth()),
    )
    return ft.Semantics(identifier=identifier, content=button, expand=expand)


def second_button(
    identifier: str,
    label: str,
    on_click: Handler | None,
    *,
    icon: ft.IconData | None = None,
    expand: bool | int | None = None,
    danger: bool = False,
) -> ft.Control:
    """Something else one may do."""
    look = current_app().look
    color = look.danger.strong if danger else look.primary
    button = ft.OutlinedButton(
        content=label,
        icon=icon,
        on_click=on_click,
        disabled=on_click is None,
        height=button_height(),
        style=ft.ButtonStyle(
            color=color,
            side=ft.BorderSide(1.2, color),
            padding=BUTTON_PADDING,
            shape=ft.StadiumBorder(),
            icon_size=BUTTON_ICON * growth(),
        ),
    )
    return ft.Semantics(identifier=identifier, content=button, expand=expand)


def link_button(
    identifier: str, label: str, on_click: Handler | None, *, icon: ft.IconData | None = None
) -> ft.Control:
    # Large text may need two lines; one alone is still as high as a thumb.
    height, padding = (None, LINK_PADDING) if has_large_text() else (theme.TOUCH, None)
    looks = ft.ButtonStyle(icon_size=BUTTON_ICON * growth(), padding=padding)
    button = ft.TextButton(content=label, icon=icon, on_click=on_click, height=height, style=looks)
    return ft.Semantics(identifier=identifier, content=button)


def icon_button(
    identifier: str, icon: ft.IconData, label: str, on_click: Handler, *, badge: int | None = None
) -> ft.Control:
    """``badge``: a number at its corner; None on a button that never has one (0 now and then is still a count)."""
    look = current_app().look
    button = ft.IconButton(
        icon=icon,
        icon_color=look.text,
        icon_size=ICON * growth(),
        tooltip=label,
        on_click=on_click,
        width=theme.TOUCH,
        height=theme.TOUCH,
        badge=None if badge is None else count_badge(badge, look.danger.strong),
    )
    # A tooltip is a node of its own around the button: unmerged, a screen reader hears a button without a name.
    return ft.MergeSemantics(content=ft.Semantics(identifier=identifier, content=button))


def count_badge(count: int, color: str, *, on_bare_icon: bool = False) -> ft.Badge:
    """A number at an icon's corner; its size stays, or large text would hide the icon.

    A button is wider than its icon: there the corner lies inside of it.
    """
    return ft.Badge(
        label=str(min(count, 99)),
        # There at 0 too: when one is taken away, Flutter now and then drops the rest of that frame.
        label_visible=count > 0,
        bgcolor=color,
        text_color=current_app().look.on_primary,
        text_style=ft.TextStyle(size=11, weight=ft.FontWeight.W_500),
        offset=ft.Offset(8, -2) if on_bare_icon else ft.Offset(-6, 4),
    )
