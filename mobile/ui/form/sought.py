"""Choosing among many things by typing a part of a name: for lists that would be longer than a screen."""

import re
from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.ui.components.basics import Style, text
from mobile.ui.components.text_field import text_field
from mobile.ui.errors import action, action_with, safely
from mobile.ui.form.asking import Asked, question
from mobile.ui.form.options import option
from shared_models.procedure_terms import KEY_PATTERN
from shared_models.text import search_key

MOST_FOUND, FEW = 8, 8
_KEY = re.compile(KEY_PATTERN, re.ASCII)


@safely
def Sought(asked: Asked) -> ft.Control:
    """One thing or several. With `free` in its layout a key that is not there yet may be typed."""
    query, set_query = ft.use_state("")
    options = asked.field.get("options") or {}
    many = asked.prop["type"] == "array"
    have = [one for one in (asked.value if many else [asked.value]) or [] if one]

    async def pick(value: str) -> None:
        set_query(lambda _: "")
        kept = [one for one in have if one != value]
        picked: Any = ([*kept, value] if value not in have else kept) or None
        await answer(asked, picked if many else None if value in have else value)

    chosen = [_row(asked, value, options, action(pick, value), many, is_chosen=True) for value in have]
    rest = {value: words for value, words in options.items() if value not in have}
    shown = found(rest, query) if query or len(options) > FEW else list(rest)
    rows = [_row(asked, value, options, action(pick, value), many, is_chosen=False) for value in shown]
    if asked.field.get("free") and _KEY.fullmatch(query) and query not in options:
        rows.append(_row(asked, query, {query: t("edit.new_key", code=query)}, action(pick, query), many))
    controls: list[ft.Control] = [*chosen]
    if len(options) > FEW or asked.field.get("free"):
        control = ft.TextField(
            value=query,
            hint_text=t("edit.seek"),
            prefix_icon=ft.Icons.SEARCH,
            on_change=action_with(lambda event: set_query(lambda _: event.control.value)),
        )
        controls.append(text_field(asked.identifier, control))
    if query and not rows:
        controls.append(text(t("edit.seek_none"), Style.BODY_MEDIUM, quiet=True))
    stretch = ft.CrossAxisAlignment.STRETCH
    column = ft.Column(spacing=theme.SPACE_S, horizontal_alignment=stretch, controls=[*controls, *rows])
    return question(asked, column)


def _row(
    asked: Asked, value: str, options: dict[str, str], on_click: Any, many: bool, *, is_chosen: bool = False
) -> ft.Control:
    return option(f"{asked.identifier}.{value}", options.get(value, value), on_click, is_chosen=is_chosen, many=many)


def found(options: dict[str, str], query: str) -> list[str]:
    """Values whose words have every word of the query, case and diacritics aside; nothing for no query."""
    words = search_key(query).split()
    if not words:
        return []
    return [value for value, said in options.items() if all(word in search_key(said) for word in words)][:MOST_FOUND]


async def answer(asked: Asked, value: Any) -> None:
    result = asked.on_answer(asked.name, value)
    if result is not None:
        await result
