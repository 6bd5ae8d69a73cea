"""What the process takes from the machine: clock, randomness, environment. The only file of push that reads them."""

import os
import random
from collections.abc import Mapping
from datetime import UTC, datetime


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class SystemChance:
    """Even chance in [0, 1), for spreading retries; nothing secret hangs on it."""

    def __call__(self) -> float:
        return random.random()  # noqa: S311  jitter, not a secret


def environment() -> Mapping[str, str]:
    return os.environ


def process_name() -> str:
    """Tells the push processes of several machines apart in leases and heartbeats."""
    return f"{os.uname().nodename}:{os.getpid()}"
