"""The logic of forms on the phone: what is asked, what is wrong, and that the server would find the same."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobile.state.answers import (
    asked,
    date_to_type,
    faults,
    first_faulty,
    group_of,
    groups,
    on_the_wire,
    typed_date,
)
from mobile.ui.form.inputs import meaning
from shared_models.errors import Invalid
from shared_models.form import FormDefinition

FORMS = Path(__file__).resolve().parents[3] / "scripts/seed_data/forms"
TODAY = date(2026, 11, 21)
SEEDED = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in sorted(FORMS.glob("*.json"))}
SOME = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 10**6),
    st.sampled_from(
        ["", " ", "0905123456", "048192900012", "2026-02-30", "2027-01-01", "1990", "1990-13", "20242", "x@y.vn"]
    ),
    st.text(max_size=12),
)


def an_answer(prop: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Mostly what fits, sometimes what does not."""
    choices = prop.get("enum") or (prop.get("items") or {}).get("enum")
    if choices and prop["type"] == "array":
        return st.one_of(st.lists(st.sampled_from(choices), max_size=4), SOME)
    return st.one_of(st.sampled_from(choices), SOME) if choices else SOME


@pytest.mark.parametrize("name", SEEDED)
@given(data=st.data())
def test_the_phone_finds_what_the_server_finds(name, data):
    form = SEEDED[name]
    drawn = {field: data.draw(an_answer(prop)) for field, prop in form["schema"]["properties"].items()}
    values = {field: value for field, value in drawn.items() if value is not None}
    ours = faults(form, values, TODAY)
    definition = FormDefinition.from_json(form)
    try:
        definition.check(on_the_wire(form, values), TODAY)
        theirs: dict[str, list[str]] = {}
    except Invalid as refused:
        theirs = {field.removeprefix("values."): codes for field, codes in refused.fields.items()}
    # Whether a question is asked hangs on another answer; while that one is wrong, only it has to be mended.
    wrong = set(ours)
    undecided = {
        field
        for field, prop in form["schema"]["properties"].items()
        if prop.get("x-when") and _above(form, field) & wrong
    }
    assert {f: c for f, c in theirs.items() if f not in undecided} == {
        f: c for f, c in ours.items() if f not in undecided
    }
    assert bool(ours) == bool(theirs)


def _above(form: dict[str, Any], name: str) -> set[str]:
    """The fields on whose answers a question hangs."""
    found: set[str] = set()
    when = form["schema"]["properties"][name].get("x-when")
    while when is not None and when["field"] not in found:
        found.add(when["field"])
        when = form["schema"]["properties"][when["field"]].get("x-when")
    return found


def test_a_condition_hangs_on_a_question_that_is_itself_asked():
    form = SEEDED["birth_registration-1"]
    married = {"father_declared": False, "parents_married": True}
    assert "marriage_number" not in asked(form, married)
    assert "marriage_number" in asked(form, married | {"father_declared": True})


def test_what_is_not_asked_any_more_is_kept_but_not_sent():
    form = SEEDED["birth_registration-1"]
    values = {"father_declared": False, "father_name": "Lê Văn Bình"}
    assert on_the_wire(form, values) == {"father_declared": False}


def test_a_group_without_questions_is_no_step():
    form = json.loads(json.dumps(SEEDED["birth_registration-1"]))
    group = next(group for group in form["layout"] if group["key"] == "child")
    for field in group["fields"]:
        form["schema"]["properties"][field["name"]]["x-when"] = {"field": "father_declared", "is": [True]}
    assert "child" not in {group["key"] for group in groups(form, {"father_declared": False})}
    assert "child" in {group["key"] for group in groups(form, {"father_declared": True})}


def test_the_first_group_that_lacks_something_is_named():
    form = SEEDED["birth_registration-1"]
    assert first_faulty(form, {}, TODAY) == "applicant"
    assert group_of(form, "values.child_name") == "child"
    assert group_of(form, "values.nothing") is None


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("5/3/2026", "2026-03-05"),
        ("05-03-2026", "2026-03-05"),
        ("5.3.2026", "2026-03-05"),
        ("31/2/2026", "31/2/2026"),
        ("5/3/26", "5/3/26"),
        ("hôm nay", "hôm nay"),
        ("2026", "2026"),
    ],
)
def test_dates_are_read_as_people_write_them(typed, means):
    assert typed_date(typed, partial=False) == means


def test_of_some_dates_only_the_year_is_known():
    assert typed_date("1958", partial=True) == "1958"
    assert typed_date("4/1958", partial=True) == "1958-04"
    assert typed_date("13/1958", partial=True) == "13/1958"
    assert [date_to_type(text) for text in ("1958-04-02", "1958-04", "1958", "x")] == [
        "02/04/1958",
        "04/1958",
        "1958",
        "x",
    ]


@given(st.dates(date(1000, 1, 1), date(9999, 12, 31)))
def test_a_date_comes_back_from_how_it_is_typed(day):
    assert typed_date(date_to_type(day.isoformat()), partial=False) == day.isoformat()


def test_numbers_are_written_as_people_here_write_them():
    assert meaning({"type": "integer"}, "1.500") == 1500
    assert meaning({"type": "number"}, "1,5") == 1.5
    assert meaning({"type": "integer"}, "nhiều") == "nhiều"
    assert meaning({"type": "string", "format": "phone"}, "0905 123 456") == "0905123456"
    assert meaning({"type": "string"}, "   ") is None
