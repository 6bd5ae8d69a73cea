"""Orders: what is demanded, paid at most once, and over after its time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from backend.infra.events import Events
from backend.infra.mongo import Database, Document, Session
from backend.infra.system import Ids
from backend.notices.service import Notices, Notification
from backend.payments.documents import ATTEMPTS, ORDERS
from backend.payments.receipt_rules import name_of
from backend.payments.services.history import Happened, History
from shared_models.access import Actor, Scope
from shared_models.clock import Clock
from shared_models.errors import Conflict, NotFound
from shared_models.money import vnd_text
from shared_models.notice import PAYMENT_RECEIVED
from shared_models.payment.order import (
    OPEN_STATES,
    SETTLED_STATES,
    AttemptState,
    GatewayKey,
    OrderMove,
    OrderPaid,
    OrderState,
    TaskKind,
)

ORDER_LASTS: Final = timedelta(days=30)

IssueReceipt = Callable[[Document, GatewayKey, Session], Document | None]
"""Numbers a receipt of a paid order in its transaction; None when none is due."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What is to be paid for one subject. ``n`` counts its demands: another amount is another demand.

    ``lines`` as in ``OrderDocument``; ``payer`` and ``agency`` are ``{id, name}`` and ``{code, name}``.
    """

    kind: str
    subject_id: str
    n: int
    reference: str
    title: Mapping[str, str]
    procedure_code: str
    payer: Mapping[str, str]
    agency: Mapping[str, str]
    lines: Sequence[Mapping[str, Any]]
    amount: int


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that has come. ``actor``: who took it at a counter; ``paper_number``: their receipt, if it is on paper."""

    gateway: GatewayKey
    at: datetime
    attempt_id: str | None = None
    provider_ref: str | None = None
    actor: Actor | None = None
    paper_number: str | None = None


@dataclass(frozen=True, slots=True)
class OrderTools:
    """What orders reach for. ``open_task`` is `Tasks.open` of what nobody may correct silently."""

    database: Database
    clock: Clock
    ids: Ids
    history: History
    events: Events
    notices: Notices
    issue_receipt: IssueReceipt
    open_task: Callable[[TaskKind, Document, Mapping[str, Any], Session], object]


class Orders:
    def __init__(self, tools: OrderTools) -> None:
        self._tools: Final = tools

    def demand(self, wanted: Demand, session: Session) -> Document:
        """The open or paid order of this demand, made when there is none; one of 0 VND is paid at once.

        A demand whose order has run out gets another; an older demand of the subject ends.
        """
        known = self._of_subject(wanted.kind, wanted.subject_id, session)
        for one in known:
            if one["n"] == wanted.n and OrderState(one["state"]) in OPEN_STATES | SETTLED_STATES:
                return one
        self._end(known, "superseded", session)
        tools, now = self._tools, self._tools.clock.now()
        order: Document = {
            "_id": tools.ids.new("ord"),
            "demand": f"{wanted.kind}:{wanted.subject_id}:{wanted.n}:{len(known) + 1}",
            "n": wanted.n,
            "subject": {"kind": wanted.kind, "id": wanted.subject_id},
            "reference": wanted.reference,
            "title": dict(wanted.title),
            "procedure_code": wanted.procedure_code,
            "payer": dict(wanted.payer),
            "agency": dict(wanted.agency),
            "lines": [dict(line) for line in wanted.lines],
            "amount": wanted.amount,
            "created_at": now,
            "expires_at": now + ORDER_LASTS,
            "state": OrderState.CREATED.value,
            **dict.fromkeys(("paid", "receipt_id", "refund")),
        }
        tools.history.begin(order, now, session)
        if not wanted.amount:
            return self.pay(order, Payment(GatewayKey.NONE, now), session)
        return order

    def settled(self, kind: str, subject_id: str, session: Session) -> Document | None:
        """The order by which a subject was paid last; None when it was not."""
        found = [
            one for one in self._of_subject(kind, subject_id, session) if OrderState(one["state"]) in SETTLED_STATES
        ]
        return max(found, key=lambda one: one["n"], default=None)

    def supersede(self, kind: str, subject_id: str, session: Session) -> None:
        """Ends whatever is open for a subject: it is asked for something else, or for nothing any more."""
        self._end(self._of_subject(kind, subject_id, session), "superseded", session)

    def own(self, actor: Actor, order_id: str) -> tuple[Document, list[Document]]:
        """An order of the caller's and its attempts, the newest first.

        Raises:
            NotFound: ``order.unknown``, also for those whose it is not.
        """
        actor.require(Scope.PAYMENTS)
        order = self._tools.database.collection(ORDERS).find_one({"_id": order_id})
        if order is None or order["payer"]["id"] != actor.id:
            raise NotFound("order.unknown")
        return order, self.attempts(order_id)

    def attempts(self, order_id: str, session: Session | None = None) -> list[Document]:
        found = self._tools.database.collection(ATTEMPTS).find({"order_id": order_id}, session=session)
        return list(found.sort("started_at", -1))

    def read(self, order_id: str, session: Session | None = None) -> Document:
        """Raises ``NotFound("order.unknown")``."""
        order = self._tools.database.collection(ORDERS).find_one({"_id": order_id}, session=session)
        if order is None:
            raise NotFound("order.unknown")
        return order

    def pay(self, order: Document, payment: Payment, session: Session, *, tells: bool = True) -> Document:
        """Notes money for an order that has none yet: state, history, receipt; listeners move on what waited for it.

        An order of 0 VND waits for nobody, so nobody is told.

        An order that is over is paid all the same, with a task. ``tells``: False for who paid it themselves.

        Raises:
            Conflict: ``order.move_not_allowed``: it is paid already.
        """
        tools = self._tools
        if OrderState(order["state"]) in SETTLED_STATES:
            raise Conflict("order.move_not_allowed", state=order["state"], move=OrderMove.PAY.value)
        is_late = order["state"] == OrderState.EXPIRED
        receipt = None
        if payment.paper_number is None:
            receipt = tools.issue_receipt(order, payment.gateway, session)
        paid = {
            "attempt_id": payment.attempt_id,
            "gateway": payment.gateway.value,
            "provider_ref": payment.provider_ref,
            "at": payment.at,
            "is_late": is_late,
            "paper_number": payment.paper_number,
        }
        kind = "paid_late" if is_late else "paid"
        happened = Happened(
            *(kind, tools.clock.now(), payment.attempt_id, payment.gateway.value, payment.actor),
            detail={"amount": order["amount"], "paid_at": payment.at},
        )
        receipt_id = receipt["_id"] if receipt else None
        order = tools.history.note(order, happened, session, OrderMove.PAY, paid=paid, receipt_id=receipt_id)
        if is_late:
            tools.open_task(TaskKind.PAID_LATE, order, {"attempt_id": payment.attempt_id}, session)
            self._end_same_demand(order, session)
        if tells:
            self._tell(order, receipt, session)
        return order

    def expire(self, now: datetime, limit: int = 200) -> int:
        """Ends orders whose time is over; how many."""
        ended = 0
        for state in OPEN_STATES:
            late = {"state": state.value, "expires_at": {"$lte": now}}
            for row in self._tools.database.collection(ORDERS).find(late, {"_id": 1}).limit(limit):
                ended += self._tools.database.transaction(partial(self._expire, row["_id"], now))
        return ended

    def _expire(self, order_id: str, now: datetime, session: Session) -> int:
        order = self.read(order_id, session)
        if OrderState(order["state"]) not in OPEN_STATES or order["expires_at"] > now:
            return 0
        self._end([order], "time", session)
        return 1

    def _end_same_demand(self, paid: Document, session: Session) -> None:
        """The order that followed one that had run out: what it asks for has come after all."""
        subject = paid["subject"]
        known = self._of_subject(subject["kind"], subject["id"], session)
        self._end([one for one in known if one["n"] == paid["n"]], "superseded", session)

    def _end(self, orders: Sequence[Document], why: str, session: Session) -> None:
        now = self._tools.clock.now()
        for order in orders:
            if OrderState(order["state"]) in OPEN_STATES:
                happened = Happened("expired", now, detail={"why": why})
                self._tools.history.note(order, happened, session, OrderMove.EXPIRE)

    def _tell(self, order: Document, receipt: Document | None, session: Session) -> None:
        tools, paid = self._tools, order["paid"]
        gateway = GatewayKey(paid["gateway"])
        raised = OrderPaid(
            event_id=tools.ids.new("act"),
            order_id=order["_id"],
            subject_kind=order["subject"]["kind"],
            subject_id=order["subject"]["id"],
            demand=order["n"],
            amount=order["amount"],
            gateway=gateway,
            receipt_number=name_of(receipt) if receipt else None,
            paid_at=paid["at"],
            is_late=paid["is_late"],
        )
        if gateway is not GatewayKey.NONE:
            tools.events.raise_(raised, session)
            told = {"number": order["reference"], "amount": vnd_text(order["amount"])}
            notification = Notification(order["payer"]["id"], PAYMENT_RECEIVED, told, order_id=order["_id"])
            tools.notices.notify([notification], session)

    def _of_subject(self, kind: str, subject_id: str, session: Session) -> list[Document]:
        whose = {"subject.kind": kind, "subject.id": subject_id}
        return list(self._tools.database.collection(ORDERS).find(whose, session=session))


def has_open(attempts: Sequence[Document]) -> bool:
    """Whether a gateway may still say something about one of them."""
    return any(attempt["state"] == AttemptState.STARTED for attempt in attempts)
