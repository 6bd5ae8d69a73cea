"""A published city without a database: its folder of keys, and what `congdan keys` and a phone say of it."""

import json
from datetime import timedelta
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from backend.cli import main
from backend.infra.key_making import make_keys
from backend.infra.key_ring import KeyRing
from backend.infra.system import SystemClock, random_bytes
from backend.infra.verify import run_checks
from shared_models.clock import to_wire
from shared_models.credential.keys import p256_key
from shared_models.credential.trust_list import TrustList, accept_trust_list, parse_trust_list
from tests.support.api import type_in


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The keys of the demonstration; whoever changes them takes a copy."""
    keys = tmp_path_factory.mktemp("made") / "keys"
    make_keys(keys, None, SystemClock().now(), random_bytes)
    return keys


@pytest.fixture
def city(made_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A published city without a database; its folder."""
    copytree(made_once, tmp_path / "keys")
    environment = {
        "CONGDAN_KEYS_DIR": str(tmp_path / "keys"),
        "CONGDAN_PUBLIC_DIR": str(tmp_path / "public"),
        "CONGDAN_PUBLIC_URL": "https://congdan.danang.example",
        "CONGDAN_STATUS_URI_BASE": "https://congdan.example/s",
        "CONGDAN_ENV": "test",
    }
    type_in(monkeypatch, environment)
    monkeypatch.delenv("MONGODB_URI", raising=False)
    assert main(["keys", "publish"]) == 0
    return tmp_path


Told = pytest.CaptureFixture[str]


def listed(told: Told) -> list[dict[str, Any]]:
    """The rows of `congdan keys list`."""
    told.readouterr()
    assert main(["keys", "list", "--json"]) == 0
    found: list[dict[str, Any]] = json.loads(told.readouterr().out)
    return found


def states(told: Told, issuer: str) -> list[str]:
    """What each key of an issuer is now, oldest first; the root is not among them."""
    return [row["state"] for row in listed(told) if row["issuer"]["code"] == issuer and row["role"] != "root"]


def kid_of(city: Path, issuer: str, turn: int = 0) -> str:
    """The kid of an issuer's first key, or of one made later."""
    ring = KeyRing.load(city / "keys")
    return [row.kid.hex() for row in ring.records if row.issuer_code == issuer and row.role.value != "root"][turn]


def published(city: Path) -> TrustList:
    """The list as a phone takes it: by the root that the page names."""
    named = json.loads((city / "public" / "city.json").read_text())["trust_root"]
    root = json.loads((city / "public" / named["url"][1:]).read_text())
    key = p256_key(bytes.fromhex(root["x"]), bytes.fromhex(root["y"]))
    draft = parse_trust_list((city / "public" / "trust-list.cwt").read_bytes(), key)
    return accept_trust_list(draft, run_checks([draft.check]), None)


def in_days(days: float) -> str:
    """The time so many days from now, as it is typed."""
    return to_wire(SystemClock().now() + timedelta(days=days))
