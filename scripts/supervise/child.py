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


class KeepsDying(RuntimeError):
    """A process died too often to be started once more."""


@dataclass
class Child:
    """A command with its log. ``most_deaths`` within ``within_s`` seconds, and it is given up."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    log: Path
    cwd: Path
    most_deaths: int = 5
    within_s: float = 60.0
    process: subprocess.Popen[bytes] | None = None
    deaths: deque[float] = field(default_factory=deque)

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
        """Start it again if it has died: its exit code, or None when it runs.

        Raises:
            KeepsDying: it died ``most_deaths`` times within ``within_s`` seconds.
        """
        if self.process is None or self.is_running():
            return None
        code = self.process.returncode
        now = time.monotonic()
        self.deaths.append(now)
        while self.deaths and now - self.deaths[0] > self.within_s:
            self.deaths.popleft()
        self._kill_group(signal.SIGKILL)
        if len(self.deaths) >= self.most_deaths:
            raise KeepsDying(self.name)
        self.start()
        return code

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
