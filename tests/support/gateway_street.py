"""The city with its real adapters, and the sandbox's gateways, each at its own address over HTTP, by one clock."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
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
from backend.payments.adapters.registry import gateways
from scripts.sandbox.gateways.accounts import accounts_folder, make_accounts
from scripts.sandbox.gateways.courier import Courier
from scripts.sandbox.gateways.ledger import Ledger
from scripts.sandbox.gateways.party import Place
from scripts.sandbox.gateways.site import make_gateways_site
from scripts.sandbox_gateways import open_parties
from shared_models.clock import FixedClock, city_date
from tests.support.api import CHEAP_HASHER, PUBLIC_URL, Cast, Folders, Phone, environment_of
from tests.support.builders_identity import FOOD_BOARD, CountingBytes, FakeIdentityProvider
from tests.support.database import uri_of
from tests.support.dossiers import a_ward
from tests.support.gateway_town import served

PATIENCE_S = 10


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

    def statement(self, gateway: str) -> tuple[str, bytes]:
        """Today and what the sandbox offers for download as the gateway's statement of it."""
        day = city_date(self.clock.now()).isoformat()
        answer = requests.get(f"{self.sandbox_url}/{gateway}/statement/{day}.csv", timeout=5)
        answer.raise_for_status()
        return day, answer.content

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
    """A citizen, in a city whose food-safety board has officers."""
    a_ward(street.container, sign_in, FOOD_BOARD[0])
    return sign_in.citizen()
