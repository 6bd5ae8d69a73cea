"""Paying for a dossier: the owner's order, and what a payment that has come means for it (docs/payments.md)."""

from copy import deepcopy
from typing import Any, Final

from backend.dossiers.documents import DOSSIERS
from backend.dossiers.rules import content_sha256
from backend.dossiers.services.act import Act, Tools
from backend.dossiers.services.acts_asking import settle
from backend.dossiers.services.fee_orders import KIND, demand_number, demand_of, is_due
from backend.dossiers.services.machinery import Machinery
from backend.infra.mongo import Document, Session
from backend.notices.service import Notification
from shared_models.access import Actor, Scope
from shared_models.dossier import DossierAction, DossierStatus, PaymentStatus
from shared_models.errors import Conflict, NotFound
from shared_models.money import vnd_text
from shared_models.notice import PAYMENT_NOT_WANTED
from shared_models.payment.order import OrderPaid, OrderRefunded, TaskKind


class Paying:
    def __init__(self, tools: Tools, machinery: Machinery) -> None:
        self._tools: Final = tools
        self._ports: Final = tools.ports
        self._machinery: Final = machinery

    def order(self, actor: Actor, dossier_id: str) -> dict[str, Any]:
        """The order of what is due, or was paid, for one's own dossier; made when there is none (``OrderSchema``).

        Raises:
            NotFound: ``dossier.unknown``. Conflict: ``dossier.nothing_to_pay``.
        """
        actor.require(Scope.DOSSIERS)
        actor.require(Scope.PAYMENTS)
        payments = self._ports.payments

        def find(session: Session) -> dict[str, Any]:
            dossiers = self._ports.database.collection(DOSSIERS)
            dossier = dossiers.find_one({"_id": dossier_id, "owner_id": actor.id}, session=session)
            if dossier is None:
                raise NotFound("dossier.unknown")
            order = payments.orders.settled(KIND, dossier_id, session)
            if is_due(dossier):
                order = payments.orders.demand(demand_of(dossier), session)
            if order is None:
                raise Conflict("dossier.nothing_to_pay")
            return payments.shown(order, payments.orders.attempts(order["_id"], session), session)

        return self._ports.database.transaction(find)

    def paid(self, event: OrderPaid, session: Session) -> None:
        """Moves the dossier on that waited for this money; what nobody waits for any more is a task for a person."""
        if event.subject_kind != KIND:
            return
        dossier = self._ports.database.collection(DOSSIERS).find_one({"_id": event.subject_id}, session=session)
        if dossier is None or not is_due(dossier) or demand_number(dossier) != event.demand:
            order = self._ports.payments.orders.read(event.order_id, session)
            if self._ports.payments.tasks.open_of(TaskKind.NOT_WANTED, order, {}, session):
                told = {"number": order["reference"], "amount": vnd_text(order["amount"])}
                notice = Notification(order["payer"]["id"], PAYMENT_NOT_WANTED, told, order_id=order["_id"])
                self._ports.notices.notify([notice], session)
            return
        before, now = DossierStatus(dossier["status"]), self._ports.clock.now()
        ask = {"id": event.event_id, "action": DossierAction.PAY.value}
        act = Act(DossierAction.PAY, None, now, deepcopy(dossier), ask, self._tools, session, before)
        act.note = event.receipt_number
        paid = {"paid_at": event.paid_at, "receipt_number": event.receipt_number, "order_id": event.order_id}
        act.dossier["fee"] |= paid | {"recorded_by": None, "refunded_at": None}
        act.dossier["payment"] = PaymentStatus.PAID.value
        if before is DossierStatus.PAYMENT_REQUESTED:
            settle(act)
        self._machinery.store(act, content_sha256(ask["action"], dossier["_id"], {"order": event.order_id}))

    def refunded(self, event: OrderRefunded, session: Session) -> None:
        """The fee that paid a dossier went back: it is not paid any more. Other money of its owner changes nothing."""
        if event.subject_kind != KIND:
            return
        dossier = self._ports.database.collection(DOSSIERS).find_one({"_id": event.subject_id}, session=session)
        if dossier is None or dossier["payment"] != PaymentStatus.PAID or not self._paid_by(dossier, event, session):
            return
        before, ask = DossierStatus(dossier["status"]), {"id": event.event_id, "action": DossierAction.REFUND.value}
        act = Act(DossierAction.REFUND, None, event.at, deepcopy(dossier), ask, self._tools, session, before)
        nothing = dict.fromkeys(("paid_at", "receipt_number", "recorded_by", "order_id"))
        act.dossier["fee"] |= nothing | {"refunded_at": event.at}
        act.dossier["payment"] = PaymentStatus.REFUNDED.value
        self._machinery.store(act, content_sha256(ask["action"], dossier["_id"], {"order": event.order_id}))

    def _paid_by(self, dossier: Document, event: OrderRefunded, session: Session) -> bool:
        """Whether this order is the one; dossiers that were paid earlier only say when."""
        known = dossier["fee"].get("order_id")
        if known is not None:
            return bool(known == event.order_id)
        order = self._ports.payments.orders.read(event.order_id, session)
        return bool(order["paid"]["at"] == dossier["fee"]["paid_at"])
