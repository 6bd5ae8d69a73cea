"""The ceremony as it is typed: a trust list signed where the root is, and a root that hands over to the next."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from backend.cli import main
from backend.infra.fingerprint import words_of
from backend.infra.key_ring import KeyRing
from backend.infra.root_change import read_root
from backend.infra.verify import run_checks
from shared_models.credential.root_handover import follow
from tests.support.city_keys import Told, city, in_days, kid_of, published

__all__ = ["city"]

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def offline(city: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The machine of the root: another folder; the server's keys folder has the public half only."""
    folder = city / "offline"
    folder.mkdir()
    assert main(["keys", "make-root", "--root", str(folder / "root.pem"), "--public", str(folder / "root.json")]) == 0
    assert main(["keys", "change-root", "--public", str(folder / "root.json"), "--yes"]) == 0
    return folder


def sign(offline: Path, city: Path, *export: str) -> int:
    """Export on the server, sign beside the root, without any setting there."""
    assert main(["keys", "export-trust", *export, str(city / "draft.cbor")]) == 0
    command = [sys.executable, "-m", "backend.cli", "keys", "sign-trust", "--root", str(offline / "root.pem"), "--yes"]
    done = subprocess.run(
        [*command, str(city / "draft.cbor"), str(city / "signed.cwt")],
        env={"PATH": os.defpath, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert words_of((city / "draft.cbor").read_bytes()) in done.stdout, done.stderr
    assert done.stdout.startswith((city / "draft.cbor.txt").read_text())
    return done.returncode


def test_a_list_is_signed_where_the_root_is_and_published_where_it_is_not(city: Path, offline: Path) -> None:
    version = published(city).version
    assert main(["keys", "publish"]) == 2
    assert sign(offline, city) == 0
    assert main(["keys", "import-trust", str(city / "signed.cwt")]) == 0
    assert published(city).version == version + 1
    assert main(["keys", "import-trust", str(city / "signed.cwt")]) == 0
    assert published(city).version == version + 1


def test_what_does_not_hang_on_the_root_or_is_old_is_not_published(city: Path, offline: Path, capsys: Told) -> None:
    assert sign(offline, city) == 0
    first = (city / "signed.cwt").read_bytes()
    assert main(["keys", "import-trust", str(city / "signed.cwt")]) == 0
    assert main(["keys", "make", "--issuer", "H17.07", "--name", "Sở Y tế", "--types", "1"]) == 0
    assert sign(offline, city) == 0
    assert main(["keys", "import-trust", str(city / "signed.cwt")]) == 0
    before = (city / "public" / "trust-list.cwt").read_bytes()
    (city / "old.cwt").write_bytes(first)
    (city / "bent.cwt").write_bytes(before[:-1] + bytes([before[-1] ^ 1]))
    (city / "text.cwt").write_text("no list")
    capsys.readouterr()
    for name, why in (("old", "not newer"), ("bent", "signature_invalid"), ("text", "malformed")):
        assert main(["keys", "import-trust", str(city / f"{name}.cwt")]) == 2
        assert why in capsys.readouterr().err
    assert (city / "public" / "trust-list.cwt").read_bytes() == before


def test_a_list_that_the_ring_has_outgrown_is_signed_again(city: Path, offline: Path, capsys: Told) -> None:
    assert sign(offline, city) == 0
    assert main(["keys", "rotate", "--issuer", "H17.08"]) == 0
    assert main(["keys", "import-trust", str(city / "signed.cwt")]) == 2
    assert "export it again" in capsys.readouterr().err


def test_the_list_of_after_the_grace_is_signed_in_the_same_ceremony(city: Path, offline: Path, capsys: Told) -> None:
    kid = kid_of(city, "H17.08")
    assert main(["keys", "compromised", "--kid", kid, "--at", "2026-11-20", "--yes"]) == 0
    assert sign(offline, city, "--at", in_days(7.01), "--skip", "1") == 0
    assert "LOST since" in (city / "draft.cbor.txt").read_text()
    assert main(["keys", "import-trust", str(city / "signed.cwt")]) == 2
    assert "import it then" in capsys.readouterr().err
    assert sign(offline, city) == 0
    assert "LOST" not in (city / "draft.cbor.txt").read_text()


def test_whoever_finds_other_words_signs_nothing(
    city: Path, offline: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told
) -> None:
    assert main(["keys", "export-trust", str(city / "draft.cbor")]) == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    signing = ["keys", "sign-trust", "--root", str(offline / "root.pem")]
    assert main([*signing, str(city / "draft.cbor"), str(city / "signed.cwt")]) == 1
    assert not (city / "signed.cwt").exists()
    assert main([*signing, "--yes", str(offline / "root.json"), str(city / "signed.cwt")]) == 2
    assert "no exported trust list" in capsys.readouterr().err


def test_a_root_hands_over_and_phones_find_the_way(city: Path, offline: Path, capsys: Told) -> None:
    assert sign(offline, city) == 0
    assert main(["keys", "import-trust", str(city / "signed.cwt")]) == 0
    version, old = published(city).version, read_root(offline / "root.json")
    new = city / "new"
    new.mkdir()
    assert main(["keys", "make-root", "--root", str(new / "root.pem"), "--public", str(new / "root.json")]) == 0
    over = ["keys", "hand-over", "--root", str(offline / "root.pem"), "--to"]
    assert main([*over, str(new / "root.json"), str(city / "over.cwt")]) == 0
    change = ["keys", "change-root", "--public", str(new / "root.json"), "--handover"]
    (city / "bent.cwt").write_bytes((city / "over.cwt").read_bytes()[:-1] + b"\0")
    capsys.readouterr()
    assert main([*change, str(city / "bent.cwt")]) == 2
    assert "signature" in capsys.readouterr().err
    assert main([*change, str(city / "over.cwt")]) == 0
    assert sign(new, city) == 0
    assert main(["keys", "import-trust", str(city / "signed.cwt")]) == 0
    assert published(city).version == version + 1
    named = json.loads((city / "public" / "city.json").read_text())["trust_root"]
    tokens = [(city / "public" / url[1:]).read_bytes() for url in named["handovers"]]
    assert follow(old, bytes.fromhex(named["kid"]), tokens, lambda check: run_checks([check])[check])


def test_a_city_can_begin_with_a_root_that_was_never_here(
    tmp_path: Path, city: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = tmp_path / "fresh"
    monkeypatch.setenv("CONGDAN_KEYS_DIR", str(keys))
    monkeypatch.setenv("CONGDAN_PUBLIC_DIR", str(tmp_path / "fresh-public"))
    (tmp_path / "offline").mkdir()
    root = [str(tmp_path / "offline" / name) for name in ("root.pem", "root.json")]
    issuers = tmp_path / "issuers.json"
    issuers.write_text(json.dumps([{"code": "H17.08", "name": "Ban", "types": [1]}]))
    assert main(["keys", "make-root", "--root", root[0], "--public", root[1]]) == 0
    assert main(["keys", "make-root", "--root", root[0], "--public", root[1]]) == 2
    assert main(["keys", "change-root", "--public", root[1]]) == 0
    assert main(["keys", "init", "--issuers", str(issuers), "--environment", "production"]) == 0
    assert not (keys / "root.pem").exists()
    assert not KeyRing.load(keys).is_demo
    assert sign(tmp_path / "offline", tmp_path) == 0
    assert main(["keys", "import-trust", str(tmp_path / "signed.cwt")]) == 0
    assert (tmp_path / "fresh-public" / "trust-list.cwt").exists()
