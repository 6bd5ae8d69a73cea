"""The `congdan` command as it is typed."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backend.cli import main
from backend.infra.ledger import ACCESS_LEDGER, AccessEntry, Ledger
from backend.infra.mongo import Database
from backend.infra.system import Ids, SystemClock, random_bytes
from shared_models.credential.qr_text import paper_text, screen_text
from shared_models.credential.status_list import make_status_list
from shared_models.credential.trust_list import make_trust_list
from tests.support.api import Folders, environment_of, folders, type_in
from tests.support.credentials import (
    FOOD,
    NOW,
    PUBLIC_URL,
    REVOKED_INDEX,
    ROOT,
    STATUS,
    STATUS_LIST,
    STRANGER,
    TRUST,
    credential,
    public,
    restaurant,
)
from tests.support.database import forget_again, uri_of

__all__ = ["folders"]

Verify = Callable[..., list[dict[str, Any]]]
CODES = [
    screen_text(credential(restaurant())),
    screen_text(credential(restaurant(status_index=REVOKED_INDEX))),
    screen_text(credential(restaurant(), STRANGER)),
    paper_text(credential(restaurant()), PUBLIC_URL),
    "https://danang.gov.vn",
    "",
]


@pytest.fixture
def here(database: Database, folders: Folders, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The environment of an installation, as the command finds it."""
    type_in(monkeypatch, environment_of(folders, uri_of(database)))
    return database


def test_keys_are_made_and_published(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("KEYS_DIR", "PUBLIC_DIR", "PUBLIC_URL", "STATUS_URI_BASE", "ENV"):
        monkeypatch.delenv(f"CONGDAN_{name}", raising=False)
    keys = ["--keys", str(tmp_path / "keys")]
    assert main(["keys", "init", *keys]) == 0
    assert "made root.pem" in capsys.readouterr().out
    assert main(["keys", "init", *keys]) == 0
    assert capsys.readouterr().out == ""
    city = ["--public-url", "https://congdan.danang.gov.vn", "--status-uri-base", "https://congdan.danang.gov.vn/s"]
    public_dir = ["--public", str(tmp_path / "public"), "--old-host", "congdan.gov.vn"]
    assert main(["keys", "publish", *keys, *public_dir, *city]) == 0
    assert "hosts congdan.danang.gov.vn, congdan.gov.vn" in capsys.readouterr().out
    assert json.loads((tmp_path / "public" / "city.json").read_text())["environment"] == "development"


def test_production_does_not_make_demonstration_keys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "init", "--keys", str(tmp_path / "keys"), "--environment", "production"]) == 2
    assert "--issuers" in capsys.readouterr().err
    assert not (tmp_path / "keys").exists()


def test_migrating_says_what_it_did(here: Database, capsys: pytest.CaptureFixture[str]) -> None:
    forget_again(here)
    here.collection("migrations").delete_one({"_id": "0001_platform"})
    assert main(["migrate"]) == 0
    assert capsys.readouterr().out == "applied 0001_platform\n"


def test_the_ledger_is_proved_or_the_answer_is_no(here: Database, capsys: pytest.CaptureFixture[str]) -> None:
    ledger = Ledger(here, SystemClock(), Ids(random_bytes))
    entry = AccessEntry(SystemClock().now(), "per_1", "licence.checked", None, "kiểm tra")
    here.transaction(lambda session: ledger.record([entry], session))
    assert main(["ledger", "verify"]) == 0
    assert "0 sealed entries, 1 open, 0 problems" in capsys.readouterr().out
    here.collection(ACCESS_LEDGER).update_many({}, {"$set": {"block": 3}})
    assert main(["ledger", "verify"]) == 1
    assert "1 entries belong to no block" in capsys.readouterr().out


def test_the_openapi_document_is_printed(here: Database, capsys: pytest.CaptureFixture[str]) -> None:
    assert here.is_alive()
    assert main(["openapi"]) == 0
    assert "/api/v1/me" in json.loads(capsys.readouterr().out)["paths"]


def test_settings_that_do_not_hold_are_all_named(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("MONGODB_URI", raising=False)
    monkeypatch.setenv("CONGDAN_ENV", "moon")
    assert main(["migrate"]) == 2
    told = capsys.readouterr().err
    assert "MONGODB_URI is missing" in told
    assert "CONGDAN_ENV" in told


@pytest.fixture
def verify(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Verify:
    """Runs `congdan verify` over `CODES` with some keys; its verdicts."""
    status = tmp_path / "1.cwt"
    status.write_bytes(make_status_list(STATUS_LIST, STATUS.kid, STATUS.sign))

    def run(keys: bytes, *more: str) -> list[dict[str, Any]]:
        path = tmp_path / "keys"
        path.write_bytes(keys)
        typed = io.BytesIO("".join(f"{code}\n" for code in CODES).encode())
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(typed))
        arguments = ["verify", "--keys", str(path), "--status", str(status), "--now", str(NOW), *more]
        assert main(arguments) == 0, capsys.readouterr().err
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run


OUTCOMES = ["VALID_HOLDER_NOT_PROVEN", "REVOKED", "INVALID", "VALID_HOLDER_NOT_PROVEN", "NOT_OURS", "NOT_OURS"]


def test_codes_are_judged_by_a_list_of_keys(verify: Verify) -> None:
    keys = [{**public(key.public), "alg": -7, "types": None} for key in (FOOD, STATUS)]
    found = verify(json.dumps(keys).encode())
    assert [verdict["outcome"] for verdict in found] == OUTCOMES
    assert found[0]["claims"]["holder"] == "QUÁN MÌ QUẢNG BÀ MUA"
    assert found[0]["freshness"] == "FRESH"
    assert found[1]["reasons"][0] == "status.revoked"
    assert "key.unknown" in found[2]["reasons"]


def test_keys_of_a_list_may_be_bound_to_types_and_times(verify: Verify) -> None:
    keys = [
        {**public(FOOD.public), "alg": -7, "types": [2], "nbf": NOW},
        {**public(STATUS.public), "alg": -7, "types": None},
    ]
    reasons = verify(json.dumps(keys).encode())[0]["reasons"]
    assert {"key.wrong_type", "key.outside_window"} <= set(reasons)


def test_codes_are_judged_by_a_signed_list(verify: Verify, tmp_path: Path) -> None:
    root = tmp_path / "trust-root.json"
    root.write_text(json.dumps(public(ROOT.public)))
    token = make_trust_list(TRUST, ROOT.public, ROOT.sign)
    found = verify(token, "--root", str(root))
    assert [verdict["outcome"] for verdict in found] == OUTCOMES
    assert found[0]["issuer"] == {"code": "ATTP", "name": "Ban Quản lý An toàn thực phẩm"}


def test_a_signed_list_is_not_believed_without_its_root(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    keys, root = tmp_path / "keys", tmp_path / "root"
    keys.write_bytes(make_trust_list(TRUST, ROOT.public, ROOT.sign))
    assert main(["verify", "--keys", str(keys)]) == 2
    assert "--root" in capsys.readouterr().err
    root.write_text(json.dumps(public(STRANGER.public)))
    assert main(["verify", "--keys", str(keys), "--root", str(root)]) == 2
    assert "trust_list.unknown_root" in capsys.readouterr().err


def test_a_status_list_of_a_stranger_is_not_believed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keys, status = tmp_path / "keys", tmp_path / "status"
    keys.write_text(json.dumps([{**public(STATUS.public), "alg": -7, "types": None}]))
    status.write_bytes(make_status_list(STATUS_LIST, STRANGER.kid, STRANGER.sign))
    assert main(["verify", "--keys", str(keys), "--status", str(status)]) == 2
    assert "status_list.signature_invalid" in capsys.readouterr().err
    status.write_bytes(b"not a list")
    assert main(["verify", "--keys", str(keys), "--status", str(status)]) == 2
