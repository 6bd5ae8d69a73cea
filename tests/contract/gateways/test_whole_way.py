"""From a due dossier to a receipt: the real API, the real adapters and the sandbox, over HTTP, each way to pay."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
import requests
from flask import Flask

from backend.app import create_app
from backend.bootstrap import Container, Replaced, build
from backend.config import Settings
from backend.infra.mongo import Database
from backend.infra.system import Ids
from backend.payments.adapters.accounts import load_accounts
from backend.payments.adapters.http import Http
from backend.payments.adapters.registry import ADAPTERS, gateways
from scripts.sandbox.gateways.accounts import accounts_folder, make_accounts
from scripts.sandbox.gateways.courier import Courier
from scripts.sandbox.gateways.ledger import Ledger
from scripts.sandbox.gateways.party import Place
from scripts.sandbox.gateways.site import make_gateways_site
from scripts.sandbox_gateways import open_parties
from shared_models.clock import FixedClock
from shared_models.payment.order import GatewayKey
from tests.support.api import (
    CHEAP_HASHER,
    PUBLIC_URL,
    Cast,
    Folders,
    Phone,
    environment_of,
    folders,
    provider,
    sign_in,
)
from tests.support.builders_identity import CountingBytes, FakeIdentityProvider
from tests.support.database import database, module_database, mongo_server, uri_of
from tests.support.dossiers import a_ward, good
from tests.support.gateway_town import served
from tests.support.paying import FEE, a_due_dossier, attempt, order_of

__all__ = ["database", "folders", "module_database", "mongo_server", "provider", "sign_in"]

FOOD = "H17.08"
PATIENCE_S = 10
PAGES = sorted(set(ADAPTERS) - {GatewayKey.BANK})


@dataclass
class Street:
    """The city and the sandbox, each at its own address; ``clock`` is that of both."""

    container: Container
    ledger: Ledger
    clock: FixedClock
    sandbox_url: str
    city_url: str

    def told_at(self) -> None:
        """MoMo is told the address with each payment, and the app under test does not listen where it says."""
        for payment in self.ledger.all("momo"):
            payment.notice_url = str(payment.notice_url).replace(PUBLIC_URL, self.city_url)

    def wish(self, begun: dict[str, Any], outcome: str, *behaviours: str) -> None:
        kept = self.container.database.collection("payment_attempts").find_one({"_id": begun["id"]})
        assert kept is not None
        self.told_at()
        wish = {"gateway": kept["gateway"], "code": str(kept["code"]), "outcome": outcome, "behaviours": behaviours}
        said = requests.post(f"{self.sandbox_url}/control", json={"items": [wish]}, timeout=5).json()
        assert said["items"][0]["error"] is None

    def transfer(self, qr: dict[str, Any], amount: int, text: str, *behaviours: str) -> None:
        wish = {"account": qr["account"], "amount": amount, "text": text, "behaviours": list(behaviours)}
        requests.post(f"{self.sandbox_url}/bank/transfers", json=wish, timeout=5).raise_for_status()

    def quiet(self) -> None:
        """Once everything that is due was told and answered."""
        until(lambda: not self.ledger.due())


def until(what: Callable[[], bool]) -> None:
    began = monotonic()
    while not what():
        assert monotonic() - began < PATIENCE_S
        sleep(0.02)


@pytest.fixture
def street(
    database: Database,
    folders: Folders,
    provider: FakeIdentityProvider,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Iterator[Street]:
    clock, shell, city = FixedClock(datetime(2026, 11, 23, 2, 0, tzinfo=UTC)), Flask("sandbox"), Flask("city")
    with served(shell) as sandbox_url, served(city) as city_url:
        make_accounts(tmp_path, sandbox_url)
        ours = gateways(load_accounts(accounts_folder(tmp_path)), Http(), clock)
        ids = Ids(CountingBytes(request.node.name))
        replaced = Replaced(clock=clock, ids=ids, provider=provider, hasher=CHEAP_HASHER, gateways=ours)
        container = build(Settings.from_env(environment_of(folders, uri_of(database))), replaced)
        city.wsgi_app = create_app(container).wsgi_app  # type: ignore[method-assign]
        ledger, place = Ledger(tmp_path / "ledger", clock.now), Place(sandbox_url, city_url)
        parties = open_parties(tmp_path, ledger, place)
        shell.wsgi_app = make_gateways_site(parties, ledger, place).wsgi_app  # type: ignore[method-assign]
        courier = Courier(ledger, parties, first_pause_s=0.05)
        courier.start()
        yield Street(container, ledger, clock, sandbox_url, city_url)
        courier.end()
        container.database.close()


@pytest.fixture
def container(street: Street) -> Container:
    return street.container


@pytest.fixture
def app(container: Container) -> Flask:
    return create_app(container)


@pytest.fixture
def owner(street: Street, sign_in: Cast) -> Phone:
    a_ward(street.container, sign_in, FOOD)
    return sign_in.citizen()


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
