"""The demonstration's catalogue: every procedure of the list is there, every form compiles, everything named exists."""

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from backend.catalogue.services.files import read_folder
from scripts.sandbox.seed_data import FOLDER, load
from shared_models.clock import CITY_ZONE
from shared_models.credential.types import BY_KEY
from shared_models.deadline import DeadlineRule, TimeUnit, due_at
from shared_models.form_layout import Section
from shared_models.procedure import ProcedureVersion
from shared_models.procedure_terms import COMMUNE, STORE, HeldSource, Level, ProcedureKind, is_registry_source
from shared_models.working_time import OfficeHours, WorkingCalendar

CONTENT = read_folder(FOLDER)
VERSIONS = [version for _, version in CONTENT.versions]
FORMS = {form.id: form for _, form in CONTENT.forms}
AGENCIES = {row["code"] for row in load("agencies")}
CODES = {version.code for version in VERSIONS}
NEWEST = {version.code: version for version in sorted(VERSIONS, key=lambda one: one.effective_from)}

LISTED = (
    *("2.000591", "2.000535", "2.001827", "1.013855", "DEMO-ATTP-05", "DEMO-ATTP-06", "1.002483", "1.000662"),
    *("1.013416", "1.013419", "1.013420", "3.000347", "3.000348", "1.001193", "2.000986", "2.000635", "1.000894"),
    *("1.000656", "1.004873", "1.001612", "DEMO-DN-01", "1.013225", "DEMO-GT-01", "DEMO-GT-02", "DEMO-GT-03"),
    *("DEMO-GT-04", "DEMO-GDD-01", "2.002288", "1.002856", "2.000620", "2.001628", "1.014076", "3.000333"),
    *("1.004222", "1.004194", "2.000908", "2.000815"),
)
"""The 35 rows of the list, one of which stands for three procedures."""

KNOWN_DAYS = {"3.000347", "3.000348", "1.001193", "2.000635", "1.000894", "2.000908"}
KNOWN_FEES = {*KNOWN_DAYS, "3.000333", "1.004222"}
"""Where the list names a source of the days or fees; all others are somebody's memory and have to be looked at."""

RECALLED_CODES = {"1.001612", "2.000815", *(code for code in CODES if code.startswith("DEMO-"))}
PARTIAL = {"2.000591", "2.001827", "1.013855", "1.000894", "1.014076", "2.000815"}


def test_every_procedure_of_the_list_is_there() -> None:
    others = CODES - set(LISTED)
    assert len(LISTED) == 37
    assert set(LISTED) <= CODES
    kinds = sorted(NEWEST[code].kind for code in others)
    assert kinds == [ProcedureKind.OUT_OF_ONE_STOP] * 2 + [ProcedureKind.PUBLIC_CAREER] * 2


@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version.id)
def test_what_a_version_names_exists(version: ProcedureVersion) -> None:
    agencies = {version.competent, *version.receiving, *(part.agency for part in version.interlinked)}
    assert agencies <= AGENCIES | {COMMUNE}
    assert version.form in FORMS
    for component in version.components:
        for held in component.held_by:
            if held.source is HeldSource.RESULT:
                assert held.key in CODES
            elif held.source is HeldSource.LICENCE:
                assert held.key in BY_KEY
            elif held.source is HeldSource.REGISTRY:
                assert is_registry_source(held.key)
    assert {case.replaced_by for case in version.replaced_cases} <= {STORE, *CODES}


@pytest.mark.parametrize("code", sorted(CODES))
def test_what_nobody_has_read_in_a_law_says_so(code: str) -> None:
    review = set(NEWEST[code].needs_review)
    assert ("deadlines" in review) == (code not in KNOWN_DAYS)
    assert ("fees" in review) == (code not in KNOWN_FEES)
    assert ("code" in review) == (code in RECALLED_CODES)
    if not NEWEST[code].legal_basis:
        assert "legal_basis" in review


@pytest.mark.parametrize("code", LISTED)
def test_only_what_needs_somebody_there_is_partly_online(code: str) -> None:
    assert (NEWEST[code].level is Level.PARTIAL) == (code in PARTIAL)


@pytest.mark.parametrize(
    ("code", "way", "amount", "answers"),
    [
        ("2.000591", "online", 2_500_000, {"producer_size": "large"}),
        ("2.000591", "direct", 1_000_000, {"producer_size": "ordinary"}),
        ("1.013855", "online", 700_000, {"daily_servings": "under_200"}),
        ("3.000347", "direct", 135_000, {}),
        ("3.000347", "online", 115_000, {}),
        ("1.001193", "online", 0, {}),
        ("2.000635", "online", 16_000, {"copies": 2}),
        ("1.001612", "online", 0, {}),
        ("1.001612", "direct", 100_000, {}),
        ("1.013225", "online", 75_000, {"on_behalf": "self"}),
        ("3.000333", "online", 100_000, {}),
        ("1.004222", "online", 10_000, {}),
    ],
)
def test_fees_are_those_of_the_list(code: str, way: Any, amount: int, answers: dict[str, Any]) -> None:
    assert sum(due for _, due in NEWEST[code].fee_lines(way, answers)) == amount


@pytest.mark.parametrize(
    ("code", "way", "rule"),
    [
        ("3.000347", "online", DeadlineRule(TimeUnit.WORKING_DAY, 3.5)),
        ("1.001193", "direct", DeadlineRule(TimeUnit.SAME_DAY)),
        ("1.000662", "online", DeadlineRule(TimeUnit.SAME_DAY)),
        ("1.013225", "direct", DeadlineRule(TimeUnit.CALENDAR_DAY, 15)),
        ("DEMO-GDD-01", "online", DeadlineRule(TimeUnit.INSTANT)),
        ("2.000591", "online", DeadlineRule(TimeUnit.WORKING_DAY, 15)),
    ],
)
def test_deadlines_are_those_of_the_list(code: str, way: str, rule: DeadlineRule) -> None:
    assert NEWEST[code].deadlines[way] == rule


def test_driving_licences_are_exchanged_with_nothing_uploaded() -> None:
    assert all(component.held_by for component in NEWEST["3.000347"].components)


def test_three_agencies_work_on_a_birth_and_one_leads() -> None:
    parts = NEWEST["2.000986"].interlinked
    assert {part.agency for part in parts} == {COMMUNE, "H17.12", "H17.17"}
    assert [part.agency for part in parts if part.lead] == [COMMUNE]


@pytest.mark.parametrize("form_id", sorted(FORMS))
def test_every_form_compiles_and_can_be_filled(form_id: str) -> None:
    form = FORMS[form_id]
    assert form.schema().load_fields.keys() == form.fields.keys()
    every: tuple[Section, ...] = form.layout
    assert {one.name for section in every for one in section.fields} == set(form.fields)
    assert any(one.prefill for section in every for one in section.fields)
    names = {field for one in FORMS.values() for field in one.fields}
    last = [source.removeprefix("dossier.last.") for name in form.fields for source in form.prefill_of(name)]
    assert {name for name in last if "." not in name} <= names


CALENDAR = WorkingCalendar(
    OfficeHours.from_json(
        json.loads((FOLDER / "calendar.json").read_text("utf-8"))["office_hours"]["default"]["sessions"]
    ),
    {row.day: row.works for row in CONTENT.days},
)


def test_the_calendar_has_the_days_of_three_years() -> None:
    off = {day.day for day in CONTENT.days if not day.works}
    assert {row.day for row in CONTENT.days if row.works} == {date(2025, 4, 26), date(2026, 1, 10), date(2026, 8, 22)}
    by_year = {year: len([day for day in off if day.year == year]) for year in (2025, 2026, 2027)}
    assert by_year == {2025: 12, 2026: 14, 2027: 12}
    assert all(row.legal_basis for row in CONTENT.days)
    assert all(row.needs_review == (row.day.year == 2027) for row in CONTENT.days)
    assert all(row.needs_review for row in CONTENT.hours)


@pytest.mark.parametrize(
    ("received", "rule", "due"),
    [
        ((2026, 11, 20, 9, 0), DeadlineRule(TimeUnit.WORKING_DAY, 3), date(2026, 11, 26)),
        ((2026, 11, 23, 15, 30), DeadlineRule(TimeUnit.SAME_DAY), date(2026, 11, 25)),
        ((2026, 8, 21, 15, 30), DeadlineRule(TimeUnit.WORKING_DAY, 1), date(2026, 8, 22)),
        ((2026, 8, 28, 8, 0), DeadlineRule(TimeUnit.WORKING_DAY, 5), date(2026, 9, 9)),
        ((2026, 2, 13, 14, 0), DeadlineRule(TimeUnit.WORKING_DAY, 2), date(2026, 2, 24)),
        ((2026, 1, 1, 9, 0), DeadlineRule(TimeUnit.WORKING_DAY, 5), date(2026, 1, 9)),
        ((2026, 11, 9, 9, 0), DeadlineRule(TimeUnit.CALENDAR_DAY, 15), date(2026, 11, 25)),
    ],
)
def test_the_laws_examples_come_out_with_this_calendar(received: Any, rule: DeadlineRule, due: date) -> None:
    """Vectors of domain 2.5, with the calendar as it is loaded."""
    assert due_at(datetime(*received, tzinfo=CITY_ZONE), rule, CALENDAR).date() == due


def test_every_deadline_of_the_list_has_a_due_date_all_year() -> None:
    for version in NEWEST.values():
        for rule in version.deadlines.values():
            for week in range(0, 300, 37):
                received = datetime(2026, 1, 5, 10, 0, tzinfo=CITY_ZONE) + timedelta(days=week)
                assert due_at(received, rule, CALENDAR) >= received
