"""One question of a form: what it needs to be drawn, and the frame that every kind of answer stands in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, t
from mobile.i18n.names import said
from mobile.state.answers import is_required, property_of
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, glyph, text

Json = dict[str, Any]
OnAnswer = Callable[[str, Any], Any]
"""Takes the field's name and its value on the wire, None for none; may be a coroutine."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A field of a form's layout with its answer. `scope` tells forms apart, so that what is typed stays its own."""

    form: Json
    field: Json
    value: Any
    codes: tuple[str, ...]
    on_answer: OnAnswer
    scope: str

    @property
    def name(self) -> str:
        return str(self.field["name"])

    @property
    def label(self) -> str:
        return said(self.field["label"])

    @property
    def prop(self) -> Json:
        return property_of(self.form, self.name)

    @property
    def identifier(self) -> str:
        return f"form.{self.name}"

    def words_of(self, value: str) -> str:
        return said((self.field.get("options") or {}).get(value)) or value


def question(asked: Asked, answer: ft.Control, *, shows_label: bool = True) -> ft.Control:
    """Label, hint, the fault if there is one, and the way to answer, in the order in which they are read out."""
    lines: list[ft.Control] = []
    if shows_label:
        optional = "" if is_required(asked.form, asked.name) else f" ({t('form.optional')})"
        lines.append(text(f"{asked.label}{optional}", Style.TITLE_MEDIUM))
    if hint := said(asked.field.get("hint")):
        lines.append(text(hint, Style.BODY_MEDIUM, quiet=True))
    if asked.codes:
        lines.append(fault_line(asked.identifier, asked.codes))
    # The answer keeps its place when a fault comes or goes above it: a field that moved would lose its focus.
    stretch = ft.CrossAxisAlignment.STRETCH
    head = ft.Column(tight=True, spacing=theme.SPACE_S, horizontal_alignment=stretch, controls=lines)
    return ft.Column(
        key=f"{asked.scope}-{asked.name}",
        spacing=theme.SPACE_S if lines else 0,
        horizontal_alignment=stretch,
        controls=[head, answer],
    )


def fault_line(identifier: str, codes: tuple[str, ...]) -> ft.Control:
    """Why an answer cannot be, said aloud when it appears."""
    color = current_app().look.danger.strong
    return ft.Semantics(
        identifier=f"{identifier}.fault",
        live_region=True,
        content=ft.Row(
            spacing=theme.SPACE_S,
            controls=[
                glyph(ft.Icons.ERROR_OUTLINE, color=color, size=20),
                ft.Container(expand=True, content=text(error_text(codes[0]), Style.BODY_MEDIUM, color=color)),
            ],
        ),
    )
