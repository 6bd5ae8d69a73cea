"""The way of one message: claimed, rendered, sent, recorded. At least once, and never again after success is recorded.

A crash between the push service's answer and our record leaves the message leased; it is sent again when the lease
ends, and topic and tag make the second copy replace the first.
"""

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Event, Lock
from typing import Final

from pymongo.errors import PyMongoError

from push.channels.port import Attempt, Channel, Outcome, Parcel
from push.render import Renderer, UnknownTemplate
from push.retry import OriginGate, backoff
from push.store import Claimed, OutboxStore
from shared_models.agreed_clock import is_settled
from shared_models.clock import Clock
from shared_models.outbox import MAX_TRIES

LOG = logging.getLogger("push.relay")
BEAT_EVERY: Final = timedelta(seconds=5)
SILENCE: Final = timedelta(seconds=30)
LONGEST_TURN: Final = timedelta(seconds=90)
"""A database that hangs may hold two questions for half a minute each."""
# A push service that answers 400, 401 or 403 refuses our key, not this message: trying on would only anger it.
PAUSE_AFTER_OUR_FAULT: Final = timedelta(minutes=1)


class Relay:
    """Moves messages from the outbox to the channels, ``workers`` at once."""

    def __init__(
        self,
        store: OutboxStore,
        channels: Mapping[str, Channel],
        renderer: Renderer,
        clock: Clock,
        chance: Callable[[], float],
        workers: int = 8,
    ) -> None:
        self._store = store
        self._channels = channels
        self._renderer = renderer
        self._clock = clock
        self._chance = chance
        self._workers = workers
        self._gate = OriginGate(clock.now)
        self._counts: Counter[str] = Counter()
        self._counts_lock = Lock()
        self._beaten_at: datetime | None = None
        self._turned_at = clock.now()

    @property
    def counts(self) -> dict[str, int]:
        with self._counts_lock:
            return dict(self._counts)

    def run(self, stop: Event, poll_s: float) -> None:
        """Work until ``stop`` is set, then finish what is under way. A lost database is waited for."""
        running: set[Future[None]] = set()
        with ThreadPoolExecutor(self._workers, thread_name_prefix="send") as pool:
            while not stop.is_set():
                self._turned_at = self._clock.now()
                if not is_settled(self._clock):
                    # A lease or a heartbeat at a wrong time would outlive it by as much.
                    stop.wait(poll_s)
                    continue
                running = {future for future in running if not future.done()}
                found = 0
                try:
                    now = self._clock.now()
                    self._beat(now)
                    free = self._workers - len(running)
                    for message in self._store.claim(now, free) if free else ():
                        running.add(pool.submit(self.handle, message))
                        found += 1
                except PyMongoError as fault:
                    LOG.warning("the database does not answer (%s): waiting", type(fault).__name__)
                    stop.wait(poll_s * 4)
                if not found:
                    self._rest(stop, running, poll_s)

    def _beat(self, now: datetime) -> None:
        if self._beaten_at is None or now - self._beaten_at >= BEAT_EVERY:
            self._store.beat(now, self.counts)
            self._beaten_at = now

    def is_turning(self) -> bool:
        """Whether the loop comes round, the database there or not."""
        return self._clock.now() - self._turned_at < LONGEST_TURN

    def is_alive(self) -> bool:
        """Whether the loop comes round and reaches the database."""
        beaten_at = self._beaten_at
        return beaten_at is not None and self._clock.now() - beaten_at < SILENCE

    @staticmethod
    def _rest(stop: Event, running: set[Future[None]], poll_s: float) -> None:
        """Sleep until something may have changed: a sender is free, or a poll is due."""
        if running:
            wait(running, timeout=poll_s, return_when="FIRST_COMPLETED")
        else:
            stop.wait(poll_s)

    def run_once(self, limit: int = 100) -> int:
        """Handle what is due now, one after the other; how many there were."""
        messages = self._store.claim(self._clock.now(), limit)
        for message in messages:
            self.handle(message)
        return len(messages)

    def handle(self, message: Claimed) -> None:
        """Bring one claimed message to an end or to its next try. Never raises: the lease is the safety net."""
        try:
            self._handle(message)
        except PyMongoError as fault:
            # Not recorded: the lease runs out and the message comes back.
            LOG.warning("message %s: not recorded (%s)", message.id, type(fault).__name__)
        except Exception:
            LOG.exception("message %s: a fault of this program", message.id)
            self._count("fault")
            with suppress(PyMongoError):
                due_at = self._clock.now() + backoff(message.attempts, self._chance())
                self._store.retry_at(message, due_at, "push.fault")

    def _handle(self, message: Claimed) -> None:
        now = self._clock.now()
        channel = self._channels.get(message.channel)
        if channel is None:
            self._dead(message, "channel.unknown")
        elif message.expires_at <= now:
            self._dead(message, "message.expired")
        elif message.attempts > MAX_TRIES:
            # Claimed again and again without a record: it ends the process each time, or the process is ended by it.
            self._dead(message, "message.too_many_tries")
        else:
            closed_until = self._gate.closed_until(channel.origin(message.to))
            if closed_until is not None:
                self._store.give_back(message, closed_until)
                return
            try:
                payload = self._renderer.payload(message.template, message.lang, message.topic, message.params)
            except UnknownTemplate:
                self._dead(message, "template.unknown")
                return
            left_s = int((message.expires_at - now).total_seconds())
            parcel = Parcel(payload, message.to, max(0, min(message.ttl_s, left_s)), message.urgency, message.topic)
            self._record(message, channel.origin(message.to), channel.send(parcel))

    def _record(self, message: Claimed, origin: str, attempt: Attempt) -> None:
        reason = attempt.reason or "unknown"
        if attempt.hung:
            self._gate.fault(origin)
        else:
            self._gate.answered(origin)
        if attempt.outcome is Outcome.DELIVERED:
            self._store.record_sent(message, self._clock.now())
            self._count("sent")
        elif attempt.outcome is Outcome.GONE:
            self._store.forget_subscription(message.to)
            self._store.record_dropped(message, self._clock.now(), reason)
            self._count("dropped")
        elif attempt.outcome is Outcome.REFUSED:
            self._dead(message, reason)
        else:
            self._later(message, origin, attempt, reason)

    def _later(self, message: Claimed, origin: str, attempt: Attempt, reason: str) -> None:
        if attempt.outcome is Outcome.OUR_FAULT:
            LOG.error("%s refuses our key or subject (%s): check VAPID settings", origin, reason)
            self._gate.pause(origin, PAUSE_AFTER_OUR_FAULT)
        if attempt.wait is not None:
            self._gate.pause(origin, attempt.wait)
        if message.attempts >= MAX_TRIES:
            self._dead(message, reason)
            return
        now = self._clock.now()
        delay = max(backoff(message.attempts, self._chance()), attempt.wait or timedelta())
        if now + delay >= message.expires_at:
            self._dead(message, reason)
            return
        self._store.retry_at(message, now + delay, reason)
        self._count("retried")

    def _dead(self, message: Claimed, reason: str) -> None:
        self._store.record_dead(message, self._clock.now(), reason)
        self._count("dead")
        LOG.warning("message %s is dead: %s", message.id, reason)

    def _count(self, what: str) -> None:
        with self._counts_lock:
            self._counts[what] += 1
