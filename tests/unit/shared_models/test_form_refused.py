"""Forms that are not taken: anything outside the subset, with its path."""

from typing import Any

import pytest

from shared_models.errors import Invalid
from shared_models.form import FormDefinition
from shared_models.form_pattern import compiled
from tests.support.forms import form_data

TEXT = {"type": "string", "minLength": 1, "maxLength": 5}


def refusal(data: Any) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as refused:
        FormDefinition.from_json(data)
    assert refused.value.code == "form.invalid"
    return refused.value.fields


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        (TEXT | {"title": "x"}, "form.keyword_unknown"),
        (TEXT | {"$ref": "#/x"}, "form.keyword_unknown"),
        (TEXT | {"oneOf": []}, "form.keyword_unknown"),
        (TEXT | {"minimum": 1}, "form.keyword_unknown"),
        ({"type": "string", "enum": ["a"], "maxLength": 3}, "form.keyword_unknown"),
        (TEXT | {"x-day": "past"}, "form.keyword_unknown"),
        ({"type": "object"}, "form.keyword_malformed"),
        ({"type": ["string", "null"]}, "form.keyword_malformed"),
        ({}, "form.keyword_malformed"),
        ("string", "form.keyword_malformed"),
        ({"type": "string"}, "form.keyword_missing"),
        ({"type": "string", "maxLength": 5}, "form.keyword_missing"),
        ({"type": "string", "minLength": 0, "maxLength": 5}, "form.keyword_malformed"),
        ({"type": "string", "minLength": 6, "maxLength": 5}, "form.keyword_malformed"),
        ({"type": "string", "minLength": 1, "maxLength": 10**6}, "form.keyword_malformed"),
        ({"type": "string", "minLength": 1.5, "maxLength": 5}, "form.keyword_malformed"),
        ({"type": "string", "format": "uri"}, "form.keyword_malformed"),
        ({"type": "string", "format": "date", "x-day": "today"}, "form.keyword_malformed"),
        ({"type": "string", "enum": []}, "form.keyword_malformed"),
        ({"type": "string", "enum": ["a", "a"]}, "form.keyword_malformed"),
        ({"type": "string", "enum": ["a", 1]}, "form.keyword_malformed"),
        ({"type": "integer", "minimum": "1"}, "form.keyword_malformed"),
        ({"type": "integer", "minimum": True}, "form.keyword_malformed"),
        ({"type": "integer", "minimum": 3, "maximum": 2}, "form.keyword_malformed"),
        ({"type": "number", "minimum": float("nan")}, "form.keyword_malformed"),
        ({"type": "boolean", "const": False}, "form.keyword_malformed"),
        ({"type": "array", "items": {"type": "string"}, "uniqueItems": True}, "form.keyword_malformed"),
        ({"type": "array", "items": {"type": "string", "enum": ["a"]}}, "form.keyword_missing"),
        (TEXT | {"pattern": "[0-9]+"}, "form.pattern_refused"),
        (TEXT | {"maxLength": 500, "pattern": "^a$"}, "form.pattern_refused"),
        (TEXT | {"x-when": None}, "form.keyword_malformed"),
        (TEXT | {"x-when": {"field": "other"}}, "form.keyword_malformed"),
        (TEXT | {"x-when": {"field": "other", "is": []}}, "form.keyword_malformed"),
        (TEXT | {"x-when": {"field": "other", "is": ["a"]}}, "form.condition_unknown"),
        (TEXT | {"x-when": {"field": "x", "is": ["a"]}}, "form.condition_unknown"),
    ],
)
def test_a_property_outside_the_subset(rule: Any, code: str) -> None:
    data = form_data({"x": TEXT})
    data["schema"]["properties"]["x"] = rule
    assert refusal(data) == {"schema.properties.x": [code]}


@pytest.mark.parametrize("values", [["blue"], [True], [1], ["red", "blue"]])
def test_a_condition_names_possible_answers_of_an_earlier_field(values: list[Any]) -> None:
    properties = {"kind": {"type": "string", "enum": ["red"]}, "x": TEXT | {"x-when": {"field": "kind", "is": values}}}
    assert refusal(form_data(properties)) == {"schema.properties.x": ["form.condition_unknown"]}


def test_a_switch_is_no_number() -> None:
    properties = {"on": {"type": "boolean"}, "x": TEXT | {"x-when": {"field": "on", "is": [1]}}}
    assert refusal(form_data(properties)) == {"schema.properties.x": ["form.condition_unknown"]}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"additionalProperties": True}, "form.keyword_missing"),
        ({"type": "array"}, "form.keyword_missing"),
        ({"$defs": {}}, "form.keyword_unknown"),
    ],
)
def test_a_schema_outside_the_subset(changes: dict[str, Any], code: str) -> None:
    data = form_data({"x": TEXT})
    data["schema"] |= changes
    assert refusal(data) == {"schema": [code]}


@pytest.mark.parametrize("required", [["y"], ["x", "x"], "x", [1]])
def test_only_its_own_fields_are_required(required: Any) -> None:
    data = form_data({"x": TEXT})
    data["schema"]["required"] = required
    assert list(refusal(data)) == ["schema.required"]


@pytest.mark.parametrize(
    ("member", "value"),
    [("id", "trial@2"), ("key", "Trial"), ("version", 0), ("version", True), ("title", {"vi": "x"}), ("colour", 1)],
)
def test_the_head(member: str, value: Any) -> None:
    assert refusal(form_data({"x": TEXT}) | {member: value})
    if member != "colour":
        data = form_data({"x": TEXT})
        del data[member]
        assert refusal(data) == {member: ["field.required"]}


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"name": "y"}, "layout.0.fields.0.name", "form.field_unknown"),
        ({"widget": "switch"}, "layout.0.fields.0.widget", "form.widget_does_not_fit"),
        ({"widget": "magic"}, "layout.0.fields.0.widget", "form.widget_does_not_fit"),
        ({"label": {"vi": "x"}}, "layout.0.fields.0.label", "form.label_missing"),
        ({"options": {"a": {"vi": "x", "en": "x"}}}, "layout.0.fields.0.options", "form.label_missing"),
        ({"prefill": ["person.shoe_size"]}, "layout.0.fields.0.prefill", "form.source_unknown"),
        ({"prefill": "person.full_name"}, "layout.0.fields.0.prefill", "form.source_unknown"),
        ({"colour": 1}, "layout.0.fields.0", "field.malformed"),
    ],
)
def test_a_field_that_is_laid_out_badly(changes: dict[str, Any], path: str, code: str) -> None:
    data = form_data({"x": TEXT})
    data["layout"][0]["fields"][0] |= changes
    assert refusal(data)[path] == [code]


def test_every_field_stands_once() -> None:
    data = form_data({"x": TEXT, "y": TEXT})
    data["layout"][0]["fields"][1] = data["layout"][0]["fields"][0]
    assert refusal(data) == {"layout.0.fields.1.name": ["form.field_twice"], "layout.y": ["form.field_not_laid_out"]}


def test_every_choice_has_its_words() -> None:
    data = form_data({"x": {"type": "string", "enum": ["a", "b"]}})
    del data["layout"][0]["fields"][0]["options"]["b"]
    assert refusal(data) == {"layout.0.fields.0.options": ["form.label_missing"]}


@pytest.mark.parametrize("data", [None, [], "form", 1])
def test_something_else(data: Any) -> None:
    assert refusal(data) == {"_": ["field.malformed"]}


@pytest.mark.parametrize("pattern", ["^a$", "^[0-9]{2}[A-Z]?$", r"^\d{1,4}(/\d{4})?$", "^(a|bc)$", "^[A-Z0-9.-]+$"])
def test_plain_patterns(pattern: str) -> None:
    assert compiled(pattern).pattern == pattern[1:-1]


@pytest.mark.parametrize(
    "pattern",
    [
        *("a", "^a", "a$", "^a|b$", "^(a+)+$", "^(a|a)*$", "^(a){2}$", "^(?=a)a$", "^(?:a)$", r"^(a)\1$", r"^\bx$"),
        *(r"^\s$", r"^\W$", "^a*b*c*$", "^a**$", "^*$", "^(*)$", "^[z-a]$", "^[]$", "^[^]$", "^[[:alpha:]]$", "^(a$"),
        *("^a)$", "^ă$", "^a{2$", "^a{3,2}$", "^x^y$", "^" + "a" * 300 + "$", "^a??$", "^\\$", "^[a\\]$", "^a$b$"),
    ],
)
def test_patterns_that_could_run_away_or_mean_two_things(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        compiled(pattern)
