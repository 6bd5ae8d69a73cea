"""Work on bytes that somebody sent, in a process of its own with bounded memory and time.

A library that opens PDFs and pictures was not written against people who want to exhaust a server. What it does to the
process it runs in is that process's end, and nobody else's.
"""

import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Bounds:
    """``memory``: bytes of address space; ``cpu_s``: seconds of work; ``wall_s``: seconds that somebody waits."""

    memory: int
    cpu_s: int
    wall_s: int


def run_confined(module: str, content: bytes, bounds: Bounds) -> bytes | None:
    """What ``python -m module`` prints when it is given ``content``; None when it broke its bounds or died.

    The module calls `confine` before it does anything else. The child gets no environment but the path to this code:
    no address of a database, no place of keys.
    """
    command = [sys.executable, "-m", module, str(bounds.memory), str(bounds.cpu_s)]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter, our own module
            command,
            input=content,
            capture_output=True,
            timeout=bounds.wall_s,
            check=False,
            cwd=_ROOT,
            env={"PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        )
    except subprocess.TimeoutExpired:
        return None
    return done.stdout if done.returncode == 0 else None


def confine(arguments: list[str]) -> None:
    """Takes on the bounds that `run_confined` gave on the command line; for good."""
    memory, cpu_s = (int(argument) for argument in arguments)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
