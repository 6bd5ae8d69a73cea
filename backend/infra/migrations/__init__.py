"""Numbered changes of the database: ``0001_platform.py`` with ``up(database)``, run once each, in order of number.

An ``up`` may be run twice (two processes start at once, or one dies between the change and its record), so it is
written to change nothing the second time.
"""

import importlib
import pkgutil
import re
from typing import Any, Final, Protocol, cast

from pymongo.database import Database as PyMongoDatabase

from backend.infra.mongo import Database
from shared_models.clock import Clock

MIGRATIONS: Final = "migrations"
_NAME = re.compile(r"(?P<number>[0-9]{4})_[a-z0-9_]+")


class Migration(Protocol):
    """What a migration module offers."""

    def up(self, database: PyMongoDatabase[dict[str, Any]]) -> None: ...


def migration_names() -> list[str]:
    """Names of all migrations in order, such as ``0001_platform``.

    Raises:
        ValueError: two with one number, or a gap.
    """
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if _NAME.fullmatch(module.name))
    for position, name in enumerate(names, start=1):
        if int(name[:4]) != position:
            raise ValueError(f"migration {name} should have the number {position:04}")
    return names


def waiting_migrations(database: Database) -> list[str]:
    """Names of those that have not run yet, in order."""
    done = {document["_id"] for document in database.collection(MIGRATIONS).find()}
    return [name for name in migration_names() if name not in done]


def migrate(database: Database, clock: Clock) -> list[str]:
    """Runs what has not run yet and returns its names."""
    record = database.collection(MIGRATIONS)
    waiting = waiting_migrations(database)
    for name in waiting:
        module = cast("Migration", importlib.import_module(f"{__name__}.{name}"))
        module.up(database.database)
        record.update_one({"_id": name}, {"$setOnInsert": {"applied_at": clock.now()}}, upsert=True)
    return waiting
