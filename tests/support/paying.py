"""A dossier with a fee, its order, and gateways that say what the test wants, over the real API."""

import json
from typing import Any

from werkzeug.test import TestResponse

from backend.bootstrap import Container
from shared_models.payment.order import GatewayKey
from tests.support.api import API, Phone
from tests.support.dossiers import a_request, good
from tests.support.gateway import SignedGateway, signature
from tests.support.ids import an_id

FEE = 500_000


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
