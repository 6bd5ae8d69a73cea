"""What the exchange goes by: ways between statuses, what differs, and what names a version."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.dossiers.exchange_rules import (
    action_between,
    check_record,
    differing,
    facts_sha256,
    record_sha256,
    side_of_record,
    steps_of,
    way_from,
)
from shared_models.dossier import ANSWERS, MOVES, DossierAction, DossierStatus, may_follow
from shared_models.errors import Invalid

NOW = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
STATUSES = st.sampled_from(list(DossierStatus))


def record(status: int = 4, **changes: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "exchange_id": "EG-1",
        "source_version": 2,
        "based_on": 1,
        "dossier_id": None,
        "code": "H17.12-261121-0001",
        "status": status,
        "status_at": NOW,
        "received_at": NOW,
        "due_at": NOW + timedelta(days=5),
        "note": "",
        "steps": [],
        "asks": None,
        "fee": None,
        "result": None,
    }
    return base | changes


def steps(*statuses: int) -> list[dict[str, Any]]:
    return [{"status": status, "at": NOW, "note": ""} for status in statuses]


@given(STATUSES, st.lists(STATUSES, min_size=1, max_size=6), st.booleans())
def test_every_way_is_one_of_the_table_and_ends_where_theirs_does(
    status: DossierStatus, told: list[DossierStatus], shortest: bool
) -> None:
    way = way_from(status, steps(*map(int, told)), shortest=shortest)
    if way is None:
        walked = [status, *told]
        assert not all(may_follow(one, other) for one, other in pairwise(walked))
        return
    places = [status, *(DossierStatus(step["status"]) for step in way)]
    assert all(may_follow(one, other) for one, other in pairwise(places))
    assert places[-1] is told[-1]


@pytest.mark.parametrize(
    ("status", "told", "longest", "shortest"),
    [
        (2, [4, 9], [4, 9], [4, 9]),
        (4, [2, 4, 9], [9], [9]),
        (4, [5, 4], [5, 4], []),
        (9, [8], None, None),
        (1, [4], None, None),
        (1, [5, 6, 4], None, None),
        (10, [10], [], []),
    ],
)
def test_which_steps_are_still_to_be_taken(
    status: int, told: list[int], longest: list[int] | None, shortest: list[int] | None
) -> None:
    def named(way: list[dict[str, Any]] | None) -> list[int] | None:
        return None if way is None else [step["status"] for step in way]

    assert named(way_from(DossierStatus(status), steps(*told))) == longest
    assert named(way_from(DossierStatus(status), steps(*told), shortest=True)) == shortest


@pytest.mark.parametrize("status", DossierStatus)
def test_there_is_a_usual_way_to_every_status(status: DossierStatus) -> None:
    told = steps_of(record(int(status)), is_new=True)
    way = way_from(DossierStatus.SUBMITTED, told)
    assert way is not None
    assert [DossierStatus.SUBMITTED, *(DossierStatus(step["status"]) for step in way)][-1] is status


def test_every_move_has_the_action_that_makes_it() -> None:
    ends = {(source, to) for (source, _), to in MOVES.items()}
    ends |= {(source, to) for (source, _), back in ANSWERS.items() for to in back.values()}
    for source, to in ends:
        assert action_between(source, to) is not DossierAction.PAY
    assert action_between(DossierStatus.PROCESSING, DossierStatus.PROCESSING) is DossierAction.EXCHANGE
    with pytest.raises(ValueError, match="no action"):
        action_between(DossierStatus.RETURNED, DossierStatus.SUBMITTED)


def test_what_they_do_not_say_is_no_difference_and_days_decide() -> None:
    ours = side_of_record(record())
    same_day = record(due_at=NOW + timedelta(days=5, hours=3))
    assert differing(ours, side_of_record(same_day)) == []
    assert differing(ours, side_of_record(record(due_at=None, code=None))) == []
    assert differing(ours, side_of_record(record(code="h17.12-261121-0001 "))) == []
    other = record(5, due_at=NOW + timedelta(days=6), asks={"items": [{"component": "a", "reason": "x"}]})
    assert differing(ours, side_of_record(other)) == ["status", "due_at", "asked"]
    assert differing(ours | {"due_at": None}, ours) == [], "a paused dossier has no day to compare"


def test_a_version_is_named_by_what_it_says_and_not_by_what_it_had_seen() -> None:
    one = record()
    assert record_sha256(one) == record_sha256(one | {"based_on": 9, "dossier_id": "dos_1"})
    assert record_sha256(one) != record_sha256(one | {"note": "khác"})
    assert facts_sha256(one) == facts_sha256(one | {"source_version": 3, "steps": steps(4), "status_at": NOW})
    assert facts_sha256(one) != facts_sha256(one | {"status": 9})


def test_clocks_may_be_five_minutes_apart() -> None:
    check_record(record(status_at=NOW + timedelta(minutes=5)), NOW)
    with pytest.raises(Invalid, match=r"exchange\.in_future"):
        check_record(record(status_at=NOW + timedelta(minutes=5, seconds=1)), NOW)
