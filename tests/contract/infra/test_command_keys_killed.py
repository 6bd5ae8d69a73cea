"""`congdan keys` by two operators at once, and killed in the middle: the ring stays whole."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from backend.infra.key_ring import KeyRing
from tests.support.city_keys import city

__all__ = ["city"]

ROOT = Path(__file__).resolve().parents[3]


def test_two_commands_at_once_lose_nothing(city: Path) -> None:
    makes = [["--issuer", f"H17.9{turn}", "--name", f"Sở {turn}", "--types", "1"] for turn in range(3)]
    command = [sys.executable, "-m", "backend.cli", "keys", "make"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    running = [subprocess.Popen([*command, *one], env=env, stdout=subprocess.DEVNULL) for one in makes]
    assert [process.wait(240) for process in running] == [0] * 3
    assert {f"H17.9{turn}" for turn in range(3)} <= {row.issuer_code for row in KeyRing.load(city / "keys").records}


def test_a_command_that_is_killed_leaves_a_whole_ring(city: Path) -> None:
    """Killed ten times while it makes one key after the other: the ring reads, and the files it names are there."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    for turn in range(10):
        before = len(KeyRing.load(city / "keys").records)
        command = [sys.executable, "-c", _MAKE_MANY, str(city / "keys"), str(turn)]
        with subprocess.Popen(command, env=env) as process:
            deadline = time.monotonic() + 120
            while len(KeyRing.load(city / "keys").records) == before:
                assert process.poll() is None
                assert time.monotonic() < deadline
            time.sleep(0.0007 * turn)
            process.send_signal(signal.SIGKILL)
        ring = KeyRing.load(city / "keys")
        assert len(ring.records) > before
        assert all((city / "keys" / record.file).is_file() for record in ring.records)


_MAKE_MANY = """
import sys
from pathlib import Path
from backend.infra.key_changes import make_key
from backend.infra.key_making import Issuer
from backend.infra.system import SystemClock
for turn in range(1000):
    make_key(Path(sys.argv[1]), Issuer(f"K{sys.argv[2]}.{turn}", "So", (1,)), SystemClock().now())
"""
