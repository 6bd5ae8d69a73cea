"""What a suite's case came to, and the command that it went through."""

import io
import json
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.cli import main

Vectors = Callable[[str], Any]
"""Reads a JSON file of the folder of suites, or lists the names of the files of a folder for a path that ends in /."""


@dataclass(frozen=True, slots=True)
class Case:
    """A case by its name in the suite; ``told`` is what ours said."""

    name: str
    agreed: bool
    told: str


def congdan_verify(
    lines: Sequence[str], profile: str, keys: Iterable[dict[str, Any]], *more: str
) -> list[dict[str, Any]]:
    """The verdicts of the real command on these lines."""
    typed = io.TextIOWrapper(io.BytesIO("".join(f"{line}\n" for line in lines).encode()))
    printed = io.StringIO()
    before, sys.stdin = sys.stdin, typed
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(printed):
        path = Path(folder) / "keys.json"
        path.write_text(json.dumps(list(keys)))
        try:
            status = main(["verify", "--profile", profile, "--keys", str(path), *more])
        finally:
            sys.stdin = before
    verdicts = [json.loads(line) for line in printed.getvalue().splitlines()]
    assert (status, len(verdicts)) == (0, len(lines))
    return verdicts


def is_accepted(verdict: dict[str, Any]) -> bool:
    return str(verdict["outcome"]).startswith("VALID_")


def told(verdict: dict[str, Any]) -> str:
    return f"{verdict['outcome']} {' '.join(verdict['reasons'])}"
