"""Amounts in large type: broken in two lines, one could be read as another."""

from typing import Final

import flet as ft

from mobile import theme
from mobile.i18n.names import money
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, text

_SIZES = (
    (Style.DISPLAY_SMALL, theme.DISPLAY_SMALL),
    (Style.HEADLINE_MEDIUM, theme.HEADLINE_MEDIUM),
    (Style.HEADLINE_SMALL, theme.HEADLINE_SMALL),
    (Style.TITLE_LARGE, theme.TITLE_LARGE),
)
_DIGIT, _POINT = 0.58, 0.29
"""Widths of Roboto's medium weight in its size, rounded up; a space is as narrow as a point."""


CARD: Final = 2 * (theme.SPACE_M + theme.SPACE_M)
"""Pixels: the edges of a page and of a card on it."""


def amount_style(amount: int, beside: int = CARD, largest: Style = Style.DISPLAY_SMALL) -> Style:
    """The largest style in which the amount stands on one line of this phone; the smallest where none does.

    ``beside``: pixels of the screen's width that are not the amount's.
    """
    state = current_app().services.app_state
    wide = sum(_POINT if sign in ". \N{NO-BREAK SPACE}" else _DIGIT for sign in money(amount))
    room = (state.width - beside) * 100 / state.settings.text_size
    styles = [style for style, _ in _SIZES]
    fits = [style for style, size in _SIZES[styles.index(largest) :] if wide * size <= room]
    return fits[0] if fits else styles[-1]


def amount_text(amount: int, color: str, *, beside: int = CARD, align: ft.TextAlign | None = None) -> ft.Text:
    return text(money(amount), amount_style(amount, beside), color=color, align=align)
