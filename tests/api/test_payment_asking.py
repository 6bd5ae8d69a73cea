"""Asking gateways about attempts: soon, ever more rarely, long after the page has closed, and fairly among many."""

import importlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import monitoring

from backend.bootstrap import Container
from backend.infra.mongo import Document
from backend.payments.ports import Notice, NoticeOutcome
from backend.payments.services.chasing import MOST_AT_ONCE, MOST_SILENCES, MOST_TRANSFERS, Chasing
from shared_models.clock import FixedClock
from shared_models.payment.order import GatewayKey
from tests.support.api import Cast, Phone
from tests.support.dossiers import Desk, a_ward, good
from tests.support.gateway import SignedGateway
from tests.support.paying import FEE, a_due_dossier, attempt, code_of, gateway_of, kept, order_of

MINUTE = timedelta(minutes=1)


class Finds(monitoring.CommandListener):
    """The finds on attempts that were sent to the server."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if event.command_name == "find" and event.command["find"] == "payment_attempts":
            self.sent.append(dict(event.command))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Not looked at."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Not looked at."""


FINDS = Finds()
monitoring.register(FINDS)


@pytest.fixture
def board(container: Container, sign_in: Cast, clock: FixedClock) -> Desk:
    clock.at = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    return a_ward(container, sign_in, "H17.08")


@pytest.fixture
def order(board: Desk, sign_in: Cast) -> dict[str, Any]:
    owner = sign_in.citizen()
    return {**order_of(owner, a_due_dossier(owner)), "owner": owner}


def begun(container: Container, order: dict[str, Any], key: str) -> tuple[SignedGateway, int]:
    owner: Phone = order["owner"]
    attempt(owner, order, key)
    return gateway_of(container, key), code_of(container, key)


def paid(code: int, clock: FixedClock) -> Notice:
    return Notice(code, NoticeOutcome.PAID, FEE, f"late-{code}", clock.now())


def copies(container: Container, key: str, count: int, **changes: Any) -> None:
    """As many attempts like the last one of a gateway, under numbers below its own."""
    attempts = container.database.collection("payment_attempts")
    [like] = attempts.find({"gateway": key})
    rows: list[Document] = [
        {**like, **changes, "_id": f"att_copy{at}", "code": like["code"] - at} for at in range(1, count + 1)
    ]
    attempts.insert_many(rows)


def ask(container: Container, clock: FixedClock) -> int:
    return container.payments.chasing.ask_late(clock.now())


def test_a_transfer_whose_notice_was_lost_is_found_by_asking_the_bank(
    order: dict[str, Any], container: Container, clock: FixedClock
) -> None:
    bank, code = begun(container, order, "bank")
    clock.advance(MINUTE)
    assert (ask(container, clock), bank.asked) == (0, [])
    clock.advance(MINUTE)
    assert (ask(container, clock), bank.asked) == (0, [code])
    bank.said[code] = paid(code, clock)
    assert (ask(container, clock), bank.asked) == (0, [code])
    clock.advance(MINUTE)
    assert (ask(container, clock), bank.asked) == (1, [code, code])
    assert good(order["owner"].get(f"/orders/{order['id']}"))["state"] == "paid"
    clock.advance(timedelta(days=1))
    assert (ask(container, clock), len(bank.asked)) == (0, 2)


def test_a_transfer_that_never_comes_is_asked_about_a_few_dozen_times(
    order: dict[str, Any], container: Container, clock: FixedClock
) -> None:
    bank, _ = begun(container, order, "bank")
    for step in [MINUTE] * 120 + [timedelta(hours=1)] * 46 + [timedelta(hours=8)] * 120:
        clock.advance(step)
        ask(container, clock)
    assert 40 < len(bank.asked) < 60
    [left] = kept(container, "payment_attempts")
    assert (left["state"], left["ask_at"]) == ("expired", None)


@pytest.mark.parametrize(("key", "days"), [("national", 0), ("vnpay", 6)])
def test_money_that_is_confirmed_after_the_page_has_closed_is_found(
    key: str, days: int, order: dict[str, Any], container: Container, clock: FixedClock, sign_in: Cast
) -> None:
    gateway, code = begun(container, order, key)
    clock.advance(timedelta(minutes=21))
    ask(container, clock)
    container.payments.chasing.ask_silent(clock.now())
    [over] = kept(container, "payment_attempts")
    assert over["state"] == "expired"
    gateway.said[code] = paid(code, clock)
    clock.advance(timedelta(days=days, hours=1))
    assert ask(container, clock) + container.payments.chasing.ask_silent(clock.now()) == 1
    assert good(sign_in.citizen().get(f"/orders/{order['id']}"))["state"] == "paid"


def test_after_a_week_nobody_asks_any_more(order: dict[str, Any], container: Container, clock: FixedClock) -> None:
    gateway, _ = begun(container, order, "national")
    clock.advance(timedelta(days=8))
    container.payments.chasing.ask_silent(clock.now())
    clock.advance(timedelta(days=8))
    container.payments.chasing.ask_silent(clock.now())
    assert len(gateway.asked) == 1


def test_what_the_gateway_calls_failed_is_not_asked_about_again(
    order: dict[str, Any], container: Container, clock: FixedClock
) -> None:
    gateway, code = begun(container, order, "vnpay")
    clock.advance(timedelta(minutes=21))
    ask(container, clock)
    gateway.said[code] = Notice(code, NoticeOutcome.FAILED, FEE, None, None, "24")
    clock.advance(timedelta(hours=1))
    ask(container, clock)
    asked = len(gateway.asked)
    clock.advance(timedelta(days=1))
    ask(container, clock)
    assert len(gateway.asked) == asked == 2


def test_many_old_attempts_do_not_keep_a_new_one_waiting_nor_new_ones_an_old_one(
    order: dict[str, Any], container: Container, clock: FixedClock
) -> None:
    gateway, code = begun(container, order, "national")
    copies(container, "national", 3 * MOST_AT_ONCE, ask_at=clock.now() - MINUTE)
    container.payments.chasing.ask_silent(clock.now())
    assert code in gateway.asked
    assert len(gateway.asked) == len(set(gateway.asked)) == MOST_AT_ONCE
    gateway.asked.clear()
    attempts = container.database.collection("payment_attempts")
    attempts.update_one({"code": code}, {"$set": {"ask_at": clock.now() - timedelta(days=1)}})
    container.payments.chasing.ask_silent(clock.now())
    assert code in gateway.asked


def test_the_bank_is_asked_about_a_few_in_a_turn(
    order: dict[str, Any], container: Container, clock: FixedClock
) -> None:
    bank, _ = begun(container, order, "bank")
    copies(container, "bank", 2 * MOST_TRANSFERS)
    clock.advance(2 * MINUTE)
    ask(container, clock)
    assert len(bank.asked) == MOST_TRANSFERS


def test_a_gateway_that_does_not_answer_is_left_for_its_next_turn(
    order: dict[str, Any], container: Container, clock: FixedClock
) -> None:
    gateway, _ = begun(container, order, "vnpay")
    copies(container, "vnpay", 10)
    gateway.is_down = True
    clock.advance(2 * MINUTE)
    ask(container, clock)
    assert len(gateway.asked) == MOST_SILENCES
    gateway.is_down = False
    ask(container, clock)
    assert len(set(gateway.asked)) == 11


def test_a_slow_gateway_is_left_for_its_next_turn_too(
    order: dict[str, Any], container: Container, clock: FixedClock
) -> None:
    gateway, _ = begun(container, order, "vnpay")
    copies(container, "vnpay", 10)
    clock.advance(2 * MINUTE)
    parts = container.payments
    chasing = Chasing(
        container.database,
        {GatewayKey.VNPAY: gateway},
        parts.orders,
        parts.attempts,
        parts.taking,
        elapsed=lambda: 25.0 * len(gateway.asked),
    )
    chasing.ask_late(clock.now())
    assert len(gateway.asked) == 2


def test_money_that_cannot_be_noted_now_keeps_nobody_else_waiting(
    order: dict[str, Any], container: Container, clock: FixedClock
) -> None:
    gateway, code = begun(container, order, "vnpay")
    copies(container, "vnpay", 1, order_id="ord_gone", ask_at=clock.now() - MINUTE)
    gateway.said = {each: paid(each, clock) for each in (code, code - 1)}
    clock.advance(2 * MINUTE)
    assert ask(container, clock) == 1
    assert good(order["owner"].get(f"/orders/{order['id']}"))["state"] == "paid"
    attempts = container.database.collection("payment_attempts")
    attempts.update_one({"code": code}, {"$set": {"state": "started", "expires_at": clock.now() + MINUTE}})
    clock.advance(timedelta(hours=1))
    assert ask(container, clock) == 1


def test_what_is_over_is_ended_whatever_began_before_it(
    order: dict[str, Any], container: Container, clock: FixedClock
) -> None:
    begun(container, order, "bank")
    earlier = {"started_at": clock.now() - timedelta(days=1), "ask_at": None}
    copies(container, "bank", MOST_AT_ONCE + 10, **earlier)
    attempts = container.database.collection("payment_attempts")
    attempts.update_one({"_id": {"$not": {"$regex": "copy"}}}, {"$set": {"expires_at": clock.now() + MINUTE}})
    clock.advance(10 * MINUTE)
    assert ask(container, clock) == 1
    assert [one["state"] for one in kept(container, "payment_attempts") if "copy" not in one["_id"]] == ["expired"]


def test_what_the_jobs_ask_of_many_attempts_goes_by_an_index(
    order: dict[str, Any], container: Container, clock: FixedClock
) -> None:
    begun(container, order, "national")
    copies(container, "national", 500, ask_at=None, state="paid")
    clock.advance(timedelta(minutes=30))
    FINDS.sent.clear()
    container.payments.chasing.ask_silent(clock.now())
    ask(container, clock)
    asked = [find for find in FINDS.sent if {"ask_at", "expires_at"} & set(find["filter"])]
    assert len(asked) == 2 * 4 + 1
    for find in asked:
        command = {name: value for name, value in find.items() if name in {"find", "filter", "sort", "limit"}}
        told = container.database.database.command({"explain": command, "verbosity": "executionStats"})
        name = "payment_attempts_by_question" if "ask_at" in find["filter"] else "payment_attempts_by_end"
        assert name in str(told["queryPlanner"]["winningPlan"])
        assert told["executionStats"]["totalDocsExamined"] <= 1


def test_attempts_begun_before_there_were_turns_are_asked_about_once_it_is_migrated(
    order: dict[str, Any], container: Container, clock: FixedClock
) -> None:
    gateway, code = begun(container, order, "vnpay")
    copies(container, "vnpay", 1, state="failed", ask_at=None)
    attempts = container.database.collection("payment_attempts")
    attempts.update_one({"code": code}, {"$unset": {"ask_at": ""}})
    clock.advance(2 * MINUTE)
    assert (ask(container, clock), gateway.asked) == (0, [])
    migration = importlib.import_module("backend.infra.migrations.0019_attempts_to_ask_about")
    for _ in range(2):
        migration.up(container.database.database)
    ask(container, clock)
    assert gateway.asked == [code]
    assert "payment_attempts_by_wait" not in attempts.index_information()
