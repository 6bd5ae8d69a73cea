"""Orders as the collecting officer looks them up: by the number that people say, one with all that happened to it."""

from typing import Any, Final

from backend.infra.mongo import Document, Session
from backend.payments.desk_shown import order_card, order_page
from backend.payments.documents import ATTEMPTS, ORDERS
from backend.payments.refund_rules import may
from backend.payments.services.receipt_readings import ReceiptReadings
from backend.payments.services.settling import DeskTools, agency_of, looked_at
from shared_models.access import Actor
from shared_models.errors import NotFound

MOST_FOUND: Final = 50


class OrderDesk:
    def __init__(self, tools: DeskTools, receipts: ReceiptReadings) -> None:
        self._tools: Final = tools
        self._receipts: Final = receipts

    def find(self, actor: Actor, code: str) -> list[dict[str, Any]]:
        """The agency's orders with this reference, the newest first; nobody's name is among them."""
        wanted = {"agency.code": agency_of(actor), "reference": code.strip()}
        found = list(self._tools.database.collection(ORDERS).find(wanted).limit(MOST_FOUND))
        return [order_card(order) for order in sorted(found, key=lambda one: one["created_at"], reverse=True)]

    def one(self, actor: Actor, order_id: str) -> dict[str, Any]:
        """An order with its history; who pays can read that it was opened.

        Raises:
            NotFound: ``order.unknown``, also for another agency's.
        """
        agency_code = agency_of(actor)
        return self._tools.database.transaction(lambda session: self._one(actor, agency_code, order_id, session))

    def _one(self, actor: Actor, agency_code: str, order_id: str, session: Session) -> dict[str, Any]:
        tools, mine = self._tools, {"_id": order_id, "agency.code": agency_code}
        order = tools.database.collection(ORDERS).find_one(mine, session=session)
        if order is None:
            raise NotFound("order.unknown")
        its: Document = {"order_id": order_id}
        attempts = list(tools.database.collection(ATTEMPTS).find(its, session=session).sort("started_at", -1))
        events = tools.history.of(order_id, session)
        looked_at(tools.ledger, tools.clock, actor, order, session)
        shown = order_page(order, attempts, events, may(order, actor, tools.clock.now()))
        return shown | {"receipts": self._receipts.of_order(order_id, session)}
