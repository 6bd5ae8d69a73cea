"""Our reading of a form's schema against another implementation of JSON Schema 2020-12, on schemas and answers drawn.

`jsonschema_rs` is there with schemathesis. It knows nothing of ``x-when`` (written for it with if, then and else), of
formats that are ours, and of what we refuse besides: blanks alone, signs that nobody sees, text outside NFC.
"""

import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any, Final

import jsonschema_rs
from hypothesis import event, given
from hypothesis import strategies as st

from shared_models.errors import Invalid
from shared_models.form import FormDefinition
from tests.support.forms import form_data

TODAY: Final = date(2026, 11, 22)
NAMES: Final = ("a", "b", "c", "d")
CHOICES: Final = ("x", "y", "z", "đ")
PATTERNS: Final = ("^[0-9]{2}[A-Z]?$", r"^\d{1,4}(/\d{4})?$", "^(x|yz)$", "^[A-Z0-9.-]+$", r"^\w\.\w$", "^.x$")
LETTERS: Final = st.sampled_from("xyzAB09.-/đ ")
BOUND: Final = st.integers(-5, 5)


def is_plain(text: str) -> bool:
    """Outside of what we refuse besides JSON Schema."""
    return bool(text.strip()) and unicodedata.is_normalized("NFC", text)


@st.composite
def texts(draw: st.DrawFn) -> dict[str, Any]:
    if draw(st.booleans()):
        return {"type": "string", "enum": draw(st.lists(st.sampled_from(CHOICES), min_size=1, unique=True))}
    shortest = draw(st.integers(1, 4))
    rule = {"type": "string", "minLength": shortest, "maxLength": draw(st.integers(shortest, 6))}
    if draw(st.booleans()):
        rule["pattern"] = draw(st.sampled_from(PATTERNS))
    return rule


@st.composite
def numbers(draw: st.DrawFn) -> dict[str, Any]:
    lowest = draw(BOUND)
    bounds = {"minimum": lowest, "maximum": draw(st.integers(lowest, 6))}
    kept = {name: bound for name, bound in bounds.items() if draw(st.booleans())}
    return {"type": draw(st.sampled_from(["integer", "number"]))} | kept


@st.composite
def lists(draw: st.DrawFn) -> dict[str, Any]:
    choices = draw(st.lists(st.sampled_from(CHOICES), min_size=1, unique=True))
    fewest = draw(st.integers(0, len(choices)))
    bounds = {"minItems": fewest, "maxItems": draw(st.integers(fewest, len(choices)))}
    return {"type": "array", "items": {"type": "string", "enum": choices}, "uniqueItems": True} | bounds


SWITCHES = st.sampled_from([{"type": "boolean"}, {"type": "boolean", "const": True}])
RULES = st.one_of(texts(), numbers(), lists(), SWITCHES)


@st.composite
def schemas(draw: st.DrawFn) -> tuple[dict[str, Any], list[str]]:
    """Properties, some of them asked only with an earlier choice, and which are required."""
    properties: dict[str, Any] = {}
    for name in NAMES[: draw(st.integers(1, 4))]:
        rule = dict(draw(RULES))
        deciding = [
            other for other in properties if "enum" in properties[other] or properties[other]["type"] == "boolean"
        ]
        if deciding and draw(st.booleans()):
            field = draw(st.sampled_from(deciding))
            possible = properties[field].get("enum", [True, False])
            rule["x-when"] = {"field": field, "is": draw(st.lists(st.sampled_from(possible), min_size=1, unique=True))}
        properties[name] = rule
    return properties, draw(st.lists(st.sampled_from(sorted(properties)), unique=True))


def values_for(rule: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Mostly what could be right, and now and then anything."""
    near: dict[str, st.SearchStrategy[Any]] = {
        "string": st.sampled_from(CHOICES) | st.text(LETTERS, max_size=7).filter(is_plain),
        "integer": st.integers(-7, 7) | st.sampled_from([1.0, 2.5]),
        "number": st.integers(-7, 7) | st.floats(-7, 7),
        "boolean": st.booleans(),
        "array": st.lists(st.sampled_from(CHOICES), max_size=4),
    }
    anything = st.sampled_from([None, 0, 1, True, "x", [], ["x"], {}, [["x"]], "12A"])
    return st.one_of(near[rule["type"]], near[rule["type"]], anything)


@st.composite
def questions(draw: st.DrawFn) -> tuple[dict[str, Any], list[str], dict[str, Any]]:
    properties, required = draw(schemas())
    answered = [name for name in properties if draw(st.integers(0, 4))]
    values = {name: draw(values_for(properties[name])) for name in answered}
    if not draw(st.integers(0, 9)):
        values["e"] = "x"
    return properties, required, values


def in_their_words(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    """The same in JSON Schema alone: what is asked is required where it must be, and refused where it is not asked."""
    plain = {name: {key: value for key, value in rule.items() if key != "x-when"} for name, rule in properties.items()}
    rules: list[dict[str, Any]] = []
    for name in properties:
        asked = is_asked(name, properties)
        needed = {"required": [name]} if name in required else {}
        rules.append({"if": asked, "then": needed, "else": {"not": {"required": [name]}}})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": plain,
        "additionalProperties": False,
        "allOf": rules,
    }


def is_asked(name: str, properties: dict[str, Any]) -> dict[str, Any]:
    when = properties[name].get("x-when")
    if when is None:
        return {}
    field = when["field"]
    answer = {"required": [field], "properties": {field: {"enum": when["is"]}}}
    return {"allOf": [is_asked(field, properties), answer]}


def faults_of(work: Callable[[], Any]) -> dict[str, list[str]]:
    """What is refused, at its paths; nothing when all is well. Anything but a refusal is a fault of ours."""
    try:
        work()
    except Invalid as refused:
        return refused.fields or {"": []}
    return {}


def is_taken(form: FormDefinition, values: Any) -> bool:
    return not faults_of(lambda: form.check(values, TODAY))


@given(questions())
def test_both_take_and_refuse_the_same(question: tuple[dict[str, Any], list[str], dict[str, Any]]) -> None:
    properties, required, values = question
    form = FormDefinition.from_json(form_data(properties, required))
    theirs = jsonschema_rs.is_valid(in_their_words(properties, required), values)
    event("taken" if theirs else "refused")
    assert is_taken(form, values) == theirs


@given(questions())
def test_every_fault_names_a_field_that_was_sent_or_is_missing(
    question: tuple[dict[str, Any], list[str], dict[str, Any]],
) -> None:
    properties, required, values = question
    form = FormDefinition.from_json(form_data(properties, required))
    faults = faults_of(lambda: form.check(values, TODAY))
    named = {path.removeprefix("values.") for path in faults}
    assert named <= {*values, *required}
    assert all(faults.values())
    if not faults:
        taken = form.check(values, TODAY)
        assert form.check(taken, TODAY) == taken
        assert set(taken) == set(values) <= form.asked(taken)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["id", "key", "type", "schema", "properties", "x-when", "layout", "x"]),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_no_form_makes_it_stumble(data: Any) -> None:
    whole = form_data({"x": {"type": "boolean"}})
    inside = form_data({"x": {"type": "boolean"}})
    inside["schema"]["properties"]["x"] = data
    for broken in (data, whole | {"schema": data}, whole | {"layout": data}, inside):
        found = faults_of(lambda broken=broken: FormDefinition.from_json(broken))
        assert found or broken is inside
