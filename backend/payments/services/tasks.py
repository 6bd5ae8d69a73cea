"""Tasks of reconciliation: opened once for each thing to look at, never settled by the machine."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from backend.infra.mongo import Database, Document, Session
from backend.infra.order import ORDER_RANDOM_BYTES, order_key
from backend.infra.system import Ids
from backend.payments.documents import TASKS
from backend.payments.statement_rules import payment_name
from shared_models.access import Actor
from shared_models.clock import Clock
from shared_models.payment.order import TaskKind

OPEN: Final = "open"
SETTLED: Final = "settled"


@dataclass(frozen=True, slots=True)
class TaskAbout:
    """What a task is about. ``what`` makes it once within its kind: an attempt's id, a refund's, a gateway's number.

    ``detail``: amounts and codes for whoever looks, nothing personal.
    """

    what: str
    agency_code: str
    gateway: str
    amount: int
    order_id: str | None = None
    attempt_id: str | None = None
    row_id: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


class Tasks:
    def __init__(self, database: Database, clock: Clock, ids: Ids) -> None:
        self._database: Final = database
        self._clock: Final = clock
        self._ids: Final = ids

    def open(self, kind: TaskKind, about: TaskAbout, session: Session) -> bool:
        """Opens a task in the caller's transaction, and says so; one that was opened before stays as it is."""
        return self.open_all([(kind, about)], session) == 1

    def was_opened(self, kind: TaskKind, what: str, session: Session) -> bool:
        """Whether there is, or was, a task of this."""
        key = {"key": f"{kind.value}:{what}"}
        return self._database.collection(TASKS).find_one(key, {"_id": 1}, session=session) is not None

    def of_keys(self, agency_code: str, keys: Iterable[str]) -> dict[str, str]:
        """The ids of an agency's tasks by their keys; another's are not among them."""
        wanted = {"agency_code": agency_code, "key": {"$in": sorted(set(keys))}}
        return {row["key"]: row["_id"] for row in self._database.collection(TASKS).find(wanted, {"key": 1})}

    def open_of(self, kind: TaskKind, order: Document, detail: Mapping[str, Any], session: Session) -> bool:
        """Opens a task about an order's money. ``detail`` may name ``attempt_id``, and ``amount`` if it is another.

        With ``provider_ref`` it is about that payment: of each of them once, whoever finds it first.
        """
        attempt_id, provider_ref = detail.get("attempt_id"), detail.get("provider_ref")
        paid = order.get("paid") or {}
        gateway = str(detail.get("gateway") or paid.get("gateway") or "none")
        about = TaskAbout(
            what=payment_name(gateway, provider_ref) if provider_ref else str(attempt_id or order["_id"]),
            agency_code=order["agency"]["code"],
            gateway=gateway,
            amount=int(detail.get("amount", order["amount"])),
            order_id=order["_id"],
            attempt_id=attempt_id,
            detail={name: value for name, value in detail.items() if name not in {"attempt_id", "gateway", "amount"}},
        )
        return self.open(kind, about, session)

    def open_all(self, wanted: Iterable[tuple[TaskKind, TaskAbout]], session: Session) -> int:
        """Several at once, with one look at what is there; how many are new."""
        by_key = {f"{kind.value}:{about.what}": (kind, about) for kind, about in wanted}
        if not by_key:
            return 0
        tasks = self._database.collection(TASKS)
        known = {
            row["key"] for row in tasks.find({"key": {"$in": sorted(by_key)}}, {"_id": 0, "key": 1}, session=session)
        }
        fresh = [self._document(key, *by_key[key]) for key in by_key if key not in known]
        if fresh:
            tasks.insert_many(fresh, session=session)
        return len(fresh)

    def close(self, kind: TaskKind, what: str, by: Actor, way: str, session: Session, note: str = "") -> None:
        """Settles the task of something that has been done elsewhere; none, or one that is settled, is fine."""
        now = self._clock.now()
        settled = {"id": None, "by": {"id": by.id, "name": by.name}, "at": now, "way": way, "note": note}
        self._database.collection(TASKS).update_one(
            {"key": f"{kind.value}:{what}", "state": OPEN},
            {"$set": {"state": SETTLED, "settled": settled, "change": self.change()}},
            session=session,
        )

    def change(self) -> str:
        """The key by which a task that changes now is sorted."""
        return order_key(self._clock.now(), self._ids.random(ORDER_RANDOM_BYTES))

    def _document(self, key: str, kind: TaskKind, about: TaskAbout) -> Document:
        return {
            "_id": self._ids.new("tsk"),
            "key": key,
            "kind": kind.value,
            "agency_code": about.agency_code,
            "gateway": about.gateway,
            "order_id": about.order_id,
            "attempt_id": about.attempt_id,
            "row_id": about.row_id,
            "amount": about.amount,
            "detail": dict(about.detail),
            "opened_at": self._clock.now(),
            "change": self.change(),
            "state": OPEN,
            "proposed": None,
            "settled": None,
        }
