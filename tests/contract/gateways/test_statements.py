"""Reconciliation with each gateway's own statement: the sandbox's file of the day, brought in through the API."""

from typing import Any

import pytest
import requests

from backend.payments.adapters.registry import ADAPTERS
from shared_models.payment.order import GatewayKey
from shared_models.schemas.wire import to_base64url
from tests.support.api import Cast, Phone, folders, provider, sign_in
from tests.support.database import database, module_database, mongo_server
from tests.support.dossiers import good
from tests.support.gateway_street import Street, app, container, owner, street, until
from tests.support.ids import an_id
from tests.support.paying import FEE, a_due_dossier, attempt, order_of
from tests.support.payments import a_collector

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

TOO_MUCH = 1_000
DESK = "/desk/payments"


@pytest.fixture
def officer(owner: Phone, sign_in: Cast) -> Phone:
    return a_collector(sign_in, "thuphi.mot")


def paid_at(street: Street, owner: Phone, key: GatewayKey, behaviour: str) -> dict[str, Any]:
    """A new order, paid at the gateway, which tells of it in this way; the order as it was begun."""
    order = order_of(owner, a_due_dossier(owner))
    begun = attempt(owner, order, key.value)
    if key is GatewayKey.BANK:
        is_wrong = behaviour == "wrong_amount"
        told = "at_once" if is_wrong else behaviour
        street.transfer(begun["qr"], FEE + TOO_MUCH * is_wrong, begun["qr"]["purpose"], told)
    else:
        requests.get(begun["url"], timeout=5).raise_for_status()
        street.wish(begun, "paid", behaviour)
    return order


def state_of(owner: Phone, order: dict[str, Any]) -> str:
    return str(good(owner.get(f"/orders/{order['id']}"))["state"])


def open_tasks(officer: Phone) -> dict[tuple[str, str | None], dict[str, Any]]:
    """By kind and the order that a task is about."""
    found = good(officer.get(f"{DESK}/tasks?state=open"))["items"]
    return {(task["kind"], (task["order"] or {}).get("id")): task for task in found}


def brought_in(street: Street, officer: Phone, key: GatewayKey) -> dict[str, Any]:
    day, content = street.statement(key.value)
    body = {"id": an_id("stm"), "gateway": key.value, "day": day, "name": f"{key.value}-{day}.csv"}
    return good(officer.post(f"{DESK}/statements", body | {"content": to_base64url(content)}))


@pytest.mark.parametrize("key", sorted(ADAPTERS))
def test_the_days_statement_finds_what_no_notice_said(
    street: Street, owner: Phone, officer: Phone, key: GatewayKey
) -> None:
    told, silent, wrong = (paid_at(street, owner, key, how) for how in ("at_once", "never", "wrong_amount"))
    until(lambda: state_of(owner, told) == "paid")
    street.quiet()
    assert (state_of(owner, silent), state_of(owner, wrong)) == ("pending", "pending")
    assert set(open_tasks(officer)) == {("amount_differs", wrong["id"])}

    came = brought_in(street, officer, key)
    # Another sum is in a bank's books as it was sent; a portal's say what was paid, and its notice was wrong.
    odd = {"amount_differs": 1, "not_paid_here": 1} if key is GatewayKey.BANK else {"not_paid_here": 2}
    assert {name: count for name, count in came["counts"].items() if count} == {"matched": 1} | odd
    tasks = open_tasks(officer)
    expected = {("amount_differs", wrong["id"]), ("unknown_payment", silent["id"])}
    assert set(tasks) == expected | ({("unknown_payment", wrong["id"])} if key is not GatewayKey.BANK else set())
    assert brought_in(street, officer, key)["id"] == came["id"]

    task = tasks["unknown_payment", silent["id"]]
    settled = {"id": an_id("act"), "way": "count", "note": "Đúng số giao dịch trên sao kê"}
    for _ in range(2):
        good(officer.post(f"{DESK}/tasks/{task['id']}/settle", settled))
    assert state_of(owner, silent) == "paid"
    receipts = list(street.container.database.collection("receipts").find({"order_id": silent["id"]}))
    assert [receipt["amount"] for receipt in receipts] == [FEE]
    assert set(open_tasks(officer)) == set(tasks) - {("unknown_payment", silent["id"])}
