"""Keeps this process's clock at the database's, which backend and every other push process go by too."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Final

from pymongo.errors import PyMongoError

from shared_models.agreed_clock import AgreedClock

LOG = logging.getLogger("push.clock")
ASK_EVERY_S: Final = 10.0
ASK_AGAIN_S: Final = 1.0
WORTH_SAYING: Final = timedelta(seconds=5)


class ClockWatch(Thread):
    """Asks for the database's time until ``stop`` is set."""

    def __init__(self, clock: AgreedClock, database_time: Callable[[], datetime], stop: Event) -> None:
        super().__init__(name="clock", daemon=True)
        self._clock = clock
        self._database_time = database_time
        self._stop_asking = stop
        self._is_off = False

    def ask(self) -> bool:
        """Asks once; whether there was an answer."""
        try:
            ahead = self._clock.agree(self._database_time)
        except PyMongoError as fault:
            LOG.warning("the database's time is not known (%s)", type(fault).__name__)
            return False
        is_off = abs(ahead) > WORTH_SAYING
        if is_off and not self._is_off:
            LOG.warning("this machine's clock is %.0f s ahead; the database's is used", ahead.total_seconds())
        self._is_off = is_off
        return True

    def run(self) -> None:
        while not self._stop_asking.wait(ASK_EVERY_S if self.ask() else ASK_AGAIN_S):
            pass
