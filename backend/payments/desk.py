"""The collecting officer's side of payments: tasks, statements, orders and refunds, put together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from backend.infra.events import Events
from backend.infra.mongo import Session
from backend.infra.system import Ids
from backend.notices.service import Notices
from backend.payments.ports import Gateway
from backend.payments.refund_rules import approver_of
from backend.payments.services.attempts import Attempts
from backend.payments.services.order_desk import OrderDesk
from backend.payments.services.orders import Orders
from backend.payments.services.receipts import Receipts
from backend.payments.services.refunds import Refunds, RefundTools
from backend.payments.services.settling import DeskTools, TaskDesk
from backend.payments.services.statements import Statements
from shared_models.payment.order import GatewayKey


@dataclass(frozen=True, slots=True)
class DeskParts:
    """The services that money comes by, which refunds go back along."""

    orders: Orders
    attempts: Attempts
    receipts: Receipts


@dataclass(frozen=True, slots=True)
class DeskPorts:
    tools: DeskTools
    events: Events
    notices: Notices
    ids: Ids
    gateways: Mapping[GatewayKey, Gateway]


class PaymentDesk:
    """``tasks``, ``statements``, ``orders``, ``refunds``: each authorises by itself."""

    def __init__(self, ports: DeskPorts, parts: DeskParts) -> None:
        tools = ports.tools
        self._parts: Final = parts
        self.tasks: Final = TaskDesk(tools)
        self.orders: Final = OrderDesk(tools, parts.receipts.readings)
        self.statements: Final = Statements(tools.database, tools.clock, ports.ids, ports.gateways, tools.tasks)
        self.refunds: Final = Refunds(
            RefundTools(
                database=tools.database,
                clock=tools.clock,
                ids=ports.ids,
                history=tools.history,
                events=ports.events,
                notices=ports.notices,
                gateways=ports.gateways,
                tasks=tools.tasks,
                bill_of=parts.attempts.bill,
                cancel_receipt=self._cancel_receipt,
            )
        )

    def _cancel_receipt(self, order_id: str, session: Session) -> None:
        """In the name of the person who approved the refund: the gateway answers when nobody is there."""
        order = self._parts.orders.read(order_id, session)
        receipt = self._parts.receipts.of_order(order, session)
        if receipt is None or receipt["state"] != "issued":
            return
        refund = order["refund"]
        ask = {"id": refund["id"], "why": refund["reason"], "replace": False}
        self._parts.receipts.cancel_within(approver_of(order), receipt["_id"], ask, session)
