"""Whatever is done to a dossier in whatever order, it never leaves the table, loses an action, or does one twice.

With money: whatever gateways tell and officers send back, dossier, order, receipts and history agree.
"""

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from backend.bootstrap import Container
from shared_models.clock import FixedClock
from shared_models.dossier import DossierStatus
from tests.support.api import clock, container, folders, provider
from tests.support.database import database, module_database, mongo_server
from tests.support.dossier_walk import BOARD, DossierWalk
from tests.support.paying_walk import PayingWalk
from tests.support.seals import give_seal

__all__ = ["clock", "container", "database", "folders", "module_database", "mongo_server", "provider"]

WORKED_ON = ("record_payment", "accept", "start")
WAYS: tuple[tuple[str, ...], ...] = (
    (),
    ("ask_payment", "record_payment", "start"),
    (*WORKED_ON, "ask_supplement", "answer_supplement"),
    (*WORKED_ON, "stop", "resume"),
    (*WORKED_ON, "ask_opinion", "propose", "send_back", "propose", "resolve", "return_result", "post", "delivered"),
)
PAYING_WAYS: tuple[tuple[str, ...], ...] = (
    ("begin", "last.failed", "last.paid", "accept", "start", "propose", "resolve", "return_result"),
    ("begin", "last.paid", "last.failed", "last.again", "refund.propose", "refund.approve"),
    ("begin", "last.wrong", "month", "begin", "first.paid", "refund.propose", "last.paid"),
    ("begin", "ask_payment", "begin", "first.paid", "last.silent", "start", "refund.propose", "refund.refuse"),
    ("ask_payment", "record_payment", "refund.propose", "refund.approve", "refund.done"),
    ("begin", "withdraw", "last.paid"),
)
"""What is gone before chance decides, so that the walks have been there whatever chance decides."""

MET = {
    *("failed started", "paid failed", "failed paid", "again paid", "wrong started", "silent started"),
    *("order pending", "order failed", "order expired", "order paid", "order refund_pending", "order refunded"),
    *("task paid_late", "task paid_twice", "task not_wanted", "task amount_differs", "task refund_by_hand"),
    *("refund.approve", "refund.refuse", "refund.done", "two orders paid"),
}
"""What was told of an attempt as it was, the states of orders, and what a person had to look at."""


def walk(machine: Any, examples: int) -> None:
    quick = settings(
        max_examples=examples,
        stateful_step_count=40,
        derandomize=True,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    run_state_machine_as_test(machine, settings=quick)


def test_no_order_of_actions_breaks_a_dossier(container: Container, clock: FixedClock) -> None:
    give_seal(container, BOARD)
    seen: set[Any] = set()
    for way in WAYS:
        kept = {"city": container, "clock": clock, "way": way, "seen": seen}
        walk(type("DeskOfTheCity", (DossierWalk,), kept), 3)
    reached = {status for status, _ in seen}
    assert reached >= {DossierStatus(one) for one in (1, 2, 4, 5, 6, 8, 9, 10)}, (
        "the walk was too short to show anything"
    )
    assert len(seen) > 15


def test_no_order_of_payments_and_actions_loses_money(container: Container, clock: FixedClock) -> None:
    give_seal(container, BOARD)
    seen: set[Any] = set()
    met: set[str] = set()
    for way in PAYING_WAYS:
        kept = {"city": container, "clock": clock, "way": way, "seen": seen, "met": met}
        walk(type("CashierOfTheCity", (PayingWalk,), kept), 3)
    assert met >= MET, f"the walk was too short to show {sorted(MET - met)}"
    assert {status for status, _ in seen} >= {DossierStatus(one) for one in (1, 2, 4, 6, 9)}
