"""What is due: one rule at most, the most favourable, and all that were weighed kept beside it."""

from datetime import date
from typing import Any

import pytest

from shared_models.bilingual import Bilingual
from shared_models.errors import Invalid
from shared_models.fee import Assessment, Subject, assess
from shared_models.fee_reading import read_fee_rule
from shared_models.procedure_parts import FeeLine
from tests.support.fee_rules import a_rule

DAY = date(2026, 11, 22)
LICENCE = "3.000347"
FEE = FeeLine("fee", Bilingual("Lệ phí", "Fee"), 115_000)
COPIES = FeeLine("per_copy", Bilingual("Mỗi bản", "Per copy"), 8_000, times="copies")
LEVEL_2 = {"identity_level": 2}


def due(
    *rules: dict[str, Any],
    facts: dict[str, Any] = LEVEL_2,
    lines: tuple[tuple[FeeLine, int], ...] = ((FEE, 115_000),),
    way: Any = "online",
    day: date = DAY,
) -> Assessment:
    return assess(lines, [read_fee_rule(rule) for rule in rules], Subject(facts), LICENCE, way, day)


def percent(part: int, **changes: Any) -> dict[str, Any]:
    return a_rule(id=f"p{part}", effect={"kind": "percent", "percent": part}, **changes)


def amount(left: int, **changes: Any) -> dict[str, Any]:
    return a_rule(id=f"a{left}", effect={"kind": "amount", "amount": left}, **changes)


def test_without_rules_what_is_listed_is_due():
    assessment = due()
    assert assessment.total == 115_000
    assert (assessment.lines[0].rule_id, assessment.lines[0].considered) == (None, ())


def test_without_fees_nothing_is_due():
    assert due(a_rule(), lines=()) == Assessment((), 0)


def test_a_free_filing_names_its_rule_and_basis():
    (line,) = due(a_rule()).lines
    assert (line.listed, line.due, line.rule_id) == (115_000, 0, "free")
    assert [(one.basis, one.due) for one in line.considered] == [("NQ 1/2026", 0)]


def test_the_most_favourable_alone_is_applied_and_all_are_kept():
    (line,) = due(percent(50), percent(30), amount(200_000)).lines
    assert (line.due, line.rule_id) == (34_500, "p30")
    assert [(one.rule_id, one.due) for one in line.considered] == [
        ("a200000", 200_000),
        ("p30", 34_500),
        ("p50", 57_500),
    ]


def test_no_rule_makes_a_fee_dearer():
    (line,) = due(amount(200_000)).lines
    assert (line.due, line.rule_id, len(line.considered)) == (115_000, None, 1)


def test_of_equals_the_first_by_id_is_taken():
    (line,) = due(a_rule(id="b"), a_rule(id="a"), a_rule(id="c")).lines
    assert line.rule_id == "a"
    assert [one.rule_id for one in line.considered] == ["a", "b", "c"]


def test_a_fee_of_nothing_needs_no_rule():
    (line,) = due(a_rule(), lines=((FEE, 0),)).lines
    assert (line.due, line.rule_id) == (0, None)


def test_parts_of_a_dong_are_dropped():
    assert due(percent(33), lines=((FEE, 101),)).total == 33


def test_an_amount_is_for_one_unit_of_what_is_counted():
    assert due(amount(4_000), lines=((COPIES, 24_000),)).total == 12_000
    assert due(amount(4_000), lines=((FEE, 24_000),)).total == 4_000


def test_the_total_is_of_all_lines():
    assessment = due(a_rule(fee_keys=["fee"]), lines=((FEE, 115_000), (COPIES, 16_000)))
    assert [line.due for line in assessment.lines] == [0, 16_000]
    assert assessment.total == 16_000


@pytest.mark.parametrize(
    ("changes", "is_free"),
    [
        ({"from_day": "2026-11-22"}, True),
        ({"from_day": "2026-11-23"}, False),
        ({"until_day": "2026-11-22"}, True),
        ({"until_day": "2026-11-21"}, False),
        ({"procedures": [LICENCE]}, True),
        ({"procedures": ["3.000348"]}, False),
        ({"fee_keys": ["other", "fee"]}, True),
        ({"fee_keys": ["other"]}, False),
        ({"way": "online"}, True),
        ({"way": "direct"}, False),
        ({"needs": {}}, True),
        ({"needs": {"identity_level": [1]}}, False),
        ({"needs": {"identity_level": [1, 2]}}, True),
        ({"needs": {"identity_level": [2], "five_documents": [True]}}, False),
        ({"needs": {"age": {"at_least": 60}}}, False),
        ({"needs": {"identity_level": {"at_least": 2}}}, True),
        ({"needs": {"identity_level": {"at_most": 1}}}, False),
    ],
)
def test_a_rule_counts_only_for_what_it_names(changes: dict[str, Any], is_free: bool):
    assessment = due(a_rule(**changes))
    assert (assessment.total == 0) is is_free
    assert bool(assessment.lines[0].considered) is is_free


def test_a_draft_is_neither_applied_nor_listed():
    assert due(a_rule(in_force=False)).lines[0].considered == ()


@pytest.mark.parametrize("fact", [1, "true", None])
def test_a_truth_is_no_number_and_no_text(fact: Any):
    rule = a_rule(needs={"five_documents": [True]})
    assert due(rule, facts={"five_documents": fact}).total == 115_000
    assert due(rule, facts={"five_documents": True}).total == 0


@pytest.mark.parametrize(("age", "total"), [(15, 0), (16, 115_000), (True, 115_000), ("15", 115_000), (None, 115_000)])
def test_bounds_are_for_numbers_and_inclusive(age: Any, total: int):
    assert due(a_rule(needs={"age": {"at_least": 0, "at_most": 15}}), facts={"age": age}).total == total


def test_an_assessment_is_kept_as_json_and_comes_back():
    assessment = due(a_rule(), percent(50), lines=((FEE, 115_000), (COPIES, 8_000)))
    assert Assessment.from_json(assessment.to_json()) == assessment


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"until_day": "2027-02-28", "way": "online", "procedures": [LICENCE], "fee_keys": ["fee"]},
        {"effect": {"kind": "percent", "percent": 50}, "needs": {"age": {"at_least": 60}}},
        {"effect": {"kind": "amount", "amount": 5}, "needs": {"age": {"at_most": 15}, "disability": [True]}},
    ],
)
def test_a_rule_goes_out_as_it_came_in(changes: dict[str, Any]):
    assert read_fee_rule(a_rule(**changes)).to_json() == a_rule(**changes)


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"id": "Free"}, "id", "field.malformed"),
        ({"name": {"vi": "x"}}, "name.en", "field.required"),
        ({"basis": ""}, "basis", "field.length"),
        ({"from_day": "2026-02-30"}, "from_day", "field.date_malformed"),
        ({"from_day": None}, "from_day", "field.null"),
        ({"until_day": "2025-12-31"}, "until_day", "date.out_of_order"),
        ({"procedures": []}, "procedures", "field.length"),
        ({"procedures": ["gplx"]}, "procedures.0", "field.malformed"),
        ({"procedures": ["*", LICENCE]}, "procedures", "fee_rule.all_or_some"),
        ({"procedures": [LICENCE, LICENCE]}, "procedures.1", "catalogue.key_twice"),
        ({"fee_keys": ["Fee"]}, "fee_keys.0", "field.malformed"),
        ({"fee_keys": ["fee", "*"]}, "fee_keys", "fee_rule.all_or_some"),
        ({"way": "post"}, "way", "field.not_a_choice"),
        ({"in_force": 1}, "in_force", "field.malformed"),
        ({"needs_review": "yes"}, "needs_review", "field.malformed"),
        ({"effect": {"kind": "gift"}}, "effect.kind", "field.not_a_choice"),
        ({"effect": {"kind": "percent"}}, "effect.percent", "field.required"),
        ({"effect": {"kind": "percent", "percent": 0}}, "effect.percent", "field.out_of_range"),
        ({"effect": {"kind": "percent", "percent": 100}}, "effect.percent", "field.out_of_range"),
        ({"effect": {"kind": "percent", "percent": True}}, "effect.percent", "field.malformed"),
        ({"effect": {"kind": "amount", "amount": -1}}, "effect.amount", "field.out_of_range"),
        ({"effect": {"kind": "amount", "amount": 1.5}}, "effect.amount", "field.malformed"),
        ({"effect": {"kind": "free", "amount": 5}}, "effect.amount", "field.unknown"),
        ({"needs": []}, "needs", "field.malformed"),
        ({"needs": {"poor_houshold": [True]}}, "needs.poor_houshold", "fee_rule.fact_unknown"),
        ({"needs": {"age": []}}, "needs.age", "field.malformed"),
        ({"needs": {"age": 60}}, "needs.age", "field.malformed"),
        ({"needs": {"age": {}}}, "needs.age", "field.malformed"),
        ({"needs": {"age": {"above": 60}}}, "needs.age", "field.malformed"),
        ({"needs": {"age": {"at_least": True}}}, "needs.age", "fee_rule.value_does_not_fit"),
        ({"needs": {"age": {"at_least": "60"}}}, "needs.age", "fee_rule.value_does_not_fit"),
        ({"needs": {"age": {"at_least": 60, "at_most": 15}}}, "needs.age", "field.out_of_range"),
        ({"needs": {"five_documents": {"at_least": 1}}}, "needs.five_documents", "fee_rule.value_does_not_fit"),
        ({"needs": {"five_documents": [1]}}, "needs.five_documents.0", "fee_rule.value_does_not_fit"),
        ({"needs": {"identity_level": [2, True]}}, "needs.identity_level.1", "fee_rule.value_does_not_fit"),
        ({"needs": {"identity_level": [2, 2]}}, "needs.identity_level.1", "catalogue.key_twice"),
        ({"more": 1}, "more", "field.unknown"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_its_member(changes: dict[str, Any], path: str, code: str):
    with pytest.raises(Invalid) as refused:
        read_fee_rule(a_rule(**changes))
    assert refused.value.code == "catalogue.fee_rule_invalid"
    assert refused.value.fields == {path: [code]}


@pytest.mark.parametrize("data", [None, [], "free", 1])
def test_what_is_no_rule_is_refused(data: Any):
    with pytest.raises(Invalid, match=r"^catalogue\.fee_rule_invalid$"):
        read_fee_rule(data)


def test_every_member_is_wanted():
    for member in a_rule():
        with pytest.raises(Invalid) as refused:
            read_fee_rule({name: value for name, value in a_rule().items() if name != member})
        assert refused.value.fields == {member: ["field.required"]}
