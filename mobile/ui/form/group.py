"""A group of questions on one screen: first what is known already, to be looked over, then what has to be asked."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import has, t
from mobile.i18n.dates import day
from mobile.i18n.names import said
from mobile.state.answers import date_to_type, fields_of, property_of
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, glyph, has_large_text, heading, text
from mobile.ui.components.buttons import link_button
from mobile.ui.errors import action, safely
from mobile.ui.form.asking import Asked, OnAnswer
from mobile.ui.form.inputs import ask
from shared_models.clock import city_date, from_wire

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Filled:
    """A form with its answers. `known`: `{field: {value, source, as_of}}`; `faults`: codes by field; `scope`: whose."""

    form: Json
    values: Json
    known: dict[str, Json]
    origins: dict[str, str]
    faults: dict[str, list[str]]
    on_answer: OnAnswer
    scope: str


@safely
def GroupView(filled: Filled, group: Json) -> ft.Control:
    """The questions of a group that are asked now."""
    opened, set_opened = ft.use_state(frozenset[str]())
    fields = fields_of(filled.form, group, filled.values)
    kept = [field for field in fields if is_kept(filled, field["name"]) and field["name"] not in opened]
    kept_names = {field["name"] for field in kept}
    controls: list[ft.Control] = []
    if help_text := said(group.get("help")):
        controls.append(text(help_text, Style.BODY_LARGE, quiet=True))
    if kept:
        controls.append(_known(filled, kept, lambda name: set_opened(lambda old: old | {name})))
    controls += [ask(_asked(filled, field)) for field in fields if field["name"] not in kept_names]
    return ft.Column(spacing=theme.SPACE_L, horizontal_alignment=ft.CrossAxisAlignment.STRETCH, controls=controls)


def is_kept(filled: Filled, name: str) -> bool:
    """Known, unchanged, and nothing wrong with it."""
    return filled.origins.get(name) == "prefilled" and name in filled.values and name not in filled.faults


def _asked(filled: Filled, field: Json) -> Asked:
    name = field["name"]
    codes = tuple(filled.faults.get(name, ()))
    return Asked(filled.form, field, filled.values.get(name), codes, filled.on_answer, filled.scope)


def _known(filled: Filled, fields: list[Json], open_field: Any) -> ft.Control:
    """What is there already. To go on is to keep it; each has a way to change it."""
    look = current_app().look
    head = ft.Row(
        spacing=theme.SPACE_S,
        controls=[
            glyph(ft.Icons.CHECK_CIRCLE, color=look.valid.strong),
            ft.Container(expand=True, content=heading(t("form.known"), Style.TITLE_MEDIUM)),
        ],
    )
    rows: list[ft.Control] = []
    for field in fields:
        name, label = field["name"], said(field["label"])
        value = in_words(filled.form, field, filled.values[name])
        source = source_text(filled.known.get(name) or {})
        words = ft.Column(
            expand=None if has_large_text() else True,
            tight=True,
            spacing=2,
            controls=[
                text(label, Style.BODY_MEDIUM, quiet=True),
                text(value, Style.BODY_LARGE),
                *([text(source, Style.BODY_SMALL, quiet=True)] if source else []),
            ],
        )
        change = ft.Semantics(
            label=t("form.change_what", what=label),
            content=link_button(f"form.{name}.change", t("form.change"), action(open_field, name)),
        )
        line = [words, change]
        row: ft.Control = ft.Column(spacing=4, controls=line) if has_large_text() else ft.Row(controls=line)
        rows.append(ft.Container(key=f"known-{name}", content=row))
    return card(ft.Column(spacing=12, controls=[head, *rows]))


def in_words(form: Json, field: Json, value: Any) -> str:
    """An answer as people read it."""
    prop = property_of(form, field["name"])
    options = field.get("options") or {}
    if isinstance(value, bool):
        return said(options.get(str(value).lower())) or t("form.yes" if value else "form.no")
    if isinstance(value, list):
        return ", ".join(said(options.get(item)) or str(item) for item in value)
    if prop.get("format") in {"date", "partial-date"}:
        return date_to_type(str(value))
    if prop.get("format") == "commune":
        return current_app().services.catalogue_state.communes.get(str(value), str(value))
    return said(options.get(str(value))) or str(value)


def source_text(known: Json) -> str:
    """`theo VNeID, 21/11/2026`: where something is known from, and as of when."""
    source = str(known.get("source") or "")
    key = f"form.source.{source.split('.', maxsplit=1)[0]}"
    name = t(key) if has(key) else ""
    as_of = known.get("as_of")
    if not name or not as_of:
        return name
    moment = city_date(from_wire(as_of)) if "T" in as_of else date.fromisoformat(as_of)
    return t("form.source_as_of", source=name, day=day(moment))
