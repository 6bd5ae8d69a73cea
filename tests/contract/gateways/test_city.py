"""The city itself and the sandbox's gateways: from an order to its money and back, over real HTTP."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from backend.app import create_app
from backend.bootstrap import Container, Replaced, build
from backend.config import Settings
from backend.identity.service import Caller
from backend.infra.mongo import Database, Document
from backend.infra.system import Ids, SystemClock, random_bytes
from backend.payments.adapters.registry import ADAPTERS
from backend.payments.ports import Paid
from shared_models.access import Actor, Role, Scope
from shared_models.clock import FixedClock
from shared_models.payment.order import GatewayKey
from tests.support.api import Folders, environment_of
from tests.support.builders_identity import FakeIdentityProvider
from tests.support.database import uri_of
from tests.support.gateway_town import Town
from tests.support.ids import an_id
from tests.support.payments import an_order, stored

PAGES = sorted(set(ADAPTERS) - {GatewayKey.BANK})
HERE = Caller("203.0.113.7", "a browser")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(SystemClock().now())


@pytest.fixture
def container(database: Database, folders: Folders, town: Town, clock: FixedClock) -> Iterator[Container]:
    """The city, answering where the sandbox believes it to be."""
    settings = Settings.from_env({**environment_of(folders, uri_of(database)), "CONGDAN_PUBLIC_URL": town.city_url})
    replaced = Replaced(clock=clock, ids=Ids(random_bytes), provider=FakeIdentityProvider(), gateways=town.gateways)
    built = build(settings, replaced)
    town.listener.wsgi_app = create_app(built).wsgi_app  # type: ignore[method-assign]
    yield built
    built.database.close()


def begin(container: Container, order: Document, key: GatewayKey) -> dict[str, Any]:
    payer = Actor(order["payer"]["id"], Role.CITIZEN, order["payer"]["name"], frozenset({Scope.PAYMENTS}))
    return container.payments.begin(payer, order["_id"], {"id": an_id("att"), "gateway": key, "lang": "vi"}, HERE)


def events(container: Container, order: Document) -> list[str]:
    found = container.database.collection("payment_events").find({"order_id": order["_id"]}).sort("seq", 1)
    return [event["kind"] for event in found]


def attempt_of(container: Container, order: Document) -> Document:
    [found] = container.database.collection("payment_attempts").find({"order_id": order["_id"]})
    return dict(found)


@pytest.mark.parametrize("key", PAGES)
def test_money_that_is_told_of_twice_and_out_of_order_pays_once(
    container: Container, town: Town, key: GatewayKey
) -> None:
    order = an_order(container)
    page = town.visit(begin(container, order, key)["url"])
    code = attempt_of(container, order)["code"]
    bill = container.payments.attempts.bill(order, attempt_of(container, order))
    assert town.control(key, bill, "none", "forged") is None
    assert town.control(key, bill, "paid", "twice", "failure_after") is None
    town.until(lambda: all(each["is_done"] for each in town.told(key, bill)["deliveries"]))
    paid = stored(container, order["_id"])
    assert (paid["state"], paid["paid"]["gateway"], paid["paid"]["is_late"]) == ("paid", key, False)
    assert events(container, order).count("paid") == 1
    said = town.gateways[key].query(bill, attempt_of(container, order)["kept"])
    assert (said.code, said.provider_ref) == (code, paid["paid"]["provider_ref"])
    assert container.database.collection("receipts").count_documents({"order_id": order["_id"]}) == 1
    assert town.visit(page) == page


@pytest.mark.parametrize("key", PAGES)
def test_money_that_nobody_told_of_is_found(
    container: Container, town: Town, clock: FixedClock, key: GatewayKey
) -> None:
    order = an_order(container)
    page = town.visit(begin(container, order, key)["url"])
    town.press(page, "paid", "never")
    clock.advance(timedelta(minutes=3))
    container.payments.chasing.ask_silent(clock.now())
    container.payments.chasing.ask_late(clock.now())
    assert stored(container, order["_id"])["state"] == "paid"


@pytest.mark.parametrize("key", [GatewayKey.VNPAY, GatewayKey.MOMO])
def test_who_cancels_can_try_again_another_way(container: Container, town: Town, key: GatewayKey) -> None:
    order = an_order(container)
    town.press(town.visit(begin(container, order, key)["url"]), "cancelled")
    town.until(lambda: stored(container, order["_id"])["state"] == "failed")
    assert attempt_of(container, order)["state"] == "failed"
    other = GatewayKey.MOMO if key is GatewayKey.VNPAY else GatewayKey.VNPAY
    town.press(town.visit(begin(container, order, other)["url"]), "paid")
    town.until(lambda: stored(container, order["_id"])["state"] == "paid")
    assert stored(container, order["_id"])["paid"]["gateway"] == other


@pytest.mark.parametrize("key", [GatewayKey.VNPAY, GatewayKey.MOMO])
def test_a_wrong_amount_pays_nothing_and_is_a_task(container: Container, town: Town, key: GatewayKey) -> None:
    order = an_order(container)
    town.press(town.visit(begin(container, order, key)["url"]), "paid", "wrong_amount")
    tasks = container.database.collection("payment_tasks")
    town.until(lambda: tasks.count_documents({"order_id": order["_id"], "kind": "amount_differs"}) == 1)
    assert stored(container, order["_id"])["state"] == "pending"


@pytest.mark.parametrize("key", [GatewayKey.VNPAY, GatewayKey.MOMO])
def test_what_was_paid_can_be_sent_back(container: Container, town: Town, key: GatewayKey) -> None:
    order = an_order(container)
    town.press(town.visit(begin(container, order, key)["url"]), "paid")
    town.until(lambda: stored(container, order["_id"])["state"] == "paid")
    attempt = attempt_of(container, order)
    bill = container.payments.attempts.bill(order, attempt)
    back = Paid(bill, attempt["provider_ref"], attempt["kept"], attempt["ended_at"])
    assert town.gateways[key].refund(back, an_id("rfd"), "Nộp nhầm hồ sơ")
    assert [each["amount"] for each in town.told(key, bill)["refunds"]] == [order["amount"]]
