"""Money that came twice goes back by two persons: one proposes it, another confirms that very proposal."""

from typing import Any

import pytest

from backend.bootstrap import Container
from backend.notices.documents import NOTICES
from backend.payments.documents import EVENTS, TASKS
from backend.payments.services.tasks import TaskAbout
from shared_models.money import vnd_text
from shared_models.payment.desk import SENDS_MONEY, WAYS
from shared_models.payment.order import TaskKind
from tests.support.api import Cast, Phone, problem_of
from tests.support.builders_identity import FOOD_BOARD
from tests.support.dossiers import good
from tests.support.ids import an_id
from tests.support.payments import AMOUNT, a_collector, a_paid_order

TASKS_AT = "/desk/payments/tasks"


@pytest.fixture
def first(sign_in: Cast) -> Phone:
    return a_collector(sign_in, "thuphi.mot")


@pytest.fixture
def second(sign_in: Cast) -> Phone:
    return a_collector(sign_in, "thuphi.hai")


@pytest.fixture
def path(container: Container, first: Phone) -> str:
    """Of a task about an order that was paid twice."""
    order = a_paid_order(container)
    about = TaskAbout("vnpay:2", FOOD_BOARD[0], "vnpay", AMOUNT, order_id=order["_id"])
    container.database.transaction(lambda session: container.payments.tasks.open(TaskKind.PAID_TWICE, about, session))
    (task,) = good(first.get(TASKS_AT))["items"]
    return f"{TASKS_AT}/{task['id']}"


def back(**more: Any) -> dict[str, Any]:
    return {"id": an_id("act"), "way": "paid_back", "note": "Hoàn khoản nộp trùng", **more}


def history(container: Container) -> list[str]:
    kinds = [one["kind"] for one in container.database.collection(EVENTS).find({}).sort("seq", 1)]
    return [kind for kind in kinds if kind.startswith("task_")]


def heard(container: Container) -> list[str]:
    """What the payer was told of money that went back."""
    notices = container.database.collection(NOTICES).find({"kind": "payment.refunded"})
    return [str(one["params"]["amount"]) for one in notices]


def test_one_proposes_and_another_confirms(container: Container, first: Phone, second: Phone, path: str) -> None:
    ask = back()
    proposed = good(first.post(f"{path}/settle", ask))
    assert (proposed["state"], proposed["settled"], proposed["may_confirm"]) == ("open", None, False)
    assert {name: proposed["proposed"][name] for name in ("id", "way", "note")} == ask
    assert good(first.post(f"{path}/settle", ask)) == proposed
    seen = good(second.get(path))
    assert (seen["may_confirm"], seen["proposed"]) == (True, proposed["proposed"])
    confirm = back(note="FT26326000111", confirms=ask["id"])
    assert heard(container) == []
    settled = good(second.post(f"{path}/settle", confirm))
    assert (settled["state"], settled["settled"]["way"], settled["settled"]["note"]) == (
        "settled",
        "paid_back",
        "FT26326000111",
    )
    assert settled["proposed"] == proposed["proposed"]
    assert good(second.post(f"{path}/settle", confirm)) == settled
    assert history(container) == ["task_proposed", "task_settled"]
    assert heard(container) == [vnd_text(AMOUNT)]


def test_nobody_confirms_their_own_proposal(container: Container, first: Phone, path: str) -> None:
    ask = back()
    good(first.post(f"{path}/settle", ask))
    assert problem_of(first.post(f"{path}/settle", back(confirms=ask["id"]))) == (403, "task.own_proposal")
    assert problem_of(first.post(f"{path}/settle", back())) == (409, "task.proposed")
    assert good(first.get(path))["state"] == "open"
    assert history(container) == ["task_proposed"]


def test_two_who_propose_at_once_have_not_confirmed_each_other(
    container: Container, first: Phone, second: Phone, path: str
) -> None:
    good(first.post(f"{path}/settle", back()))
    assert problem_of(second.post(f"{path}/settle", back())) == (409, "task.proposed")
    assert problem_of(second.post(f"{path}/settle", back(confirms=an_id("act")))) == (409, "task.not_proposed")
    assert history(container) == ["task_proposed"]


def test_what_was_not_proposed_cannot_be_confirmed(container: Container, second: Phone, path: str) -> None:
    before = list(container.database.collection(TASKS).find())
    assert problem_of(second.post(f"{path}/settle", back(confirms=an_id("act")))) == (409, "task.not_proposed")
    other = back(way="gateway_corrects", confirms=an_id("act"))
    assert problem_of(second.post(f"{path}/settle", other)) == (409, "task.not_proposed")
    assert problem_of(second.post(f"{path}/settle", back(confirms="act_1"))) == (422, "request.invalid")
    assert list(container.database.collection(TASKS).find()) == before


def test_a_proposal_falls_when_the_task_is_settled_without_money(
    container: Container, first: Phone, second: Phone, path: str
) -> None:
    ask = back()
    good(first.post(f"{path}/settle", ask))
    settled = good(second.post(f"{path}/settle", back(way="gateway_corrects")))
    assert (settled["state"], settled["settled"]["way"], settled["may_confirm"]) == (
        "settled",
        "gateway_corrects",
        False,
    )
    assert problem_of(second.post(f"{path}/settle", back(confirms=ask["id"]))) == (409, "task.settled")
    assert history(container) == ["task_proposed", "task_settled"]


def test_a_task_from_before_there_were_proposals_is_read_and_settled(
    container: Container, first: Phone, path: str
) -> None:
    container.database.collection(TASKS).update_one({}, {"$unset": {"proposed": ""}})
    assert good(first.get(path))["proposed"] is None
    assert good(first.post(f"{path}/settle", back()))["state"] == "open"


def test_every_way_that_says_money_went_out_takes_two() -> None:
    assert {way.value for ways in WAYS.values() for way in ways if way in SENDS_MONEY} == {"paid_back"}
