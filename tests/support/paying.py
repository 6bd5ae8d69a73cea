"""A dossier with a fee, its order, and gateways that say what the test wants, over the real API."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from werkzeug.test import TestResponse

from backend.bootstrap import Container
from shared_models.clock import FixedClock
from shared_models.payment.order import GatewayKey
from tests.support.api import API, Cast, Phone
from tests.support.dossiers import Desk, a_request, a_ward, good
from tests.support.gateway import SignedGateway, signature
from tests.support.ids import an_id

FEE = 500_000
FOOD = "H17.08"


@pytest.fixture
def board(container: Container, sign_in: Cast, clock: FixedClock) -> Desk:
    clock.at = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    return a_ward(container, sign_in, FOOD)


@pytest.fixture
def owner(board: Desk, sign_in: Cast) -> Phone:
    return sign_in.citizen()


@pytest.fixture
def due(owner: Phone) -> dict[str, Any]:
    return a_due_dossier(owner)


def a_due_dossier(owner: Phone) -> dict[str, Any]:
    """A request to the food-safety board that was just sent: its fee is due at reception."""
    return good(owner.post("/dossiers", a_request(owner)), 201)


def order_of(owner: Phone, dossier: dict[str, Any]) -> dict[str, Any]:
    return good(owner.post(f"/dossiers/{dossier['id']}/order"))


def attempt(owner: Phone, order: dict[str, Any], gateway: str = "vnpay") -> dict[str, Any]:
    return good(owner.post(f"/orders/{order['id']}/attempts", {"id": an_id("att"), "gateway": gateway}))


def gateway_of(container: Container, key: str = "vnpay") -> SignedGateway:
    found = container.payments.attempts.gateway(GatewayKey(key).value)
    assert isinstance(found, SignedGateway)
    return found


def code_of(container: Container, key: str = "vnpay") -> int:
    """The number of the last attempt that a gateway was told of."""
    return gateway_of(container, key).started[-1].code


def told(phone: Phone, code: int, key: str = "vnpay", **changes: Any) -> dict[str, Any]:
    """Sends a gateway's notice, signed: 500,000 VND are paid unless ``changes`` say otherwise."""
    return json.loads(send(phone, key, notice(code, **changes)).get_data())


def notice(code: int, **changes: Any) -> bytes:
    said = {"code": code, "outcome": "paid", "amount": FEE, "provider_ref": f"ref-{code}", "why": None} | changes
    return json.dumps(said).encode()


def send(phone: Phone, key: str, body: bytes, signed: str | None = None) -> TestResponse:
    sent = {"X-Signature": signature(body) if signed is None else signed}
    return phone.app.test_client().post(f"{API}/gateways/{key}/notice", data=body, headers=sent)


def kept(container: Container, name: str, **wanted: Any) -> list[dict[str, Any]]:
    return list(container.database.collection(name).find(wanted))
