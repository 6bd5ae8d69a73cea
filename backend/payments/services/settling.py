"""The collecting officer's tasks: what there is, what is known of each, and how a person settled it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from backend.infra.ledger import AccessEntry, Ledger
from backend.infra.mongo import Database, Document, Session
from backend.notices.service import Notices, Notification
from backend.payments.desk_shown import task_card, task_page
from backend.payments.documents import ATTEMPTS, ORDERS, ROWS, TASKS
from backend.payments.ports import Judgement, Notice, NoticeOutcome
from backend.payments.services.history import Happened, History
from backend.payments.services.receipt_readings import COLLECTING
from backend.payments.services.taking import Taking
from backend.payments.services.tasks import OPEN, SETTLED, Tasks
from shared_models.access import Actor, Scope
from shared_models.access_action import AccessAction
from shared_models.clock import Clock
from shared_models.errors import Conflict, Forbidden, NotFound
from shared_models.money import vnd_text
from shared_models.notice import PAYMENT_REFUNDED
from shared_models.payment.desk import SENDS_MONEY, WAYS, TaskWay
from shared_models.payment.order import GatewayKey, OrderState, TaskKind

REFUNDING: Final = frozenset({OrderState.REFUND_PENDING, OrderState.REFUNDED})


@dataclass(frozen=True, slots=True)
class DeskTools:
    """What the desk's services reach for."""

    database: Database
    clock: Clock
    history: History
    ledger: Ledger
    notices: Notices
    tasks: Tasks
    taking: Taking


class TaskDesk:
    def __init__(self, tools: DeskTools) -> None:
        self._tools: Final = tools

    def page(self, actor: Actor, state: str, cursor: str | None, limit: int) -> dict[str, Any]:
        """One page of the agency's tasks, what changed last first; nobody's name is among them."""
        wanted: Document = {"agency_code": agency_of(actor), "state": state}
        if cursor is not None:
            wanted["change"] = {"$lt": cursor}
        found = list(self._of(TASKS).find(wanted).sort("change", -1).limit(limit + 1))
        page = found[:limit]
        ids = sorted({task["order_id"] for task in page if task["order_id"]})
        orders = {order["_id"]: order for order in self._of(ORDERS).find({"_id": {"$in": ids}})}
        return {
            "items": [task_card(task, orders.get(task["order_id"])) for task in page],
            "next_cursor": page[-1]["change"] if len(found) > limit else None,
        }

    def one(self, actor: Actor, task_id: str) -> dict[str, Any]:
        """What is known here beside what the gateway says; who is shown can read that they were.

        Raises:
            NotFound: ``task.unknown``, also for another agency's.
        """
        agency_code = agency_of(actor)
        return self._tools.database.transaction(lambda session: self._one(actor, agency_code, task_id, session))

    def settle(self, actor: Actor, task_id: str, ask: Mapping[str, Any]) -> dict[str, Any]:
        """Settles a task by ``{id, way, note, confirms?}``; the same id again changes nothing.

        A way that sends money takes two persons, as a refund does: the first proposes it, and the task stays open until
        another ``confirms`` that very proposal.

        Raises:
            NotFound: ``task.unknown``. Conflict: ``task.settled`` by somebody else or in another way,
            ``task.way_not_allowed`` for its kind, ``task.no_refund`` before a refund is proposed,
            ``task.not_counted``: the money of the attempt cannot be taken as paid, ``task.proposed`` already,
            ``task.not_proposed``: there is no such proposal to confirm.
            Forbidden: ``task.own_proposal``.
        """
        agency_code = agency_of(actor)
        task = self._find(agency_code, task_id, None)
        if task["state"] == OPEN and ask["way"] == TaskWay.COUNT:
            # First the money, then the task: after a crash between them, settling it again counts nothing twice.
            self._check(task, ask, None)
            self._count(task)
        return self._tools.database.transaction(
            lambda session: self._settle(actor, (agency_code, task_id), ask, session)
        )

    def _one(self, actor: Actor, agency_code: str, task_id: str, session: Session) -> dict[str, Any]:
        task = self._find(agency_code, task_id, session)
        order = self._get(ORDERS, task["order_id"], session)
        attempt = self._get(ATTEMPTS, task["attempt_id"], session)
        row = self._get(ROWS, task["row_id"], session)
        if row is None and attempt is not None:
            row = self._of(ROWS).find_one({"attempt_id": attempt["_id"]}, session=session)
        if order is not None:
            looked_at(self._tools.ledger, self._tools.clock, actor, order, session)
        return task_page(task, order, attempt, row) | {"may_confirm": waits_for(task, actor)}

    def _settle(self, actor: Actor, whose: tuple[str, str], ask: Mapping[str, Any], session: Session) -> dict[str, Any]:
        task = self._find(*whose, session)
        if task["state"] == SETTLED:
            if task["settled"]["id"] != ask["id"] or task["settled"]["way"] != ask["way"]:
                raise Conflict("task.settled")
            return self._one(actor, *whose, session)
        self._check(task, ask, session)
        decided = {"by": {"id": actor.id, "name": actor.name}, "at": self._tools.clock.now()}
        decided |= {name: ask[name] for name in ("id", "way", "note")}
        if is_settling(task, ask, actor):
            self._note(task, {"state": SETTLED, "settled": decided}, "task_settled", actor, session)
        elif task.get("proposed") is None:
            self._note(task, {"proposed": decided}, "task_proposed", actor, session)
        return self._one(actor, *whose, session)

    def _note(self, task: Document, changed: Mapping[str, Any], what: str, actor: Actor, session: Session) -> None:
        """Changes an open task, with a line in the history of its order."""
        tools = self._tools
        fresh = {"$set": {**changed, "change": tools.tasks.change()}}
        if not self._of(TASKS).update_one({"_id": task["_id"], "state": OPEN}, fresh, session=session).matched_count:
            raise Conflict("task.settled")
        order = self._get(ORDERS, task["order_id"], session)
        if order is not None:
            decided = changed.get("settled") or changed["proposed"]
            detail = {"task": task["kind"], "way": decided["way"]}
            happened = Happened(what, decided["at"], task["attempt_id"], task["gateway"], actor, detail)
            tools.history.note(order, happened, session)
            if "settled" in changed and TaskWay(decided["way"]) in SENDS_MONEY:
                told = {"number": order["reference"], "amount": vnd_text(task["amount"])}
                notice = Notification(order["payer"]["id"], PAYMENT_REFUNDED, told, order_id=order["_id"])
                tools.notices.notify([notice], session)

    def _check(self, task: Document, ask: Mapping[str, Any], session: Session | None) -> None:
        if ask["way"] not in WAYS[TaskKind(task["kind"])]:
            raise Conflict("task.way_not_allowed")
        if ask.get("confirms") is not None and ask["way"] not in SENDS_MONEY:
            raise Conflict("task.not_proposed")
        if ask["way"] == TaskWay.COUNT and (task["attempt_id"] is None or task["row_id"] is None):
            raise Conflict("task.not_counted")
        if ask["way"] == TaskWay.REFUND:
            order = self._get(ORDERS, task["order_id"], session)
            if order is None or OrderState(order["state"]) not in REFUNDING:
                raise Conflict("task.no_refund")

    def _count(self, task: Document) -> None:
        """Takes the statement's word for an attempt, by the way of every notice: once, to the amount."""
        attempt, row = self._get(ATTEMPTS, task["attempt_id"], None), self._get(ROWS, task["row_id"], None)
        if attempt is None or row is None:
            raise Conflict("task.not_counted")
        notice = Notice(attempt["code"], NoticeOutcome.PAID, row["amount"], row["provider_ref"], row["at"])
        judged = self._tools.taking.note(GatewayKey(attempt["gateway"]), notice)
        fresh = self._get(ATTEMPTS, attempt["_id"], None)
        if judged not in {Judgement.TAKEN, Judgement.REPEATED} or fresh is None:
            raise Conflict("task.not_counted")
        if fresh.get("provider_ref") != row["provider_ref"]:
            raise Conflict("task.not_counted")

    def _find(self, agency_code: str, task_id: str, session: Session | None) -> Document:
        found: Document | None = self._of(TASKS).find_one({"_id": task_id, "agency_code": agency_code}, session=session)
        if found is None:
            raise NotFound("task.unknown")
        return found

    def _get(self, collection: str, key: str | None, session: Session | None) -> Document | None:
        found: Document | None = self._of(collection).find_one({"_id": key}, session=session) if key else None
        return found

    def _of(self, collection: str) -> Any:
        return self._tools.database.collection(collection)


def waits_for(task: Document, actor: Actor) -> bool:
    """Whether a proposal waits for a second person, and this is one."""
    proposed = task.get("proposed")
    return task["state"] == OPEN and proposed is not None and proposed["by"]["id"] != actor.id


def is_settling(task: Document, ask: Mapping[str, Any], actor: Actor) -> bool:
    """Whether an open task is settled by this; if not, it is a proposal, or one that was made before by the same id.

    Raises:
        Conflict: ``task.proposed``, ``task.not_proposed``. Forbidden: ``task.own_proposal``.
    """
    proposed, confirms = task.get("proposed"), ask.get("confirms")
    if confirms is None and ask["way"] not in SENDS_MONEY:
        return True
    if confirms is None:
        if proposed is not None and proposed["id"] != ask["id"]:
            raise Conflict("task.proposed")
        return False
    # What is confirmed is what was read: not a proposal that somebody made in between.
    if proposed is None or (proposed["id"], proposed["way"]) != (confirms, ask["way"]):
        raise Conflict("task.not_proposed")
    if not waits_for(task, actor):
        raise Forbidden("task.own_proposal")
    return True


def agency_of(actor: Actor) -> str:
    """The agency that an officer with the duty collects for.

    Raises:
        Forbidden: ``access.scope_missing``, or ``access.forbidden`` for somebody of no agency.
    """
    actor.require(Scope.PAYMENTS_COLLECT)
    if actor.agency_code is None:
        raise Forbidden("access.forbidden")
    return actor.agency_code


def looked_at(ledger: Ledger, clock: Clock, actor: Actor, order: Document, session: Session) -> None:
    """Tells whoever pays that an officer saw it."""
    action, payer = AccessAction.PAYMENT_READ.value, order["payer"]["id"]
    entry = AccessEntry(clock.now(), payer, action, actor, COLLECTING, reference=order["_id"])
    ledger.record([entry], session)
