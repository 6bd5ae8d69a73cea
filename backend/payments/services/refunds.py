"""Refunds: one person proposes, another decides, and the money goes back by the gateway or by hand.

The gateway is asked outside of transactions with an id that was stored before; after a crash or silence jobs ask again
with the same id, which is the same refund.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from backend.infra.events import Events
from backend.infra.mongo import Database, Document, Session
from backend.infra.system import Ids
from backend.notices.service import Notices, Notification
from backend.payments.documents import ATTEMPTS, ORDERS
from backend.payments.ports import Bill, Gateway, Paid
from backend.payments.refund_rules import approver_of, check_decider, check_silent, new_refund, same_done
from backend.payments.services.history import Happened, History
from backend.payments.services.settling import agency_of
from backend.payments.services.tasks import TaskAbout, Tasks
from shared_models.access import Actor
from shared_models.clock import Clock
from shared_models.errors import Conflict, NotFound, Upstream
from shared_models.money import vnd_text
from shared_models.notice import PAYMENT_REFUND_COMING, PAYMENT_REFUNDED, NoticeKind
from shared_models.payment.desk import RefundAction, RefundState, RefundWay, TaskWay
from shared_models.payment.order import GatewayKey, OrderMove, OrderRefunded, OrderState, TaskKind

CHASED: Final = 100
"""How many refunds jobs ask about in one turn."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RefundTools:
    """What refunds reach for. ``bill_of``: what the gateway was told of an attempt; ``cancel_receipt``: of an order."""

    database: Database
    clock: Clock
    ids: Ids
    history: History
    events: Events
    notices: Notices
    gateways: Mapping[GatewayKey, Gateway]
    tasks: Tasks
    bill_of: Callable[[Document, Document], Bill]
    cancel_receipt: Callable[[str, Session], None]


class Refunds:
    def __init__(self, tools: RefundTools) -> None:
        self._tools: Final = tools

    def act(self, actor: Actor, order_id: str, ask: Mapping[str, Any]) -> None:
        """One of the actions of the wire: ``{id: rfd_…, action, reason|note|reference}``. Raises as each of them."""
        action = RefundAction(ask["action"])
        if action is RefundAction.PROPOSE:
            self.propose(actor, order_id, ask["id"], ask["reason"])
        elif action is RefundAction.APPROVE:
            self.approve(actor, order_id, ask["id"], ask["note"])
        elif action is RefundAction.REFUSE:
            self.refuse(actor, order_id, ask["id"], ask["note"])
        elif action is RefundAction.TURN:
            self.turn(actor, order_id, ask["id"], ask["note"])
        else:
            self.done(actor, order_id, ask["id"], ask["reference"])

    def propose(self, actor: Actor, order_id: str, refund_id: str, reason: str) -> None:
        """Asks for an order's money to go back. The same id again changes nothing.

        Raises:
            NotFound: ``order.unknown``. Conflict: ``order.move_not_allowed``, ``refund.nothing_paid`` of 0 VND,
            ``refund.id_reused`` for another reason under this id.
        """
        agency_code = agency_of(actor)

        def work(session: Session) -> None:
            order = self._order(agency_code, order_id, session)
            known = order["refund"]
            if known is not None and known["id"] == refund_id:
                if known["reason"] != reason:
                    raise Conflict("refund.id_reused")
                return
            if order["amount"] == 0:
                raise Conflict("refund.nothing_paid")
            now = self._tools.clock.now()
            refund = new_refund(refund_id, reason, actor, now)
            happened = Happened("refund_proposed", now, by=actor, detail={"reason": reason})
            self._tools.history.note(order, happened, session, OrderMove.PROPOSE_REFUND, refund=refund)

        self._tools.database.transaction(work)

    def approve(self, actor: Actor, order_id: str, refund_id: str, note: str) -> None:
        """Another person's yes; the payer is told, then the gateway is asked, or a task says that it goes by hand.

        Raises:
            NotFound: ``order.unknown``, ``refund.unknown``. Forbidden: ``refund.own_proposal``.
            Conflict: ``refund.decided``.
        """
        agency_code = agency_of(actor)
        fresh = self._tools.database.transaction(
            lambda session: self._approve(actor, (agency_code, order_id, refund_id), note, session)
        )
        if fresh:
            self._ask_gateway(order_id)

    def refuse(self, actor: Actor, order_id: str, refund_id: str, note: str) -> None:
        """Another person's no: the order is paid as before. Raises as `approve`."""
        agency_code = agency_of(actor)

        def work(session: Session) -> None:
            order, refund = self._refund((agency_code, order_id, refund_id), session)
            if not check_decider(refund, actor, RefundState.REFUSED):
                return
            now = self._tools.clock.now()
            refused = _decided(refund, actor, now, note) | {"state": RefundState.REFUSED.value}
            happened = Happened("refund_refused", now, by=actor, detail={"note": note})
            self._tools.history.note(order, happened, session, OrderMove.REFUSE_REFUND, refund=refused)

        self._tools.database.transaction(work)

    def turn(self, actor: Actor, order_id: str, refund_id: str, note: str) -> None:
        """Takes an approved refund from a gateway that has been silent for `SILENCE`: it goes by hand from now on.

        ``note`` says how the person knows that the gateway has not sent it; nobody asks the gateway any more. Not by
        who proposed it. The same again changes nothing.

        Raises:
            NotFound: ``order.unknown``, ``refund.unknown``. Forbidden: ``refund.own_proposal``.
            Conflict: ``refund.not_silent``.
        """
        agency_code = agency_of(actor)

        def work(session: Session) -> None:
            _, refund = self._refund((agency_code, order_id, refund_id), session)
            if check_silent(refund, actor, self._tools.clock.now()):
                self._by_hand(order_id, refund_id, {"why": "gateway.silent", "note": note}, session, actor)

        self._tools.database.transaction(work)

    def done(self, actor: Actor, order_id: str, refund_id: str, reference: str) -> None:
        """Notes the transfer by which the money went back by hand; not by who proposed it.

        Raises:
            NotFound: ``order.unknown``, ``refund.unknown``. Forbidden: ``refund.own_proposal``.
            Conflict: ``refund.not_by_hand``: it is not approved, or the gateway has it.
        """
        agency_code = agency_of(actor)

        def work(session: Session) -> None:
            order, refund = self._refund((agency_code, order_id, refund_id), session)
            if same_done(refund, actor, reference):
                return
            self._finish(order, refund, reference, actor, session)

        self._tools.database.transaction(work)

    def chase(self, now: datetime) -> int:
        """For jobs: asks again about refunds that a gateway has not answered for; how many it has answered now.

        Those that were asked about longest ago come first, so that silent ones keep no other waiting.
        """
        waiting = {
            "state": OrderState.REFUND_PENDING.value,
            "refund.state": RefundState.APPROVED.value,
            "refund.way": RefundWay.GATEWAY.value,
        }
        orders = self._tools.database.collection(ORDERS)
        found = [row["_id"] for row in orders.find(waiting, {"_id": 1}).sort("refund.asked_at", 1).limit(CHASED)]
        done = 0
        for order_id in found:
            still = orders.update_one({"_id": order_id, **waiting}, {"$set": {"refund.asked_at": now}})
            done += self._ask_gateway(order_id) if still.matched_count else 0
        return done

    def _approve(self, actor: Actor, key: tuple[str, str, str], note: str, session: Session) -> bool:
        """Whether the gateway is to be asked now."""
        order, refund = self._refund(key, session)
        if not check_decider(refund, actor, RefundState.APPROVED):
            return False
        now = self._tools.clock.now()
        gateway = self._tools.gateways.get(GatewayKey(order["paid"]["gateway"]))
        by_gateway = gateway is not None and gateway.can_refund and order["paid"]["attempt_id"] is not None
        way = RefundWay.GATEWAY if by_gateway else RefundWay.BY_HAND
        approved = _decided(refund, actor, now, note) | {"state": RefundState.APPROVED.value, "way": way.value}
        happened = Happened("refund_approved", now, by=actor, detail={"note": note, "way": way.value})
        order = self._tools.history.note(order, happened, session, refund=approved)
        if not by_gateway:
            self._open_by_hand(order, "no_refunds", session)
        self._tell(order, PAYMENT_REFUND_COMING, session)
        return by_gateway

    def _ask_gateway(self, order_id: str) -> int:
        """Asks for the refund under its stored id; 1 when the gateway has answered, whatever it said."""
        orders, attempts = (self._tools.database.collection(name) for name in (ORDERS, ATTEMPTS))
        order = orders.find_one({"_id": order_id})
        attempt = attempts.find_one({"_id": order["paid"]["attempt_id"]}) if order else None
        if order is None or attempt is None:
            return 0
        gateway, refund, paid = self._tools.gateways[GatewayKey(attempt["gateway"])], order["refund"], order["paid"]
        going_back = Paid(self._tools.bill_of(order, attempt), paid["provider_ref"], attempt["kept"], paid["at"])
        try:
            # The officer's reason may name people: the gateway hears what for, and no more.
            reference = gateway.refund(going_back, refund["id"], f"Hoan tien {order['reference']}")
        except Upstream as fault:
            _log.warning("refund not taken", extra={"gateway": attempt["gateway"], "fault": fault.code})
            if fault.transient:
                return 0
            refused = {"why": fault.code}
            self._tools.database.transaction(lambda session: self._by_hand(order_id, refund["id"], refused, session))
            return 1
        self._tools.database.transaction(lambda session: self._went_back(order_id, refund["id"], reference, session))
        return 1

    def _by_hand(
        self, order_id: str, refund_id: str, why: Mapping[str, str], session: Session, actor: Actor | None = None
    ) -> None:
        """The gateway will not: a person sends the money. ``why``: ``{why, note?}``."""
        order = self._waiting(order_id, refund_id, session)
        if order is None:
            return
        refund = order["refund"] | {"way": RefundWay.BY_HAND.value}
        gateway = order["paid"]["gateway"]
        happened = Happened("refund_not_taken", self._tools.clock.now(), gateway=gateway, by=actor, detail=dict(why))
        order = self._tools.history.note(order, happened, session, refund=refund)
        self._open_by_hand(order, why["why"], session)

    def _went_back(self, order_id: str, refund_id: str, reference: str, session: Session) -> None:
        order = self._approved(order_id, refund_id, session)
        if order is not None:
            # It may have been turned to by hand while the gateway was on its way: the gateway was first.
            self._finish(order, order["refund"], reference, None, session)

    def _finish(self, order: Document, refund: Document, reference: str, actor: Actor | None, session: Session) -> None:
        tools, now = self._tools, self._tools.clock.now()
        by = {"id": actor.id, "name": actor.name} if actor else None
        over = {**refund, "state": RefundState.DONE.value, "reference": reference, "done_at": now, "done_by": by}
        gateway = order["paid"]["gateway"]
        happened = Happened("refunded", now, order["paid"]["attempt_id"], gateway, actor, {"reference": reference})
        order = tools.history.note(order, happened, session, OrderMove.REFUND, refund=over)
        tools.cancel_receipt(order["_id"], session)
        subject = order["subject"]
        raised = OrderRefunded(tools.ids.new("act"), order["_id"], subject["kind"], subject["id"], order["amount"], now)
        tools.events.raise_(raised, session)
        self._tell(order, PAYMENT_REFUNDED, session)
        if refund["way"] == RefundWay.BY_HAND:
            closing = actor or approver_of(order)
            tools.tasks.close(TaskKind.REFUND_BY_HAND, refund["id"], closing, TaskWay.PAID_BACK, session, reference)

    def _open_by_hand(self, order: Document, why: str, session: Session) -> None:
        about = TaskAbout(
            what=order["refund"]["id"],
            agency_code=order["agency"]["code"],
            gateway=order["paid"]["gateway"],
            amount=order["amount"],
            order_id=order["_id"],
            attempt_id=order["paid"]["attempt_id"],
            detail={"why": why},
        )
        self._tools.tasks.open(TaskKind.REFUND_BY_HAND, about, session)

    def _tell(self, order: Document, kind: NoticeKind, session: Session) -> None:
        told = {"number": order["reference"], "amount": vnd_text(order["amount"])}
        self._tools.notices.notify([Notification(order["payer"]["id"], kind, told, order_id=order["_id"])], session)

    def _waiting(self, order_id: str, refund_id: str, session: Session) -> Document | None:
        """The order while its refund is on its way by the gateway and another process has not heard the answer."""
        order = self._approved(order_id, refund_id, session)
        return order if order is not None and order["refund"]["way"] == RefundWay.GATEWAY else None

    def _approved(self, order_id: str, refund_id: str, session: Session) -> Document | None:
        """The order while its refund is approved and the money has not gone back."""
        order: Document | None = self._tools.database.collection(ORDERS).find_one({"_id": order_id}, session=session)
        refund = (order or {}).get("refund") or {}
        is_approved = refund.get("id") == refund_id and refund.get("state") == RefundState.APPROVED
        return order if is_approved else None

    def _refund(self, key: tuple[str, str, str], session: Session) -> tuple[Document, Document]:
        agency_code, order_id, refund_id = key
        order = self._order(agency_code, order_id, session)
        refund = order["refund"]
        if refund is None or refund["id"] != refund_id:
            raise NotFound("refund.unknown")
        return order, refund

    def _order(self, agency_code: str, order_id: str, session: Session) -> Document:
        mine = {"_id": order_id, "agency.code": agency_code}
        found: Document | None = self._tools.database.collection(ORDERS).find_one(mine, session=session)
        if found is None:
            raise NotFound("order.unknown")
        return found


def _decided(refund: Document, actor: Actor, now: datetime, note: str) -> Document:
    return {**refund, "decided_by": {"id": actor.id, "name": actor.name}, "decided_at": now, "note": note}
