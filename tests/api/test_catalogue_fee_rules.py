"""Rules of fees in the catalogue: brought in whole or not at all, in force by date, and seen by every process."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from backend.bootstrap import Container
from backend.catalogue.service import Catalogue, CataloguePorts
from backend.catalogue.services.files import FileFault
from backend.cli import main
from scripts.sandbox.seed_data import FOLDER
from shared_models.fee import Subject, assess
from shared_models.fee_reading import read_fee_rule
from shared_models.fee_rule import EVERY
from shared_models.procedure_terms import FILING_WAYS, FilingWay
from tests.support.api import Folders, environment_of, type_in
from tests.support.catalogue import a_catalogue
from tests.support.database import uri_of
from tests.support.fee_rules import a_rule

DAY = date(2026, 11, 22)
LICENCE = "3.000347"
SEEDED: list[dict[str, Any]] = json.loads((FOLDER / "fee_rules.json").read_text("utf-8"))
DIGITAL_CITIZEN = {"identity_level": 2, "five_documents": True}


@pytest.fixture
def city(container: Container) -> Container:
    a_catalogue(container)
    return container


def folder_of(place: Path, *rules: dict[str, Any]) -> Path:
    place.mkdir(exist_ok=True)
    (place / "fee_rules.json").write_text(json.dumps(rules), "utf-8")
    return place


def kept(city: Container) -> list[dict[str, Any]]:
    return [
        *city.database.collection("fee_rules").find().sort("_id", 1),
        *city.database.collection("catalogue_state").find(),
    ]


def ids(city: Container, day: date = DAY) -> list[str]:
    return [rule.id for rule in city.catalogue.fee_rules(day)]


def test_a_city_without_rules_has_none(container: Container) -> None:
    assert container.catalogue.fee_rules(DAY) == ()


def test_rules_are_in_force_by_date_and_drafts_never(city: Container) -> None:
    assert ids(city) == sorted(rule["id"] for rule in SEEDED if rule["in_force"])
    assert "da_nang_online_free" in {rule["id"] for rule in SEEDED}
    for day, is_there in (
        (date(2026, 8, 14), False),
        (date(2026, 8, 15), True),
        (date(2027, 2, 28), True),
        (date(2027, 3, 1), False),
    ):
        assert ("nq_66_22_2026" in ids(city, day)) is is_there
    assert ids(city, date(2016, 12, 31)) == []


def test_the_same_again_changes_nothing(city: Container) -> None:
    before = kept(city)
    assert city.catalogue.files.bring_in(FOLDER, "somebody else").fee_rules == 0
    assert kept(city) == before


def test_what_goes_out_comes_in_again(city: Container, tmp_path: Path) -> None:
    city.catalogue.files.export(tmp_path / "out")
    written = json.loads((tmp_path / "out" / "fee_rules.json").read_text("utf-8"))
    assert written == sorted(SEEDED, key=lambda rule: str(rule["id"]))
    before = kept(city)
    assert city.catalogue.files.bring_in(tmp_path / "out", "test").fee_rules == 0
    assert kept(city) == before


def test_a_changed_rule_tells_what_it_said_before_and_who_brought_it(city: Container, tmp_path: Path) -> None:
    first = a_rule(procedures=[LICENCE], in_force=False)
    ended = first | {"in_force": True, "until_day": "2026-12-31"}
    files = city.catalogue.files
    assert files.bring_in(folder_of(tmp_path / "a", first), "Lan").fee_rules == 1
    assert "free" not in ids(city)
    assert files.bring_in(folder_of(tmp_path / "b", ended), "Minh").fee_rules == 1
    assert "free" in ids(city)
    row = city.database.collection("fee_rules").find_one({"_id": "free"})
    assert row is not None
    assert (row["rule"], row["saved_by"]) == (ended, "Minh")
    assert [(one["rule"], one["saved_by"]) for one in row["history"]] == [(first, "Lan")]
    files.bring_in(folder_of(tmp_path / "c", first), "Hoa")
    row = city.database.collection("fee_rules").find_one({"_id": "free"})
    assert row is not None
    assert [one["saved_by"] for one in row["history"]] == ["Lan", "Minh"]
    assert "free" not in ids(city)


def test_a_folder_without_rules_leaves_them(city: Container, tmp_path: Path) -> None:
    before = ids(city)
    city.catalogue.files.bring_in(folder_of(tmp_path / "a", a_rule(procedures=[LICENCE])), "test")
    assert ids(city) == ["free", *before]


def test_every_fault_of_a_bad_file_is_named_and_nothing_is_written(city: Container, tmp_path: Path) -> None:
    good = a_rule(id="good")
    bad = [a_rule(id="one", way="post", basis=""), a_rule(id="two", needs={"poor_houshold": [True]}), good, good]
    folder = folder_of(tmp_path / "a", good, *bad)
    before = kept(city)
    for work in (city.catalogue.files.check, lambda where: city.catalogue.files.bring_in(where, "test")):
        with pytest.raises(FileFault) as fault:
            work(folder)
        told = str(fault.value)
        assert told.startswith("fee_rules.json: ")
        assert "\n" not in told
        assert sorted(told.removeprefix("fee_rules.json: ").split("; ")) == [
            "1.basis: field.length",
            "1.way: field.not_a_choice",
            "2.needs.poor_houshold: fee_rule.fact_unknown",
            "3.id: catalogue.key_twice",
            "4.id: catalogue.key_twice",
        ]
    assert kept(city) == before


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"procedures": [LICENCE, "3.000399"]}, "0.procedures.1: procedure.unknown"),
        ({"procedures": [LICENCE], "fee_keys": ["fee", "per_copy"]}, "0.fee_keys.1: fee_rule.fee_unknown"),
        ({"procedures": ["*"], "fee_keys": ["feee"]}, "0.fee_keys.0: fee_rule.fee_unknown"),
        ({"procedures": ["DEMO-DN-01"], "fee_keys": ["fee"], "way": "online"}, "0.fee_keys.0: fee_rule.fee_unknown"),
        ({"procedures": ["3.000399"], "in_force": False}, "0.procedures.0: procedure.unknown"),
    ],
)
def test_what_a_rule_names_must_be_there(city: Container, tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    before = kept(city)
    with pytest.raises(FileFault) as fault:
        city.catalogue.files.bring_in(folder_of(tmp_path / "a", a_rule(**changes)), "test")
    assert str(fault.value) == f"fee_rules.json: {said}"
    assert kept(city) == before


@pytest.mark.parametrize("content", ["{", "{}", "null", '"free"', "[1]"])
def test_a_file_that_is_no_list_of_rules_is_refused(city: Container, tmp_path: Path, content: str) -> None:
    folder = folder_of(tmp_path / "a")
    (folder / "fee_rules.json").write_text(content, "utf-8")
    with pytest.raises(FileFault, match=r"^fee_rules\.json: "):
        city.catalogue.files.check(folder)


def test_a_bad_rule_keeps_the_whole_folder_out(container: Container, tmp_path: Path) -> None:
    calendar = (FOLDER / "calendar.json").read_text("utf-8")
    folder = folder_of(tmp_path / "a", a_rule(procedures=[LICENCE]))
    (folder / "calendar.json").write_text(calendar, "utf-8")
    with pytest.raises(FileFault, match=r"procedure\.unknown"):
        container.catalogue.files.bring_in(folder, "test")
    assert container.database.collection("calendar_days").count_documents({}) == 0


def test_every_process_sees_what_another_brought_in(city: Container, tmp_path: Path) -> None:
    other = Catalogue(CataloguePorts(city.database, city.identity, city.clock))
    before = [rule.id for rule in other.fee_rules(DAY)]
    city.catalogue.files.bring_in(folder_of(tmp_path / "a", a_rule(procedures=[LICENCE])), "test")
    assert [rule.id for rule in other.fee_rules(DAY)] == ["free", *before]


def test_the_command_counts_rules(
    city: Container,
    tmp_path: Path,
    folders: Folders,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    type_in(monkeypatch, environment_of(folders, uri_of(city.database)))
    folder = str(folder_of(tmp_path / "a", a_rule(procedures=[LICENCE])))
    assert main(["catalogue", "check", folder]) == 0
    assert "1 rules of fees: all well" in capsys.readouterr().out
    assert "free" not in ids(city)
    assert main(["catalogue", "import", folder]) == 0
    assert "1 rules of fees are new" in capsys.readouterr().out
    assert "free" in ids(city)


def seeded_fees(city: Container, code: str, way: FilingWay) -> set[str]:
    return {line.key for line in city.catalogue.in_force(code, DAY).fees[way]}


def test_every_seeded_rule_meets_a_fee_of_every_procedure_that_it_names(city: Container) -> None:
    """So that none is dead: a key that a procedure does not have in force would never be exempted."""
    for rule in map(read_fee_rule, SEEDED):
        assert rule.needs_review
        met: set[str] = set()
        for code in rule.procedures:
            ways: tuple[FilingWay, ...] = FILING_WAYS if rule.way is None else (rule.way,)
            keys = set().union(*(seeded_fees(city, code, way) for way in ways)) & set(rule.fee_keys)
            assert keys, (rule.id, code)
            met |= keys
        assert met == set(rule.fee_keys) or rule.fee_keys == (EVERY,), rule.id


@pytest.mark.parametrize("code", ["3.000347", "3.000348", "3.000333", "1.004222", "1.004194", "2.000635"])
def test_a_digital_citizen_pays_nothing_online_and_the_list_price_at_the_counter(city: Container, code: str) -> None:
    version = city.catalogue.in_force(code, DAY)
    for way, is_free in (("online", True), ("direct", False)):
        lines = version.fee_lines(way, {"copies": 2})
        rules = city.catalogue.fee_rules(DAY)
        assessment = assess(lines, rules, Subject(DIGITAL_CITIZEN), code, way, DAY)
        listed = sum(amount for _, amount in lines)
        assert listed > 0
        assert assessment.total == (0 if is_free else listed)
        assert {line.rule_id for line in assessment.lines} == ({"nq_66_22_2026"} if is_free else {None})
        assert assess(lines, rules, Subject({"identity_level": 2}), code, way, DAY).total == listed
