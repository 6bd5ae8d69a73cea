"""The machine's clock, randomness and environment: the only file of the backend that reads them.

Everything else is given a ``Clock``, an ``Ids``, a ``RandomBytes`` or a ``Settings`` by `backend/bootstrap.py`, so a
test decides what time it is and which ids are made.
"""

import os
import secrets
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random as Dice
from typing import Final

from shared_models.ids import RANDOM_BYTES, new_id

__all__ = [
    "Dice",
    "Ids",
    "RandomBytes",
    "SystemClock",
    "elapsed_s",
    "environment",
    "process_id",
    "process_name",
    "random_bytes",
    "seeded_dice",
]

RandomBytes = Callable[[int], bytes]


class SystemClock:
    """The machine's clock, cut to the millisecond that BSON keeps: what is written is what is read back.

    ``offset_file`` holds seconds by which it is off: how tests let a machine's clock jump (production refuses it).
    """

    def __init__(self, offset_file: Path | None = None) -> None:
        self._offset_file: Final = offset_file

    def now(self) -> datetime:
        moment = datetime.now(UTC)
        if self._offset_file is not None and self._offset_file.exists():
            moment += timedelta(seconds=float(self._offset_file.read_text("ascii")))
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def elapsed_s() -> float:
    """Seconds since the machine started: nobody sets them, and where the system can (Linux) they count its sleep."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def random_bytes(count: int) -> bytes:
    """``count`` bytes of the operating system's randomness."""
    return secrets.token_bytes(count)


def seeded_dice(seed: str) -> Dice:
    """Dice that fall alike for the same seed: for demonstrations and measurements, never for anything secret."""
    return Dice(seed)  # noqa: S311 - nothing secret depends on it


def environment() -> Mapping[str, str]:
    return os.environ


def process_id() -> int:
    return os.getpid()


def process_name() -> str:
    """Tells the processes of several machines apart in heartbeats."""
    return f"{os.uname().nodename}:{os.getpid()}"


class Ids:
    """Makes prefixed ids (`shared_models/ids.py`) out of a source of randomness."""

    def __init__(self, source: RandomBytes) -> None:
        self._source: Final = source

    def new(self, prefix: str) -> str:
        """A new id such as ``lic_`` and 26 characters.

        Raises:
            ValueError: a prefix that `shared_models/ids.py` does not know.
        """
        return new_id(prefix, self._source(RANDOM_BYTES))

    def random(self, count: int) -> bytes:
        """``count`` random bytes from the same source."""
        return self._source(count)
