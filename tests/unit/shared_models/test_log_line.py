"""What nothing has caught is a line of the log like any other, and quotes nobody."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
START = """
import logging, sys, threading, warnings
from shared_models.log_line import JsonFormatter, log_strays
handler = logging.StreamHandler(sys.stderr)
handler.setFormatter(JsonFormatter("test"))
logging.getLogger().handlers[:] = [handler]
log_strays()
"""
NAME = "Trần Thị Thu Trang"
FALL = f"def fall():\n    raise LookupError('{NAME}')\n"


def lines_of(program: str, code: int) -> list[dict[str, object]]:
    done = subprocess.run(
        [sys.executable, "-c", START + program], cwd=ROOT, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == code
    assert NAME not in done.stderr
    return [json.loads(line) for line in done.stderr.splitlines()]


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("fall()", 1),
        ("thread = threading.Thread(target=fall)\nthread.start()\nthread.join()", 0),
    ],
    ids=["main", "thread"],
)
def test_what_nothing_caught_is_one_line(program: str, code: int) -> None:
    [line] = lines_of(FALL + program, code)
    assert (line["level"], line["message"]) == ("critical", "nothing caught this")
    [told] = line["error"]  # type: ignore[misc]
    assert told["type"] == "LookupError"
    assert told["places"][-1].endswith(" fall")


def test_a_packages_warning_is_one_line() -> None:
    [line] = lines_of(f"warnings.warn('{NAME}')", 0)
    assert (line["level"], line["message"]) == ("warning", "another package's words")
