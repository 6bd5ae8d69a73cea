"""Receipts are numbered without a gap, whoever asks at the same moment and whoever gives up."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import count
from random import Random

import pytest

from backend.bootstrap import Container
from backend.infra.mongo import Session
from backend.payments.documents import RECEIPT_COUNTERS, RECEIPTS
from backend.payments.receipt_rules import KEPT_FREE
from shared_models.clock import FixedClock
from shared_models.errors import Conflict
from shared_models.payment.order import GatewayKey
from shared_models.payment.receipt import MOST_NUMBER
from tests.support.builders_identity import FOOD_BOARD, ROAD_BOARD
from tests.support.receipts import FREE, LINES, an_order, issued, numbers_of, receipts_of

FOOD = FOOD_BOARD[0]
THREADS, EACH = 8, 25


class Abandoned(Exception):
    """A payment that is not taken after all."""


def test_the_first_has_number_one_and_says_all_that_a_receipt_has_to(container: Container) -> None:
    receipts, order = receipts_of(container), an_order()
    made = issued(receipts, container.database, order)
    assert (made["form"], made["series"], made["year"], made["number"]) == ("EBL01", "26TAA", 2026, 1)
    assert made["words"] == "Một trăm mười lăm nghìn đồng"
    assert (made["amount"], made["method"], made["state"]) == (115_000, "momo", "issued")
    assert made["lines"] == order["lines"]
    assert made["_id"].removeprefix("rct_") == order["_id"].removeprefix("ord_")
    assert receipts.of_order(order) == made


def test_an_order_has_one_receipt_however_often_it_is_asked_for(container: Container) -> None:
    receipts, order = receipts_of(container), an_order()
    first = issued(receipts, container.database, order)
    assert issued(receipts, container.database, order)["_id"] == first["_id"]
    assert numbers_of(container.database, FOOD, "26TAA").taken == [1]


def test_every_agency_counts_for_itself(container: Container) -> None:
    receipts = receipts_of(container)
    for agency in (FOOD_BOARD, ROAD_BOARD):
        assert issued(receipts, container.database, an_order(agency=agency))["number"] == 1


def test_a_year_begins_at_midnight_in_the_city(container: Container, clock: FixedClock) -> None:
    receipts = receipts_of(container)
    clock.at = datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC)
    old = issued(receipts, container.database, an_order())
    clock.at = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)
    new = issued(receipts, container.database, an_order())
    assert [(one["series"], one["year"], one["number"]) for one in (old, new)] == [
        ("26TAA", 2026, 1),
        ("27TAA", 2027, 1),
    ]


def test_an_order_of_nothing_gets_one_as_the_data_says(container: Container) -> None:
    receipts = receipts_of(container)
    free = [LINES[1]]
    made = container.database.transaction(
        lambda session: receipts.issue(an_order(lines=free), GatewayKey.NONE, session)
    )
    assert receipts.is_due(0)
    assert made is not None
    assert (made["amount"], made["words"], made["method"]) == (0, "Không đồng", "none")
    assert made["lines"][0]["considered"] == [FREE]


def test_a_full_series_is_seen_before_anything_is_begun_and_keeps_numbers_for_what_is_under_way(
    container: Container,
) -> None:
    receipts, counters = receipts_of(container), container.database.collection(RECEIPT_COUNTERS)
    receipts.check_room(FOOD)
    issued(receipts, container.database, an_order())
    receipts.check_room(FOOD)
    counters.update_one({"_id": f"{FOOD}:26TAA:2026"}, {"$set": {"last": MOST_NUMBER - KEPT_FREE + 1}})
    with pytest.raises(Conflict) as refused:
        receipts.check_room(FOOD)
    assert (refused.value.code, refused.value.params) == ("receipt.series_full", {"series": "26TAA"})
    receipts.check_room(ROAD_BOARD[0])
    assert issued(receipts, container.database, an_order())["number"] == MOST_NUMBER - KEPT_FREE + 2
    counters.update_one({"_id": f"{FOOD}:26TAA:2026"}, {"$set": {"last": MOST_NUMBER - 1}})
    assert issued(receipts, container.database, an_order())["number"] == MOST_NUMBER
    with pytest.raises(Conflict, match=r"receipt\.series_full"):
        issued(receipts, container.database, an_order())
    assert numbers_of(container.database, FOOD, "26TAA").counted == MOST_NUMBER


def test_a_payment_that_is_given_up_gives_its_number_back(container: Container) -> None:
    receipts = receipts_of(container)
    issued(receipts, container.database, an_order())

    def pay_and_fail(session: Session) -> None:
        made = receipts.issue(an_order(), GatewayKey.BANK, session)
        assert made is not None
        assert made["number"] == 2
        raise Abandoned

    with pytest.raises(Abandoned):
        container.database.transaction(pay_and_fail)
    assert issued(receipts, container.database, an_order())["number"] == 2
    assert container.database.collection(RECEIPTS).count_documents({}) == 2


def test_no_gap_and_no_double_under_parallel_load_with_callers_that_abort(container: Container) -> None:
    """8 threads, 25 receipts each; a fifth of the callers' transactions give up after the number was taken."""
    receipts, database = receipts_of(container), container.database
    tries, aborted, begun = count(), Counter[int](), threading.Barrier(THREADS)

    def work(thread: int) -> list[int]:
        dice, numbers = Random(thread), []
        begun.wait()
        for _ in range(EACH):
            order, gives_up = an_order(), dice.random() < 0.2

            def pay(session: Session, order: dict = order, gives_up: bool = gives_up) -> int:
                next(tries)
                made = receipts.issue(order, GatewayKey.VNPAY, session)
                if gives_up:
                    raise Abandoned
                assert made is not None
                return made["number"]

            try:
                numbers.append(database.transaction(pay))
            except Abandoned:
                aborted[thread] += 1
        return numbers

    with ThreadPoolExecutor(THREADS) as pool:
        given = [number for numbers in pool.map(work, range(THREADS)) for number in numbers]
    kept = numbers_of(database, FOOD, "26TAA")
    total = THREADS * EACH - aborted.total()
    assert aborted.total() > 10
    assert sorted(given) == kept.taken == list(range(1, total + 1))
    assert kept.counted == total
    print(f"{total} receipts, {aborted.total()} given up, {next(tries)} runs of transactions")


def test_one_order_asked_for_by_many_at_once_has_one_receipt(container: Container) -> None:
    receipts, order = receipts_of(container), an_order()
    with ThreadPoolExecutor(THREADS) as pool:
        made = list(pool.map(lambda _turn: issued(receipts, container.database, order)["number"], range(THREADS)))
    assert made == [1] * THREADS
    assert numbers_of(container.database, FOOD, "26TAA").counted == 1
