"""A clock that processes share: what one source says, carried on by each machine's own count of seconds.

Leases, due times, token times and the times of status lists are written by one process and judged by another. If each
took its machine's wall clock, one machine whose clock is set an hour ahead would take every lease and sign lists that
phones hold to be newer than all that follow. So every process asks one source (the database) again and again, and lets
a counter that nobody sets run in between: setting a wall clock changes nothing.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from shared_models.clock import Clock

SLOWEST_ANSWER_S: Final = 1.0
"""An answer that took longer says too little about now; it counts only when there is nothing better."""


class _Agreed(NamedTuple):
    at: datetime
    counted_s: float


class AgreedClock:
    """``own`` answers until the source was first heard; ``elapsed`` counts seconds and is never set.

    Safe to use from several threads, one of which calls `agree`.
    """

    def __init__(self, own: Clock, elapsed: Callable[[], float]) -> None:
        self._own: Final = own
        self._elapsed: Final = elapsed
        self._agreed: _Agreed | None = None

    def now(self) -> datetime:
        """The source's present moment, aware, in UTC, to the millisecond."""
        agreed = self._agreed
        if agreed is None:
            return self._own.now()
        moment = agreed.at + timedelta(seconds=self._elapsed() - agreed.counted_s)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    @property
    def is_agreed(self) -> bool:
        """Whether the source was ever heard: before, this is the machine's own clock."""
        return self._agreed is not None

    def agree(self, ask: Callable[[], datetime]) -> timedelta:
        """Asks the source for its time and takes it over; how far this machine's own clock is ahead of it.

        Raises:
            Exception: whatever ``ask`` raises; the clock goes on as before.
        """
        before = self._elapsed()
        theirs = ask()
        took = self._elapsed() - before
        if self._agreed is None or took <= SLOWEST_ANSWER_S:
            self._agreed = _Agreed(theirs, before + took / 2)
        return self._own.now() - self.now()


def is_settled(clock: Clock) -> bool:
    """Whether what is written at this clock's time may be judged by others: not while it is still the machine's own."""
    return not isinstance(clock, AgreedClock) or clock.is_agreed
