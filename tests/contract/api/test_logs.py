"""What the log says when a whole city has done everything there is to do: nothing about anybody.

Every row of the route table is called by everybody, things go wrong on purpose, and then the log is searched for every
personal id, name, number, text and token that was in use.
"""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from shared_models.log_line import JsonFormatter
from tests.support.api import Folders, folders
from tests.support.builders_identity import TRANG
from tests.support.builders_results import a_delivery
from tests.support.database import mongo_server
from tests.support.route_table import TABLE
from tests.support.world import World, lasting_world

__all__ = ["folders", "mongo_server"]

LEAST_LENGTH = 6
"""Shorter values (``1``, ``inspector``) are no secrets and stand in any text."""


class Log:
    """Everything that any logger says, as the processes write it."""

    def __init__(self) -> None:
        self._stream = io.StringIO()
        self.handler = logging.StreamHandler(self._stream)
        self.handler.setFormatter(JsonFormatter("api"))

    @property
    def text(self) -> str:
        return self._stream.getvalue()

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture(scope="module")
def log() -> Iterator[Log]:
    made, root = Log(), logging.getLogger()
    level = root.level
    root.addHandler(made.handler)
    root.setLevel(logging.DEBUG)
    yield made
    root.removeHandler(made.handler)
    root.setLevel(level)


@pytest.fixture(scope="module")
def lived(mongo_server: str, folders: Folders, log: Log) -> Iterator[tuple[World, set[str]]]:
    """A world in which every route was called by everybody, and all that was said and answered in it."""
    with lasting_world(mongo_server, folders, "logs") as world:
        spoken = world.secrets()
        for row in sorted(TABLE, key=lambda row: row.spoils):
            for name in row.expected():
                phone = world.caller(name)
                body = row.body(world, phone)
                answer = phone.request(row.method, row.address(world, phone), body=body)
                spoken |= values_of(body) | answered(answer)
        yield world, {value for value in spoken if len(value) >= LEAST_LENGTH}


def values_of(told: Any) -> set[str]:
    """Every text in a body, down to its leaves."""
    if isinstance(told, dict):
        return {value for inner in told.values() for value in values_of(inner)}
    if isinstance(told, list):
        return {value for inner in told for value in values_of(inner)}
    return {told} if isinstance(told, str) else set()


def answered(answer: TestResponse) -> set[str]:
    """What an answer gave away; of a problem only its params, for codes and request ids may stand in the log."""
    told = answer.get_json(silent=True) if "json" in (answer.content_type or "") else None
    if answer.status_code >= 400 and told is not None:
        told = told["params"]
    location = {answer.headers["Location"]} if "Location" in answer.headers else set()
    return values_of(told) | location


ALLOWED = frozenset({"food_safety", "road_works", "online", "hygiene", "in_order", "password"})
"""Names of types, actions and fields that are ours and not anybody's."""


def is_ours(value: str) -> bool:
    """Codes, kinds and scopes of this software, and routes without a parameter, which are their own template."""
    if value in ALLOWED or value in {row.operation.partition(" ")[2] for row in TABLE}:
        return True
    return value.isascii() and value.replace(".", "").replace(":", "").replace("_", "").isalpha()


def test_the_log_says_nothing_about_anybody(lived: tuple[World, set[str]], log: Log) -> None:
    _world, spoken = lived
    text = log.text
    found = sorted(value for value in spoken if not is_ours(value) and value in text)
    assert found == []
    assert len(spoken) > 300, "too little was said to prove anything"
    for secret in (TRANG.personal_id, TRANG.full_name, a_delivery()["number"]):
        assert secret in spoken


def test_every_request_has_its_line_with_a_route_and_a_time(lived: tuple[World, set[str]], log: Log) -> None:
    requests = [line for line in log.lines() if line["message"] == "request"]
    assert {line["route"] for line in requests} >= {
        row.operation.partition(" ")[2].replace("{list_n}", "<int:list_n>").replace("{", "<").replace("}", ">")
        for row in TABLE
    }
    assert all(isinstance(line["duration_ms"], float) and line["duration_ms"] >= 0 for line in requests)
    assert {"method", "operation", "route", "status", "duration_ms"} <= requests[0].keys()


def test_a_strangers_path_and_method_are_not_repeated(lived: tuple[World, set[str]], log: Log) -> None:
    world, _spoken = lived
    client = world.cast.app.test_client()
    client.get(f"/api/v1/people/{TRANG.personal_id}?name=Trang")
    client.open("/api/v1/me", method=f"X{TRANG.personal_id}")
    assert TRANG.personal_id not in log.text
    assert [line["route"] for line in log.lines() if line["message"] == "request"][-2:] == ["-", "-"]


def test_a_fault_is_told_by_type_and_place_and_without_its_values(
    lived: tuple[World, set[str]], log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, _spoken = lived

    def break_down(person_id: str) -> None:
        raise LookupError(f"{TRANG.full_name} {person_id}")

    monkeypatch.setattr(world.container.identity.people, "person", break_down)
    phone = world.caller("citizen")
    answer = phone.get("/me")
    assert answer.status_code == 500
    [fault] = [line for line in log.lines() if line["message"] == "request failed"][-1:]
    assert fault["error"][0]["type"] == "LookupError"
    assert fault["error"][0]["places"][-1].endswith(" break_down")
    assert TRANG.full_name not in log.text
    assert phone.user["id"] not in log.text
