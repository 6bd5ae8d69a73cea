"""What an agency used of its receipts on a day: numbers from and to, what was taken back, and sums that stay."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backend.bootstrap import Container
from backend.payments.services.receipts import Receipts
from shared_models.access import Duty
from shared_models.clock import FixedClock
from shared_models.payment.order import GatewayKey
from tests.support.api import Cast, Phone, problem_of
from tests.support.builders_identity import FOOD_BOARD, ROAD_BOARD
from tests.support.builders_results import a_city
from tests.support.dossiers import an_officer, good
from tests.support.ids import an_id
from tests.support.receipts import LINES, an_order, issued, receipts_of

TODAY, TOMORROW = "2026-11-21", "2026-11-22"
NOTHING = {"count": 0, "amount": 0}


@pytest.fixture
def receipts(container: Container, clock: FixedClock) -> Receipts:
    a_city(container)
    clock.at = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
    return receipts_of(container)


@pytest.fixture
def collector(receipts: Receipts, container: Container, sign_in: Cast) -> Phone:
    return an_officer(container, sign_in, FOOD_BOARD[0], Duty.COLLECT)


def day_of(phone: Phone, day: str, query: str = "") -> dict[str, Any]:
    found: dict[str, Any] = good(phone.get(f"/desk/payments/receipts/used?day={day}{query}"))
    return found


def cancel(phone: Phone, receipt_id: str, *, replace: bool) -> None:
    ask = {"id": an_id("act"), "why": "Ghi sai nội dung", "replace": replace}
    good(phone.post(f"/desk/payments/receipts/{receipt_id}/cancel", ask))


def test_numbers_ways_and_sums_of_a_day(
    receipts: Receipts, container: Container, collector: Phone, clock: FixedClock
) -> None:
    for way in (GatewayKey.CASH, GatewayKey.MOMO, GatewayKey.CASH):
        issued(receipts, container.database, an_order(), way)
        clock.advance(timedelta(minutes=1))
    issued(receipts, container.database, an_order(lines=[LINES[1]]), GatewayKey.NONE)
    issued(receipts, container.database, an_order(agency=ROAD_BOARD), GatewayKey.CASH)
    seen = day_of(collector, TODAY)
    assert seen["series"] == [{"series": "26TAA", "first": "00000001", "last": "00000004", "count": 4}]
    assert seen["issued"] == {"count": 4, "amount": 345_000}
    assert (seen["annulled"], seen["annulled_items"]) == (NOTHING, [])
    assert {one["method"]: one["issued"] for one in seen["ways"]} == {
        "momo": {"count": 1, "amount": 115_000},
        "cash": {"count": 2, "amount": 230_000},
        "none": {"count": 1, "amount": 0},
    }
    assert [one["number"] for one in seen["items"]] == [f"26TAA-0000000{n}" for n in (4, 3, 2, 1)]
    assert day_of(collector, TOMORROW)["issued"] == NOTHING


def test_a_day_that_is_over_never_changes(
    receipts: Receipts, container: Container, sign_in: Cast, clock: FixedClock
) -> None:
    collector = an_officer(container, sign_in, FOOD_BOARD[0], Duty.COLLECT)
    made = [issued(receipts, container.database, an_order(), GatewayKey.CASH)["_id"] for _ in range(3)]
    cancel(collector, made[0], replace=False)
    before = day_of(collector, TODAY)
    assert before["annulled"] == {"count": 1, "amount": 115_000}
    clock.advance(timedelta(days=1))
    collector = an_officer(container, sign_in, FOOD_BOARD[0], Duty.COLLECT)
    cancel(collector, made[1], replace=True)
    after = day_of(collector, TODAY)
    for name in ("series", "ways", "issued", "annulled", "annulled_items"):
        assert after[name] == before[name], name
    next_day = day_of(collector, TOMORROW)
    assert (next_day["issued"], next_day["annulled"]) == ({"count": 1, "amount": 115_000},) * 2
    assert next_day["ways"] == [{"method": "cash", **{name: next_day[name] for name in ("issued", "annulled")}}]
    assert [one["number"] for one in next_day["annulled_items"]] == ["26TAA-00000002"]
    assert next_day["series"] == [{"series": "26TAA", "first": "00000004", "last": "00000004", "count": 1}]


def test_a_day_begins_and_ends_at_midnight_in_the_city(
    receipts: Receipts, container: Container, sign_in: Cast, clock: FixedClock
) -> None:
    for at in (datetime(2026, 11, 21, 16, 59, 59, 999_000, tzinfo=UTC), datetime(2026, 11, 21, 17, 0, tzinfo=UTC)):
        clock.at = at
        issued(receipts, container.database, an_order())
    collector = an_officer(container, sign_in, FOOD_BOARD[0], Duty.COLLECT)
    assert [one["number"] for one in day_of(collector, TODAY)["items"]] == ["26TAA-00000001"]
    assert [one["number"] for one in day_of(collector, TOMORROW)["items"]] == ["26TAA-00000002"]


def test_a_long_day_comes_in_pages_and_its_sums_at_once(
    receipts: Receipts, container: Container, collector: Phone, clock: FixedClock
) -> None:
    for _ in range(5):
        issued(receipts, container.database, an_order())
        clock.advance(timedelta(seconds=1))
    first = day_of(collector, TODAY, "&limit=3")
    rest = day_of(collector, TODAY, f"&limit=3&cursor={first['next_cursor']}")
    assert [one["number"][-1] for one in first["items"] + rest["items"]] == ["5", "4", "3", "2", "1"]
    assert first["issued"] == rest["issued"] == {"count": 5, "amount": 575_000}
    assert rest["next_cursor"] is None


@pytest.mark.parametrize("query", ["", "?day=heute", "?day=0001-01-01", "?day=9999-12-31", "?day=2026-11-31"])
def test_a_day_that_cannot_be_is_refused(query: str, collector: Phone) -> None:
    assert problem_of(collector.get(f"/desk/payments/receipts/used{query}")) == (422, "request.invalid")


def test_nobodys_access_log_tells_of_a_list_that_names_nobody(
    receipts: Receipts, container: Container, owner: Phone, collector: Phone
) -> None:
    issued(receipts, container.database, an_order(payer={"id": owner.user["id"], "name": owner.user["name"]}))
    assert owner.user["name"] not in str(day_of(collector, TODAY))
    assert good(owner.get("/me/access-log"))["items"] == []
