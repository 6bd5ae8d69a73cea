"""Paying's rows of the matrix: one's own orders, and notices that anybody may send and nobody believes."""

from typing import Any

from tests.support.api import Phone
from tests.support.ids import an_id
from tests.support.route_row import Row
from tests.support.world import World

_OWN: dict[str, Any] = {"answers": {"citizen": 200}, "elsewhere": {"citizen": 404}}
_NOTICE = "/gateways/vnpay/notice"


def _attempt(_world: World, _phone: Phone) -> Any:
    return {"id": an_id("att"), "gateway": "vnpay"}


PAYMENT_ROWS: tuple[Row, ...] = (
    Row("GET /api/v1/gateways", {"citizen": 200}, {"citizen": 200}),
    Row("GET /api/v1/orders/{order_id}", **_OWN),
    Row("POST /api/v1/orders/{order_id}/attempts", **_OWN, body=_attempt, spoils=True),
    Row(
        "POST /api/v1/dossiers/{dossier_id}/order",
        **_OWN,
        path=lambda world, _phone: f"/dossiers/{world.ids['due_id']}/order",
    ),
    Row("GET /api/v1/gateways/{key}/notice", public=200, path=lambda _world, _phone: _NOTICE),
    Row("POST /api/v1/gateways/{key}/notice", public=200, path=lambda _world, _phone: _NOTICE),
)
