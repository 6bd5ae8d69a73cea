"""One process of the stack: a group of its own, watched, restarted when it dies, ended with all that it started."""

import ctypes
import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROTATE_AT = 10 * 2**20
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


def _die_with_parent() -> None:
    """Between fork and exec: ask the kernel for SIGTERM should the supervisor be killed without a word (Linux only)."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


REMEMBERS_DEATHS_S = 300.0


@dataclass
class Child:
    """A command with its log.

    One that dies is started again at once, then after 1, 2, 4 … seconds, at most ``longest_wait_s``, and never given
    up: a full disk or a missing neighbour is mended while the other processes go on.
    """

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    log: Path
    cwd: Path
    longest_wait_s: float = 30.0
    process: subprocess.Popen[bytes] | None = None
    deaths: deque[float] = field(default_factory=deque)
    due_at: float | None = None

    def start(self) -> None:
        """Start it. Only ever from the main thread: the kernel's parent-death signal follows the thread that forked."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > ROTATE_AT:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                list(self.command),
                env=dict(self.env),
                cwd=self.cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509  one system call, no lock that a thread could hold
            )

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def revive(self) -> int | None:
        """Start it again if it has died and its wait is over: the exit code it had then; None when there was nothing.

        To be called again and again. Deaths of the last five minutes make the next wait longer.
        """
        if self.process is None or self.is_running():
            return None
        now = time.monotonic()
        if self.due_at is None:
            # What it started may hold its port or its files.
            self._kill_group(signal.SIGKILL)
            self.due_at = now + self._wait_after_death(now)
        if now < self.due_at:
            return None
        code = self.process.returncode
        self.due_at = None
        self.start()
        return code

    def _wait_after_death(self, now: float) -> float:
        while self.deaths and now - self.deaths[0] > REMEMBERS_DEATHS_S:
            self.deaths.popleft()
        earlier = len(self.deaths)
        self.deaths.append(now)
        # The bound keeps the power small for any count.
        return min(2.0 ** min(earlier - 1, 10), self.longest_wait_s) if earlier else 0.0

    def ask_to_end(self) -> None:
        if self.is_running():
            self._kill_group(signal.SIGTERM)

    def wait(self, until: float) -> bool:
        """Whether it ended before the monotonic moment ``until``."""
        if self.process is None:
            return True
        try:
            self.process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            return False
        return True

    def kill(self) -> None:
        """End whatever is left of its group."""
        self._kill_group(signal.SIGKILL)
        if self.process is not None:
            self.process.wait()

    def _kill_group(self, number: signal.Signals) -> None:
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            return

    def tail(self, lines: int = 15) -> str:
        """The end of its log, for whoever has to find out why."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-lines:])


def end_all(order: Sequence[Sequence[Child]], within_s: float) -> list[str]:
    """End groups of children one group after the other, all within ``within_s``; who had to be killed.

    Each group gets an equal share of the time that is left.
    """
    killed = []
    deadline = time.monotonic() + within_s
    for place, group in enumerate(order):
        left = deadline - time.monotonic()
        until = time.monotonic() + max(0.5, left / (len(order) - place))
        for child in group:
            child.ask_to_end()
        for child in group:
            if not child.wait(until):
                killed.append(child.name)
            child.kill()
    return killed
