"""What the process takes from the machine: clock, randomness, environment. The only file of push that reads them."""

import os
import random
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path


class SystemClock:
    """The machine's clock. ``offset_file`` holds seconds by which it is off: how tests let it jump."""

    def __init__(self, offset_file: Path | None = None) -> None:
        self._offset_file = offset_file

    def now(self) -> datetime:
        moment = datetime.now(UTC)
        if self._offset_file is not None and self._offset_file.exists():
            moment += timedelta(seconds=float(self._offset_file.read_text("ascii")))
        return moment


def elapsed_s() -> float:
    """Seconds since the machine started: nobody sets them, and where the system can (Linux) they count its sleep."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class SystemChance:
    """Even chance in [0, 1), for spreading retries; nothing secret hangs on it."""

    def __call__(self) -> float:
        return random.random()  # noqa: S311  jitter, not a secret


def environment() -> Mapping[str, str]:
    return os.environ


def process_name() -> str:
    """Tells the push processes of several machines apart in leases and heartbeats."""
    return f"{os.uname().nodename}:{os.getpid()}"
