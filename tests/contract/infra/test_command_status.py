"""`congdan status`: well when all is well, and each thing that is wrong by its name."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from backend.bootstrap import Container
from backend.cli import main
from backend.condition import KINDS, Level, Line, condition
from backend.infra.ledger import AccessEntry
from backend.infra.migrations import migrate
from backend.infra.mongo import Database
from shared_models.clock import FixedClock
from shared_models.version import VERSION
from tests.support.api import Cast, Folders, app, clock, container, environment_of, folders, provider, sign_in, type_in
from tests.support.builders_results import a_city, a_delivery, deliver
from tests.support.database import uri_of

__all__ = ["app", "clock", "container", "folders", "provider", "sign_in"]


@pytest.fixture
def well(container: Container, sign_in: Cast) -> Container:
    """An installation in which everything has happened and all is well."""
    migrate(container.database, container.clock)
    a_city(container)
    deliver(sign_in.machine())
    container.wallet.sign_due_lists(container.clock.now())
    for kind in KINDS:
        container.heartbeats.beat(kind, "here:1")
    return container


def lines(container: Container) -> dict[str, Line]:
    return {line.name: line for line in condition(container)}


def wrong(container: Container) -> set[str]:
    return {line.name for line in condition(container) if line.level is Level.WRONG}


def test_all_is_well(well: Container) -> None:
    found = lines(well)
    assert wrong(well) == set()
    assert found["version"].value == VERSION
    assert found["site"].value == "unnamed"
    assert [found[f"process.{kind}"].value for kind in KINDS] == ["1", "1", "1"]
    assert found["beat.api@here:1"].note == f"version {VERSION}, up 0s"
    assert found["deliveries.refused"] == Line("deliveries.refused", "0")
    assert found["status_lists.oldest"].note == "1 lists"


def stop_push(well: Container, clock: FixedClock) -> None:
    clock.advance(timedelta(seconds=46))
    for kind in ("api", "jobs"):
        well.heartbeats.beat(kind, "here:1")


def forget_a_migration(well: Container, _clock: FixedClock) -> None:
    well.database.collection("migrations").delete_one({"_id": "0004_results"})


def let_a_message_wait(well: Container, clock: FixedClock) -> None:
    due = clock.now() - timedelta(minutes=6)
    well.database.collection("outbox").insert_one({"_id": "evt_1:sub_1", "state": "ready", "due_at": due})


def leave_an_entry_open(well: Container, clock: FixedClock) -> None:
    entry = AccessEntry(clock.now() - timedelta(minutes=6), "per_1", "licence.checked", None, "kiểm tra")
    well.database.transaction(lambda session: well.ledger.record([entry], session))


def let_a_list_grow_old(well: Container, clock: FixedClock) -> None:
    old = clock.now() - timedelta(hours=13)
    well.database.collection("status_lists").update_many({}, {"$set": {"signed_at": old}})


def leave_a_list_unsigned(well: Container, _clock: FixedClock) -> None:
    well.database.collection("status_lists").update_many({}, {"$set": {"signed_at": None}})


@pytest.mark.parametrize(
    ("happen", "name"),
    [
        (stop_push, "process.push"),
        (forget_a_migration, "migrations.waiting"),
        (let_a_message_wait, "outbox.ready"),
        (leave_an_entry_open, "ledger.unsealed"),
        (let_a_list_grow_old, "status_lists.oldest"),
        (leave_a_list_unsigned, "status_lists.oldest"),
    ],
)
def test_what_is_wrong_is_named(
    well: Container, clock: FixedClock, happen: Callable[[Container, FixedClock], None], name: str
) -> None:
    happen(well, clock)
    assert wrong(well) == {name}


def test_what_a_person_should_look_at_is_not_wrong(well: Container, sign_in: Cast, clock: FixedClock) -> None:
    sign_in.machine().post("/results", a_delivery(number="x", type="fishing"))
    well.database.collection("outbox").insert_one(
        {"_id": "evt_1:sub_1", "state": "dead", "due_at": clock.now(), "last_error": "service.413"}
    )
    well.database.collection("heartbeats").update_one({"_id": "api@here:1"}, {"$set": {"version": "0.0.9"}})
    found = lines(well)
    for name in ("deliveries.refused", "outbox.dead", "beat.api@here:1"):
        assert found[name].level is Level.LOOK, name
    assert found["outbox.dead"].note == "service.413=1"
    assert wrong(well) == set()


def test_the_command_says_no_when_something_is_wrong(
    database: Database, folders: Folders, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    type_in(monkeypatch, environment_of(folders, uri_of(database)))
    assert main(["status"]) == 1
    told = capsys.readouterr().out.splitlines()
    assert "WRONG  process.push              0" in told
    assert f"ok     version                   {VERSION}" in told
    assert main(["status", "--json"]) == 1
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    assert {"name": "process.jobs", "value": "0", "level": "WRONG", "note": ""} in found


def test_a_database_that_is_away_is_all_there_is_to_say(
    folders: Folders, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = "mongodb://127.0.0.1:9/congdan?replicaSet=secantus&connectTimeoutMS=200"
    type_in(monkeypatch, environment_of(folders, nowhere))
    assert main(["status"]) == 1
    assert capsys.readouterr().out == "WRONG  database                  down\n"
