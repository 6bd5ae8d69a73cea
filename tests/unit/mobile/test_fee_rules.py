"""What a rule of fees says in words, as a form, and back."""

import json
from datetime import date
from typing import Any

import pytest

from mobile.i18n.catalogue import use_language
from mobile.state.fee_rule_form import answers_of, blank, by_question, check, rule_form, rule_of
from mobile.state.fee_rules import changes, days_words, effect_words, found, takes_effect, who_words
from scripts.sandbox.seed_data import FOLDER
from tests.support.fee_rules import a_rule

SEEDED: list[dict[str, Any]] = json.loads((FOLDER / "fee_rules.json").read_text("utf-8"))
FEE = {"key": "per_copy", "name": {"vi": "Bản sao", "en": "Copy"}, "ways": ["online"]}
PROCEDURES = [{"code": "2.000635", "name": {"vi": "Trích lục", "en": "Extract"}, "fees": [FEE]}]
TODAY = date(2026, 11, 22)
UNUSUAL = [
    {"age": [6, 7]},
    {"identity_level": [1, 2]},
    {"identity_level": {"at_least": 1}},
    {"poor_household": [False]},
]


@pytest.mark.parametrize("rule", [*SEEDED, *(a_rule(needs=needs) for needs in UNUSUAL)])
def test_a_rule_that_nobody_touches_stays_what_it_was(rule: dict[str, Any]) -> None:
    again = rule_of(answers_of(rule), rule)
    assert again == rule
    assert list(again) == list(rule)
    assert check(again) == {}
    assert changes(rule, again, PROCEDURES) == []


def test_what_is_answered_is_what_the_rule_says() -> None:
    values = answers_of(blank("2026-12-01")) | {
        "id": "nq_12_2026",
        "name.vi": "Giảm nửa",
        "name.en": "Half",
        "basis": "NQ 12/2026",
        "until_day": "2026-12-31",
        "effect": "percent",
        "percent": 50,
        "groups": ["disability"],
        "age_least": 60,
        "level": "2",
        "way": "online",
        "procedures": ["2.000635"],
        "fee_keys": ["per_copy"],
        "in_force": True,
        "checked": True,
    }
    rule = rule_of(values, blank("2026-12-01"))
    assert check(rule) == {}
    assert rule["needs"] == {"age": {"at_least": 60}, "identity_level": [2], "disability": [True]}
    assert (rule["effect"], rule["way"], rule["needs_review"]) == ({"kind": "percent", "percent": 50}, "online", False)
    assert rule_of(values | {"effect": "free", "age_least": None}, rule)["needs"].keys() == {
        "identity_level",
        "disability",
    }


def test_faults_stand_at_the_question_they_are_about() -> None:
    empty = check(rule_of(answers_of(blank("2026-12-01")), blank("2026-12-01")))
    assert {"id", "name.vi", "name.en", "basis", "procedures", "fee_keys"} <= set(empty)
    fields = {
        "rule.fee_keys.0": ["a"],
        "rule.needs.age": ["b"],
        "rule.effect.percent": ["c"],
        "rule.needs.disability.0": ["d"],
    }
    assert by_question(fields) == {"fee_keys": ["a"], "age_least": ["b"], "percent": ["c"], "groups": ["d"]}
    asked = {field["name"] for field in rule_form(PROCEDURES, {}, is_new=True)["layout"][0]["fields"]}
    assert set(empty) <= asked


def test_only_fees_of_the_chosen_procedures_are_offered() -> None:
    def offered(**values: Any) -> set[str]:
        form = rule_form(PROCEDURES, values, is_new=False)
        return set(form["schema"]["properties"]["fee_keys"]["items"]["enum"])

    assert offered() == {"*"}
    assert offered(procedures=["2.000635"]) == {"*", "per_copy"}
    assert offered(procedures=["*"]) == {"*", "per_copy"}
    assert offered(fee_keys=["gone"]) == {"*", "gone"}, "what is named stays to be taken away"


def test_a_rule_in_words() -> None:
    use_language("vi")
    assert days_words(a_rule()) == "Từ 01/01/2026"
    assert days_words(a_rule(until_day="2026-12-31")) == "Từ 01/01/2026 đến hết 31/12/2026"
    assert effect_words({"kind": "amount", "amount": 100_000}) == "Còn nộp 100.000 đ mỗi lần thu"
    assert who_words({}) == "Mọi người nộp"
    assert who_words({"age": {"at_least": 60}, "disability": [True]}) == "Từ 60 tuổi trở lên và người khuyết tật"
    assert who_words({"age": {"at_least": 6, "at_most": 15}}) == "Từ 6 đến 15 tuổi"


def test_a_change_says_what_becomes_another_and_from_when() -> None:
    use_language("vi")
    before = a_rule()
    after = before | {"until_day": "2026-12-31"}
    [change] = changes(before, after, PROCEDURES)
    assert (change.before, change.after) == ("Từ 01/01/2026", "Từ 01/01/2026 đến hết 31/12/2026")
    assert takes_effect(before, after, TODAY) == "Áp dụng cho hồ sơ nộp từ 22/11/2026."
    coming = before | {"from_day": "2027-01-01"}
    assert "01/01/2027" in takes_effect(before, coming, TODAY)
    assert "Đã hết hạn" in takes_effect(before, before | {"until_day": "2026-11-21"}, TODAY)
    draft = before | {"in_force": False}
    assert "Ngừng áp dụng" in takes_effect(before, draft, TODAY)
    assert takes_effect(None, draft, TODAY) == "Chưa áp dụng cho ai."


def test_a_list_is_narrowed_by_standing_and_words() -> None:
    rows = [
        {"rule": a_rule(id="old", needs_review=True), "standing": "over"},
        {"rule": a_rule(id="new", name={"vi": "Hộ nghèo", "en": "Poor"}, needs_review=True), "standing": "draft"},
        {"rule": a_rule(id="now"), "standing": "in_force"},
    ]
    assert [one["rule"]["id"] for one in found(rows, "", "all")] == ["now", "new", "old"]
    assert [one["rule"]["id"] for one in found(rows, "ho ngheo", "all")] == ["new"]
    assert [one["rule"]["id"] for one in found(rows, "", "review")] == ["new"]
    assert [one["rule"]["id"] for one in found(rows, "", "over")] == ["old"]
