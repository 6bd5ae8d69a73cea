"""What several commands share: options that the environment may give instead, and the database of the settings."""

import argparse
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

from backend.bootstrap import Container, build
from backend.config import Settings
from backend.infra.mongo import Database
from backend.infra.system import environment

Options = argparse.Namespace
Commands = Any
"""What `argparse` gives to add commands to; its class has no public name."""
Env = Mapping[str, str]


def option(command: argparse.ArgumentParser, name: str, default: str | None, kind: Callable[[str], Any]) -> None:
    """An option that the environment may give instead."""
    command.add_argument(name, type=kind, default=kind(default) if default else None, required=not default)


def open_database() -> closing[Database]:
    """The database of the settings, closed at the end of the ``with`` block."""
    return closing(Database(Settings.from_env(environment()).mongodb_uri).connect())


@contextmanager
def open_container() -> Iterator[Container]:
    """Every service of the settings' installation; its database is closed at the end of the ``with`` block."""
    container = build(Settings.from_env(environment()))
    with closing(container.database):
        yield container
