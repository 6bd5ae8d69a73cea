"""Reconciliation's rows of the matrix: for officers with the duty to collect, of the agency's own money only."""

from typing import Any

from tests.support.api import Phone
from tests.support.ids import an_id
from tests.support.payments import a_statement
from tests.support.route_row import Row
from tests.support.world import World

_DESK = "/desk/payments"
_ROOT = f"/api/v1{_DESK}"
_OWN: dict[str, Any] = {"answers": {"officer": 200}, "elsewhere": {"officer": 404}}
_EACH: dict[str, Any] = {"answers": {"officer": 200}, "elsewhere": {"officer": 200}}
_SETTLING, _REFUND = an_id("act"), an_id("rfd")


def _statement(_world: World, _phone: Phone) -> Any:
    """Another one each time: an id is one agency's."""
    return a_statement([], day="2026-11-20")


PAYMENTS_DESK_ROWS: tuple[Row, ...] = (
    Row(f"GET {_ROOT}/tasks", **_EACH),
    Row(f"GET {_ROOT}/tasks/{{task_id}}", **_OWN),
    Row(
        f"POST {_ROOT}/tasks/{{task_id}}/settle",
        **_OWN,
        body=lambda _w, _p: {"id": _SETTLING, "way": "wrong_row", "note": "Không phải tiền phí"},
    ),
    Row(f"GET {_ROOT}/statements", **_EACH),
    Row(f"POST {_ROOT}/statements", **_EACH, body=_statement),
    Row(f"GET {_ROOT}/statements/{{statement_id}}", **_OWN),
    Row(f"GET {_ROOT}/orders", **_EACH, path=lambda world, _p: f"{_DESK}/orders?code={world.ids['paid_reference']}"),
    Row(
        f"GET {_ROOT}/orders/{{order_id}}",
        **_OWN,
        path=lambda world, _p: f"{_DESK}/orders/{world.ids['paid_order_id']}",
    ),
    Row(
        f"POST {_ROOT}/orders/{{order_id}}/refund",
        **_OWN,
        path=lambda world, _p: f"{_DESK}/orders/{world.ids['paid_order_id']}/refund",
        body=lambda _w, _p: {"id": _REFUND, "action": "propose", "reason": "Hồ sơ nộp trùng"},
    ),
)
