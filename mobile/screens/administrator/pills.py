"""Filters as a row of pills: one is chosen, each says how much is behind it."""

from collections.abc import Callable, Sequence

import flet as ft

from mobile import theme
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, has_large_text, text
from mobile.ui.components.buttons import tappable
from mobile.ui.errors import action


def pills(stem: str, items: Sequence[tuple[str, str]], chosen: str, choose: Callable[[str], None]) -> ft.Control:
    """`items`: key and words of each; in one line that can be moved on a phone."""
    app = current_app()
    controls = [_pill(stem, key, words, key == chosen, choose) for key, words in items]
    if app.services.app_state.is_wide or has_large_text():
        return ft.Row(wrap=True, spacing=theme.SPACE_S, run_spacing=0, controls=controls)
    return ft.Row(scroll=ft.ScrollMode.HIDDEN, spacing=theme.SPACE_S, controls=controls)


def _pill(stem: str, key: str, words: str, is_chosen: bool, choose: Callable[[str], None]) -> ft.Control:
    look = current_app().look
    pill = ft.Container(
        padding=ft.Padding.symmetric(vertical=8, horizontal=14),
        bgcolor=look.primary if is_chosen else look.card,
        border=ft.Border.all(1, look.primary if is_chosen else look.line),
        border_radius=theme.RADIUS_PILL,
        content=text(words, Style.LABEL_LARGE, color=look.on_primary if is_chosen else look.text),
    )
    # Drawn smaller than it can be touched.
    room = ft.Container(padding=ft.Padding.symmetric(vertical=6), content=pill)
    target = tappable(f"{stem}.{key}", room, action(choose, key), label=words, selected=is_chosen)
    return ft.Container(key=f"{stem}-{key}", content=target)
