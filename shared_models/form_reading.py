"""Reading a form's head and schema: what is outside the subset is refused with its path."""

import re
from collections.abc import Mapping
from typing import Any, Final

from shared_models.errors import Invalid
from shared_models.form_field import AnswerFault, FieldRule, read_field
from shared_models.procedure_terms import FORM_ID_PATTERN, KEY_PATTERN

MOST_FIELDS: Final = 120
_HEAD: Final = frozenset({"id", "key", "version", "title", "schema", "layout"})
_SCHEMA: Final = frozenset({"type", "properties", "required", "additionalProperties"})
_KEY: Final = re.compile(KEY_PATTERN, re.ASCII)
_ID: Final = re.compile(FORM_ID_PATTERN, re.ASCII)


def refuse(path: str, code: str) -> Invalid:
    return Invalid("form.invalid", {path: [code]})


def is_bilingual(data: Any, longest: int = 600) -> bool:
    return (
        isinstance(data, Mapping)
        and set(data) == {"vi", "en"}
        and all(isinstance(text, str) and len(text.strip()) >= 1 and len(text) <= longest for text in data.values())
    )


def require_head(data: Any) -> None:
    """Raises ``Invalid("form.invalid")``: members that are missing or strange, or an id that is not key and version."""
    if not isinstance(data, Mapping):
        raise refuse("_", "field.malformed")
    for name in sorted(_HEAD - set(data)):
        raise refuse(name, "field.required")
    for name in sorted(set(data) - _HEAD):
        raise refuse(str(name), "field.unknown")
    if not isinstance(data["key"], str) or _KEY.fullmatch(data["key"]) is None:
        raise refuse("key", "field.malformed")
    if not isinstance(data["version"], int) or isinstance(data["version"], bool) or data["version"] < 1:
        raise refuse("version", "field.malformed")
    if data["id"] != f"{data['key']}@{data['version']}" or _ID.fullmatch(data["id"]) is None:
        raise refuse("id", "field.malformed")
    if not is_bilingual(data["title"]):
        raise refuse("title", "field.malformed")


def read_fields(schema: Any) -> tuple[dict[str, FieldRule], frozenset[str]]:
    """The rules by name, in order, and which of them need an answer.

    Raises:
        Invalid: ``form.invalid`` naming each place under ``schema``.
    """
    if not isinstance(schema, Mapping) or set(schema) - _SCHEMA:
        raise refuse("schema", "form.keyword_unknown")
    if set(schema) != _SCHEMA or schema["type"] != "object" or schema["additionalProperties"] is not False:
        raise refuse("schema", "form.keyword_missing")
    properties, required = schema["properties"], schema["required"]
    if not isinstance(properties, Mapping) or not 1 <= len(properties) <= MOST_FIELDS:
        raise refuse("schema.properties", "form.keyword_malformed")
    rules: dict[str, FieldRule] = {}
    faults: dict[str, list[str]] = {}
    for name, data in properties.items():
        try:
            rules[name] = _field(name, data, rules)
        except AnswerFault as fault:
            faults[f"schema.properties.{name}"] = [fault.code]
    if not isinstance(required, list) or any(not isinstance(name, str) for name in required):
        faults["schema.required"] = ["form.keyword_malformed"]
    elif set(required) - set(properties) or len(set(required)) < len(required):
        faults["schema.required"] = ["form.field_unknown"]
    if faults:
        raise Invalid("form.invalid", faults)
    return rules, frozenset(required)


def _field(name: Any, data: Any, before: Mapping[str, FieldRule]) -> FieldRule:
    if not isinstance(name, str) or _KEY.fullmatch(name) is None:
        raise AnswerFault("field.malformed")
    rule = read_field(name, data)
    if rule.when is not None:
        # Only what stands before it: so that no two wait for each other, and a reader meets them in this order.
        asked = before.get(rule.when.field)
        possible: tuple[Any, ...] = ()
        if asked is not None:
            possible = (True, False) if asked.kind == "boolean" else asked.choices or ()
        if any(type(value) is not type(choice) for value in rule.when.values for choice in possible[:1]):
            raise AnswerFault("form.condition_unknown")
        if not possible or any(value not in possible for value in rule.when.values):
            raise AnswerFault("form.condition_unknown")
    return rule
