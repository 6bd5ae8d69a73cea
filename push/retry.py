"""When to try again: backoff of one message, and the pause that a whole push service asked for. No I/O, no clock."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import Final

FIRST_DELAY: Final = timedelta(seconds=5)
LONGEST_DELAY: Final = timedelta(hours=1)
# A push service that hangs or refuses our key is left alone after this many faults in a row, so that its messages
# do not hold the senders that others need.
FAULTS_BEFORE_PAUSE: Final = 3
PAUSE_AFTER_FAULTS: Final = timedelta(seconds=30)


def backoff(attempts: int, chance: float) -> timedelta:
    """The wait before the next try after ``attempts`` >= 1 tries: 5 s * 2^n, at most an hour, half of it by chance.

    ``chance`` is even in [0, 1): a thousand messages that failed together do not come back together.
    """
    # 2^10 already passes the cap; the bound keeps the power small for any count.
    doubled: timedelta = FIRST_DELAY * 2 ** min(attempts - 1, 10)
    full = min(doubled, LONGEST_DELAY)
    return full * (0.5 + chance / 2)


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """The wait that a ``Retry-After`` header asks for (RFC 9110 10.2.3: seconds or a date), within [0, 1 h]."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        seconds = min(int(text[:9]), int(LONGEST_DELAY.total_seconds()))
        return timedelta(seconds=seconds)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max(moment - now, timedelta()), LONGEST_DELAY)


class OriginGate:
    """Remembers, for this process, which push services are to be left alone and until when."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._until: dict[str, datetime] = {}
        self._faults: dict[str, int] = {}
        self._lock = Lock()

    def closed_until(self, origin: str) -> datetime | None:
        """The moment at which ``origin`` may be tried again, or None when it may be now."""
        with self._lock:
            until = self._until.get(origin)
            if until is not None and until <= self._now():
                del self._until[origin]
                return None
            return until

    def pause(self, origin: str, wait: timedelta) -> None:
        with self._lock:
            until = self._now() + wait
            self._until[origin] = max(until, self._until.get(origin, until))

    def fault(self, origin: str) -> None:
        """Count a fault; the third in a row closes the origin for half a minute."""
        with self._lock:
            self._faults[origin] = self._faults.get(origin, 0) + 1
            if self._faults[origin] < FAULTS_BEFORE_PAUSE:
                return
        self.pause(origin, PAUSE_AFTER_FAULTS)

    def answered(self, origin: str) -> None:
        with self._lock:
            self._faults.pop(origin, None)
