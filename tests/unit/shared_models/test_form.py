"""Answers to a form: each keyword refuses what it should, at the field, with its code."""

import json
from datetime import date
from typing import Any

import pytest

from scripts.sandbox.seed_data import FOLDER
from shared_models.errors import Invalid
from shared_models.form import PREFILL_SOURCES, FormDefinition, is_prefill_source
from tests.support.forms import a_form

TODAY = date(2026, 11, 22)


def codes_of(form: FormDefinition, values: Any) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as refused:
        form.check(values, TODAY)
    assert refused.value.code == "form.answers_invalid"
    return refused.value.fields


TEXT = {"type": "string", "minLength": 2, "maxLength": 5}
PLATE = {"type": "string", "minLength": 1, "maxLength": 9, "pattern": "^[0-9]{2}[A-Z](-[0-9]+)?$"}
CHOICE = {"type": "string", "enum": ["red", "green"]}
MANY = {
    "type": "array",
    "items": {"type": "string", "enum": ["a", "b", "c"]},
    "minItems": 1,
    "maxItems": 2,
    "uniqueItems": True,
}
WHOLE = {"type": "integer", "minimum": 1, "maximum": 10}


def formatted(name: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "format": name} | more


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        (TEXT, "ab"),
        (TEXT, "Hoà"),
        (TEXT, "a\nb"),
        (PLATE, "43A"),
        (PLATE, "43A-123"),
        (CHOICE, "red"),
        (MANY, ["a", "c"]),
        (WHOLE, 1),
        (WHOLE, 10),
        (WHOLE, 3.0),
        ({"type": "number", "minimum": 0.5}, 0.5),
        ({"type": "boolean"}, False),
        ({"type": "boolean", "const": True}, True),
        (formatted("date"), "2024-02-29"),
        (formatted("date", **{"x-day": "past"}), "2026-11-22"),
        (formatted("date", **{"x-day": "future"}), "2026-11-22"),
        (formatted("partial-date"), "1950"),
        (formatted("partial-date"), "1950-07"),
        (formatted("partial-date", **{"x-day": "past"}), "2026"),
        (formatted("partial-date", **{"x-day": "past"}), "2026-11"),
        (formatted("personal-id"), "048192900002"),
        (formatted("phone"), "0905123456"),
        (formatted("phone"), "+84905123456"),
        (formatted("email"), "trang.tran@example.com.vn"),
        (formatted("commune"), "20242"),
        (formatted("tax-code"), "0401234567"),
        (formatted("tax-code"), "0401234567-001"),
    ],
)
def test_what_is_asked_for_is_taken(rule: dict[str, Any], value: Any) -> None:
    assert a_form({"x": rule}).check({"x": value}, TODAY) == {"x": value}


@pytest.mark.parametrize(
    ("rule", "value", "code"),
    [
        (TEXT, "a", "field.too_short"),
        (TEXT, "abcdef", "field.too_long"),
        (TEXT, "   ", "field.required"),
        (TEXT, "", "field.required"),
        (TEXT, 12, "field.malformed"),
        (TEXT, None, "field.malformed"),
        (TEXT, ["ab"], "field.malformed"),
        (TEXT, "a\u202eb", "field.malformed"),
        (TEXT, "a\x00b", "field.malformed"),
        (TEXT, "a\ud800b", "field.malformed"),
        (PLATE, "43a", "field.malformed"),
        (PLATE, "43A-", "field.malformed"),
        (PLATE, "43A\n", "field.malformed"),
        (PLATE, "٤٣A", "field.malformed"),
        (CHOICE, "blue", "field.not_a_choice"),
        (CHOICE, "", "field.not_a_choice"),
        (CHOICE, ["red"], "field.malformed"),
        (MANY, [], "field.too_short"),
        (MANY, ["a", "b", "c"], "field.too_long"),
        (MANY, ["a", "a"], "field.repeated"),
        (MANY, ["z"], "field.not_a_choice"),
        (MANY, [["a"]], "field.not_a_choice"),
        (MANY, "a", "field.malformed"),
        (WHOLE, 0, "field.too_small"),
        (WHOLE, 11, "field.too_large"),
        (WHOLE, 1.5, "field.malformed"),
        (WHOLE, True, "field.malformed"),
        (WHOLE, "1", "field.malformed"),
        (WHOLE, float("nan"), "field.malformed"),
        (WHOLE, float("inf"), "field.malformed"),
        (WHOLE, 10**400, "field.too_large"),
        ({"type": "number", "maximum": 2}, 2.5, "field.too_large"),
        ({"type": "boolean"}, 1, "field.malformed"),
        ({"type": "boolean"}, "true", "field.malformed"),
        ({"type": "boolean", "const": True}, False, "field.required"),
        (formatted("date"), "2026-02-30", "date.impossible"),
        (formatted("date"), "0000-01-01", "date.impossible"),
        (formatted("date"), "30/4/2026", "field.malformed"),
        (formatted("date"), "2026-1-1", "field.malformed"),
        (formatted("date"), "20260101", "field.malformed"),
        (formatted("date", **{"x-day": "past"}), "2026-11-23", "date.in_future"),
        (formatted("date", **{"x-day": "future"}), "2026-11-21", "date.in_past"),
        (formatted("partial-date"), "1950-13", "date.impossible"),
        (formatted("partial-date"), "0000", "date.impossible"),
        (formatted("partial-date"), "1950-02-29", "date.impossible"),
        (formatted("partial-date"), "50", "field.malformed"),
        (formatted("partial-date", **{"x-day": "past"}), "2027", "date.in_future"),
        (formatted("personal-id"), "04819290000", "person.id_malformed"),
        (formatted("personal-id"), "066395900005", "person.id_in_future"),
        (formatted("phone"), "12345", "field.malformed"),
        (formatted("phone"), "0205123456", "field.malformed"),
        (formatted("email"), "trang@", "field.malformed"),
        (formatted("email"), "a@b..c", "field.malformed"),
        (formatted("commune"), "Hải Châu", "field.malformed"),
        (formatted("tax-code"), "04012", "field.malformed"),
    ],
)
def test_what_cannot_be_is_refused_at_the_field(rule: dict[str, Any], value: Any, code: str) -> None:
    assert codes_of(a_form({"x": rule}), {"x": value}) == {"values.x": [code]}


def test_text_is_taken_in_normal_form() -> None:
    assert a_form({"x": TEXT}).check({"x": "Hoa\u0300"}, TODAY) == {"x": "Hoà"}


def test_required_and_unknown_fields() -> None:
    form = a_form({"x": TEXT, "y": TEXT}, required=["x"])
    assert form.check({"x": "ab"}, TODAY) == {"x": "ab"}
    assert codes_of(form, {}) == {"values.x": ["field.required"]}
    assert codes_of(form, {"x": "ab", "z": 1}) == {"values.z": ["field.unknown"]}
    assert codes_of(form, {"x": "a", "y": "abcdef"}) == {
        "values.x": ["field.too_short"],
        "values.y": ["field.too_long"],
    }
    for nothing in (None, [], "ab"):
        assert codes_of(form, nothing) == {"values": ["field.malformed"]}


CHAIN = {
    "kind": CHOICE,
    "shade": {"type": "string", "enum": ["dark", "light"], "x-when": {"field": "kind", "is": ["red"]}},
    "why": TEXT | {"x-when": {"field": "shade", "is": ["dark"]}},
}


@pytest.mark.parametrize(
    ("values", "faults"),
    [
        ({"kind": "green"}, {}),
        ({"kind": "red", "shade": "light"}, {}),
        ({"kind": "red", "shade": "dark", "why": "abc"}, {}),
        ({"kind": "red"}, {"shade": "field.required"}),
        ({"kind": "red", "shade": "dark"}, {"why": "field.required"}),
        ({"kind": "green", "shade": "dark"}, {"shade": "field.not_asked"}),
        ({"kind": "green", "why": "abc"}, {"why": "field.not_asked"}),
        ({"kind": "red", "shade": "light", "why": "abc"}, {"why": "field.not_asked"}),
        ({"kind": "green", "shade": "dark", "why": "abc"}, {"shade": "field.not_asked", "why": "field.not_asked"}),
        ({"kind": "blue", "shade": "dark", "why": "abc"}, {"kind": "field.not_a_choice"}),
        ({}, {"kind": "field.required"}),
    ],
)
def test_what_is_asked_hangs_on_other_answers(values: dict[str, Any], faults: dict[str, str]) -> None:
    form = a_form(CHAIN, required=["kind", "shade", "why"])
    if faults:
        assert codes_of(form, values) == {f"values.{name}": [code] for name, code in faults.items()}
    else:
        assert form.check(values, TODAY) == values
    assert "kind" in form.asked(values)


def test_without_a_day_only_the_form_of_a_date_is_looked_at() -> None:
    form = a_form({"x": formatted("date", **{"x-day": "past"}), "y": formatted("personal-id")})
    values = {"x": "2999-01-01", "y": "066395900005"}
    assert form.schema().load(values) == values


def test_a_blank_form_has_every_field_in_order() -> None:
    assert list(a_form(CHAIN).blank().items()) == [("kind", None), ("shade", None), ("why", None)]


def test_sources_are_a_list() -> None:
    assert len(PREFILL_SOURCES) == len(set(PREFILL_SOURCES))
    assert is_prefill_source("licence.driving_licence.number")
    assert is_prefill_source("dossier.last.applicant_phone")
    for other in (
        "licence.fishing.number",
        "licence.driving_licence.colour",
        "dossier.last.",
        "person",
        "dossier.last.A",
    ):
        assert not is_prefill_source(other)


def test_a_seeded_form_says_where_answers_come_from() -> None:
    data = json.loads((FOLDER / "forms" / "driving_licence_exchange-1.json").read_text("utf-8"))
    form = FormDefinition.from_json(data)
    assert form.prefill_of("licence_number")[0] == "licence.driving_licence.number"
    assert form.prefill_of("nothing") == ()
    assert form.to_json() == data
