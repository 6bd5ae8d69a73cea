"""The API as other processes meet it: a real server on a free port, its own address, the machine's clock."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from werkzeug.serving import make_server

from backend.app import create_app
from backend.bootstrap import Container, Replaced, build
from backend.config import Settings
from backend.infra.mongo import Database
from scripts import seed
from scripts.sandbox import pki
from scripts.supervise.ports import free_base
from tests.support.api import CHEAP_HASHER, Folders, environment_of
from tests.support.builders_identity import FakeIdentityProvider
from tests.support.database import uri_of


@contextmanager
def live_city(folders: Folders, database: Database, data: Path) -> Iterator[tuple[Container, str]]:
    """The demonstration's agencies, catalogue, staff and one-stop softwares behind HTTP; its container and address.

    ``data`` is what the sandboxes have of it: keys and accounts.
    """
    port = free_base(1)
    origin = on_port(port)
    settings = Settings.from_env({**environment_of(folders, uri_of(database)), "CONGDAN_PUBLIC_URL": origin})
    container = build(settings, Replaced(provider=FakeIdentityProvider(), hasher=CHEAP_HASHER))
    pki.prepare(data)
    seed.add_directory(container)
    seed.add_catalogue(container, print)
    seed.add_staff(container, data / "sandbox" / "accounts.json")
    for code in seed.deciding_agencies():
        seed.add_egov(container, data, code)
    server = make_server("127.0.0.1", port, create_app(container), threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield container, origin
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        container.database.close()


def on_port(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def accounts_of(data: Path) -> dict[str, str]:
    """The demo staff's passwords, by user name."""
    found: dict[str, str] = json.loads((data / "sandbox" / "accounts.json").read_text("utf-8"))
    return found
