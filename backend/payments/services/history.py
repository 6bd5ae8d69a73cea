"""What happens to an order, one line each; the order as it is now is what these lines have made of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from backend.infra.mongo import Database, Document, Session
from backend.infra.order import ORDER_RANDOM_BYTES, order_key
from backend.infra.system import Ids
from backend.payments.documents import EVENTS, ORDERS
from shared_models.access import Actor
from shared_models.errors import Stale
from shared_models.payment.order import OrderMove, OrderState, next_order_state


@dataclass(frozen=True, slots=True)
class Happened:
    """A line to come. ``by``: the person who did it; None for a gateway and for time. ``detail``: nothing personal."""

    kind: str
    at: datetime
    attempt_id: str | None = None
    gateway: str | None = None
    by: Actor | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


class History:
    def __init__(self, database: Database, ids: Ids) -> None:
        self._database: Final = database
        self._ids: Final = ids

    def begin(self, order: Document, at: datetime, session: Session) -> None:
        """Stores a new order with its first line."""
        order |= {"version": 1, "change": self._change(at), "state_since": at}
        self._database.collection(ORDERS).insert_one(order, session=session)
        self._write(order, Happened("created", at, detail={"amount": order["amount"]}), session)

    def note(
        self, order: Document, happened: Happened, session: Session, move: OrderMove | None = None, **fields: Any
    ) -> Document:
        """Writes a line, makes the move if there is one, and sets ``fields``; the order as it is stored then.

        Raises:
            Conflict: ``order.move_not_allowed``: the table has no such move.
            Stale: ``order.changed``: somebody else was faster.
        """
        before = OrderState(order["state"])
        after = next_order_state(before, move) if move else before
        changed = {**order, **fields, "version": order["version"] + 1, "change": self._change(happened.at)}
        if after is not before:
            changed |= {"state": after.value, "state_since": happened.at}
        same = {"_id": order["_id"], "version": order["version"]}
        if not self._database.collection(ORDERS).replace_one(same, changed, session=session).matched_count:
            raise Stale("order.changed")
        self._write(changed, happened, session)
        return changed

    def of(self, order_id: str, session: Session | None = None) -> list[Document]:
        """All lines of an order, the first one first."""
        found = self._database.collection(EVENTS).find({"order_id": order_id}, session=session)
        return list(found.sort("seq", 1))

    def _write(self, order: Document, happened: Happened, session: Session) -> None:
        by = happened.by
        line = {
            "_id": self._ids.new("pev"),
            "order_id": order["_id"],
            "seq": order["version"],
            "at": happened.at,
            "kind": happened.kind,
            "attempt_id": happened.attempt_id,
            "gateway": happened.gateway,
            "by": {"id": by.id, "name": by.name} if by else None,
            "detail": dict(happened.detail),
        }
        self._database.collection(EVENTS).insert_one(line, session=session)

    def _change(self, at: datetime) -> str:
        return order_key(at, self._ids.random(ORDER_RANDOM_BYTES))
