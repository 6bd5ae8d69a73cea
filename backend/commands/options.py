"""What several commands share: options that the environment may give instead, and the database of the settings."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from pymongo.errors import OperationFailure, PyMongoError

from backend.bootstrap import Container, build
from backend.config import Settings
from backend.infra.clock_watch import ask_time
from backend.infra.mongo import Database
from backend.infra.publishing import City
from backend.infra.system import environment
from shared_models.clock import start_of_day, to_wire
from shared_models.schemas.wire import FIRST_DAY, LAST_DAY

Options = argparse.Namespace
Commands = Any
"""What `argparse` gives to add commands to; its class has no public name."""
Env = Mapping[str, str]

LONGEST_REASON: Final = 500
"""Characters of a purpose, a name or a note that somebody will read."""


class DatabaseFault(OSError):
    """One sentence. A driver's own message may quote what was asked for."""


def option(command: argparse.ArgumentParser, name: str, default: str | None, kind: Callable[[str], Any]) -> None:
    """An option that the environment may give instead."""
    command.add_argument(name, type=kind, default=kind(default) if default else None, required=not default)


@contextmanager
def open_database() -> Iterator[Database]:
    """The database of the settings, closed at the end of the ``with`` block.

    Raises:
        DatabaseFault: whatever the database could not do in the ``with`` block.
    """
    with _in_words(), closing(Database(Settings.from_env(environment()).mongodb_uri).connect()) as database:
        yield database


@contextmanager
def open_container() -> Iterator[Container]:
    """Every service of the settings' installation, at the time that all its processes go by.

    Its database is closed at the end of the ``with`` block.

    Raises:
        DatabaseFault: whatever the database could not do in the ``with`` block.
    """
    container = build(Settings.from_env(environment()))
    with _in_words(), closing(container.database):
        ask_time(container.clock, container.database)
        yield container


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except OperationFailure as refusal:
        raise DatabaseFault(f"the database refused: {type(refusal).__name__} {refusal.code}") from refusal
    except PyMongoError as fault:
        raise DatabaseFault(f"the database does not answer ({type(fault).__name__})") from fault


def reason(text: str) -> str:
    """A text that somebody will read: a purpose, a name, a note.

    Raises:
        argparse.ArgumentTypeError: nothing in it, or more than a reader would read.
    """
    said = " ".join(text.split())
    if not 0 < len(said) <= LONGEST_REASON:
        raise argparse.ArgumentTypeError(f"must say something, in {LONGEST_REASON} characters at most")
    return said


def count(text: str) -> int:
    """A whole number from 1 to a million.

    Raises:
        argparse.ArgumentTypeError: anything else.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 7 and 1 <= int(text) <= 1_000_000):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to 1000000")
    return int(text)


def day(text: str) -> date:
    """``YYYY-MM-DD``, within what a city may ask about.

    Raises:
        argparse.ArgumentTypeError: anything else.
    """
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = date.min
    if not FIRST_DAY <= found <= LAST_DAY:
        raise argparse.ArgumentTypeError(f"{text!r} is no day from {FIRST_DAY} to {LAST_DAY}")
    return found


def print_json(found: Mapping[str, Any]) -> None:
    """For a reader and for a program; times as everywhere else (``2026-11-21T02:30:00Z``)."""
    print(json.dumps(found, ensure_ascii=False, indent=2, default=_in_json))


def _in_json(value: object) -> str:
    return to_wire(value) if isinstance(value, datetime) else str(value)


def add_city_options(command: argparse.ArgumentParser, env: Env) -> None:
    """Where the keys and the public files are, and what the public files say of the city."""
    option(command, "--keys", env.get("CONGDAN_KEYS_DIR"), Path)
    option(command, "--public", env.get("CONGDAN_PUBLIC_DIR"), Path)
    option(command, "--public-url", env.get("CONGDAN_PUBLIC_URL"), str)
    option(command, "--status-uri-base", env.get("CONGDAN_STATUS_URI_BASE"), str)
    option(command, "--environment", env.get("CONGDAN_ENV") or "development", str)
    command.add_argument("--old-host", action="append", default=[], help="a host on sheets printed before; repeatable")


def city_of(options: Options) -> City:
    """The city of `add_city_options`."""
    return City(options.public_url, options.status_uri_base, options.environment, tuple(options.old_host))


def moment(text: str) -> datetime:
    """An RFC 3339 time or a day of the city (``2026-11-21``: its first second).

    Raises:
        argparse.ArgumentTypeError: anything else.
    """
    try:
        if len(text) == len("2026-11-21"):
            return start_of_day(date.fromisoformat(text))
        found = datetime.fromisoformat(text)
    except ValueError as malformed:
        raise argparse.ArgumentTypeError(f"{text!r} is no time such as 2026-11-21T09:30:00+07:00") from malformed
    if found.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} says no time zone, such as +07:00")
    return found


def is_confirmed(question: str, *, is_answered: bool) -> bool:
    """Asks on the terminal, unless ``--yes`` has answered; whoever cannot be asked has not agreed."""
    if is_answered:
        return True
    print(f"{question} [y/N] ", end="", flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes", "c", "có")
