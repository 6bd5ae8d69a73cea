"""Which register proves what of a payer, and until when."""

from datetime import date

import pytest

from backend.dossiers.fact_sources import fact_sources
from shared_models.fee import FACTS

DAY = date(2026, 12, 31)


def test_every_truth_that_a_rule_can_ask_for_has_a_register() -> None:
    assert set(fact_sources()) == {fact for fact, kind in FACTS.items() if kind is bool}


def test_a_record_holds_until_the_end_of_its_last_day() -> None:
    poor = fact_sources()["poor_household"]
    assert poor.key == "social_protection.poor_household"
    assert poor.proves({"kind": "poor_household"}, DAY)
    assert poor.proves({"kind": "poor_household", "valid_until": "2026-12-31"}, DAY)
    assert not poor.proves({"kind": "poor_household", "valid_until": "2026-12-30"}, DAY)


def test_every_one_of_the_five_papers_has_to_be_there() -> None:
    five = fact_sources()["five_documents"]
    assert len(five.papers) == 5
    assert five.proves({"papers": [*five.papers, "pet_passport"]}, DAY)
    assert not any(five.proves({"papers": [one for one in five.papers if one != lost]}, DAY) for lost in five.papers)


@pytest.mark.parametrize(
    ("fact", "values"),
    [
        ("poor_household", {}),
        ("poor_household", {"kind": "disability"}),
        ("poor_household", {"kind": "poor_household", "valid_until": "soon"}),
        ("poor_household", {"kind": "poor_household", "valid_until": 20261231}),
        ("poor_household", {"kind": "poor_household", "valid_until": True}),
        ("five_documents", {}),
        ("five_documents", {"papers": "identity_card"}),
        ("five_documents", {"papers": [1, 2, 3, 4, 5]}),
    ],
)
def test_an_answer_to_another_question_is_none(fact: str, values: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        fact_sources()[fact].proves(values, DAY)
