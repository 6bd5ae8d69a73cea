"""A walk with money: the owner pays by every way, gateways tell what they like, and two officers send money back."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from backend.dossiers.services.fee_orders import is_due
from backend.identity.service import Caller
from backend.payments.ports import Judgement, Notice, NoticeOutcome
from shared_models.access import Actor, Duty
from shared_models.dossier import DossierAction, DossierStatus
from shared_models.errors import DomainError
from shared_models.payment.order import OPEN_STATES, SETTLED_STATES, GatewayKey, OrderState
from tests.support.dossier_walk import DossierWalk, an_actor
from tests.support.gateway import SignedGateway
from tests.support.money_agrees import Money

Json = dict[str, Any]
HERE = Caller("203.0.113.7", "a browser")
WAYS = tuple(each.value for each in (GatewayKey.VNPAY, GatewayKey.MOMO, GatewayKey.NATIONAL, GatewayKey.BANK))
TELLING = ("paid", "again", "paid", "failed", "wrong", "silent")
"""What becomes of an attempt: it is paid, once more under another number, not, by another sum, or without a word."""

DEMANDS = (500_000, 300_000)
REFUND = {
    "propose": {"reason": "Nộp nhầm hồ sơ"},
    "approve": {"note": ""},
    "refuse": {"note": "Chưa đủ căn cứ"},
    "done": {"reference": "FT26327000001"},
}


class PayingWalk(DossierWalk):
    """``believed``: money of which a gateway has told rightly, by its own number; ``met``: what has happened to it."""

    met: set[str]

    @initialize()
    def file(self) -> None:
        self.believed: dict[tuple[str, str], int] = {}
        self.collectors: list[Actor] = []
        super().file()

    def check(self) -> None:
        super().check()
        self.money_agrees()

    def go(self, step: str) -> None:
        """Beside the steps of dossiers: ``begin``, ``withdraw`` and ``month``.

        ``first.<says>`` and ``last.<says>`` tell of the oldest and of the newest attempt, ``refund.<action>`` is one of
        the two officers' on the newest order.
        """
        kind, _, what = step.partition(".")
        if kind == "refund":
            self.send_back(what, 0 if what == "propose" else 1, which=-1)
        elif kind in {"first", "last"}:
            self.tell(0 if kind == "first" else -1, what)
        elif kind == "begin":
            self.begin("vnpay")
        elif kind == "withdraw":
            self.withdraw(0, again=True)
        elif kind == "month":
            self.month(0)
        else:
            super().go(step)

    def asked(self, action: str) -> Json:
        """The sum that is asked for differs from one demand to the next; every other clerk writes no receipt."""
        ask, turn = super().asked(action), len(self.done)
        if action == "ask_payment":
            ask["amount"] = DEMANDS[turn % 2]
        if action == "record_payment" and turn % 2:
            del ask["receipt_number"]
        return ask

    def money(self) -> Money:
        return Money.of(self.city, self.dossier)

    def follow(self, before: Json) -> None:
        """Money may have moved the dossier on, once and by itself."""
        after = self.dossier
        if after["version"] != before["version"]:
            assert after["version"] == before["version"] + 1
            self.note("", DossierAction.PAY, before, after)

    @rule(gateway=st.sampled_from(WAYS))
    def begin(self, gateway: str) -> None:
        """The owner goes to pay: refused only where nothing is due or it is paid."""
        try:
            order = self.city.dossiers.paying.order(self.owner, self.id)
        except DomainError:
            assert not is_due(self.dossier)
            return
        ask = {"id": self.an_id("att"), "gateway": gateway, "lang": "vi"}
        try:
            begun = self.city.payments.begin(self.owner, order["id"], ask, HERE)
        except DomainError as refused:
            is_open = OrderState(order["state"]) in OPEN_STATES
            if is_open and refused.code != "attempt.too_often":
                raise
            return
        assert OrderState(order["state"]) in OPEN_STATES
        assert self.city.payments.begin(self.owner, order["id"], ask, HERE)["id"] == begun["id"]

    @precondition(lambda self: self.money().attempts)
    @rule(which=st.integers(0, 50), says=st.sampled_from(TELLING))
    def tell(self, which: int, says: str) -> None:
        """A gateway tells of any attempt it ever had, also of one that nobody waits for any more, and tells twice."""
        before, attempts = self.dossier, self.money().attempts
        attempt = attempts[which % len(attempts)]
        notice = _notice(attempt, says)
        self.met.add(f"{says} {attempt['state']}")
        if says == "silent":
            self._ask_about(attempt, notice)
        else:
            judgement = self.city.payments.taking.note(GatewayKey(attempt["gateway"]), notice)
            assert judgement is not Judgement.BROKEN
            held = self.money().everything
            assert self.city.payments.taking.note(GatewayKey(attempt["gateway"]), notice) is not Judgement.BROKEN
            assert self.money().everything == held, "a notice that comes twice has done something twice"
        told_rightly = says in {"paid", "again"}
        found = says == "silent" and self.money().knows(attempt["gateway"], str(notice.provider_ref))
        if told_rightly or found:
            self.believed[attempt["gateway"], str(notice.provider_ref)] = attempt["amount"]
        self.follow(before)

    def _ask_about(self, attempt: Json, notice: Notice) -> None:
        """Nobody tells; the gateway says it when it is asked, if it still is."""
        gateway = self.city.payments.attempts.gateway(attempt["gateway"])
        assert isinstance(gateway, SignedGateway)
        gateway.said[attempt["code"]] = notice
        self.clock.advance(timedelta(minutes=3))
        self.city.payments.chasing.ask_silent(self.clock.now())
        self.city.payments.chasing.ask_late(self.clock.now())
        del gateway.said[attempt["code"]]

    @precondition(lambda self: self.money().orders)
    @rule(action=st.sampled_from(sorted(REFUND)), who=st.integers(0, 1), which=st.integers(0, 50))
    def send_back(self, action: str, who: int, which: int) -> None:
        """Two who collect try every step of a refund on any order."""
        if not self.collectors:
            self.collectors = [an_actor(self.city, Duty.COLLECT, username=f"collect-{turn}") for turn in range(2)]
        orders = self.money().orders
        before, order = self.dossier, orders[which % len(orders)]
        known = (order["refund"] or {}).get("id")
        refund_id = self.an_id("rfd") if action == "propose" or known is None else known
        ask = {"id": refund_id, "action": action, **REFUND[action]}
        held = self.money().everything
        try:
            self.city.payments.desk.refunds.act(self.collectors[who], order["_id"], ask)
        except DomainError:
            assert self.money().everything == held, "a refused refund has changed something"
            return
        now = next(one for one in self.money().orders if one["_id"] == order["_id"])
        if action != "propose":
            assert now["refund"]["proposed_by"]["id"] != self.collectors[who].id
        self.met.add(f"refund.{action}")
        after = self.dossier
        if after["version"] == before["version"]:
            assert after == before, "what is asked about money changes nothing of the dossier"
            return
        assert (now["state"], before["payment"], after["payment"]) == ("refunded", "paid", "refunded")
        assert after["fee"]["paid_at"] is None
        self.note("", DossierAction.REFUND, before, after)

    @rule(chance=st.integers(0, 4))
    def month(self, chance: int) -> None:
        """Long enough for every order to run out."""
        if not chance:
            self.clock.advance(timedelta(days=29))
            self.wait(48)

    def wait(self, hours: int) -> None:
        """Time ends attempts and orders, and with it a gateway is asked; nobody says anything."""
        super().wait(hours)
        before = self.dossier
        self.city.payments.chasing.ask_late(self.clock.now())
        assert self.dossier == before

    @invariant()
    def money_agrees(self) -> None:
        if not hasattr(self, "statuses"):
            return
        dossier, money = self.dossier, self.money()
        money.check(dossier, self.believed)
        if DossierStatus(dossier["status"]) is DossierStatus.PAYMENT_REQUESTED:
            assert is_due(dossier)
        self.met |= {f"order {order['state']}" for order in money.orders}
        self.met |= {f"task {task['kind']}" for task in money.tasks}
        if len([order for order in money.orders if OrderState(order["state"]) in SETTLED_STATES]) > 1:
            self.met.add("two orders paid")


def _notice(attempt: Mapping[str, Any], says: str) -> Notice:
    code, amount, ref = attempt["code"], attempt["amount"], f"ref-{attempt['code']}"
    if says == "failed":
        return Notice(code, NoticeOutcome.FAILED, amount, None, None, "24")
    if says == "wrong":
        return Notice(code, NoticeOutcome.PAID, amount + 1_000, f"wrong-{code}", None)
    return Notice(code, NoticeOutcome.PAID, amount, f"second-{code}" if says == "again" else ref, None)
