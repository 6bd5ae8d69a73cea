"""From a due dossier to a receipt: the real API, the real adapters and the sandbox, over HTTP, each way to pay."""

from datetime import timedelta
from typing import Any

import pytest
import requests

from backend.payments.adapters.registry import ADAPTERS
from shared_models.payment.order import GatewayKey
from tests.support.api import Phone, folders, provider, sign_in
from tests.support.database import database, module_database, mongo_server
from tests.support.dossiers import good
from tests.support.gateway_street import Street, app, container, owner, street, until
from tests.support.paying import FEE, a_due_dossier, attempt, order_of

__all__ = [
    "app",
    "container",
    "database",
    "folders",
    "module_database",
    "mongo_server",
    "owner",
    "provider",
    "sign_in",
    "street",
]

FOOD = "H17.08"
PAGES = sorted(set(ADAPTERS) - {GatewayKey.BANK})


@pytest.fixture
def order(owner: Phone) -> dict[str, Any]:
    return order_of(owner, a_due_dossier(owner))


def state_of(owner: Phone, order: dict[str, Any]) -> dict[str, Any]:
    return good(owner.get(f"/orders/{order['id']}"))


def paid_once(street: Street, owner: Phone, order: dict[str, Any], method: GatewayKey) -> None:
    now = state_of(owner, order)
    assert (now["state"], now["method"]) == ("paid", method.value)
    assert now["receipt"]["number"]
    receipts = list(street.container.database.collection("receipts").find({"order_id": order["id"]}))
    assert [receipt["amount"] for receipt in receipts] == [FEE]


@pytest.mark.parametrize("key", PAGES)
def test_a_page_pays_an_order_once_however_it_is_told(
    street: Street, owner: Phone, order: dict[str, Any], key: GatewayKey
) -> None:
    begun = attempt(owner, order, key.value)
    shown = requests.get(begun["url"], timeout=5)
    assert (shown.status_code, "500.000 đồng" in shown.text) == (200, True)
    street.wish(begun, "none", "forged")
    street.quiet()
    assert state_of(owner, order)["state"] == "pending"
    street.wish(begun, "paid", "twice")
    until(lambda: state_of(owner, order)["state"] == "paid")
    street.quiet()
    paid_once(street, owner, order, key)


@pytest.mark.parametrize("key", [GatewayKey.PAYOS, GatewayKey.NATIONAL])
def test_a_page_that_is_given_up_leaves_the_order_to_another_try(
    street: Street, owner: Phone, order: dict[str, Any], key: GatewayKey
) -> None:
    """payOS tells nothing of a link that nobody paid, and the national platform may tell nothing at all: jobs ask."""
    begun = attempt(owner, order, key.value)
    requests.get(begun["url"], timeout=5).raise_for_status()
    street.wish(begun, "cancelled", "never")
    street.clock.advance(timedelta(minutes=3))
    street.container.payments.chasing.ask_silent(street.clock.now())
    street.container.payments.chasing.ask_late(street.clock.now())
    assert state_of(owner, order)["state"] == "failed"
    again = attempt(owner, order, key.value)
    assert again["id"] != begun["id"]
    requests.get(again["url"], timeout=5).raise_for_status()
    street.wish(again, "paid", "never")
    street.clock.advance(timedelta(minutes=3))
    street.container.payments.chasing.ask_silent(street.clock.now())
    street.container.payments.chasing.ask_late(street.clock.now())
    paid_once(street, owner, order, key)


def test_a_transfer_pays_with_what_the_qr_says(street: Street, owner: Phone, order: dict[str, Any]) -> None:
    qr = attempt(owner, order, "bank")["qr"]
    street.transfer(qr, FEE - 1_000, qr["purpose"], "at_once")
    street.transfer(qr, FEE, "khong ghi gi", "at_once")
    street.quiet()
    assert state_of(owner, order)["state"] == "pending"
    tasks = list(street.container.database.collection("payment_tasks").find({"order_id": order["id"]}))
    assert [(task["kind"], task["amount"]) for task in tasks] == [("amount_differs", FEE - 1_000)]
    mark = qr["purpose"]
    street.transfer(qr, FEE, f"MBVCB 7 {mark[:8]} {mark[8:]} TU 0071", "twice")
    until(lambda: state_of(owner, order)["state"] == "paid")
    street.quiet()
    paid_once(street, owner, order, GatewayKey.BANK)
