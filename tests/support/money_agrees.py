"""All money of one dossier as it is stored, and what has to hold of it whatever was done in whatever order."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from backend.bootstrap import Container
from backend.dossiers.services.fee_orders import demand_number, is_due
from backend.payments.documents import ATTEMPTS, EVENTS, ORDERS, RECEIPT_COUNTERS, RECEIPTS, TASKS
from shared_models.payment.order import OPEN_STATES, SETTLED_STATES, AttemptState, OrderState

Json = dict[str, Any]
OF_EVENTS = {
    "created": OrderState.CREATED,
    "attempt_started": OrderState.PENDING,
    "paid": OrderState.PAID,
    "paid_late": OrderState.PAID,
    "expired": OrderState.EXPIRED,
    "refund_proposed": OrderState.REFUND_PENDING,
    "refund_refused": OrderState.PAID,
    "refunded": OrderState.REFUNDED,
}
"""What a line of an order's history makes of it; that the last attempt has failed is told by none alone."""


@dataclass(frozen=True)
class Money:
    """The oldest first."""

    orders: list[Json]
    attempts: list[Json]
    events: list[Json]
    receipts: list[Json]
    tasks: list[Json]
    counters: list[Json]

    @classmethod
    def of(cls, city: Container, dossier: Mapping[str, Any]) -> "Money":
        def rows(name: str, **wanted: Any) -> list[Json]:
            return sorted(city.database.collection(name).find(wanted), key=_age)

        orders = rows(ORDERS, **{"subject.id": dossier["_id"]})
        theirs = {"order_id": {"$in": [order["_id"] for order in orders]}}
        return cls(
            orders=orders,
            attempts=rows(ATTEMPTS, **theirs),
            events=rows(EVENTS, **theirs),
            receipts=rows(RECEIPTS, **theirs),
            tasks=rows(TASKS, **theirs),
            counters=rows(RECEIPT_COUNTERS),
        )

    @property
    def everything(self) -> list[list[Json]]:
        return [self.orders, self.attempts, self.events, self.receipts, self.tasks, self.counters]

    @property
    def settled(self) -> list[Json]:
        return [order for order in self.orders if OrderState(order["state"]) in SETTLED_STATES]

    def knows(self, gateway: str, provider_ref: str) -> bool:
        """Whether a payment by a gateway's own number paid an order, or waits for a person."""
        paid = {(order["paid"]["gateway"], order["paid"]["provider_ref"]) for order in self.settled}
        looked_at = {(task["gateway"], task["detail"].get("provider_ref")) for task in self.tasks}
        return (gateway, provider_ref) in paid | looked_at

    def check(self, dossier: Mapping[str, Any], believed: Mapping[tuple[str, str], int]) -> None:
        """Raises ``AssertionError``. ``believed``: amounts of which gateways have told rightly, by their numbers."""
        self._dossier_agrees(dossier)
        self._nothing_came_for_nothing(believed)
        self._receipts_agree()
        for order in self.orders:
            self._history_is_whole(order)

    def _dossier_agrees(self, dossier: Mapping[str, Any]) -> None:
        not_wanted = {task["order_id"] for task in self.tasks if task["kind"] == "not_wanted"}
        wanted = [order for order in self.settled if order["_id"] not in not_wanted]
        kept = [order for order in wanted if order["state"] != OrderState.REFUNDED]
        assert len(kept) == (dossier["payment"] == "paid"), "one demand is paid by one order"
        assert (dossier["payment"] == "refunded") <= (len(wanted) > len(kept)), "nothing has gone back"
        for order in kept:
            assert (order["n"], order["amount"]) == (demand_number(dossier), dossier["fee"]["amount"])
            assert order["paid"]["at"] == dossier["fee"]["paid_at"]
        asked_for = [order for order in self.orders if OrderState(order["state"]) in OPEN_STATES]
        assert len(asked_for) <= 1, "two orders ask for the same"
        for order in asked_for:
            assert is_due(dossier), f"nothing is due, and an order still asks for it: {dossier['status']}"
            assert (order["n"], order["amount"]) == (demand_number(dossier), dossier["fee"]["amount"])

    def _nothing_came_for_nothing(self, believed: Mapping[tuple[str, str], int]) -> None:
        for (gateway, provider_ref), amount in believed.items():
            assert self.knows(gateway, provider_ref), f"{amount} VND are lost: {gateway} {provider_ref}"
        by_gateway = {
            (order["paid"]["gateway"], order["paid"]["provider_ref"]): order["amount"]
            for order in self.settled
            if order["paid"]["attempt_id"] is not None
        }
        assert by_gateway.items() <= believed.items(), "an order is paid with money that nobody told of"
        paying = {order["paid"]["attempt_id"] for order in self.settled}
        twice = {task["attempt_id"] for task in self.tasks if task["kind"] == "paid_twice"}
        paid = {one["_id"] for one in self.attempts if one["state"] == AttemptState.PAID}
        assert paid <= paying | twice
        assert {one for one in paying if one} <= paid

    def _receipts_agree(self) -> None:
        in_force = {receipt["order_id"]: receipt for receipt in self.receipts if receipt["state"] == "issued"}
        due = {
            order["_id"]: order
            for order in self.settled
            if OrderState(order["state"]) is not OrderState.REFUNDED and order["paid"]["paper_number"] is None
        }
        assert {key: one["amount"] for key, one in in_force.items()} == {key: one["amount"] for key, one in due.items()}
        assert len(in_force) == len([one for one in self.receipts if one["state"] == "issued"])
        numbers: dict[str, list[int]] = {}
        for receipt in self.receipts:
            series = f"{receipt['agency']['code']}:{receipt['series']}:{receipt['year']}"
            numbers[series] = sorted([*numbers.get(series, []), receipt["number"]])
        for taken in numbers.values():
            assert taken == list(range(1, len(taken) + 1)), "a number of a receipt is missing"
        last = {counter["_id"]: counter["last"] for counter in self.counters if counter["last"]}
        assert last == {series: len(taken) for series, taken in numbers.items()}

    def _history_is_whole(self, order: Json) -> None:
        lines = sorted((one for one in self.events if one["order_id"] == order["_id"]), key=lambda one: one["seq"])
        assert [line["seq"] for line in lines] == list(range(1, order["version"] + 1))
        told = [OF_EVENTS[line["kind"]] for line in lines if line["kind"] in OF_EVENTS]
        last = OrderState.PENDING if order["state"] == OrderState.FAILED else OrderState(order["state"])
        assert told[-1] is last, [line["kind"] for line in lines]
        came = [line for line in lines if line["kind"] in {"paid", "paid_late"}]
        assert len(came) == (order["paid"] is not None)
        assert sum(line["kind"] == "attempt_started" for line in lines) == sum(
            one["order_id"] == order["_id"] for one in self.attempts
        )


def _age(row: Mapping[str, Any]) -> tuple[str, str]:
    return str(row.get("created_at") or row.get("started_at") or row.get("at") or ""), str(row["_id"])
