"""The real embedded server for tests that need a database: one for each test process, a database for each module."""

import hashlib
import importlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest

from backend.infra.indexes import Index
from backend.infra.migrations import migrate, migration_names
from backend.infra.mongo import Database
from backend.infra.system import SystemClock
from tests.support.stack import running_database


@pytest.fixture(scope="session")
def mongo_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running server, with the name of some database."""
    with running_database(tmp_path_factory.mktemp("mongo")) as uri:
        yield uri


@pytest.fixture(scope="module")
def module_database(mongo_server: str, request: pytest.FixtureRequest) -> Iterator[Database]:
    """A migrated database of this module alone."""
    name = "t_" + hashlib.sha256(str(request.path).encode()).hexdigest()[:16]
    with_name = urlsplit(mongo_server)._replace(path=f"/{name}").geturl()
    database = Database(with_name).connect()
    migrate(database, SystemClock())
    forget_nothing(database)
    yield database
    database.client.drop_database(name)
    database.close()


def forget_nothing(database: Database) -> None:
    """Takes the expiry from every index: a test's clock stands, and the database would forget by its own."""
    for index in _expiring():
        database.collection(index.collection).drop_index(index.name)
        database.collection(index.collection).create_indexes([replace(index, expire_after_s=None).model()])


def forget_again(database: Database) -> None:
    """Gives the expiry back, for a test that runs migrations a second time."""
    for index in _expiring():
        database.collection(index.collection).drop_index(index.name)
        database.collection(index.collection).create_indexes([index.model()])


def _expiring() -> list[Index]:
    modules = [importlib.import_module(f"backend.infra.migrations.{name}") for name in migration_names()]
    every = [index for module in modules for index in getattr(module, "INDEXES", ())]
    return [index for index in every if index.expire_after_s is not None]


@pytest.fixture
def database(module_database: Database) -> Database:
    """The module's database, emptied."""
    empty(module_database)
    return module_database


def empty(database: Database) -> None:
    """Deletes every document but the record of migrations; indexes stay."""
    for name in database.database.list_collection_names():
        if name != "migrations" and not name.startswith("system."):
            database.collection(name).delete_many({})


def uri_of(database: Database) -> str:
    return database._uri


def only(database: Database, name: str) -> dict[str, Any]:
    """The one document that a collection has."""
    found = list(database.collection(name).find())
    assert len(found) == 1, (name, len(found))
    return found[0]


def snapshot(database: Database) -> dict[str, int]:
    """How many documents each collection has: a refused request changes none of it."""
    names = sorted(database.database.list_collection_names())
    return {name: database.collection(name).count_documents({}) for name in names}
