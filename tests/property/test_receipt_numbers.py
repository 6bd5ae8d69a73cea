"""Whatever is issued, given up, cancelled or replaced in any order: numbers have no gap, and every link two ends."""

import hashlib
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from backend.bootstrap import Container
from backend.infra.mongo import Session
from backend.payments.documents import RECEIPTS
from backend.payments.services.receipts import Receipts
from shared_models.access import Actor, Duty, Role, scopes_of
from shared_models.clock import FixedClock
from shared_models.errors import DomainError
from shared_models.ids import new_id
from shared_models.payment.order import GatewayKey
from tests.support.api import clock, container, folders, provider
from tests.support.builders_identity import FOOD_BOARD, ROAD_BOARD
from tests.support.database import database, empty, module_database, mongo_server
from tests.support.receipts import an_order, numbers_of, receipts_of

__all__ = ["clock", "container", "database", "folders", "module_database", "mongo_server", "provider"]

AGENCIES = (FOOD_BOARD, ROAD_BOARD)
START = datetime(2026, 12, 31, 12, 0, tzinfo=UTC)
_turns = count(1)


class GivenUp(Exception):
    """The payment is not taken after all."""


def an_ask(*, replace: bool) -> dict[str, Any]:
    body = hashlib.sha256(f"receipts-{next(_turns)}".encode()).digest()[:17]
    return {"id": new_id("act", body), "why": "Ghi sai tên người nộp", "replace": replace}


class Counter(RuleBasedStateMachine):
    """Two agencies over the turn of a year. ``kept`` is every receipt there must be, as it must stand."""

    city: Container
    clock: FixedClock
    receipts: Receipts

    @initialize()
    def begin(self) -> None:
        empty(self.city.database)
        self.clock.at = START
        self.kept: dict[str, dict[str, Any]] = {}
        self.orders: list[dict[str, Any]] = []

    def must_be(self, receipt: dict[str, Any], state: str = "issued") -> None:
        self.kept[receipt["_id"]] = {"number": receipt["number"], "series": receipt["series"], "state": state}

    @rule(agency=st.sampled_from(AGENCIES), minutes=st.integers(0, 120))
    def issue(self, agency: tuple[str, str], minutes: int) -> None:
        self.clock.advance(timedelta(minutes=minutes))
        order = an_order(agency=agency)
        made = self.city.database.transaction(lambda session: self.receipts.issue(order, GatewayKey.BANK, session))
        assert made is not None
        self.orders.append(order)
        self.must_be(made)

    @rule(agency=st.sampled_from(AGENCIES))
    def give_up(self, agency: tuple[str, str]) -> None:
        def pay(session: Session) -> None:
            self.receipts.issue(an_order(agency=agency), GatewayKey.CASH, session)
            raise GivenUp

        with pytest.raises(GivenUp):
            self.city.database.transaction(pay)

    @precondition(lambda self: self.orders)
    @rule(which=st.integers(0, 1000))
    def issue_again(self, which: int) -> None:
        order = self.orders[which % len(self.orders)]
        self.city.database.transaction(lambda session: self.receipts.issue(order, GatewayKey.BANK, session))

    @precondition(lambda self: self.kept)
    @rule(which=st.integers(0, 1000), replace=st.booleans(), again=st.booleans(), by=st.sampled_from(AGENCIES))
    def cancel(self, which: int, replace: bool, again: bool, by: tuple[str, str]) -> None:
        receipt_id = sorted(self.kept)[which % len(self.kept)]
        stored = self.city.database.collection(RECEIPTS).find_one({"_id": receipt_id})
        assert stored is not None
        actor = Actor("stf_1", Role.OFFICER, "Hồ Thị Ngọc Lan", scopes_of(Role.OFFICER, (Duty.COLLECT,)), *by)
        ask, is_ours = an_ask(replace=replace), stored["agency"]["code"] == by[0]
        if not is_ours or self.kept[receipt_id]["state"] != "issued":
            with pytest.raises(DomainError) as refused:
                self.receipts.cancel(actor, receipt_id, ask)
            assert refused.value.code == ("receipt.not_in_force" if is_ours else "receipt.unknown")
            return
        seen = self.receipts.cancel(actor, receipt_id, ask)
        self.must_be(stored, "replaced" if replace else "cancelled")
        if replace:
            new = self.city.database.collection(RECEIPTS).find_one({"_id": seen["replaced_by"]["id"]})
            assert new is not None
            assert new["replaces"] == receipt_id
            self.must_be(new)
        if again:
            assert self.receipts.cancel(actor, receipt_id, ask)["replaced_by"] == seen["replaced_by"]

    @invariant()
    def everything_that_was_issued_is_there_and_nothing_else(self) -> None:
        if not hasattr(self, "kept"):
            return
        found = {
            one["_id"]: {name: one[name] for name in ("number", "series", "state")}
            for one in self.city.database.collection(RECEIPTS).find()
        }
        assert found == self.kept

    @invariant()
    def no_number_is_left_out(self) -> None:
        for code, _name in AGENCIES:
            for series, year in (("26TAA", 2026), ("27TAA", 2027)):
                numbers = numbers_of(self.city.database, code, series, year)
                assert numbers.taken == list(range(1, numbers.counted + 1))

    @invariant()
    def links_have_two_ends_and_an_order_one_receipt_in_force_at_most(self) -> None:
        stored = {one["_id"]: one for one in self.city.database.collection(RECEIPTS).find()}
        for one in stored.values():
            if one.get("replaced_by"):
                assert stored[one["replaced_by"]]["replaces"] == one["_id"]
                assert stored[one["replaced_by"]]["order_id"] == one["order_id"]
        in_force = [one["order_id"] for one in stored.values() if one["state"] == "issued"]
        assert len(in_force) == len(set(in_force))


def test_numbers_and_links_hold_whatever_is_done(container: Container, clock: FixedClock) -> None:
    machine = type("Driven", (Counter,), {"city": container, "clock": clock, "receipts": receipts_of(container)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
