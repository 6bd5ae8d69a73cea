"""An administrator sees and changes who pays less; a new version of a procedure takes no fee from under a rule."""

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from backend.bootstrap import Container
from backend.catalogue.services.files import FileFault
from backend.catalogue.services.rule_desk import standing_of
from shared_models.fee_reading import read_fee_rule
from shared_models.schemas.fee import FeeRuleHistorySchema, FeeRuleListSchema
from tests.support.api import Phone, problem_of
from tests.support.catalogue import a_procedure, administrator, city
from tests.support.dossiers import good
from tests.support.fee_rules import a_rule

CHILDREN = "law_97_2015_children"
DRAFT_RULE = "da_nang_online_free"
EXTRACT = "2.000635"
DRAFT = f"{EXTRACT}@2026-12-01"


__all__ = ["administrator", "city"]


def kept(city: Container) -> list[Any]:
    names = ("fee_rules", "catalogue_state", "procedure_versions")
    return [list(city.database.collection(name).find().sort("_id", 1)) for name in names]


def read(phone: Phone, rule_id: str = CHILDREN) -> dict[str, Any]:
    return good(phone.get(f"/catalogue/fee-rules/{rule_id}"))


def put(phone: Phone, rule: dict[str, Any], version: int, at: str | None = None) -> Any:
    body = {"rule": rule, "version": version}
    return phone.request("PUT", f"/catalogue/fee-rules/{at or rule['id']}", body=body)


def renamed(key: str = "certificate", *, keeps: bool = False, **changes: Any) -> dict[str, Any]:
    """The extract from the civil register, its fee under another key from 1 December on."""
    procedure = copy.deepcopy(a_procedure(EXTRACT, effective_from="2026-12-01", **changes))
    for lines in procedure["fees"].values():
        lines[:] = [{**line, "key": key} for line in lines] + (list(lines) if keeps else [])
    return procedure


def publish(phone: Phone, procedure: dict[str, Any]) -> Any:
    at = f"/catalogue/drafts/{procedure['id']}"
    good(phone.request("PUT", at, body={"procedure": procedure, "draft_version": 0}))
    return phone.post(f"{at}/publish", {"draft_version": 1})


def test_every_rule_is_there_with_where_it_stands_today(administrator: Phone) -> None:
    found = good(administrator.get("/catalogue/fee-rules"))
    assert FeeRuleListSchema().validate(found) == {}
    standing = {one["rule"]["id"]: one["standing"] for one in found["items"]}
    assert (standing["nq_66_22_2026"], standing["da_nang_online_free"]) == ("in_force", "draft")
    fees = {one["code"]: {fee["key"] for fee in one["fees"]} for one in found["procedures"]}
    assert fees[EXTRACT] == {"per_copy"}
    rule = read_fee_rule(next(one["rule"] for one in found["items"] if one["rule"]["id"] == "nq_66_22_2026"))
    for day, expected in (
        (date(2026, 8, 14), "coming"),
        (date(2026, 8, 15), "in_force"),
        (date(2027, 2, 28), "in_force"),
        (date(2027, 3, 1), "over"),
    ):
        assert standing_of(rule, day) == expected


def test_a_change_takes_effect_and_what_was_said_before_stays_readable(administrator: Phone, city: Container) -> None:
    first = read(administrator)
    assert (first["version"], first["history"]) == (1, [])
    ended = {**first["rule"], "until_day": "2026-11-20"}
    changed = good(put(administrator, ended, 1))
    assert FeeRuleHistorySchema().validate(changed) == {}
    assert (changed["version"], changed["standing"], changed["rule"]) == (2, "over", ended)
    assert changed["saved_by"] == administrator.user["name"]
    assert [one["rule"] for one in changed["history"]] == [first["rule"]]
    assert CHILDREN not in {rule.id for rule in city.catalogue.fee_rules(city.catalogue.today())}
    before = kept(city)
    assert good(put(administrator, ended, 1)) == changed, "a retry whose answer was lost"
    assert kept(city) == before
    back = good(put(administrator, first["rule"], 2))
    assert [one["rule"]["until_day"] for one in back["history"]] == ["2026-11-20", None]
    assert [one["saved_by"] for one in back["history"]] == [administrator.user["name"], first["saved_by"]]


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(administrator: Phone, city: Container) -> None:
    rule = read(administrator)["rule"]
    good(put(administrator, {**rule, "basis": "Luật mới"}, 1))
    before = kept(city)
    for version in (0, 1, 3):
        assert problem_of(put(administrator, {**rule, "in_force": False}, version))[:2] == (
            412,
            "catalogue.fee_rule_changed",
        )
    assert problem_of(put(administrator, a_rule(), 1))[:2] == (412, "catalogue.fee_rule_changed")
    assert kept(city) == before


def test_a_new_rule_is_made_once(administrator: Phone, city: Container) -> None:
    made = good(put(administrator, a_rule(id="new_rule", procedures=[EXTRACT], fee_keys=["per_copy"]), 0))
    assert (made["version"], made["standing"], made["history"]) == (1, "in_force", [])
    assert "new_rule" in {rule.id for rule in city.catalogue.fee_rules(city.catalogue.today())}
    assert administrator.get("/catalogue/fee-rules/another").get_json()["code"] == "fee_rule.unknown"


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"way": "post"}, "rule.way", "field.not_a_choice"),
        ({"until_day": "2025-12-31"}, "rule.until_day", "date.out_of_order"),
        ({"needs": {"poor": [True]}}, "rule.needs.poor", "fee_rule.fact_unknown"),
        ({"needs": {"age": [True]}}, "rule.needs.age.0", "fee_rule.value_does_not_fit"),
        ({"effect": {"kind": "percent"}}, "rule.effect.percent", "field.required"),
        ({"procedures": ["9.999999"]}, "rule.procedures.0", "field.malformed"),
        ({"procedures": ["2.999999"]}, "rule.procedures.0", "procedure.unknown"),
        ({"fee_keys": ["gold"]}, "rule.fee_keys.0", "fee_rule.fee_unknown"),
        ({"in_force": 1}, "rule.in_force", "field.malformed"),
    ],
)
def test_a_member_that_cannot_be_is_named_and_nothing_is_written(
    administrator: Phone, city: Container, changes: dict[str, Any], path: str, code: str
) -> None:
    before = kept(city)
    answer = put(administrator, a_rule(**({"procedures": [EXTRACT]} | changes)), 0)
    assert (answer.status_code, answer.get_json()["errors"].get(path)) == (422, [code]), answer.get_json()
    assert answer.get_json()["code"] == "catalogue.fee_rule_invalid"
    assert kept(city) == before


def test_a_rule_keeps_its_id(administrator: Phone) -> None:
    answer = put(administrator, a_rule(id="other"), 0, at=CHILDREN)
    assert answer.get_json()["errors"] == {"rule.id": ["catalogue.id_not_of_rule"]}


def test_a_version_that_drops_a_fee_under_a_rule_is_refused_with_both_names(
    administrator: Phone, city: Container
) -> None:
    answer = publish(administrator, renamed())
    problem = answer.get_json()
    assert (answer.status_code, problem["code"]) == (409, "catalogue.rule_orphaned")
    assert (problem["params"]["rule"], problem["params"]["key"], problem["params"]["version"]) == (
        DRAFT_RULE,
        "per_copy",
        DRAFT,
    ), "a rule that is a draft would come into force without its fee"
    assert problem["params"]["name"]["vi"] == "Nộp trực tuyến 0 đồng (dự thảo của thành phố)"
    row = city.database.collection("procedure_versions").find_one({"_id": DRAFT})
    assert row is not None
    assert row["state"] == "draft"


def test_it_is_published_once_every_rule_names_the_new_fee_or_is_over(administrator: Phone) -> None:
    assert publish(administrator, renamed()).status_code == 409
    told = good(administrator.get("/catalogue/fee-rules"))
    named = [one for one in told["items"] if EXTRACT in one["rule"]["procedures"]]
    # A draft's fees can be named: else neither of the two could come first.
    assert {fee["key"] for one in told["procedures"] if one["code"] == EXTRACT for fee in one["fees"]} == {
        "per_copy",
        "certificate",
    }
    for place, one in enumerate(named):
        answer = administrator.post(f"/catalogue/drafts/{DRAFT}/publish", {"draft_version": 1})
        assert answer.get_json()["params"]["rule"] == one["rule"]["id"]
        keys = [*one["rule"]["fee_keys"], "certificate"]
        change = {"fee_keys": keys} if place else {"until_day": "2026-11-30"}
        good(put(administrator, one["rule"] | change, one["version"]))
    good(administrator.post(f"/catalogue/drafts/{DRAFT}/publish", {"draft_version": 1}))


def test_what_names_a_drafts_fee_goes_out_and_comes_in_again(
    administrator: Phone, city: Container, tmp_path: Path
) -> None:
    draft = renamed()
    good(administrator.request("PUT", f"/catalogue/drafts/{DRAFT}", body={"procedure": draft, "draft_version": 0}))
    rule = read(administrator)["rule"]
    good(put(administrator, {**rule, "fee_keys": [*rule["fee_keys"], "certificate"]}, 1))
    before = kept(city)
    city.catalogue.files.export(tmp_path / "out")
    assert city.catalogue.files.bring_in(tmp_path / "out", "test").fee_rules == 0
    assert kept(city) == before


def test_a_fee_that_stays_or_goes_for_everybody_orphans_no_rule(administrator: Phone) -> None:
    free = a_procedure(EXTRACT, effective_from="2027-02-01", fees={"direct": [], "online": []}, pay_at="none")
    for procedure in (renamed("extra", keeps=True), free):
        assert publish(administrator, procedure).status_code == 200


def test_an_import_refuses_the_same_and_takes_versions_with_their_rules(city: Container, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    (folder / "procedures").mkdir(parents=True)
    (folder / "procedures" / f"{EXTRACT}.json").write_text(json.dumps([renamed(state="published")]), "utf-8")
    before = kept(city)
    for work in (city.catalogue.files.check, lambda where: city.catalogue.files.bring_in(where, "test")):
        with pytest.raises(FileFault, match=rf"{DRAFT}: catalogue\.rule_orphaned: {DRAFT_RULE} names the fee per_copy"):
            work(folder)
    assert kept(city) == before
    rules = [
        rule | {"fee_keys": [*rule["fee_keys"], "certificate"]}
        for rule in (one["rule"] for one in before[0])
        if EXTRACT in rule["procedures"]
    ]
    (folder / "fee_rules.json").write_text(json.dumps(rules), "utf-8")
    city.catalogue.files.check(folder)
    brought = city.catalogue.files.bring_in(folder, "test")
    assert (brought.versions, brought.fee_rules) == (1, len(rules))
