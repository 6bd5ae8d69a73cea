"""Small forms for tests: a schema, with the plainest layout that goes with it."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared_models.form import FormDefinition

_WIDGETS = {"string": "text", "integer": "number", "number": "number", "boolean": "switch", "array": "choice"}


def words(text: str) -> dict[str, str]:
    return {"vi": text, "en": text}


def laid_out(name: str, rule: Mapping[str, Any]) -> dict[str, Any]:
    choices = rule.get("enum") or rule.get("items", {}).get("enum")
    is_commune = rule.get("format") == "commune"
    return {
        "name": name,
        "label": words(name),
        "hint": None,
        "widget": "commune" if is_commune else "choice" if choices else _WIDGETS[rule["type"]],
        "options": {choice: words(choice) for choice in choices} if choices else None,
        "prefill": [],
    }


def form_data(properties: Mapping[str, Any], required: Sequence[str] = ()) -> dict[str, Any]:
    """The JSON of a form with these properties in one section."""
    rows = [laid_out(name, rule) for name, rule in properties.items()]
    return {
        "id": "trial@1",
        "key": "trial",
        "version": 1,
        "title": words("Trial"),
        "schema": {
            "type": "object",
            "properties": dict(properties),
            "required": list(required),
            "additionalProperties": False,
        },
        "layout": [{"key": "all", "title": words("All"), "help": None, "fields": rows}],
    }


def a_form(properties: Mapping[str, Any], required: Sequence[str] = ()) -> FormDefinition:
    return FormDefinition.from_json(form_data(properties, required))
