"""A procedure's members as questions and in words: nothing is lost on the way, and a change is told as what it is."""

import json
from datetime import date
from typing import Any

import pytest

from mobile.i18n.catalogue import use_language
from mobile.state.editing import Terms
from mobile.state.editor_choices import Context, to_answer, to_member
from mobile.state.editor_fields import GROUPS, Rows, Spec, group_with
from mobile.state.editor_form import answers_of, form_of
from mobile.state.editor_rules import first_version, new_version, settled, with_own_key
from mobile.state.paths import moved_item, own_key, value_at, with_value, without_item
from mobile.state.procedure_facts import differences, facts_of, mark_text
from scripts.sandbox.seed_data import FOLDER
from shared_models.procedure import ProcedureVersion
from shared_models.schemas.procedure import ProcedureSchema
from tests.support.phone_catalogue import FOOD, a_form, published

SEEDED = [
    version
    for file in sorted((FOLDER / "procedures").glob("*.json"))
    for version in (ProcedureVersion.from_json(row).to_json() for row in json.loads(file.read_text("utf-8")))
]
CONTEXT = Context(Terms(agencies={"H17.08": "Ban Quản lý An toàn thực phẩm"}), a_form())


def specs_of(version: dict[str, Any]) -> list[tuple[Spec, Any]]:
    """Every question with the object whose member it asks for."""
    found: list[tuple[Spec, Any]] = []
    for group in GROUPS:
        for part in group.parts:
            if isinstance(part, Rows):
                found += [(spec, row) for row in value_at(version, part.path) for spec in part.specs]
            else:
                found.append((part, version))
    return found


@pytest.mark.parametrize("version", SEEDED, ids=lambda version: version["id"])
def test_an_answer_that_is_kept_changes_nothing(version: dict[str, Any]):
    for spec, data in specs_of(version):
        value = value_at(data, spec.path)
        if value is None and "." in spec.path:
            continue  # a part that is not there has no members
        assert to_member(spec, to_answer(spec, value)) == value, spec.path
    assert settled(version) == version


def test_every_member_is_asked_for_on_some_page():
    fixed = {"id", "state", "effective_from", "needs_review"}
    members = set(ProcedureSchema().fields) - fixed
    assert {member for group in GROUPS for member in group.about} == members
    for group in GROUPS:
        for part in group.parts:
            assert group_with(part.path) is group


@pytest.mark.parametrize("version", SEEDED, ids=lambda version: version["id"])
def test_every_member_can_be_said_and_drawn(version: dict[str, Any]):
    use_language("vi")
    for group in GROUPS:
        for fact in facts_of(group, version, CONTEXT):
            assert fact.label
            assert fact.text
        specs = [part for part in group.parts if isinstance(part, Spec)]
        form = form_of(specs, version, "", CONTEXT)
        assert set(form["schema"]["properties"]) == {field["name"] for field in form["layout"][0]["fields"]}
        assert set(answers_of(specs, version, "")) >= {"name.vi"} & set(form["schema"]["properties"])
    assert all(mark_text(version, path, CONTEXT) for path in version["needs_review"])


def test_a_version_is_the_same_as_itself():
    assert all(differences(version, version, CONTEXT) == [] for version in SEEDED)


def changed(**members: Any) -> list[tuple[str, str, str, str]]:
    use_language("vi")
    before = new_version(published(FOOD), ProcedureVersion.from_json(plain()).effective_from)
    told = differences(before, {**before, **members}, CONTEXT)
    return [(one.path, one.before, one.after, one.turn) for one in told]


def plain() -> dict[str, Any]:
    return {name: value for name, value in published(FOOD).items() if name in ProcedureSchema().fields}


def test_changes_are_told_in_words():
    rule = {"direct": {"unit": "working_day", "amount": 15}, "online": {"unit": "working_day", "amount": 15}}
    assert changed(deadlines=rule) == [("deadlines.direct", "20 ngày làm việc", "15 ngày làm việc", "shorter")]
    rule = {"direct": {"unit": "working_day", "amount": 20}, "online": {"unit": "working_day", "amount": 15.5}}
    assert changed(deadlines=rule) == [("deadlines.online", "15 ngày làm việc", "15,5 ngày làm việc", "longer")]
    fees = plain()["fees"]
    cheap = [{**fees["online"][0], "amount": 350_000}, fees["online"][1]]
    [told] = changed(fees={**fees, "online": cheap})
    assert told[0] == "fees.online.under_200"
    assert told[1].startswith("700.000 đ, khi")
    assert told[2].startswith("350.000 đ, khi")
    assert told[3] == "cheaper"
    papers = plain()["components"]
    [gone] = changed(components=papers[1:])
    assert (gone[0], gone[2]) == ("components.premises_description", "")
    assert changed(components=list(reversed(papers))) == []
    assert changed(non_territorial=False) == [("non_territorial", "Có", "Không", "")]
    renamed = [{**papers[0], "name": {"vi": "Bản mô tả", "en": "Description"}}, *papers[1:]]
    [told] = changed(components=renamed)
    assert "Bản mô tả" in told[2]


def test_a_first_version_can_be_saved():
    name = {"vi": "Cấp phép thử", "en": "Trial permit"}
    data = first_version("2.000999", date(2027, 1, 1), name, {"key": "trial", "name": name}, "document")
    assert ProcedureVersion.from_json(data).to_json() == data


def test_paths_lead_into_copies():
    data = {"a": [{"b": 1}, {"b": 2}], "c": None}
    assert with_value(data, "a.1.b", 3) == {"a": [{"b": 1}, {"b": 3}], "c": None}
    assert with_value(data, "c.d.e", 4)["c"] == {"d": {"e": 4}}
    assert without_item(data, "a.0")["a"] == [{"b": 2}]
    assert moved_item(data, "a.0", 1)["a"] == [{"b": 2}, {"b": 1}]
    assert moved_item(data, "a.0", -1)["a"] == data["a"]
    assert (value_at(data, "a.1.b"), value_at(data, "a.7.b"), value_at(data, "x.y")) == (2, None, None)
    assert data == {"a": [{"b": 1}, {"b": 2}], "c": None}


def test_keys_come_from_names_and_stay_their_own():
    assert own_key("Giấy chứng sinh (bản sao)", set(), "paper") == "giay_chung_sinh_ban_sao"
    assert own_key("Giấy chứng sinh", {"giay_chung_sinh"}, "paper") == "giay_chung_sinh_2"
    assert own_key("  123 ", set(), "paper") == "paper"
    version = plain()
    known = with_own_key(with_value(version, "components.0.name.vi", "Tên khác"), version, "components.0")
    assert known["components"][0]["key"] == version["components"][0]["key"]
    fresh = with_own_key(with_value(version, "components.0.name.vi", "Tên khác"), None, "components.0")
    assert fresh["components"][0]["key"] == "ten_khac"


def test_what_follows_from_the_rest_follows_by_itself():
    version = plain()
    free = {way: [{**line, "amount": 0} for line in lines] for way, lines in version["fees"].items()}
    told = settled({**version, "fees": free, "level": "full", "needs_review": ["fees", "components.gone"]})
    assert (told["pay_at"], told["level_reason"], told["needs_review"]) == ("none", None, ["fees"])
    lines = [{**version["fees"]["direct"][0], "when": {"field": None, "is": []}, "times": ""}]
    assert settled({**version, "fees": {"direct": lines, "online": []}})["fees"]["direct"][0]["when"] is None
