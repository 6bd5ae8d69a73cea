"""A city for stories: all of its processes, with more of a kind beside them, and what a test does to each."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

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


def supervised(city: City, work: Callable[[], None]) -> None:
    """Does ``work`` in a thread of its own; this one brings back what dies meanwhile, as ``scripts/stack.py`` does.

    The other way round would not do: a process that is started here ends with the thread that started it.
    """
    stop, failures = Event(), []

    def do() -> None:
        try:
            work()
        except BaseException as failure:  # noqa: BLE001 - raised again in the thread that waits
            failures.append(failure)
        finally:
            stop.set()

    worker = Thread(target=do, name="work", daemon=True)
    worker.start()
    city.watch(stop)
    worker.join()
    if failures:
        raise failures[0]


@dataclass(frozen=True)
class Another:
    """A second process of some kind, supervised like the first; ``port`` is where it answers."""

    child: Child
    port: int

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.port}"


@contextmanager
def beside(city: City, **settings: str) -> Iterator[dict[str, Another]]:
    """One more ``api``, ``push`` and ``jobs`` on the same database, with other ``settings``."""
    added = {name: _another(city, name, settings) for name in ("api", "push", "jobs")}
    children = [another.child for another in added.values()]
    try:
        for child in children:
            child.start()
            city._running.append(child)
        wait_until(lambda: all(is_listening(another.port) for another in added.values()))
        yield added
    finally:
        for child in children:
            city._running.remove(child)
        end_all([children], 15)


def _another(city: City, name: str, settings: dict[str, str]) -> Another:
    port = free_base(1)
    commands = {
        "api": ["backend.wsgi"],
        "push": ["push", "--health-port", str(port), *LEASE],
        "jobs": ["backend.jobs"],
    }
    ports = {"CONGDAN_PORT": str(port), "CONGDAN_JOBS_HEALTH_PORT": str(port)}
    env = {**city.env, **ports, **settings}
    log = city.data / "logs" / f"another-{name}.log"
    return Another(Child(f"another {name}", [sys.executable, "-m", *commands[name]], env, log, ROOT), port)


def wait_until(is_so: Callable[[], bool], within_s: float = 30.0) -> None:
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def kill(child: Child) -> int:
    """kill -9; which process it was."""
    assert child.process is not None
    os.kill(child.process.pid, signal.SIGKILL)
    return child.process.pid
