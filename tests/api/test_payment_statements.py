"""Statements: every row is judged by the table, what does not match is one task, importing again is harmless."""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from backend.bootstrap import Container
from backend.infra.mongo import Session
from backend.payments.documents import ATTEMPTS, ROWS, STATEMENTS, TASKS
from backend.payments.ports import StatementRow
from backend.payments.services import statements as reading
from backend.payments.services.statements import Statements
from backend.payments.services.tasks import Tasks
from shared_models.access import Actor, Role, Scope
from shared_models.clock import FixedClock
from shared_models.payment.desk import RowMatch
from shared_models.payment.order import LEAST_CODE, GatewayKey
from tests.support.api import Cast, Phone, problem_of
from tests.support.builders_identity import FOOD_BOARD, ROAD_BOARD
from tests.support.database import only, snapshot
from tests.support.dossiers import good
from tests.support.gateway import some_gateways
from tests.support.ids import an_id
from tests.support.payments import AMOUNT, a_collector, a_paid_order, a_row, a_statement, an_attempt, an_order, pay

STATEMENTS_AT = "/desk/payments/statements"
ACTOR = Actor("stf_" + "0" * 26, Role.OFFICER, "Lê Thị Thu", frozenset({Scope.PAYMENTS_COLLECT}), *FOOD_BOARD)


@pytest.fixture
def officer(sign_in: Cast) -> Phone:
    return a_collector(sign_in, "thuphi.mot")


def attempt_of(container: Container, order: Mapping[str, Any]) -> dict[str, Any]:
    found = container.database.collection(ATTEMPTS).find_one({"order_id": order["_id"]})
    assert found is not None
    return found


def kept(container: Container) -> dict[str, int]:
    """What is stored, but for the proofs of requests."""
    return snapshot(container.database) | {"dpop_proofs": 0}


def tasks_of(container: Container) -> list[tuple[str, str, int]]:
    """Kind, attempt and amount of every task."""
    found = container.database.collection(TASKS).find({})
    return sorted((task["kind"], task["attempt_id"] or "", task["amount"]) for task in found)


def test_every_row_is_judged_and_what_does_not_match_is_one_task(container: Container, officer: Phone) -> None:
    good_one, other, silent = (a_paid_order(container) for _ in range(3))
    waiting = an_attempt(container, an_order(container))
    match, differs, missing = (attempt_of(container, one) for one in (good_one, other, silent))
    rows = [
        a_row(1, match["provider_ref"], None),
        a_row(2, differs["provider_ref"], differs["code"], AMOUNT - 1_000),
        a_row(3, "unheard", waiting["code"]),
        a_row(4, "of nobody", None, text="NGUYEN VAN A chuyen tien"),
        a_row(5, "second time", match["code"]),
        a_row(6, match["provider_ref"], match["code"]),
        a_row(7, "out", None, -5_000),
    ]
    answer = good(officer.post(STATEMENTS_AT, a_statement(rows)))
    assert answer["state"] == "done"
    assert answer["total"] == 7
    assert answer["counts"] == {
        "matched": 1,
        "amount_differs": 1,
        "not_paid_here": 1,
        "paid_twice": 1,
        "unknown": 1,
        "repeated": 1,
        "outgoing": 1,
        "missing_at_gateway": 1,
    }
    assert [row["line"] for row in answer["rows"]] == [2, 3, 4, 5, 6, 7]
    assert answer["rows"][0]["reference"] == other["reference"]
    tasks = {row["line"]: row["task_id"] for row in answer["rows"]}
    assert {line for line, task_id in tasks.items() if task_id is None} == {6, 7}
    for row in answer["rows"][:4]:
        its = good(officer.get(f"/desk/payments/tasks/{row['task_id']}"))
        assert its["row"]["line"] == row["line"]
    assert tasks_of(container) == sorted(
        [
            ("amount_differs", differs["_id"], AMOUNT - 1_000),
            ("unknown_payment", waiting["_id"], AMOUNT),
            ("unknown_payment", "", AMOUNT),
            ("paid_twice", match["_id"], AMOUNT),
            ("missing_at_gateway", missing["_id"], AMOUNT),
        ]
    )


def test_a_row_of_another_agencys_order_names_no_task_of_theirs(container: Container, officer: Phone) -> None:
    theirs = an_attempt(container, an_order(container, ROAD_BOARD))
    answer = good(officer.post(STATEMENTS_AT, a_statement([a_row(1, "found", theirs["code"])])))
    assert [(row["match"], row["task_id"]) for row in answer["rows"]] == [("not_paid_here", None)]
    assert tasks_of(container) == [("unknown_payment", theirs["_id"], AMOUNT)]


def test_importing_the_same_file_again_is_the_same_answer(container: Container, officer: Phone) -> None:
    order = a_paid_order(container)
    body = a_statement([a_row(1, f"ref-{order['_id']}", None), a_row(2, "strange", None)])
    first = good(officer.post(STATEMENTS_AT, body))
    before = kept(container)
    assert good(officer.post(STATEMENTS_AT, body)) == first
    assert good(officer.post(STATEMENTS_AT, body | {"id": an_id("stm")})) == first
    assert kept(container) == before
    assert problem_of(officer.post(STATEMENTS_AT, body | {"day": "2026-11-20"})) == (409, "statement.id_reused")


def test_another_file_of_the_same_day_opens_nothing_for_rows_that_are_known(
    container: Container, officer: Phone
) -> None:
    good(officer.post(STATEMENTS_AT, a_statement([a_row(1, "strange", None)])))
    again = good(officer.post(STATEMENTS_AT, a_statement([a_row(1, "strange", None), a_row(2, "new", None)])))
    assert again["counts"]["unknown"] == 2
    assert len(tasks_of(container)) == 2
    listed = good(officer.get(f"{STATEMENTS_AT}?limit=1"))
    assert [one["id"] for one in listed["items"]] == [again["id"]]
    rest = good(officer.get(f"{STATEMENTS_AT}?limit=1&cursor={listed['next_cursor']}"))
    assert (len(rest["items"]), rest["next_cursor"]) == (1, None)


def test_a_payment_just_before_midnight_is_looked_for_on_its_own_day(container: Container, officer: Phone) -> None:
    late = datetime(2026, 11, 20, 16, 59, 59, tzinfo=UTC)
    early = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
    paid = [pay(container, an_attempt(container, an_order(container)), f"r{at:%H}", at) for at in (late, early)]
    attempts = [attempt_of(container, one)["_id"] for one in paid]
    good(officer.post(STATEMENTS_AT, a_statement([], day="2026-11-20")))
    assert tasks_of(container) == [("missing_at_gateway", attempts[0], AMOUNT)]
    good(officer.post(STATEMENTS_AT, a_statement([], day="2026-11-21")))
    assert {task[1] for task in tasks_of(container)} == set(attempts)


def test_what_stands_in_another_days_statement_is_not_missed(container: Container, officer: Phone) -> None:
    order = a_paid_order(container)
    good(officer.post(STATEMENTS_AT, a_statement([a_row(1, f"ref-{order['_id']}", None)], day="2026-11-20")))
    answer = good(officer.post(STATEMENTS_AT, a_statement([])))
    assert answer["counts"]["missing_at_gateway"] == 0
    assert tasks_of(container) == []


def test_only_ones_own_payments_are_missed_and_a_task_is_the_orders_agency(
    container: Container, officer: Phone, sign_in: Cast
) -> None:
    a_paid_order(container, agency=ROAD_BOARD)
    waiting = an_attempt(container, an_order(container, agency=ROAD_BOARD))
    answer = good(officer.post(STATEMENTS_AT, a_statement([a_row(1, "unheard", waiting["code"])])))
    assert answer["counts"]["missing_at_gateway"] == 0
    assert good(officer.get("/desk/payments/tasks"))["items"] == []
    other = a_collector(sign_in, "thuphi.sxd", ROAD_BOARD)
    assert [one["kind"] for one in good(other.get("/desk/payments/tasks"))["items"]] == ["unknown_payment"]
    assert problem_of(other.get(f"{STATEMENTS_AT}/{answer['id']}")) == (404, "statement.unknown")


class Crash(Exception):
    """The process is gone."""


class MortalTasks(Tasks):
    """Dies when it is asked for the third time, within the transaction."""

    turns = 0

    def open_all(self, wanted: Any, session: Session) -> int:
        self.turns += 1
        if self.turns == 3:
            raise Crash
        return super().open_all(wanted, session)


def test_a_crash_in_the_middle_and_importing_again_end_in_the_same_state(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BATCH", 10)
    orders = [a_paid_order(container) for _ in range(12)]
    rows = [StatementRow(at, f"ref-{one['_id']}", None, AMOUNT - at % 2, None, "") for at, one in enumerate(orders)]
    rows += [StatementRow(20 + at, f"strange {at}", None, AMOUNT, None, "") for at in range(30)]
    lost = attempt_of(container, a_paid_order(container))
    ask = a_statement([], day=datetime(2026, 11, 21, tzinfo=UTC).date())
    ask |= {"content": json.dumps([a_row(one.line, one.provider_ref, None, one.amount) for one in rows]).encode()}
    database, clock, ids = container.database, container.clock, container.ids
    mortal = Statements(database, clock, ids, some_gateways(), MortalTasks(database, clock, ids))
    with pytest.raises(Crash):
        mortal.import_(ACTOR, ask)
    assert database.collection(ROWS).count_documents({}) == 20
    assert only(database, STATEMENTS)["state"] == "reading"
    answer = container.payments.desk.statements.import_(ACTOR, ask)
    assert answer["counts"] == dict.fromkeys(map(str, RowMatch), 0) | {
        "matched": 6,
        "amount_differs": 6,
        "unknown": 30,
        "missing_at_gateway": 1,
    }
    assert database.collection(ROWS).count_documents({}) == 42
    assert len(tasks_of(container)) == 37
    assert ("missing_at_gateway", lost["_id"], AMOUNT) in tasks_of(container)


def test_two_imports_at_once_of_the_same_file_store_it_once(container: Container) -> None:
    rows = [a_row(at, f"strange {at}", None) for at in range(30)]
    ask = a_statement([], day=datetime(2026, 11, 21, tzinfo=UTC).date()) | {"content": json.dumps(rows).encode()}
    asks = [ask | {"id": an_id("stm")} for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda one: container.payments.desk.statements.import_(ACTOR, one), asks))
    assert {answer["id"] for answer in answers} == {only(container.database, STATEMENTS)["_id"]}
    assert {answer["counts"]["unknown"] for answer in answers} == {30}
    assert container.database.collection(ROWS).count_documents({}) == 30
    assert len(tasks_of(container)) == 30


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"day": "2026-11-22"}, (422, "statement.day_in_future")),
        ({"day": "0001-01-01"}, (422, "request.invalid")),
        ({"gateway": "payos"}, (404, "gateway.unknown")),
        ({"gateway": "cash"}, (422, "request.invalid")),
        ({"content": "***"}, (422, "request.invalid")),
        ({"name": ""}, (422, "request.invalid")),
        ({"content": "A" * (6 * 1024 * 1024)}, (413, "request.too_large")),
        ({"content": "A" * (4 * (reading.LARGEST // 3) + 4)}, (413, "statement.too_large")),
    ],
)
def test_what_cannot_be_imported_writes_nothing(
    container: Container, officer: Phone, changes: dict[str, str], expected: tuple[int, str]
) -> None:
    before = kept(container)
    assert problem_of(officer.post(STATEMENTS_AT, a_statement([]) | changes)) == expected
    assert kept(container) == before


def test_a_row_that_no_payment_can_be_is_unreadable(officer: Phone) -> None:
    answer = officer.post(STATEMENTS_AT, a_statement([a_row(9, "huge", None, 2**60)]))
    assert problem_of(answer) == (422, "statement.unreadable")
    assert answer.get_json()["params"] == {"line": 9}


def test_a_statement_of_several_batches_is_read_whole(container: Container, clock: FixedClock) -> None:
    count = 3 * reading.BATCH + 7
    rows = [a_row(at, f"ref {at}", LEAST_CODE + 10**9 + at) for at in range(count)]
    ask = a_statement([], day=datetime(2026, 11, 21, tzinfo=UTC).date())
    ask |= {"content": json.dumps(rows).encode()}
    order = an_order(container)
    attempts = [
        {**an_example(order, at), "state": "paid", "provider_ref": f"ref {at}", "ended_at": clock.now()}
        for at in range(count - 10)
    ]
    container.database.collection(ATTEMPTS).insert_many(attempts)
    answer = container.payments.desk.statements.import_(ACTOR, ask)
    assert (answer["counts"]["matched"], answer["counts"]["unknown"]) == (count - 10, 10)


def an_example(order: Mapping[str, Any], at: int) -> dict[str, Any]:
    """An attempt as the gateway was told of it."""
    return {
        "_id": an_id("att"),
        "order_id": order["_id"],
        "gateway": GatewayKey.VNPAY.value,
        "code": LEAST_CODE + 10**9 + at,
        "amount": AMOUNT,
        "started_at": order["created_at"],
        "expires_at": order["expires_at"],
        "kept": {},
        "shown": {},
    }
