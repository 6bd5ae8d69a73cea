"""Taking notices: what a gateway says of an attempt, once it is believed, becomes one payment and no more."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from types import MappingProxyType
from typing import Final

from pymongo.errors import DuplicateKeyError, PyMongoError

from backend.infra.mongo import Database, Document, Session
from backend.notices.service import Notices, Notification
from backend.payments.documents import ATTEMPTS
from backend.payments.ports import BadNotice, Judgement, Notice, NoticeOutcome, RawNotice, Reply
from backend.payments.services.attempts import Attempts
from backend.payments.services.history import Happened, History
from backend.payments.services.orders import Orders, Payment
from backend.payments.services.tasks import TaskAbout, Tasks
from backend.payments.statement_rules import payment_name
from shared_models.clock import Clock
from shared_models.errors import DomainError
from shared_models.money import vnd_text
from shared_models.notice import PAYMENT_OTHER_AMOUNT, PAYMENT_TWICE, NoticeKind
from shared_models.payment.order import SETTLED_STATES, AttemptState, GatewayKey, OrderState, TaskKind

_TRIES: Final = 5
_TOLD: Final[Mapping[TaskKind, NoticeKind]] = MappingProxyType(
    {TaskKind.PAID_TWICE: PAYMENT_TWICE, TaskKind.AMOUNT_DIFFERS: PAYMENT_OTHER_AMOUNT}
)
"""Of which tasks the payer hears."""

LONGEST_TURN_S: Final = 2.0
"""How long a notice waits for those before it: no longer, lest a database that hangs hold all threads up in a row."""

_log = logging.getLogger(__name__)


class Taking:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        parts: tuple[Orders, Attempts, History],
        tasks: Tasks,
        notices: Notices,
    ) -> None:
        self._database: Final = database
        self._clock: Final = clock
        self._orders, self._attempts, self._history = parts
        self._tasks: Final = tasks
        self._notices: Final = notices
        self._turn: Final = Lock()

    def take(self, key: str, raw: RawNotice) -> Reply:
        """Judges a gateway's notice and answers in its words, after the commit.

        Raises:
            NotFound: ``gateway.unknown``.
        """
        gateway = self._attempts.gateway(key)
        try:
            judgement = self.note(gateway.key, gateway.read(raw))
        except BadNotice as bad:
            _log.warning("notice refused", extra={"gateway": key, "judgement": bad.judgement.value})
            judgement = bad.judgement
        except (PyMongoError, DomainError) as fault:
            # Whatever is wrong is ours, and nothing was written: the gateway is told so that it tells again.
            _log.exception("notice not taken", extra={"gateway": key, "fault": type(fault).__name__})
            judgement = Judgement.BROKEN
        return gateway.reply(judgement)

    def note(self, key: GatewayKey, notice: Notice) -> Judgement:
        """What a believed notice comes to. The same again, late, or in another order than it happened is harmless.

        Raises:
            PyMongoError, DomainError: nothing was written.
        """
        for turn in range(_TRIES):
            try:
                with self._in_turn():
                    return self._database.transaction(lambda session: self._note(key, notice, session))
            except DuplicateKeyError:
                # Two notices of one payment at once: the other is written by now.
                if turn == _TRIES - 1:
                    raise
        raise AssertionError("the last try returns or raises")

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """One after the other: payments of a moment meet at the counter of their agency's receipts.

        There all but one would begin again, and do their work some two times over; each is right without it.
        """
        is_ours = self._turn.acquire(timeout=LONGEST_TURN_S)
        try:
            yield
        finally:
            if is_ours:
                self._turn.release()

    def _note(self, key: GatewayKey, notice: Notice, session: Session) -> Judgement:
        attempts = self._database.collection(ATTEMPTS)
        attempt = attempts.find_one({"code": notice.code}, session=session)
        if attempt is None or attempt["gateway"] != key:
            return Judgement.UNKNOWN_ORDER
        if notice.amount != attempt["amount"]:
            return self._other_amount(attempt, notice, session)
        if notice.outcome is NoticeOutcome.PENDING:
            return Judgement.TAKEN
        if notice.outcome is NoticeOutcome.FAILED:
            return self._failed(attempt, notice, session)
        return self._paid(attempt, notice, session)

    def _failed(self, attempt: Document, notice: Notice, session: Session) -> Judgement:
        if attempt["state"] == AttemptState.STARTED:
            self._attempts.fail(attempt, notice.why or "", session)
            return Judgement.TAKEN
        # Its time was over before: now that the gateway calls it failed too, nobody asks any more.
        last_word = {"$set": {"ask_at": None}}
        self._database.collection(ATTEMPTS).update_one({"_id": attempt["_id"]}, last_word, session=session)
        return Judgement.REPEATED

    def _paid(self, attempt: Document, notice: Notice, session: Session) -> Judgement:
        if attempt["state"] == AttemptState.PAID:
            if attempt["provider_ref"] == notice.provider_ref:
                return Judgement.REPEATED
            return self._too_much(self._orders.read(attempt["order_id"], session), attempt, notice, session)
        at = notice.at or self._clock.now()
        told = {"provider_ref": notice.provider_ref, "ended_at": at, "why": None, "ask_at": None}
        paid = {"state": AttemptState.PAID.value, **told}
        same = {"gateway": attempt["gateway"], "provider_ref": notice.provider_ref}
        attempts = self._database.collection(ATTEMPTS)
        if attempts.find_one(same, {"_id": 1}, session=session) is not None:
            # One payment of theirs cannot be for two attempts of ours: a person has to look.
            self._task(TaskKind.UNKNOWN_PAYMENT, attempt, notice, session)
            return Judgement.TAKEN
        attempts.update_one({"_id": attempt["_id"]}, {"$set": paid}, session=session)
        order = self._orders.read(attempt["order_id"], session)
        if OrderState(order["state"]) in SETTLED_STATES:
            return self._too_much(order, attempt, notice, session)
        payment = Payment(GatewayKey(attempt["gateway"]), at, attempt["_id"], notice.provider_ref)
        self._orders.pay(order, payment, session)
        return Judgement.TAKEN

    def _too_much(self, order: Document, attempt: Document, notice: Notice, session: Session) -> Judgement:
        """An order was paid a second time: the money is there, and a person sends it back."""
        if self._tasks.was_opened(TaskKind.PAID_TWICE, _payment_of(attempt, notice), session):
            return Judgement.REPEATED
        self._task(TaskKind.PAID_TWICE, attempt, notice, session)
        detail = {"provider_ref": notice.provider_ref, "amount": notice.amount}
        happened = Happened("paid_again", self._clock.now(), attempt["_id"], attempt["gateway"], detail=detail)
        self._history.note(order, happened, session)
        return Judgement.TAKEN

    def _other_amount(self, attempt: Document, notice: Notice, session: Session) -> Judgement:
        if notice.outcome is NoticeOutcome.PAID:
            self._task(TaskKind.AMOUNT_DIFFERS, attempt, notice, session)
        return Judgement.WRONG_AMOUNT

    def _task(self, kind: TaskKind, attempt: Document, notice: Notice, session: Session) -> None:
        order = self._orders.read(attempt["order_id"], session)
        about = TaskAbout(
            what=_payment_of(attempt, notice),
            agency_code=order["agency"]["code"],
            gateway=attempt["gateway"],
            amount=notice.amount,
            order_id=order["_id"],
            attempt_id=attempt["_id"],
            detail={"provider_ref": notice.provider_ref, "expected": attempt["amount"]},
        )
        if self._tasks.open(kind, about, session) and kind in _TOLD:
            self._tell(_TOLD[kind], order, notice.amount, session)

    def _tell(self, kind: NoticeKind, order: Document, amount: int, session: Session) -> None:
        """The payer hears what became of their money, and that somebody looks at it."""
        known = {"number": order["reference"], "amount": vnd_text(amount), "due": vnd_text(order["amount"])}
        params = {name: known[name] for name in kind.params}
        told = Notification(order["payer"]["id"], kind, params, order_id=order["_id"])
        self._notices.notify([told], session)


def _payment_of(attempt: Document, notice: Notice) -> str:
    """A gateway's payment, by its own number: one attempt may have several."""
    return payment_name(attempt["gateway"], notice.provider_ref or attempt["_id"])
