"""A city for stories: all of its processes, with more of a kind beside them, and what a test does to each."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.supervise.child import Child, end_all
from scripts.supervise.city import City
from scripts.supervise.city_env import ROOT
from scripts.supervise.ports import Ports, free_base, is_listening
from tests.support.stack import stand_in_site

LEASE = ("--lease", "15")
"""Messages of a push process that was killed come back sooner than in a real city: tests wait for it."""


@contextmanager
def fault_city(folder: Path, change: Callable[[City], None] = lambda _city: None) -> Iterator[City]:
    """A city in ``folder / "data"``, seeded and healthy; ``change`` may alter its processes before they start."""
    settings = {
        "CONGDAN_ENV": "test",
        "CONGDAN_PUSH_EXTRA_HOSTS": "127.0.0.1",
        "CONGDAN_SITE_DIR": str(stand_in_site(folder / "site")),
    }
    city = City(folder / "data", Ports(free_base()), extra=settings)
    push = next(child for child in city._services if child.name == "push")
    push.command = [*push.command, *LEASE]
    change(city)
    city.start()
    try:
        yield city
    finally:
        city.stop()


@contextmanager
def beside(city: City, *modules: str, **settings: str) -> Iterator[list[Child]]:
    """One more process of each kind (``api``, ``push``, ``jobs``) on the same database, with other ``settings``."""
    children = [_another(city, module, settings) for module in modules]
    try:
        for child in children:
            child.start()
        yield children
    finally:
        end_all([children], 15)


def _another(city: City, name: str, settings: dict[str, str]) -> Child:
    port = free_base(1)
    commands = {
        "api": ["backend.wsgi"],
        "push": ["push", "--health-port", str(port), *LEASE],
        "jobs": ["backend.jobs"],
    }
    ports = {"CONGDAN_PORT": str(port), "CONGDAN_JOBS_HEALTH_PORT": str(port)}
    child = Child(
        f"another {name}",
        [sys.executable, "-m", *commands[name]],
        {**city.env, **ports, **settings},
        city.data / "logs" / f"another-{name}.log",
        ROOT,
    )
    child.port = port  # type: ignore[attr-defined]
    return child


def wait_until(is_so: Callable[[], bool], within_s: float = 30.0) -> None:
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def listens(port: int) -> bool:
    return is_listening(port)


def kill(child: Child) -> int:
    """kill -9; which process it was."""
    assert child.process is not None
    os.kill(child.process.pid, signal.SIGKILL)
    return child.process.pid
