"""One supervised process: ended with all it started, killed when deaf, started again ever later when it keeps dying."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scripts.supervise.child import Child, end_all

DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
PARENT = (
    "import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', sys.argv[1]]); "
    "print(child.pid, flush=True); child.wait()"
)


def a_child(folder: Path, *command: str) -> Child:
    env = {"PATH": os.defpath}
    return Child("test", [sys.executable, "-c", *command], env, folder / "log", folder, longest_wait_s=1.2)


def wait_for_line(child: Child, within_s: float = 10.0) -> str:
    deadline = time.monotonic() + within_s
    while not child.tail():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return child.tail()


def wait_for_end(child: Child) -> None:
    deadline = time.monotonic() + 10
    while child.is_running():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_a_child_that_hears_is_not_killed(tmp_path: Path) -> None:
    child = a_child(tmp_path, "import time; print('up', flush=True); time.sleep(60)")
    child.start()
    wait_for_line(child)
    began = time.monotonic()
    assert end_all([[child]], 10) == []
    assert time.monotonic() - began < 5
    assert not child.is_running()


def test_a_deaf_child_is_killed_in_time(tmp_path: Path) -> None:
    child = a_child(tmp_path, DEAF)
    child.start()
    wait_for_line(child)
    began = time.monotonic()
    assert end_all([[child]], 1) == ["test"]
    assert time.monotonic() - began < 3
    assert not child.is_running()


def test_what_a_child_started_ends_with_it(tmp_path: Path) -> None:
    child = a_child(tmp_path, PARENT, DEAF)
    child.start()
    grandchild = int(wait_for_line(child).splitlines()[0])
    end_all([[child]], 2)
    deadline = time.monotonic() + 5
    while is_alive(grandchild):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_one_that_keeps_dying_is_started_again_ever_later(tmp_path: Path) -> None:
    child = a_child(tmp_path, "raise SystemExit(3)")
    child.start()
    waits = []
    for _ in range(4):
        wait_for_end(child)
        wait = 0.0
        deadline = time.monotonic() + 10
        while child.revive() is None:
            assert child.due_at is not None
            wait = child.due_at - child.deaths[-1]
            assert time.monotonic() < deadline
            time.sleep(0.01)
        waits.append(wait)
    wait_for_end(child)
    assert waits == pytest.approx([0, 1, 1.2, 1.2])


def test_one_that_has_run_for_long_is_started_again_at_once(tmp_path: Path) -> None:
    child = a_child(tmp_path, "raise SystemExit(3)")
    child.start()
    child.deaths.extend([time.monotonic() - 400] * 4)
    wait_for_end(child)
    assert child.revive() == 3
    assert len(child.deaths) == 1
    wait_for_end(child)


def test_children_end_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[3]
    supervisor = (
        "import sys, time\nfrom pathlib import Path\nfrom scripts.supervise.child import Child\n"
        f"folder = Path({str(tmp_path)!r})\n"
        "child = Child('c', [sys.executable, '-c', 'import time; time.sleep(60)'], {}, folder / 'log', folder)\n"
        "child.start()\nprint(child.process.pid, flush=True)\ntime.sleep(60)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", supervisor], cwd=root, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout:
        child = int(process.stdout.readline())
        assert is_alive(child)
        process.send_signal(signal.SIGKILL)
        process.wait()
    deadline = time.monotonic() + 5
    while is_alive(child):
        assert time.monotonic() < deadline
        time.sleep(0.05)
