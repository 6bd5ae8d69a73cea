"""Migrations are numbered without gaps, and every index has a name of its own and says what it is for."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import backend.infra.migrations as package
from backend.infra.indexes import Index
from backend.infra.migrations import migration_names

ROOT = Path(__file__).resolve().parents[2]
MODULES = [importlib.import_module(f"backend.infra.migrations.{name}") for name in migration_names()]
INDEXES: list[Index] = [index for module in MODULES for index in getattr(module, "INDEXES", ())]


def test_migrations_are_numbered_from_one_without_a_gap() -> None:
    assert [int(name[:4]) for name in migration_names()] == list(range(1, len(MODULES) + 1))


@pytest.mark.parametrize("module", MODULES, ids=migration_names())
def test_a_migration_can_go_up_and_says_why(module: Any) -> None:
    assert callable(module.up)
    assert module.__doc__


def test_no_file_beside_them_is_forgotten() -> None:
    folder = Path(package.__path__[0])
    files = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert files == set(migration_names())


def test_indexes_have_names_of_their_own_and_say_what_they_are_for() -> None:
    assert len(INDEXES) > 10
    names = [index.name for index in INDEXES]
    assert len(names) == len(set(names))
    assert all(len(index.query) > 10 for index in INDEXES)
    assert all(index.model().document["name"] == index.name for index in INDEXES)


def test_no_two_indexes_have_the_same_keys() -> None:
    replaced = {name for module in MODULES for name in getattr(module, "REPLACED", ())}
    assert replaced <= {index.name for index in INDEXES}
    keys = [(index.collection, tuple(index.keys)) for index in INDEXES if index.name not in replaced]
    assert len(keys) == len(set(keys))


def test_every_collection_of_the_contract_is_made() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    [listed] = re.findall(r"^Collections: `([a-z_, ]+)`", text, re.MULTILINE)
    made = {name for module in MODULES for name in getattr(module, "COLLECTIONS", ())}
    assert set(listed.split(", ")) == made


def collections_used() -> Iterator[tuple[Path, str]]:
    for path in (ROOT / "backend").rglob("*.py"):
        for name in re.findall(r"""\.collection\(\s*["']([a-z_.]+)["']""", path.read_text(encoding="utf-8")):
            yield path, name


def test_every_collection_in_use_is_made_by_a_migration() -> None:
    made = {name for module in MODULES for name in getattr(module, "COLLECTIONS", ())}
    # GridFS makes its two collections by itself, outside any transaction.
    unknown = {(path.name, name) for path, name in collections_used() if name not in made | {"fs.files", "fs.chunks"}}
    assert not unknown
