"""How every `congdan` command behaves: it says what it could not do, asks for real reasons, and keeps files private."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from backend.bootstrap import Container
from backend.cli import main
from backend.commands.options import LONGEST_REASON
from shared_models.result import RefusedState
from tests.support.api import Cast, Folders, Phone, app, clock, container, environment_of, folders, provider, sign_in
from tests.support.builders_identity import TRANG, a_citizen
from tests.support.builders_results import a_city, a_delivery
from tests.support.database import uri_of

__all__ = ["app", "clock", "container", "folders", "provider", "sign_in"]

ROOT = Path(__file__).resolve().parents[3]
NOBODY_ANSWERS = "mongodb://127.0.0.1:9/congdan?replicaSet=none"


@pytest.fixture
def environment(container: Container, folders: Folders, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment that a command finds, here and in a process of its own."""
    made = environment_of(folders, uri_of(container.database))
    for name, value in made.items():
        monkeypatch.setenv(name, value)
    return made


@pytest.fixture
def entry(environment: dict[str, str], container: Container, sign_in: Cast) -> str:
    """The id of a delivery that was refused."""
    assert environment
    a_city(container)
    machine: Phone = sign_in.machine()
    assert machine.post("/results", a_delivery(valid_until="2020-01-01")).status_code == 422
    [item] = machine.get("/results/refused").get_json()["items"]
    return str(item["id"])


@pytest.mark.parametrize("command", ["deliveries list", "outbox list", "ledger verify", "staff list", "migrate"])
def test_a_database_that_is_away_is_said_in_one_sentence(
    environment: dict[str, str], command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert environment
    monkeypatch.setenv("MONGODB_URI", NOBODY_ANSWERS)
    monkeypatch.setattr("backend.infra.mongo._SELECTION_TIMEOUT_MS", 100)
    assert main(command.split()) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines()[-1] == "congdan: the database does not answer (ServerSelectionTimeoutError)"


@pytest.mark.parametrize("said", ["", "   ", "x" * (LONGEST_REASON + 1)])
@pytest.mark.parametrize("option", ["--purpose", "--operator", "--note"])
def test_what_a_person_will_read_says_something(entry: str, container: Container, said: str, option: str) -> None:
    asked = {"--purpose": "sửa địa chỉ", "--operator": "Lê Văn Bình"} if option != "--note" else {}
    given = [part for pair in (asked | {option: said}).items() for part in pair]
    command = ["reject", entry] if option == "--note" else ["show", entry, "--reveal"]
    a_citizen(container)
    with pytest.raises(SystemExit, match="2"):
        main(["deliveries", *command, *given])
    assert container.database.collection("access_ledger").count_documents({}) == 0
    assert container.results.refused.entry(entry)["state"] == RefusedState.WAITING


def test_a_note_names_nobody(entry: str, container: Container) -> None:
    assert main(["deliveries", "reject", entry, "--note", f"Số {TRANG.personal_id} không đúng"]) == 0
    assert container.results.refused.entry(entry)["note"] == "Số 048•••••0002 không đúng"


def test_a_revealed_file_is_the_operators_alone_and_replaces_none(entry: str, tmp_path: Path) -> None:
    file = tmp_path / "refused.pdf"
    reveal = ["deliveries", "show", entry, "--reveal", "--purpose", "sửa ngày", "--operator", "Lê Văn Bình"]
    assert main([*reveal, "--document", str(file)]) == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert main([*reveal, "--document", str(file)]) == 2


def test_times_are_told_as_everywhere_else(entry: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["deliveries", "show", entry]) == 0
    assert json.loads(capsys.readouterr().out)["first_at"] == "2026-11-21T02:30:00Z"


@pytest.mark.parametrize("limit", ["0", "-5", "many", "٣"])
def test_a_limit_is_a_number(environment: dict[str, str], limit: str) -> None:
    assert environment
    with pytest.raises(SystemExit, match="2"):
        main(["outbox", "list", f"--limit={limit}"])


def test_who_has_read_enough_closes_the_pipe_in_peace(environment: dict[str, str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = subprocess.run(
        [sys.executable, "-m", "backend.cli", "openapi"],
        env=environment | {"PATH": os.defpath, "PYTHONPATH": str(ROOT)},
        stdout=writing,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(writing)
    assert (process.returncode, process.stderr) == (141, b"")
