"""The embedded database and the whole stack for tests: real processes on free ports, ended with the test."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.supervise.child import end_all
from scripts.supervise.database import embedded_database, embedded_uri
from scripts.supervise.ports import free_base, is_listening


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
        end_all([[child]], 10)
