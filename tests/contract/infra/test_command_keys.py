"""`congdan keys` as it is typed, on real files: one key's life, and the ceremony with a root that is elsewhere."""

import io
import json
import os
import signal
import stat
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from backend.cli import main
from backend.infra.fingerprint import words_of
from backend.infra.key_making import make_keys
from backend.infra.key_ring import KeyRing
from backend.infra.root_change import read_root
from backend.infra.system import SystemClock, random_bytes
from backend.infra.verify import run_checks
from shared_models.clock import to_wire
from shared_models.credential.keys import p256_key
from shared_models.credential.root_handover import follow
from shared_models.credential.trust_list import TrustList, accept_trust_list, parse_trust_list

ROOT = Path(__file__).resolve().parents[3]
FOOD = ("--issuer", "H17.08", "--name", "Ban Quản lý An toàn thực phẩm")


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    keys = tmp_path_factory.mktemp("made") / "keys"
    make_keys(keys, None, SystemClock().now(), random_bytes)
    return keys


@pytest.fixture
def city(made_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A published city without a database; its folder."""
    copytree(made_once, tmp_path / "keys")
    for name, value in {
        "CONGDAN_KEYS_DIR": str(tmp_path / "keys"),
        "CONGDAN_PUBLIC_DIR": str(tmp_path / "public"),
        "CONGDAN_PUBLIC_URL": "https://congdan.danang.example",
        "CONGDAN_STATUS_URI_BASE": "https://congdan.example/s",
        "CONGDAN_ENV": "test",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("MONGODB_URI", raising=False)
    assert main(["keys", "publish"]) == 0
    return tmp_path


Told = pytest.CaptureFixture[str]


def listed(told: Told) -> list[dict[str, Any]]:
    told.readouterr()
    assert main(["keys", "list", "--json"]) == 0
    found: list[dict[str, Any]] = json.loads(told.readouterr().out)
    return found


def states(told: Told, issuer: str) -> list[str]:
    return [row["state"] for row in listed(told) if row["issuer"]["code"] == issuer and row["role"] != "root"]


def kid_of(city: Path, issuer: str, turn: int = 0) -> str:
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
    return to_wire(SystemClock().now() + timedelta(days=days))


def test_a_new_agency_gets_a_key_that_only_its_owner_can_read(city: Path, capsys: Told) -> None:
    assert main(["keys", "make", "--issuer", "H17.07", "--name", "Sở Y tế", "--types", "1,2"]) == 0
    assert "next: `congdan keys publish`" in capsys.readouterr().out
    row = listed(capsys)[-1]
    assert (row["issuer"], row["types"], row["state"]) == ({"code": "H17.07", "name": "Sở Y tế"}, [1, 2], "active")
    assert stat.S_IMODE((city / "keys" / row["file"]).stat().st_mode) == 0o600
    assert row["kid"] not in {record.kid.hex() for record in published(city).keys}
    assert main(["keys", "publish"]) == 0
    assert row["kid"] in {record.kid.hex() for record in published(city).keys}


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ([*FOOD, "--types", "1"], "rotate --issuer H17.08"),
        (["--issuer", "H17.08", "--name", "Ban khác", "--types", "2"], "is called"),
        (["--issuer", "../x", "--name", "Sở", "--types", "1"], "no code of an agency"),
        (["--issuer", "H17.07", "--name", "Sở\u202eY", "--types", "1"], "is no name"),
        (["--issuer", "H17.07", "--name", "Sở Y tế", "--types", "1,99"], "no licence type 99"),
        (["--issuer", "H17.07", "--name", "Sở Y tế", "--types", "1,1"], "wanted once"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(city: Path, capsys: Told, arguments: list[str], why: str) -> None:
    before = (city / "keys" / "keys.json").read_bytes()
    capsys.readouterr()
    assert main(["keys", "make", *arguments]) == 2
    told = capsys.readouterr().err
    assert why in told
    assert told.count("\n") == 1
    assert (city / "keys" / "keys.json").read_bytes() == before
    assert main(["keys", "list"]) == 0


def test_a_new_key_takes_over_once_every_phone_knows_it(city: Path, capsys: Told) -> None:
    assert main(["keys", "rotate", "--issuer", "H17.08"]) == 0
    assert states(capsys, "H17.08") == ["active", "waiting"]
    assert main(["keys", "rotate", "--issuer", "H17.08"]) == 2
    assert "takes over at" in capsys.readouterr().err
    assert main(["keys", "rotate", "--issuer", "H17.08", "--from", in_days(-0.001)]) == 0
    assert states(capsys, "H17.08") == ["retiring", "active"]
    assert main(["keys", "publish"]) == 0
    assert {kid_of(city, "H17.08"), kid_of(city, "H17.08", 1)} <= {row.kid.hex() for row in published(city).keys}


def test_the_status_key_rotates_by_the_citys_code(city: Path, capsys: Told) -> None:
    assert main(["keys", "rotate", "--issuer", "H17"]) == 0
    assert states(capsys, "H17") == ["active", "waiting"]
    assert main(["keys", "retire", "--kid", kid_of(city, "H17")]) == 2
    assert "status lists" in capsys.readouterr().err


def test_a_retired_key_signs_nothing_more_and_what_it_signed_stays_good(city: Path, capsys: Told) -> None:
    old = kid_of(city, "H17.08")
    assert main(["keys", "retire", "--kid", old]) == 2
    assert "nobody else signs type 1" in capsys.readouterr().err
    assert main(["keys", "rotate", "--issuer", "H17.08", "--from", in_days(-0.001)]) == 0
    assert main(["keys", "retire", "--kid", old]) == 0
    assert states(capsys, "H17.08") == ["retired", "active"]
    assert main(["keys", "retire", "--kid", old]) == 2
    assert "was retired at" in capsys.readouterr().err
    assert main(["keys", "publish"]) == 0
    (record,) = (row for row in published(city).keys if row.kid.hex() == old)
    assert (record.is_open_at(record.expires_at_s), record.compromised_at_s) == (True, None)


def test_a_lost_key_is_marked_after_a_second_question(
    city: Path, capsys: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = ["keys", "compromised", "--kid", kid_of(city, "H17.08"), "--at", "2026-11-20"]
    monkeypatch.setattr("sys.stdin", io.StringIO("no\n"))
    assert main(lost) == 1
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert main(lost) == 1
    assert states(capsys, "H17.08") == ["active"]
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert main(lost) == 0
    told = capsys.readouterr().out
    assert ["rotate" in told, "publish" in told, "remint" in told] == [True, True, True]
    assert states(capsys, "H17.08") == ["compromised"]


def test_verifiers_are_told_when_the_grace_is_over(city: Path) -> None:
    kid = kid_of(city, "H17.08")
    lost = ["keys", "compromised", "--kid", kid, "--at", "2026-11-20T08:00:00+07:00", "--yes"]
    for options, is_told in ([], False), (["--grace", "0"], True):
        assert main([*lost, *options]) == 0
        assert main(["keys", "publish"]) == 0
        (record,) = (row for row in published(city).keys if row.kid.hex() == kid)
        assert (record.compromised_at_s is not None) is is_told


def test_verifiers_hear_of_a_lost_status_key_at_once(city: Path) -> None:
    kid = kid_of(city, "H17")
    assert main(["keys", "compromised", "--kid", kid, "--at", "2026-11-20", "--yes"]) == 0
    assert main(["keys", "publish"]) == 0
    assert [row.kid.hex() for row in published(city).keys if row.compromised_at_s is not None] == [kid]


@pytest.mark.parametrize("command", ["retire", "compromised", "rotate"])
def test_unknown_kids_and_the_root_are_refused(city: Path, capsys: Told, command: str) -> None:
    root = next(row["kid"] for row in listed(capsys) if row["role"] == "root")
    more = ["--at", "2026-11-20", "--yes"] if command == "compromised" else []
    for kid, why in (("0123456789abcdef", "congdan keys list"), (root, "ceremony")):
        assert main(["keys", command, "--kid", kid, *more]) == 2
        assert why in capsys.readouterr().err


def test_a_key_in_reserve_signs_nothing_until_it_is_wanted_and_then_at_once(city: Path, capsys: Told) -> None:
    assert main(["keys", "make", *FOOD, "--types", "1", "--standby"]) == 0
    assert main(["keys", "publish"]) == 0
    assert states(capsys, "H17.08") == ["active", "standby"]
    row = listed(capsys)[-1]
    away = city / "safe.pem"
    (city / "keys" / row["file"]).rename(away)
    lost = ["keys", "compromised", "--kid", kid_of(city, "H17.08"), "--at", "2026-11-20", "--yes"]
    assert main(lost) == 0
    assert main(["keys", "rotate", "--kid", kid_of(city, "H17.08")]) == 2
    assert "bring" in capsys.readouterr().err
    away.rename(city / "keys" / row["file"])
    assert main(["keys", "rotate", "--kid", kid_of(city, "H17.08")]) == 0
    assert states(capsys, "H17.08") == ["compromised", "active"]


def test_two_commands_at_once_lose_nothing(city: Path) -> None:
    makes = [["--issuer", f"H17.9{turn}", "--name", f"Sở {turn}", "--types", "1"] for turn in range(3)]
    command = [sys.executable, "-m", "backend.cli", "keys", "make"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    running = [subprocess.Popen([*command, *one], env=env, stdout=subprocess.DEVNULL) for one in makes]
    assert [process.wait(240) for process in running] == [0] * 3
    assert {f"H17.9{turn}" for turn in range(3)} <= {row.issuer_code for row in KeyRing.load(city / "keys").records}


def test_a_command_that_is_killed_leaves_a_whole_ring(city: Path) -> None:
    """Killed ten times while it makes one key after the other: the ring reads, and the files it names are there."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    for turn in range(10):
        before = len(KeyRing.load(city / "keys").records)
        command = [sys.executable, "-c", _MAKE_MANY, str(city / "keys"), str(turn)]
        with subprocess.Popen(command, env=env) as process:
            deadline = time.monotonic() + 120
            while len(KeyRing.load(city / "keys").records) == before:
                assert process.poll() is None
                assert time.monotonic() < deadline
            time.sleep(0.0007 * turn)
            process.send_signal(signal.SIGKILL)
        ring = KeyRing.load(city / "keys")
        assert len(ring.records) > before
        assert all((city / "keys" / record.file).is_file() for record in ring.records)


_MAKE_MANY = """
import sys
from pathlib import Path
from backend.infra.key_changes import make_key
from backend.infra.key_making import Issuer
from backend.infra.system import SystemClock
for turn in range(1000):
    make_key(Path(sys.argv[1]), Issuer(f"K{sys.argv[2]}.{turn}", "So", (1,)), SystemClock().now())
"""


# ---- the ceremony ----


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
        timeout=60,
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
