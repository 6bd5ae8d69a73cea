"""Notices of payment gateways in a storm: a thousand of them, some twice, some forged, some in the wrong order.

The sandbox sends them as the real gateways do, again and again until they are taken; what the city then has is held to
what the gateways know.
"""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

import requests

from backend.bootstrap import Container, build
from backend.config import Settings
from backend.identity.service import Caller
from backend.payments.service import Demand
from scripts.supervise.city import City
from shared_models.access import Actor, Role, scopes_of
from shared_models.ids import RANDOM_BYTES, new_id
from shared_models.payment.order import GatewayKey, OrderState
from tests.support.story.city import kill, supervised, wait_until

GATEWAYS: Final = (GatewayKey.VNPAY, GatewayKey.MOMO, GatewayKey.PAYOS)
AGENCIES: Final = (
    ("H17.08", "Ban Quản lý An toàn thực phẩm"),
    ("H17.12", "Công an thành phố"),
    ("H17.10", "Sở Tư pháp"),
)
ORDERS_OF_PAYER: Final = 20
VICTIMS: Final = (("api", 0.3), ("database", 0.6))
"""What is killed, and after which share of the notices."""

OVER_WITHIN_S: Final = 180.0

MIX: Final[tuple[tuple[int, str, tuple[str, ...]], ...]] = (
    (150, "paid", ("at_once",)),
    (50, "cancelled", ("at_once",)),
    (200, "paid", ("twice",)),
    (100, "paid", ("failure_after",)),
    (100, "paid", ("forged", "at_once")),
)
"""Payments, how they end, and how that is told: 1,000 notices for 600 payments, 200 of them repeated, 100 forged."""


@dataclass
class Tale:
    """One payment: its order, the code by which the gateway knows it, and how it ends there."""

    order_id: str
    code: str
    gateway: GatewayKey
    amount: int
    outcome: str
    behaviours: tuple[str, ...]


@dataclass
class Storm:
    """`begin` makes the orders, `rage` lets the gateways tell while parts of the city are killed."""

    city: City
    chance: Random
    gateways: Sequence[GatewayKey] = GATEWAYS
    tales: list[Tale] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.container: Container = build(Settings.from_env(self.city.env))
        self.name = f"storm{self.chance.randrange(10**6):06}"
        self.origin = f"http://127.0.0.1:{self.city.ports.gateways}"

    def begin(self) -> None:
        """Every order with its attempt, announced to its gateway."""
        kinds = [(outcome, told) for count, outcome, told in MIX for _ in range(count)]
        self.chance.shuffle(kinds)
        for place, (outcome, told) in enumerate(kinds):
            self.tales.append(self._tale(place, outcome, told))

    def loose(self) -> None:
        """The gateways settle all payments and begin to tell."""
        items = [
            {"gateway": one.gateway.value, "code": one.code, "outcome": one.outcome, "behaviours": list(one.behaviours)}
            for one in self.tales
        ]
        answer = requests.post(f"{self.origin}/control", json={"items": items}, timeout=60)
        faults = [item for item in answer.json()["items"] if item["error"] is not None]
        assert not faults, faults[:3]

    def rage(self) -> None:
        """The whole storm, with kill -9 of the API and of the database in its midst; returns when all are told."""
        killed: list[int] = []

        def work() -> None:
            self.loose()
            for victim, share in VICTIMS:
                assert self.wait(share, OVER_WITHIN_S) < 0.95, "it was over before anything was hurt"
                killed.append(kill(self.city.child(victim)))
            self.wait(1.0, OVER_WITHIN_S)
            # Our own connections are still those that the database was killed under.
            wait_until(self.container.database.is_alive, OVER_WITHIN_S)

        supervised(self.city, work)
        assert len(set(killed)) == len(VICTIMS)

    def notices(self, gateways: Sequence[GatewayKey] = ()) -> list[dict[str, Any]]:
        """Every notice, told or not, as the gateways keep them."""
        return [notice for payment in self._payments(gateways or self.gateways) for notice in payment["deliveries"]]

    def wait(self, share: float, within_s: float) -> float:
        """Until the gateways have nothing more to tell of this share of their notices; the share that it was then."""
        deadline = time.monotonic() + within_s
        while True:
            # One gateway shows how far all have come, and asking for everything would be what is waited for.
            told = self.notices(self.gateways[:1] if share < 1 else self.gateways)
            still = [notice for notice in told if not notice["is_done"]]
            if len(told) - len(still) >= share * len(told):
                return 1 - len(still) / len(told)
            assert time.monotonic() < deadline, (len(still), still[:3])
            time.sleep(0.5)

    def figures(self) -> dict[str, float | int]:
        """What issue and docs promise: one outcome for each order, no gap, no dong too many or too few."""
        receipts = self._all("receipts")
        numbers: dict[tuple[str, str, int], list[int]] = {}
        for receipt in receipts:
            key = (receipt["agency"]["code"], receipt["series"], receipt["year"])
            numbers.setdefault(key, []).append(receipt["number"])
        gaps = sum(max(found) - len(set(found)) for found in numbers.values())
        doubles = sum(len(found) - len(set(found)) for found in numbers.values())
        known = self._payments(self.gateways)
        paid = sum(int(payment["amount"]) for payment in known if payment["state"] == "paid")
        return {
            "orders_with_one_outcome": self.with_one_outcome(),
            "receipt_gaps": gaps + doubles,
            "money_difference_vnd": abs(sum(receipt["amount"] for receipt in receipts) - paid),
        }

    def with_one_outcome(self) -> float:
        """The share of the orders that came to what their gateway knows, once, with one receipt if they were paid."""
        return sum(self._has_one_outcome(tale) for tale in self.tales) / len(self.tales)

    def close(self) -> None:
        self.container.database.close()

    def _tale(self, place: int, outcome: str, told: tuple[str, ...]) -> Tale:
        gateway = self.gateways[place % len(self.gateways)]
        code, name = AGENCIES[self.chance.randrange(len(AGENCIES))]
        payer = f"per_{self.name}{place // ORDERS_OF_PAYER:015}"
        amount = self.chance.randint(5, 2_000) * 1_000
        demand = Demand(
            kind="storm",
            subject_id=f"{self.name}-{place}",
            n=1,
            reference=f"BAO-{place:05}",
            title={"vi": "Phí thử", "en": "Fee of a test"},
            procedure_code="DEMO-ATTP-05",
            payer={"id": payer, "name": "Người Nộp Thử"},
            agency={"code": code, "name": name},
            lines=[
                {
                    "key": "fee",
                    "name": {"vi": "Phí", "en": "Fee"},
                    "listed": amount,
                    "due": amount,
                    "rule_id": None,
                    "considered": [],
                }
            ],
            amount=amount,
        )
        payments = self.container.payments
        order = self.container.database.transaction(lambda session: payments.orders.demand(demand, session))
        actor = Actor(payer, Role.CITIZEN, "Người Nộp Thử", scopes_of(Role.CITIZEN))
        ask = {"id": new_id("att", self.chance.randbytes(RANDOM_BYTES)), "gateway": gateway.value, "lang": "vi"}
        attempt = payments.attempts.begin(actor, order["_id"], ask, Caller("127.0.0.1", None))
        if gateway is GatewayKey.VNPAY:
            # The only one that learns of a payment from the citizen's browser.
            requests.get(attempt["shown"]["url"], timeout=20).raise_for_status()
        return Tale(order["_id"], str(attempt["code"]), gateway, amount, outcome, told)

    def _has_one_outcome(self, tale: Tale) -> bool:
        order = self.container.payments.orders.read(tale.order_id)
        kinds = Counter(line["kind"] for line in self.container.payments.history.of(tale.order_id))
        receipts = self._all("receipts", order_id=tale.order_id)
        if tale.outcome == "paid":
            is_paid = order["state"] == OrderState.PAID and order["amount"] == tale.amount
            return is_paid and kinds["paid"] == 1 and kinds["paid_again"] == 0 and len(receipts) == 1
        return order["state"] == OrderState.FAILED and kinds["attempt_failed"] == 1 and not receipts

    def _payments(self, gateways: Sequence[GatewayKey]) -> list[dict[str, Any]]:
        codes = {tale.code for tale in self.tales}
        found = [
            payment
            for key in gateways
            for payment in requests.get(f"{self.origin}/control/{key.value}", timeout=60).json()["items"]
        ]
        return [payment for payment in found if payment["code"] in codes]

    def _all(self, name: str, **wanted: Any) -> list[dict[str, Any]]:
        return list(self.container.database.collection(name).find(wanted))
