"""Payments as other rooms and views see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from backend.identity.service import Caller, Identity
from backend.infra.events import Events
from backend.infra.files import Files
from backend.infra.ledger import Ledger
from backend.infra.mongo import Database, Document, Session
from backend.infra.printing.seals import Seals
from backend.infra.system import Ids
from backend.notices.service import Notices
from backend.payments.desk import DeskParts, DeskPorts, PaymentDesk
from backend.payments.ports import Gateway
from backend.payments.receipt_ports import ReceiptPorts
from backend.payments.receipt_rules import name_of
from backend.payments.services.attempts import Attempts, Reach
from backend.payments.services.chasing import Chasing
from backend.payments.services.history import History
from backend.payments.services.orders import Demand, Orders, OrderTools, Payment
from backend.payments.services.proving import Proving
from backend.payments.services.receipt_readings import standing
from backend.payments.services.receipts import Receipts
from backend.payments.services.settling import DeskTools
from backend.payments.services.taking import Taking
from backend.payments.services.tasks import Tasks
from backend.payments.shown import attempt as shown_attempt
from backend.payments.shown import order as shown_order
from shared_models.access import Actor
from shared_models.clock import Clock
from shared_models.payment.order import GatewayKey

__all__ = ["Demand", "Payment", "PaymentPorts", "Payments"]


@dataclass(frozen=True, slots=True)
class PaymentPorts:
    """What payments are given. ``files`` is the bucket of receipts alone; ``gateways`` what this city takes."""

    database: Database
    identity: Identity
    notices: Notices
    ledger: Ledger
    events: Events
    files: Files
    seals: Seals
    clock: Clock
    ids: Ids
    gateways: Mapping[GatewayKey, Gateway]
    public_url: str
    is_demo: bool = False


class Payments:
    """``taking`` hears gateways, ``chasing`` asks them, ``tasks`` opens what a person has to settle at the ``desk``.

    ``proving`` adds up what is there.
    """

    def __init__(self, ports: PaymentPorts) -> None:
        database, clock, ids = ports.database, ports.clock, ports.ids
        self.history: Final = History(database, ids)
        self.receipts: Final = Receipts(_receipt_ports(ports))
        self.tasks: Final = Tasks(database, clock, ids)
        tools = OrderTools(
            database=database,
            clock=clock,
            ids=ids,
            history=self.history,
            events=ports.events,
            notices=ports.notices,
            issue_receipt=self.receipts.issue,
            open_task=self.tasks.open_of,
        )
        self.orders: Final = Orders(tools)
        reach = Reach(database, clock, ids, ports.identity, ports.gateways, ports.public_url)
        self.attempts: Final = Attempts(reach, self.orders, self.history, self.receipts.check_room)
        parts = (self.orders, self.attempts, self.history)
        self.taking: Final = Taking(database, clock, parts, self.tasks, ports.notices)
        self.chasing: Final = Chasing(database, ports.gateways, self.orders, self.attempts, self.taking)
        self.proving: Final = Proving(database, self.receipts.is_due)
        looking = DeskTools(database, clock, self.history, ports.ledger, ports.notices, self.tasks, self.taking)
        self.desk: Final = PaymentDesk(
            DeskPorts(looking, ports.events, ports.notices, ids, ports.gateways),
            DeskParts(self.orders, self.attempts, self.receipts),
        )

    def own(self, actor: Actor, order_id: str) -> dict[str, Any]:
        """``OrderSchema`` of an order of the caller's.

        Raises:
            NotFound: ``order.unknown``.
        """
        order, attempts = self.orders.own(actor, order_id)
        return self.shown(order, attempts)

    def shown(self, order: Document, attempts: list[Document], session: Session | None = None) -> dict[str, Any]:
        """``OrderSchema``."""
        receipt = self._receipt(order, session)
        return shown_order(order, attempts, standing(receipt) if receipt else None)

    def receipt_number(self, order: Document, session: Session | None = None) -> str | None:
        """``26TAA-00000042`` of an order's receipt; None when it has none."""
        receipt = self._receipt(order, session)
        return name_of(receipt) if receipt else None

    def _receipt(self, order: Document, session: Session | None) -> Document | None:
        """The last of those that replaced each other; what was replaced is of no use to who paid."""
        return None if order["receipt_id"] is None else self.receipts.of_order(order, session)

    def begin(self, actor: Actor, order_id: str, ask: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        """``AttemptSchema``; as `Attempts.begin`."""
        return shown_attempt(self.attempts.begin(actor, order_id, ask, caller))


def _receipt_ports(ports: PaymentPorts) -> ReceiptPorts:
    return ReceiptPorts(
        database=ports.database,
        clock=ports.clock,
        ids=ports.ids,
        files=ports.files,
        seals=ports.seals,
        ledger=ports.ledger,
        notices=ports.notices,
        identity=ports.identity,
        is_demo=ports.is_demo,
    )
