"""A page of the editor in the shape of a form, so that the one form renderer draws it."""

from collections.abc import Sequence
from typing import Any

from mobile.i18n.catalogue import t
from mobile.state.editor_choices import Context, choices, to_answer, to_member
from mobile.state.editor_fields import Spec
from mobile.state.paths import value_at, with_value

Json = dict[str, Any]


def form_of(specs: Sequence[Spec], data: Json, under: str, context: Context) -> Json:
    """The questions that are asked now. `under`: the path of the row that they belong to, or empty."""
    shown = [spec for spec in specs if spec.shown(data)]
    return {
        "schema": {
            "properties": {_named(under, spec): _property(spec, choices(spec, context)) for spec in shown},
            "required": [_named(under, spec) for spec in shown if not spec.optional],
        },
        "layout": [{"key": under or "page", "fields": [_laid_out(spec, under, context) for spec in shown]}],
    }


def answers_of(specs: Sequence[Spec], data: Json, under: str) -> Json:
    """What the members say, by the names of the form's fields."""
    found = {_named(under, spec): to_answer(spec, value_at(data, spec.path)) for spec in specs}
    return {name: value for name, value in found.items() if value is not None}


def with_answer(page: tuple[Sequence[Spec], str], procedure: Json, name: str, answer: Any, context: Context) -> Json:
    """The procedure with another answer to one of a page's questions; a page is its specs and what they are under."""
    specs, under = page
    spec = next(spec for spec in specs if _named(under, spec) == name)
    changed: Json = with_value(procedure, name, to_member(spec, answer))
    if spec.path == "when.field":
        # Another question has other answers.
        changed = with_value(changed, f"{name.removesuffix('.field')}.is", [])
    known = context.terms.fields.get(answer) if spec.path == "field.key" else None
    if known:
        changed = with_value(changed, "field.name", known)
    return changed


def _named(under: str, spec: Spec) -> str:
    return f"{under}.{spec.path}" if under else spec.path


def _property(spec: Spec, options: dict[str, str]) -> Json:
    if spec.many:
        return {"type": "array", "items": {"type": "string", "enum": list(options)}}
    if options or spec.widget == "sought":
        return {"type": "string", "enum": list(options)}
    if spec.widget == "number":
        return {"type": "number" if spec.halves else "integer"}
    return {"type": "boolean" if spec.widget == "switch" else "string"}


def _laid_out(spec: Spec, under: str, context: Context) -> Json:
    options = choices(spec, context)
    return {
        "name": _named(under, spec),
        "label": t(spec.label),
        "hint": t(spec.hint) if spec.hint else None,
        "widget": spec.widget,
        "options": options or None,
        "prefill": [],
        "free": spec.free,
    }
