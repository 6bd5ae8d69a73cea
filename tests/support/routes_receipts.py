"""The receipts' rows of the matrix: the payer's own, and an officer's whose agency collected."""

from typing import Any

from backend.payments.documents import RECEIPTS
from tests.support.api import Phone
from tests.support.ids import an_id
from tests.support.route_row import Row
from tests.support.world import World

_BOTH: dict[str, Any] = {
    "answers": {"citizen": 200, "officer": 200},
    "elsewhere": {"citizen": 404, "officer": 404},
}


def _by_number(world: World, _phone: Phone) -> str:
    found = world.container.database.collection(RECEIPTS).find_one({"_id": world.ids["receipt_id"]})
    assert found is not None
    return f"/desk/payments/receipts?series={found['series']}&number={found['number']}"


RECEIPT_ROWS: tuple[Row, ...] = (
    Row("GET /api/v1/receipts", {"citizen": 200}, {"citizen": 200}),
    Row("GET /api/v1/receipts/{receipt_id}.pdf", **_BOTH),
    Row("GET /api/v1/receipts/{receipt_id}.xml", **_BOTH),
    Row("GET /api/v1/desk/payments/receipts", {"officer": 200}, {"officer": 200}, path=_by_number),
    Row(
        "GET /api/v1/desk/payments/receipts/used",
        {"officer": 200},
        {"officer": 200},
        path=lambda _world, _phone: "/desk/payments/receipts/used?day=2026-11-21",
    ),
    Row("GET /api/v1/desk/payments/receipts/{receipt_id}", {"officer": 200}, {"officer": 404}),
    Row(
        "POST /api/v1/desk/payments/receipts/{receipt_id}/cancel",
        {"officer": 200},
        {"officer": 404},
        body=lambda _world, _phone: {"id": an_id("act"), "why": "Ghi sai tên người nộp", "replace": True},
        spoils=True,
    ),
)
