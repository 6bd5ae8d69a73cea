"""Assessing against a slow and obvious reading of the rules' own JSON."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared_models.bilingual import Bilingual
from shared_models.fee import Assessment, Subject, assess
from shared_models.fee_reading import read_fee_rule
from shared_models.procedure_parts import FeeLine
from tests.support.fee_rules import a_rule

FIRST = date(2026, 11, 20)
DAYS = st.integers(0, 6).map(lambda days: FIRST + timedelta(days=days))
CODES = ("3.000347", "3.000348", "2.000635")
KEYS = ("fee", "per_copy", "house")
LEVELS = st.lists(st.sampled_from([1, 2]), min_size=1, unique=True)
AGES = st.fixed_dictionaries({"at_least": st.integers(0, 10)}, optional={"at_most": st.integers(10, 20)})
TRUTHS = st.lists(st.booleans(), min_size=1, unique=True)
NEEDS = st.fixed_dictionaries({}, optional={"identity_level": LEVELS, "age": AGES, "disability": TRUTHS})
EFFECTS = (
    st.just({"kind": "free"})
    | st.integers(1, 99).map(lambda part: {"kind": "percent", "percent": part})
    | st.integers(1, 20_000).map(lambda left: {"kind": "amount", "amount": left})
)
FACTS = st.fixed_dictionaries(
    {}, optional={"identity_level": st.sampled_from([0, 1, 2]), "age": st.integers(0, 20), "disability": st.booleans()}
)
LINES = st.lists(
    st.tuples(st.sampled_from(KEYS), st.integers(0, 20_000), st.booleans(), st.integers(1, 4)), max_size=4
).map(
    lambda rows: [
        (
            FeeLine(key, Bilingual(key, key), price, times="copies" if counted else None),
            price * (count if counted else 1),
        )
        for key, price, counted, count in rows
    ]
)


def some_of(names: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.just(["*"]) | st.lists(st.sampled_from(names), min_size=1, unique=True)


@st.composite
def rules(draw: st.DrawFn) -> list[dict[str, Any]]:
    names = draw(st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=8))
    return [
        a_rule(
            id=name,
            from_day=(begun := draw(DAYS)).isoformat(),
            until_day=draw(st.none() | DAYS.filter(lambda day, begun=begun: day >= begun).map(date.isoformat)),
            procedures=draw(some_of(CODES)),
            fee_keys=draw(some_of(KEYS)),
            way=draw(st.sampled_from([None, "direct", "online"])),
            needs=draw(NEEDS),
            effect=draw(EFFECTS),
            in_force=draw(st.integers(0, 4)) > 0,
        )
        for name in names
    ]


def fits(need: Any, fact: Any) -> bool:
    if isinstance(need, dict):
        return fact in range(need["at_least"], need.get("at_most", 1_000) + 1)
    return fact in need


def matches(rule: dict[str, Any], key: str, filing: dict[str, Any]) -> bool:
    days = [FIRST + timedelta(days=days) for days in range(-10, 30)]
    last = rule["until_day"] or "2099-01-01"
    return (
        rule["in_force"]
        and filing["day"] in [day for day in days if rule["from_day"] <= day.isoformat() <= last]
        and (rule["procedures"] == ["*"] or filing["code"] in rule["procedures"])
        and (rule["fee_keys"] == ["*"] or key in rule["fee_keys"])
        and (rule["way"] is None or rule["way"] == filing["way"])
        and all(name in filing["facts"] and fits(need, filing["facts"][name]) for name, need in rule["needs"].items())
    )


def slow(lines: list[tuple[FeeLine, int]], given_rules: list[dict[str, Any]], filing: dict[str, Any]) -> Any:
    """`[(key, due, rule, {rule: due})]`: every rule on every line, the best of those that help."""
    found = []
    for line, listed in lines:
        left: dict[str, int] = {}
        for rule in given_rules:
            if not matches(rule, line.key, filing):
                continue
            effect = rule["effect"]
            units = listed // line.amount if line.times and line.amount else 1
            left[rule["id"]] = {
                "free": 0,
                "percent": int(listed * effect.get("percent", 0) / 100 + 1e-9),
                "amount": effect.get("amount", 0) * units,
            }[effect["kind"]]
        useful = {name: amount for name, amount in left.items() if amount < listed}
        best = sorted(useful, key=lambda name: (useful[name], name))[:1]
        found.append((line.key, useful[best[0]] if best else listed, best[0] if best else None, left))
    return found


FILINGS = st.fixed_dictionaries(
    {"code": st.sampled_from(CODES), "way": st.sampled_from(["direct", "online"]), "day": DAYS, "facts": FACTS}
)


def assessed(lines: Any, given_rules: list[dict[str, Any]], filing: dict[str, Any]) -> Assessment:
    known = [read_fee_rule(rule) for rule in given_rules]
    return assess(lines, known, Subject(filing["facts"]), filing["code"], filing["way"], filing["day"])


@given(LINES, rules(), FILINGS)
def test_the_assessment_is_the_obvious_one(lines: Any, given_rules: Any, filing: Any):
    assessment = assessed(lines, given_rules, filing)
    assert [
        (line.key, line.due, line.rule_id, {one.rule_id: one.due for one in line.considered})
        for line in assessment.lines
    ] == slow(lines, given_rules, filing)
    assert assessment.total == sum(line.due for line in assessment.lines)
    assert Assessment.from_json(assessment.to_json()) == assessment


@given(LINES, rules(), FILINGS, st.randoms(use_true_random=False))
def test_the_order_of_rules_does_not_matter(lines: Any, given_rules: Any, filing: Any, chance: Any):
    shuffled = list(given_rules)
    chance.shuffle(shuffled)
    assert assessed(lines, shuffled, filing) == assessed(lines, given_rules, filing)


@given(LINES, rules(), FILINGS)
def test_one_more_rule_never_makes_it_dearer(lines: Any, given_rules: Any, filing: Any):
    totals = [assessed(lines, given_rules[:count], filing).total for count in range(len(given_rules) + 1)]
    assert totals == sorted(totals, reverse=True)
    assert 0 <= totals[-1] <= totals[0] == sum(listed for _, listed in lines)


@given(rules())
def test_rules_go_out_as_they_came_in(given_rules: Any):
    assert [read_fee_rule(rule).to_json() for rule in given_rules] == given_rules
