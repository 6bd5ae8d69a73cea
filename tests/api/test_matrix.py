"""Every route x {nobody, wrong role, right role elsewhere, right role}: one table, and no route outside of it."""

import hashlib
import importlib
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from backend.http.api import openapi_of
from backend.infra.migrations import migration_names
from tests.support.api import Folders
from tests.support.builders_identity import TRANG
from tests.support.database import snapshot
from tests.support.route_table import TABLE, Row
from tests.support.world import ROLES, World, a_world, lasting_world

EXPIRING = {
    index.collection
    for name in migration_names()
    for index in getattr(importlib.import_module(f"backend.infra.migrations.{name}"), "INDEXES", ())
    if index.expire_after_s is not None
}
"""Where the database itself deletes, by its own clock and not by the test's; one-time proofs are among them."""

QUARANTINE = {"refused.files", "refused.chunks"}
OWNED = ("devices", "licences", "results", "notices", "push_subscriptions", "machine_clients", "staff", "persons")
"""What one caller could change of another's: compared by content."""

OUTSIDE_THE_API = {
    "/healthz": 503,
    "/livez": 200,
    "/city.json": 200,
    "/trust-root.<digest>.json": 404,
    "/root-handover.<digest>.cwt": 404,
    "/api/v1/openapi.json": 200,
}
"""Routes for anybody, without data of anybody; 503: no push and no jobs run in this test."""


@pytest.fixture(scope="module")
def shared_world(mongo_server: str, folders: Folders) -> Iterator[World]:
    with lasting_world(mongo_server, folders, "matrix") as world:
        yield world


@pytest.fixture
def world(row: Row, request: pytest.FixtureRequest) -> World:
    """The world that the rows share, or one for a row that would spoil it."""
    if row.spoils:
        return a_world(request.getfixturevalue("sign_in"))
    shared: World = request.getfixturevalue("shared_world")
    return shared


def test_every_operation_has_its_row(app: Flask) -> None:
    operations = {
        f"{method.upper()} {path}"
        for path, methods in openapi_of(app)["paths"].items()
        for method in methods
        if method != "parameters"
    }
    assert {row.operation for row in TABLE} == operations
    assert len(TABLE) == len(operations), "a route has two rows"


def test_every_other_route_is_known(app: Flask) -> None:
    rules = {rule.rule for rule in app.url_map.iter_rules() if "/api/v1/" not in rule.rule or "openapi" in rule.rule}
    assert rules == set(OUTSIDE_THE_API)
    for rule, status in OUTSIDE_THE_API.items():
        answer = app.test_client().get(rule.replace("<digest>", "0123456789abcdef"))
        assert answer.status_code == status, rule


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.operation)
def test_a_row_forgets_nobody(row: Row) -> None:
    """Whoever may call a route has a counterpart elsewhere whose answer is written down too."""
    if row.public is None:
        assert set(row.answers) <= set(ROLES)
        assert set(row.elsewhere) == set(row.answers)
        assert [status for status in row.answers.values() if status < 300]
    else:
        assert not row.answers
        assert not row.elsewhere
    assert not row.sees or row.why


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.operation)
def test_everybody_gets_what_the_matrix_says(row: Row, world: World) -> None:
    for name, status in row.expected().items():
        phone = world.caller(name)
        body: Any = row.body(world, phone)
        address = row.address(world, phone)
        changes_nothing = status >= 400 or (
            # "It is not there any more" is a fair answer about somebody else's; taking it away is not.
            name.endswith("elsewhere") and row.method == "DELETE" and row.operation != "DELETE /api/v1/me/sessions"
        )
        before = written(world) if changes_nothing else {}
        answer = phone.request(row.method, address, body=body)
        assert answer.status_code == status, (name, answer.get_data(as_text=True)[:500])
        if status >= 400:
            assert answer.content_type == "application/problem+json", name
        if changes_nothing:
            assert written(world) == before, f"{name}: something was written"
        if name.endswith("elsewhere") and not row.sees:
            assert_says_nothing(world, answer.get_data(as_text=True), name)


def written(world: World) -> dict[str, int | str]:
    """What a refused request must leave as it is: how many of everything, and what is in the things people own."""
    database = world.container.database
    counts = {name: count for name, count in snapshot(database).items() if name not in EXPIRING | QUARANTINE}
    contents = {
        name: hashlib.sha256(repr(list(database.collection(name).find().sort("_id", 1))).encode()).hexdigest()
        for name in OWNED
    }
    return {**counts, **contents}


def assert_says_nothing(world: World, text: str, name: str) -> None:
    """Nothing of the first agency, machine or citizen is in what somebody elsewhere reads."""
    theirs = {TRANG.personal_id, TRANG.full_name, *world.ids.values()} - {"1"}
    assert not [secret for secret in theirs if secret in text], (name, text[:500])
