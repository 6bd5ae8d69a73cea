"""The published score of other people's suites: a new deviation fails, and so does a listed one that is gone."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.vectors import cose_wg, wycheproof
from tests.support.vectors.case import Vectors
from tests.support.vectors.score import SUITES, count, deviations

SCORE: dict[str, Any] = json.loads((Path(__file__).parent / "score.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("suite", SUITES)
def test_agreed_of_total_and_every_deviation_by_name(vectors: Vectors, suite: str) -> None:
    cases = SUITES[suite](vectors)
    assert len({case.name for case in cases}) == len(cases)
    found = deviations(cases)
    listed = [name for entry in SCORE[suite]["deviations"] for name in entry["cases"]]
    assert {name: told for name, told in found.items() if name not in listed} == {}, "deviations that are not listed"
    assert sorted(listed) == sorted(found), "listed deviations that are gone, or are listed twice"
    assert count(cases) == {member: SCORE[suite][member] for member in ("agreed", "total")}


def test_the_published_score_is_of_these_suites_and_gives_every_reason() -> None:
    assert SCORE.keys() == SUITES.keys()
    for suite in SCORE.values():
        assert suite["total"] - suite["agreed"] == sum(len(entry["cases"]) for entry in suite["deviations"])
        assert all(entry["reason"].endswith(".") and entry["cases"] for entry in suite["deviations"])


def test_other_cose_messages_are_not_taken_for_sign1(vectors: Vectors) -> None:
    """36 files of cose-wg hold COSE_Sign, MAC and encrypted messages, which no family has."""
    verdicts = cose_wg.others(vectors)
    assert len(verdicts) == 36
    assert {tuple(verdict["reasons"]) for verdict in verdicts} == {("format.cose",)}


def test_no_der_signature_is_taken_for_raw(vectors: Vectors) -> None:
    assert wycheproof.taken_as_raw(vectors) == (484, 0)
