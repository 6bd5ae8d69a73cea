"""What changed between two versions, and which procedure answers a search."""

from typing import Any

import pytest

from backend.catalogue.rules import LIFE_EVENT_WORDS, SearchText, kinds_of, rank, summary_of
from shared_models.procedure import ProcedureVersion
from shared_models.procedure_terms import LIFE_EVENTS
from shared_models.text import search_key
from tests.support.catalogue import a_procedure

DAYS = {way: {"unit": "working_day", "amount": 5} for way in ("direct", "online")}


def version(**changes: Any) -> ProcedureVersion:
    return ProcedureVersion.from_json(a_procedure("2.000620", "2026-12-01", **changes))


def deadlines(direct: float, online: float, unit: str = "working_day") -> dict[str, Any]:
    return {"direct": {"unit": "working_day", "amount": direct}, "online": {"unit": unit, "amount": online}}


def fees(direct: int, online: int) -> dict[str, Any]:
    name = {"vi": "Phí", "en": "Fee"}
    rows = {"direct": direct, "online": online}
    return {way: [{"key": "fee", "name": name, "amount": amount}] for way, amount in rows.items()}


BEFORE: dict[str, Any] = {"deadlines": deadlines(10, 5), "fees": fees(1_000, 1_000)}


@pytest.mark.parametrize(
    ("after", "kinds"),
    [
        ({}, []),
        ({"needs_review": []}, []),
        ({"deadlines": deadlines(10, 4)}, ["shortened"]),
        ({"deadlines": deadlines(9.5, 5)}, ["shortened"]),
        ({"deadlines": deadlines(10, 39, "working_hour")}, ["shortened"]),
        ({"deadlines": deadlines(10, 40, "working_hour")}, ["changed"]),
        ({"deadlines": deadlines(10, 0, "same_day")}, ["shortened"]),
        ({"deadlines": deadlines(10, 6)}, ["changed"]),
        ({"deadlines": deadlines(11, 4)}, ["changed"]),
        ({"fees": fees(1_000, 0)}, ["cheaper"]),
        ({"fees": fees(0, 0), "pay_at": "none"}, ["cheaper"]),
        ({"fees": fees(2_000, 0)}, ["changed"]),
        ({"deadlines": deadlines(1, 1), "fees": fees(1, 1)}, ["shortened", "cheaper"]),
        ({"deadlines": deadlines(1, 1), "non_territorial": False}, ["shortened", "changed"]),
        ({"standing": "abolished"}, ["abolished"]),
        ({"standing": "abolished", "replaced_by": "store"}, ["abolished"]),
        ({"standing": "abolished", "replaced_by": "1.013416"}, ["merged"]),
    ],
)
def test_a_version_is_compared_with_the_one_before(after: dict[str, Any], kinds: list[str]) -> None:
    assert [kind.value for kind in kinds_of(version(**BEFORE), version(**(BEFORE | after)))] == kinds


def test_the_first_version_and_one_that_comes_back_are_new() -> None:
    gone = version(standing="abolished")
    assert [kind.value for kind in kinds_of(None, version())] == ["added"]
    assert [kind.value for kind in kinds_of(gone, version())] == ["added"]
    assert [kind.value for kind in kinds_of(None, gone)] == ["abolished"]
    assert kinds_of(gone, gone) == []
    assert [kind.value for kind in kinds_of(gone, version(standing="abolished", replaced_by="store"))] == ["changed"]


def test_a_summary_shows_days_and_fees_before_and_after() -> None:
    found = summary_of(version(**BEFORE), version(**(BEFORE | {"deadlines": deadlines(10, 4)})))
    [member] = found["members"]
    assert member["member"] == "deadlines"
    assert (member["before"]["online"]["amount"], member["after"]["online"]["amount"]) == (5, 4)
    assert summary_of(None, version())["members"] == []
    told = summary_of(version(), version(summary={"vi": "Mới", "en": "New"}))["members"]
    assert told == [{"member": "summary", "before": None, "after": None}]


TEXT = SearchText.of(a_procedure("1.001193"))


@pytest.mark.parametrize(
    ("wanted", "place"),
    [
        ("1.001193", 0),
        ("1.0011", 0),
        ("đăng ký khai sinh", 1),
        ("KHAI SINH", 1),
        ("sinh khai đăng", 2),
        ("đăng khai si", 2),
        ("em bé", 3),
        ("đăng ký hộ tịch", 3),
        ("số định danh", 4),
        ("khai sinh xyzzy abc", None),
        ("khai sinh quá hạn", None),
        ("đăng ký khai sinh xyzzy", 5),
        ("thường trú", None),
        ("", None),
        ("...", None),
    ],
)
def test_words_are_weighed_by_where_they_stand(wanted: str, place: int | None) -> None:
    if wanted == "":
        assert rank(search_key("---"), TEXT) is None
    else:
        assert rank(search_key(wanted), TEXT) == place


def test_every_life_event_has_its_words() -> None:
    assert set(LIFE_EVENT_WORDS) == set(LIFE_EVENTS)
    assert all(len(words.split()) > 2 for words in LIFE_EVENT_WORDS.values())
