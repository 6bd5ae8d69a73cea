"""An installation that lost a key: its copy of the keys, and the steps an operator types up to the minting anew."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from backend.bootstrap import Container, build
from backend.cli import main
from backend.config import Settings
from backend.infra.key_ring import KeyRing
from backend.infra.mongo import Database
from backend.infra.publishing import City, publish
from backend.infra.system import SystemClock
from tests.support.api import PUBLIC_URL, STATUS_URI_BASE, Folders, environment_of, type_in
from tests.support.database import uri_of

CITY = City(PUBLIC_URL, STATUS_URI_BASE, "test")


@pytest.fixture
def folders(made_once: Path, tmp_path: Path) -> Folders:
    """Keys of this test's own, published today."""
    copytree(made_once, tmp_path / "keys")
    publish(tmp_path / "keys", tmp_path / "public", CITY, SystemClock().now())
    (tmp_path / "site").mkdir()
    return Folders(tmp_path / "keys", tmp_path / "public", tmp_path / "site")


@pytest.fixture
def container(database: Database, folders: Folders, monkeypatch: pytest.MonkeyPatch) -> Iterator[Container]:
    """An installation as the command finds it."""
    env = environment_of(folders, uri_of(database))
    type_in(monkeypatch, env)
    built = build(Settings.from_env(env))
    yield built
    built.database.close()


def kid_of_food(container: Container) -> str:
    """The food-safety board's first key."""
    ring = KeyRing.load(container.settings.keys_dir)
    return next(record.kid.hex() for record in ring.records if record.issuer_code == "H17.08")


def lose(container: Container, *, grace: str = "168") -> str:
    """The key is lost, its successor made and published; the kid of the lost one."""
    kid = kid_of_food(container)
    assert main(["keys", "compromised", "--kid", kid, "--at", "2026-11-20", "--grace", grace, "--yes"]) == 0
    assert main(["keys", "rotate", "--kid", kid]) == 0
    assert main(["keys", "publish"]) == 0
    return kid


def lose_and_remint(container: Container, **options: str) -> str:
    """As `lose`, and everything it signed minted anew."""
    kid = lose(container, **options)
    assert main(["keys", "remint", "--kid", kid]) == 0
    return kid


def rows(container: Container, name: str, **wanted: Any) -> list[dict[str, Any]]:
    """The documents of a collection that have these values."""
    return list(container.database.collection(name).find(wanted))
