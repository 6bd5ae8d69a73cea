"""The questions of the desk's actions, asked in the same way as those of a procedure's form."""

from collections.abc import Callable
from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import has, t
from mobile.i18n.names import money, said, word
from mobile.screens.officer.dossier.people import Agency, Colleague
from mobile.screens.officer.dossier.supplement import Demands
from mobile.state.desk_case import Case, Doing
from mobile.state.desk_forms import GRANTED, GRANTED_DAYS, LONGEST_GRANTED, MOST_DAYS, Field, chosen_lines
from mobile.ui.components.basics import Style, text
from mobile.ui.components.buttons import link_button
from mobile.ui.errors import action, safely
from mobile.ui.form.asking import Asked
from mobile.ui.form.inputs import ask

Json = dict[str, Any]
Answer = Callable[[str, Any], None]


def question_of(field: Field, doing: Doing, case: Case, answer: Answer) -> list[ft.Control]:
    """What one field asks, with its fault if there is one."""
    value, codes = doing.typed.get(field.name), doing.codes
    found: ft.Control
    match field.kind:
        case "demands":
            found = Demands(case, value or {}, codes, answer, key="demands")
        case "colleague":
            found = Colleague(case, doing.action, value, codes.get(field.name) or [], answer, key="colleague")
        case "agency":
            found = Agency(value, codes.get(field.name) or [], answer, key="agency")
        case "due":
            found = text(t("case.due_amount", amount=money(int(case.raw["fee"]["amount"]))), Style.TITLE_MEDIUM)
        case "grant" if doing.typed.get("decision") == "refuse":
            return []
        case "grant":
            found = Grant(case, value or {}, codes, answer, key=f"grant-{case.id}")
        case _:
            found = ask(asked(field, doing, case, answer))
    return [found]


def asked(field: Field, doing: Doing, case: Case, answer: Answer) -> Asked:
    """The same as a field of a form."""
    prop, widget, options = _shape(field, case)
    words = {"name": field.name, "label": label_of(doing.action, field.name), "widget": widget, "options": options}
    hint = f"case.hint.{doing.action}.{field.name}"
    form = {
        "schema": {
            "type": "object",
            "properties": {field.name: prop},
            "required": [field.name] if field.required else [],
        }
    }
    value = doing.typed.get(field.name)
    if field.kind == "fees":
        value = [line["key"] for line in chosen_lines(case, value)]
    words["hint"] = t(hint) if has(hint) else None
    codes = tuple(doing.codes.get(field.name) or ())
    return Asked(form, words, value, codes, answer, f"{case.id}-{doing.action}")


def label_of(action_name: str, name: str) -> str:
    own = f"case.field.{action_name}.{name}"
    return t(own) if has(own) else t(f"case.field.{name}")


def _shape(field: Field, case: Case) -> tuple[Json, str, Json | None]:
    """The property of a schema, the way to answer, and the words of the choices."""
    if field.kind == "long":
        return {"type": "string", "maxLength": field.longest}, "long_text", None
    if field.kind == "day":
        return {"type": "string", "format": "date"}, "date", None
    if field.kind == "days":
        return {"type": "integer", "minimum": 1, "maximum": MOST_DAYS}, "number", None
    if field.kind == "fees":
        lines = case.raw["fee"]["lines"]
        named = {line["key"]: f"{said(line['name'])} · {money(int(line['amount']))}" for line in lines}
        return {"type": "array", "items": {"enum": list(named)}}, "choice", named
    if field.kind == "choice":
        named = choices_of(field, case)
        return {"type": "string", "enum": list(named)}, "radio", named
    return {"type": "string", "maxLength": field.longest}, "text", None


def choices_of(field: Field, case: Case) -> dict[str, str]:
    if field.name == "way":
        ways = list((case.terms.get("result") or {}).get("ways") or [case.raw["return"]["way"]])
        return {way: word("case.way", way, way) for way in ways}
    if field.name == "keep":
        return {side: t(f"case.keep.{side}") for side in (case.clash or {}).get("keep") or field.choices}
    return {choice: word("case.decision", choice, choice) for choice in field.choices}


@safely
def Grant(case: Case, given: Json, codes: dict[str, list[str]], answer: Answer) -> ft.Control:
    """What the licence says instead of the form's answers; closed until somebody needs it."""
    is_open, set_open = ft.use_state(bool(given) or any(name.startswith("result.") for name in codes))
    if not is_open:
        opened = action(set_open, True)
        words = text(t("case.grant_from_form"), Style.BODY_MEDIUM, quiet=True)
        return ft.Column(
            spacing=4, controls=[words, link_button("case.grant", t("case.grant"), opened, icon=ft.Icons.EDIT)]
        )

    def change(name: str, value: Any) -> None:
        rest = {key: said_ for key, said_ in given.items() if key != name}
        answer("result", {**rest, name: value} if value else rest)

    questions = [
        ask(_granted(case, name, given.get(name), tuple(codes.get(f"result.{name}") or ()), change)) for name in GRANTED
    ]
    return ft.Column(
        spacing=theme.SPACE_M,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[text(t("case.grant_body"), Style.BODY_MEDIUM, quiet=True), *questions],
    )


def _granted(case: Case, name: str, value: Any, codes: tuple[str, ...], change: Answer) -> Asked:
    prop: Json = {"type": "string", "maxLength": LONGEST_GRANTED}
    widget = "text"
    if name in GRANTED_DAYS:
        prop, widget = {"type": "string", "format": "date"}, "date"
    elif name == "commune":
        prop, widget = {"type": "string", "format": "commune"}, "commune"
    form = {"schema": {"type": "object", "properties": {name: prop}, "required": []}}
    field = {"name": name, "label": t(f"case.grant.{name}"), "hint": None, "widget": widget, "options": None}
    return Asked(form, field, value, codes, change, f"{case.id}-grant")
