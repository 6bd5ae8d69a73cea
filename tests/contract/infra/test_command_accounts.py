"""`congdan staff` and `congdan machines` as they are typed."""

import io
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc.jwk import ECKey

from backend.cli import main
from backend.infra.mongo import Database
from tests.support.api import Folders, environment_of, folders, type_in
from tests.support.builders_identity import FOOD_BOARD, new_key
from tests.support.database import uri_of

__all__ = ["folders"]

WHO = ["--username", "can.bo"]
ADD = ["staff", "add", *WHO, "--name", "Nguyễn Thị Minh Châu", "--role", "officer", "--agency", FOOD_BOARD[0]]


@pytest.fixture
def here(database: Database, folders: Folders, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The environment of an installation with one agency, as the command finds it."""
    type_in(monkeypatch, environment_of(folders, uri_of(database)))
    database.collection("agencies").insert_one({"_id": FOOD_BOARD[0], "name": FOOD_BOARD[1], "is_demo": True})
    return database


@pytest.fixture
def run(here: Database, capsys: pytest.CaptureFixture[str]):
    """Runs a command: its exit code, and what it wrote."""

    def run_command(*arguments: str) -> tuple[int, str]:
        code = main(arguments)
        said = capsys.readouterr()
        return code, said.out + said.err

    return run_command


def public_pem(key: ECKey) -> bytes:
    return key.public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def test_an_account_is_made_with_a_password_that_is_printed_once(run, here: Database) -> None:
    code, said = run(*ADD)
    username, password = said.strip().split("\t")
    assert (code, username) == (0, "can.bo")
    assert len(password) == 24
    account = here.collection("staff").find_one({"username": "can.bo"})
    assert account is not None
    assert password not in repr(account)
    assert run("staff", "list") == (
        0,
        f"can.bo\tNguyễn Thị Minh Châu\tofficer\t{FOOD_BOARD[0]}\tactive\tno totp\t-\n",
    )
    assert run(*ADD) == (2, "congdan: staff.username_taken\n")


def test_a_password_may_come_from_standard_input_and_is_not_printed(
    run, here: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("một mật khẩu đủ dài\n"))
    assert run(*ADD, "--password-stdin") == (0, "")
    before = here.collection("staff").find_one({})
    monkeypatch.setattr("sys.stdin", io.StringIO("ngắn\n"))
    assert run("staff", "reset-password", *WHO, "--password-stdin") == (2, "congdan: staff.password_short\n")
    assert here.collection("staff").find_one({}) == before


def test_accounts_are_closed_opened_given_a_role_and_reset(run, here: Database) -> None:
    run(*ADD)
    staff, sessions = here.collection("staff"), here.collection("sessions")
    account = staff.find_one({})
    assert account is not None
    for command in (
        ["disable", *WHO],
        ["enable", *WHO],
        ["set-role", *WHO, "--role", "inspector"],
        ["reset-password", *WHO],
        ["reset-totp", *WHO],
    ):
        sessions.insert_one({"_id": f"ses_{command[0]}", "subject_id": account["_id"], "ended_at": None})
        assert run("staff", *command)[0] == 0
        assert sessions.count_documents({"ended_at": None}) == 0, command
    changed = staff.find_one({})
    assert changed is not None
    assert (changed["role"], changed["is_active"]) == ("inspector", True)
    assert changed["password_hash"] != account["password_hash"]
    told = [notice["kind"] for notice in here.collection("notices").find().sort("order", 1)]
    assert told == ["account.password_reset", "account.second_step_reset"]


@pytest.mark.parametrize("command", ["disable", "enable", "reset-password", "reset-totp"])
def test_an_unknown_account_is_told(run, command: str) -> None:
    assert run("staff", command, "--username", "nobody") == (2, "congdan: staff.unknown\n")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (["--agency", "H99.99"], "agency.unknown"),
        (["--username", "Cán bộ"], "staff.username_malformed"),
        (["--name", "1"], "person.name_malformed"),
    ],
)
def test_a_faulty_account_is_not_made(run, here: Database, change: list[str], code: str) -> None:
    assert run(*ADD, *change) == (2, f"congdan: {code}\n")
    assert here.collection("staff").count_documents({}) == 0


def test_a_system_is_registered_and_its_key_changed(run, here: Database, tmp_path: Path) -> None:
    old, new = new_key(), new_key()
    (tmp_path / "old.pem").write_bytes(public_pem(old))
    (tmp_path / "new.json").write_text(json.dumps(new.as_dict(private=False)))
    code, client = run(
        "machines", "add", "--agency", FOOD_BOARD[0], "--name", "Một cửa", "--key", str(tmp_path / "old.pem")
    )
    who = ["--client", client.strip()]
    assert code == 0
    assert run("machines", "rotate", *who, "--key", str(tmp_path / "new.json")) == (0, f"{new.thumbprint()}\n")
    _, listed = run("machines", "list")
    assert listed.count("\n") == 3
    assert f"{client.strip()}\t{FOOD_BOARD[0]}\tMột cửa\tactive" in listed
    ends = {key["jkt"]: key.get("retires_at") for key in here.collection("machine_clients").find_one({})["keys"]}
    assert ends[new.thumbprint()] is None
    assert ends[old.thumbprint()] is not None
    assert run("machines", "retire", *who, "--jkt", new.thumbprint()) == (2, "congdan: machine.last_key\n")
    assert run("machines", "retire", *who, "--jkt", "x" * 43) == (2, "congdan: machine.key_unknown\n")
    assert run("machines", "retire", *who, "--jkt", old.thumbprint())[0] == 0
    assert run("machines", "disable", *who) == (0, "")
    assert "disabled" in run("machines", "list")[1]
    assert run("machines", "enable", *who) == (0, "")
    assert run("machines", "disable", "--client", "cli_x") == (2, "congdan: machine.unknown\n")


def test_a_private_key_is_not_taken(run, here: Database, tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_bytes(new_key().as_pem(private=True))
    (tmp_path / "key.json").write_text(json.dumps(new_key().as_dict(private=True)))
    (tmp_path / "key.txt").write_text("not a key")
    for name, said in (("key.pem", "private"), ("key.json", "machine.key_malformed"), ("key.txt", "public key")):
        code, told = run(
            "machines", "add", "--agency", FOOD_BOARD[0], "--name", "Một cửa", "--key", str(tmp_path / name)
        )
        assert code == 2
        assert said in told
    assert here.collection("machine_clients").count_documents({}) == 0
