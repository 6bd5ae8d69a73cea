"""A refund as two officers see to it, and the gateway that is asked for it."""

from typing import Any

import pytest

from backend.bootstrap import Container
from backend.payments.documents import EVENTS
from shared_models.payment.order import GatewayKey
from tests.support.api import Cast, Phone
from tests.support.dossiers import good
from tests.support.gateway import SignedGateway
from tests.support.ids import an_id
from tests.support.payments import a_collector


@pytest.fixture
def first(sign_in: Cast) -> Phone:
    return a_collector(sign_in, "thuphi.mot")


@pytest.fixture
def second(sign_in: Cast) -> Phone:
    return a_collector(sign_in, "thuphi.hai", name="Phan Văn Lợi")


def act(phone: Phone, order: dict[str, Any], refund_id: str, action: str, **words: str) -> Any:
    return phone.post(f"/desk/payments/orders/{order['_id']}/refund", {"id": refund_id, "action": action, **words})


def proposed(phone: Phone, order: dict[str, Any]) -> str:
    refund_id = an_id("rfd")
    good(act(phone, order, refund_id, "propose", reason="Hồ sơ nộp trùng"))
    return refund_id


def gateway(container: Container, key: GatewayKey = GatewayKey.VNPAY) -> SignedGateway:
    found = container.payments.attempts.gateway(key)
    assert isinstance(found, SignedGateway)
    return found


def kinds(container: Container, order: dict[str, Any]) -> list[str]:
    return [
        one["kind"] for one in container.database.collection(EVENTS).find({"order_id": order["_id"]}).sort("seq", 1)
    ]
