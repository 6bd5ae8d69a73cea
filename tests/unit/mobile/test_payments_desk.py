"""The collecting officer's words: kinds in order, counts that need looking into, days as they are typed."""

from datetime import date

import pytest

from mobile.screens.officer.payments.list_keys import beside, in_order
from mobile.state.payments_desk import KINDS, PROBLEMS, Task, all_right, by_kind, problems, typed_day
from shared_models.payment.desk import MISSING, NEEDS_LOOKING, RowMatch
from shared_models.payment.order import TaskKind
from shared_models.schemas.payments_desk import DeskOrderSchema, StatementPageSchema, TaskPageSchema, TaskSchema
from tests.support.phone import NOW
from tests.support.phone_payments import a_refund, a_statement_page, a_task, a_task_page, an_order_page


def test_every_kind_has_its_place() -> None:
    assert set(KINDS) == {kind.value for kind in TaskKind}


def test_what_opens_a_task_is_a_problem_and_nothing_else() -> None:
    assert set(PROBLEMS) == {match.value for match in NEEDS_LOOKING} | {MISSING}


def test_tasks_stand_in_groups_and_the_oldest_first() -> None:
    later = Task(a_task() | {"kind": "of_later"})
    tasks = (Task(a_task("paid_late")), Task(a_task(days=1)), Task(a_task(days=5)), later)
    groups = by_kind(tasks)
    assert [kind for kind, _ in groups] == ["unknown_payment", "paid_late", "other"]
    assert [task.age_days(NOW) for task in groups[0][1]] == [5, 1]


def test_an_age_counts_days_of_the_city() -> None:
    task = Task(a_task(days=0, opened_at="2026-11-20T16:59:00Z"))
    assert task.age_days(NOW.replace(year=2026, month=11, day=20, hour=17, minute=1)) == 1


def test_counts_are_parted_into_what_needs_somebody_and_what_does_not() -> None:
    counts = {match.value: 0 for match in RowMatch} | {"matched": 3, "unknown": 2, "outgoing": 1, MISSING: 1}
    assert problems(counts) == [("unknown", 2), (MISSING, 1)]
    assert all_right(counts) == [("matched", 3), ("outgoing", 1)]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("21/11/2026", date(2026, 11, 21)),
        (" 1/2/2026 ", date(2026, 2, 1)),
        ("2026-11-21", None),
        ("31/02/2026", None),
        ("", None),
        ("21/11/26", None),
    ],
)
def test_a_day_is_read_as_it_is_written_here(words: str, expected: date | None) -> None:
    assert typed_day(words) == expected


def test_what_these_tests_serve_is_what_the_server_sends() -> None:
    """A wrong key in the fake would let a screen pass that the real server breaks."""
    assert TaskSchema().validate(a_task()) == {}
    assert TaskPageSchema().validate(a_task_page()) == {}
    assert StatementPageSchema().validate(a_statement_page()) == {}
    approved = a_refund(state="approved", way="by_hand", decided_by="P", decided_at="2026-11-21T02:00:00Z")
    assert DeskOrderSchema().validate(an_order_page(refund=approved)) == {}


def test_keys_go_from_task_to_task_as_they_stand_in_the_list() -> None:
    tasks = (Task(a_task("paid_late")), Task(a_task(days=1, id="tsk_b")), Task(a_task(days=5, id="tsk_a")))
    late = tasks[0].id
    assert [beside(in_order(tasks), at, 1) for at in (None, "tsk_a", "tsk_b", late)] == ["tsk_a", "tsk_b", late, None]
    assert [beside(in_order(tasks), at, -1) for at in ("tsk_a", late)] == [None, "tsk_b"]
    assert beside([], None, 1) is None
