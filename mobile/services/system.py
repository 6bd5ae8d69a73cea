"""The phone's clock and randomness: the only file of the app that reads either."""

import os
from datetime import UTC, datetime


class SystemClock:
    """The time as this device believes it to be."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def random_bytes(count: int) -> bytes:
    return os.urandom(count)
