"""Keeps a process's clock at the database's, and says in the log when the machine's own clock is off."""

import logging
import threading
from datetime import timedelta
from typing import Final

from pymongo.errors import PyMongoError

from backend.infra.mongo import Database
from backend.infra.system import elapsed_s
from shared_models.agreed_clock import AgreedClock
from shared_models.clock import Clock

ASK_EVERY_S: Final = 10.0
ASK_AGAIN_S: Final = 1.0
"""While the database has not been heard yet."""

WORTH_SAYING: Final = timedelta(seconds=5)

_log = logging.getLogger(__name__)


class ClockWatch(threading.Thread):
    """A thread that asks the database for its time until ``stop`` is set, or the process ends."""

    def __init__(self, clock: AgreedClock, database: Database, stop: threading.Event) -> None:
        super().__init__(name="clock", daemon=True)
        self._clock: Final = clock
        self._database: Final = database
        self._stopped: Final = stop
        self._is_off = False

    def ask(self) -> bool:
        """Asks once; whether there was an answer."""
        try:
            ahead = self._clock.agree(self._database.time)
        except PyMongoError as fault:
            _log.warning("the database's time is not known", extra={"fault": type(fault).__name__})
            return False
        is_off = abs(ahead) > WORTH_SAYING
        if is_off != self._is_off:
            level = logging.WARNING if is_off else logging.INFO
            words = "this machine's clock is off, the database's is used" if is_off else "this machine's clock is right"
            _log.log(level, words, extra={"ahead_s": round(ahead.total_seconds(), 1)})
        self._is_off = is_off
        return True

    def run(self) -> None:
        while not self._stopped.wait(ASK_EVERY_S if self.ask() else ASK_AGAIN_S):
            pass


def watch_clock(clock: Clock, database: Database, stop: threading.Event, patience_s: float = 0.0) -> None:
    """Asks for ``patience_s`` seconds, once at least, and goes on in a thread. A test's clock is left alone."""
    if isinstance(clock, AgreedClock):
        watch = ClockWatch(clock, database, stop)
        deadline = elapsed_s() + patience_s
        while not watch.ask() and elapsed_s() < deadline and not stop.wait(ASK_AGAIN_S):
            continue
        watch.start()


def ask_time(clock: Clock, database: Database) -> None:
    """Asks once, for a command that is over before the time could drift."""
    if isinstance(clock, AgreedClock):
        ClockWatch(clock, database, threading.Event()).ask()
