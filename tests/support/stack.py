"""The embedded database and the whole stack for tests: real processes on free ports, ended with the test."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.lan.addresses import wanted_address
from scripts.lan.terminal import make_lan
from scripts.supervise.city import City
from scripts.supervise.database import embedded_database, embedded_uri
from scripts.supervise.ports import Ports, free_base, is_listening


@dataclass(frozen=True)
class Addresses:
    """Where the parts of the running city answer."""

    app: str
    codes: str
    desk: str


@contextmanager
def running_database(folder: Path, name: str = "test") -> Iterator[str]:
    """A real embedded server over ``folder``; its address with the database ``name``."""
    port = free_base(1)
    child = embedded_database(folder / "db", port, folder / "database.log")
    child.start()
    try:
        deadline = time.monotonic() + 30
        while not is_listening(port):
            assert child.is_running(), child.tail()
            assert time.monotonic() < deadline, child.tail()
            time.sleep(0.05)
        yield embedded_uri(port, name)
    finally:
        # Nobody wants its data: asked to end, it would wait for connections that tests have left open.
        child.kill()


@contextmanager
def running_city(folder: Path, extra: Mapping[str, str] | None = None) -> Iterator[City]:
    """Every process of a city, seeded and healthy, on free ports; ended with the test.

    Pushes may go to this machine. Where the app is not built, a page stands in for it (``CONGDAN_SITE_DIR`` decides).
    """
    settings = {"CONGDAN_ENV": "test", "CONGDAN_PUSH_EXTRA_HOSTS": "127.0.0.1", **(extra or {})}
    city = City(folder, Ports(free_base()), extra=settings)
    city.start()
    try:
        yield city
    finally:
        city.stop()


@contextmanager
def running_lan_city(folder: Path, extra: Mapping[str, str] | None = None) -> Iterator[City]:
    """The same as ``scripts/run --lan`` makes it: over TLS, on this machine's own address in its network."""
    lan, _ = make_lan(folder, wanted_address(""))
    city = City(folder, Ports(free_base()), extra={"CONGDAN_ENV": "test", **(extra or {})}, lan=lan)
    city.start()
    try:
        yield city
    finally:
        city.stop()


def stand_in_site(folder: Path) -> Path:
    """A site that only says that it is one: for tests that need the processes and not the app."""
    for page in (folder / "index.html", folder / "q" / "index.html"):
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text("<!doctype html><title>stand-in</title>", "utf-8")
    return folder
