"""Tasks: opened once, seen by the agency's collecting officers alone, settled once by a person."""

from typing import Any

import pytest

from backend.bootstrap import Container
from backend.payments.documents import ATTEMPTS, EVENTS, TASKS
from backend.payments.services.tasks import TaskAbout
from shared_models.access import Role
from shared_models.payment.desk import WAYS
from shared_models.payment.order import TaskKind
from tests.support.api import Cast, Phone, problem_of
from tests.support.builders_identity import FOOD_BOARD, ROAD_BOARD, TRANG
from tests.support.dossiers import good
from tests.support.ids import an_id
from tests.support.payments import AMOUNT, a_collector, a_paid_order, a_row, a_statement, an_attempt, an_order, stored

TASKS_AT = "/desk/payments/tasks"


@pytest.fixture
def officer(sign_in: Cast) -> Phone:
    return a_collector(sign_in, "thuphi.mot")


def open_task(
    container: Container, kind: TaskKind, what: str, agency: str = FOOD_BOARD[0], order_id: str | None = None
) -> bool:
    about = TaskAbout(what, agency, "vnpay", AMOUNT, order_id=order_id)
    return container.database.transaction(lambda session: container.payments.tasks.open(kind, about, session))


def only_task(officer: Phone) -> dict[str, Any]:
    task: dict[str, Any]
    (task,) = good(officer.get(TASKS_AT))["items"]
    return task


def settling(way: str = "accept", note: str = "Đã kiểm tra với ngân hàng") -> dict[str, str]:
    return {"id": an_id("act"), "way": way, "note": note}


def test_a_task_is_opened_once_for_what_it_is_about(container: Container) -> None:
    assert open_task(container, TaskKind.PAID_LATE, "att_1")
    assert not open_task(container, TaskKind.PAID_LATE, "att_1")
    assert open_task(container, TaskKind.PAID_TWICE, "att_1")
    assert container.database.collection(TASKS).count_documents({}) == 2


def test_a_task_that_was_settled_is_not_opened_again(container: Container, officer: Phone) -> None:
    open_task(container, TaskKind.PAID_LATE, "att_1")
    good(officer.post(f"{TASKS_AT}/{only_task(officer)['id']}/settle", settling()))
    assert not open_task(container, TaskKind.PAID_LATE, "att_1")
    assert good(officer.get(TASKS_AT))["items"] == []
    assert len(good(officer.get(f"{TASKS_AT}?state=settled"))["items"]) == 1


def test_the_list_pages_and_shows_nobodys_name(container: Container, officer: Phone) -> None:
    order = a_paid_order(container)
    for turn in range(5):
        open_task(container, TaskKind.PAID_LATE, f"att_{turn}", order_id=order["_id"])
    seen, cursor = [], None
    while True:
        page = good(officer.get(f"{TASKS_AT}?limit=2" + (f"&cursor={cursor}" if cursor else "")))
        seen += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len({one["id"] for one in seen}) == 5
    assert {one["order"]["reference"] for one in seen} == {order["reference"]}
    assert TRANG.full_name not in str(seen)
    assert container.ledger.entries_of(order["payer"]["id"]).items == []


def test_reading_a_task_names_the_payer_and_tells_them(container: Container, officer: Phone) -> None:
    order = a_paid_order(container)
    open_task(container, TaskKind.PAID_LATE, "att_1", order_id=order["_id"])
    page = good(officer.get(f"{TASKS_AT}/{only_task(officer)['id']}"))
    assert page["payer"] == TRANG.full_name
    assert page["ways"] == ["accept", "refund"]
    entries = container.ledger.entries_of(order["payer"]["id"]).items
    assert [(one["action"], one["reference"]) for one in entries] == [("payment.read", order["_id"])]


def test_settling_is_written_once_and_in_the_orders_history(container: Container, officer: Phone) -> None:
    order = a_paid_order(container)
    open_task(container, TaskKind.PAID_LATE, "att_1", order_id=order["_id"])
    path, body = f"{TASKS_AT}/{only_task(officer)['id']}/settle", settling()
    first = good(officer.post(path, body))
    assert first["settled"] | {"at": None} == {
        "by": "Lê Thị Thu",
        "at": None,
        "way": "accept",
        "note": body["note"],
    }
    assert good(officer.post(path, body)) == first
    assert problem_of(officer.post(path, settling())) == (409, "task.settled")
    assert problem_of(officer.post(path, body | {"way": "refund"})) == (409, "task.settled")
    kinds = [one["kind"] for one in container.database.collection(EVENTS).find({"order_id": order["_id"]})]
    assert kinds.count("task_settled") == 1


@pytest.mark.parametrize("kind", list(TaskKind))
def test_each_kind_is_settled_in_its_own_ways_only(container: Container, officer: Phone, kind: TaskKind) -> None:
    open_task(container, kind, "what")
    task = only_task(officer)
    assert task["ways"] == [way.value for way in WAYS[kind]]
    foreign = {"accept", "paid_back", "wrong_row"} - set(task["ways"])
    for way in sorted(foreign):
        answer = officer.post(f"{TASKS_AT}/{task['id']}/settle", settling(way))
        assert problem_of(answer) == (409, "task.way_not_allowed")
    assert only_task(officer)["state"] == "open"


@pytest.mark.parametrize("body", [{"note": ""}, {"way": "sideways"}, {"id": "act_1"}, {"more": 1}])
def test_a_note_and_a_known_way_are_needed(container: Container, officer: Phone, body: dict[str, str]) -> None:
    open_task(container, TaskKind.PAID_LATE, "att_1")
    answer = officer.post(f"{TASKS_AT}/{only_task(officer)['id']}/settle", settling() | body)
    assert problem_of(answer) == (422, "request.invalid")


def test_settling_by_refund_needs_a_proposed_refund(container: Container, officer: Phone) -> None:
    order = a_paid_order(container)
    open_task(container, TaskKind.NOT_WANTED, "att_1", order_id=order["_id"])
    path = f"{TASKS_AT}/{only_task(officer)['id']}/settle"
    assert problem_of(officer.post(path, settling("refund"))) == (409, "task.no_refund")
    ask = {"id": an_id("rfd"), "action": "propose", "reason": "Hồ sơ đã rút"}
    good(officer.post(f"/desk/payments/orders/{order['_id']}/refund", ask))
    assert good(officer.post(path, settling("refund")))["state"] == "settled"


def test_money_that_the_statement_knows_can_be_counted(container: Container, officer: Phone) -> None:
    order = an_order(container)
    attempt = an_attempt(container, order)
    good(officer.post("/desk/payments/statements", a_statement([a_row(1, "unheard", attempt["code"])])))
    task = only_task(officer)
    page = good(officer.get(f"{TASKS_AT}/{task['id']}"))
    assert (page["attempt"]["state"], page["row"]["provider_ref"]) == ("started", "unheard")
    path, body = f"{TASKS_AT}/{task['id']}/settle", settling("count")
    assert good(officer.post(path, body))["order"]["state"] == "paid"
    assert good(officer.post(path, body))["state"] == "settled"
    paid = stored(container, order["_id"])
    assert (paid["state"], paid["paid"]["provider_ref"]) == ("paid", "unheard")
    assert paid["receipt_id"] is not None


def test_money_of_another_order_cannot_be_counted(container: Container, officer: Phone) -> None:
    attempt = an_attempt(container, an_order(container))
    rows = [a_row(1, "unheard", attempt["code"]), a_row(2, "again", attempt["code"])]
    good(officer.post("/desk/payments/statements", a_statement(rows)))
    tasks = good(officer.get(TASKS_AT))["items"]
    answers = [officer.post(f"{TASKS_AT}/{one['id']}/settle", settling("count")) for one in tasks]
    assert sorted(one.status_code for one in answers) == [200, 409]
    attempt = container.database.collection(ATTEMPTS).find_one({"_id": attempt["_id"]}) or {}
    assert attempt["state"] == "paid"
    kinds = [one["kind"] for one in good(officer.get(TASKS_AT))["items"]]
    assert sorted(kinds) == ["paid_twice", "unknown_payment"]


def test_money_without_an_attempt_cannot_be_counted(container: Container, officer: Phone) -> None:
    good(officer.post("/desk/payments/statements", a_statement([a_row(1, "strange", None)])))
    answer = officer.post(f"{TASKS_AT}/{only_task(officer)['id']}/settle", settling("count"))
    assert problem_of(answer) == (409, "task.not_counted")


def test_another_agency_and_other_duties_see_nothing(container: Container, officer: Phone, sign_in: Cast) -> None:
    open_task(container, TaskKind.PAID_LATE, "att_1")
    task = only_task(officer)
    other = a_collector(sign_in, "thuphi.sxd", ROAD_BOARD)
    assert good(other.get(TASKS_AT))["items"] == []
    assert problem_of(other.get(f"{TASKS_AT}/{task['id']}")) == (404, "task.unknown")
    assert problem_of(other.post(f"{TASKS_AT}/{task['id']}/settle", settling())) == (404, "task.unknown")
    without = sign_in.staff(Role.OFFICER)
    assert problem_of(without.get(TASKS_AT)) == (403, "access.scope_missing")
