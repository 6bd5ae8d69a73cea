"""`congdan verify` as a program: every line one verdict, whatever it holds; a useless file is said to be one."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from backend.cli import main
from shared_models.credential.qr_text import screen_text
from tests.support.credentials import FOOD, NOW, credential, public, restaurant
from tests.support.foreign import P256, RsaKey, health_certificate, sign1

PROJECT = Path(__file__).resolve().parents[3]
ROWS = [{**public(FOOD.public), "alg": -7, "types": None}, P256.row]
LINES = {
    "VN1": screen_text(credential(restaurant())),
    "HC1": health_certificate(),
    "RAW": sign1(P256, b"content").hex(),
}
GOOD = {"VN1": "STATUS_UNKNOWN", "HC1": "VALID_HOLDER_NOT_PROVEN", "RAW": "VALID_HOLDER_NOT_PROVEN"}
JUNK = b"\n\r\n \n\xff\xfe\x00\nHC1:\xc3\nVN1:\x00\nVN1:\xe2\x80\xa8\nd2\xe2\x80\xa8\n\x0b\x0c\x1c\x85\n"


def congdan(*arguments: str, typed: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "backend.cli", "verify", *arguments],
        input=typed,
        capture_output=True,
        cwd=PROJECT,
        env={"PYTHONIOENCODING": "ascii", "PATH": ""},
        timeout=60,
        check=False,
    )


@pytest.fixture
def keys(tmp_path: Path) -> str:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps(ROWS))
    return str(path)


@pytest.mark.parametrize("profile", ["VN1", "HC1", "RAW"])
def test_every_line_has_one_verdict_in_its_order(keys: str, profile: str) -> None:
    good = LINES[profile].encode()
    typed = JUNK + good + b"\r\n" + JUNK + b"A" * 3_000_000 + b"\n" + good
    run = congdan("--profile", profile, "--keys", keys, "--now", str(NOW), typed=typed)
    assert (run.returncode, run.stderr) == (0, b"")
    found = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(found) == typed.count(b"\n") + 1
    outcomes = [verdict["outcome"] for verdict in found]
    junk = JUNK.count(b"\n")
    assert outcomes[junk] == outcomes[-1] == GOOD[profile]
    others = outcomes[:junk] + outcomes[junk + 1 : -1]
    assert set(others) <= {"NOT_OURS", "INVALID"}
    assert all(set(verdict) == set(found[0]) for verdict in found)


def test_a_reader_that_leaves_is_no_fault(keys: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "backend.cli", "verify", "--keys", keys],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=PROJECT,
    ) as run:
        assert run.stdin is not None
        assert run.stdout is not None
        assert run.stderr is not None
        run.stdin.write(b"x\n")
        run.stdin.flush()
        assert json.loads(run.stdout.readline())["outcome"] == "NOT_OURS"
        run.stdout.close()
        run.stdin.write(b"x\n" * 1000)
        run.stdin.close()
        assert run.stderr.read() == b""
        assert run.wait(30) == 141


GOOD_ROW = P256.row
FAULTS: dict[str, tuple[str, str]] = {
    "no JSON": ("[", "not JSON"),
    "nested without end": ("[" * 100_000, "not JSON"),
    "no list": ('{"keys": []}', "a list of keys"),
    "nothing": ("", "not JSON"),
    "no object": ("[1]", "entry 1: an object"),
    "no kid": (json.dumps([{**GOOD_ROW}, {"alg": -7}]), "entry 2: kid is missing"),
    "no alg": (json.dumps([{"kid": "00"}]), "entry 1: alg is missing"),
    "kid no text": (json.dumps([{**GOOD_ROW, "kid": 1}]), "kid is not a text"),
    "kid no hex": (json.dumps([{**GOOD_ROW, "kid": "xyz"}]), "kid is not hexadecimal"),
    "alg a name": (json.dumps([{**GOOD_ROW, "alg": "ES256"}]), "alg is not an integer"),
    "half a digit": (json.dumps([{**GOOD_ROW, "x": "abc"}]), "x is not hexadecimal"),
    "off the curve": (json.dumps([{**GOOD_ROW, "y": "01"}]), "no point"),
    "no y": (json.dumps([{"kid": "00", "alg": -7, "x": "01"}]), "no point"),
    "types": (json.dumps([{**GOOD_ROW, "types": ["1"]}]), "types"),
    "nbf": (json.dumps([{**GOOD_ROW, "nbf": "today"}]), "nbf is not a number"),
    "exp": ('[{"kid": "00", "alg": -7, "exp": NaN}]', "exp is not a number"),
    "short RSA": (json.dumps([{"kid": "00", "alg": -37, "n": "ff" * 128, "e": "03"}]), "n has 2048 to 8192 bits"),
    "even e": (json.dumps([{"kid": "00", "alg": -37, "n": "ff" * 256, "e": "02"}]), "entry 1"),
    "Edwards": (json.dumps([{"kid": "00", "alg": -8, "x": "00" * 31}]), "32 bytes"),
}


@pytest.mark.parametrize(("content", "sentence"), FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("profile", ["VN1", "HC1", "RAW"])
def test_a_keys_file_that_cannot_be_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], profile: str, content: str, sentence: str
) -> None:
    path = tmp_path / "keys.json"
    path.write_text(content)
    assert main(["verify", "--profile", profile, "--keys", str(path)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("congdan: keys: ")
    assert sentence in told.err
    assert told.err.count("\n") == 1


def test_a_keys_file_may_hold_more_than_is_asked(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {**P256.row, "x": "00" + P256.row["x"], "crv": "P-256", "comment": "?", "nbf": None, "exp": None},
        {"kid": "0011", "alg": -47, "x": "00", "y": "00"},
        RsaKey().row,
    ]
    path = tmp_path / "keys.json"
    path.write_bytes(b"\xef\xbb\xbf  " + json.dumps(rows).encode())
    for profile, line in LINES.items():
        run = congdan("--profile", profile, "--keys", str(path), "--now", str(NOW), typed=line.encode())
        assert (run.returncode, run.stderr) == (0, b"")
        assert json.loads(run.stdout)["outcome"] == ("INVALID" if profile == "VN1" else GOOD[profile])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--profile", "HC1", "--aad", "00"], "--aad goes with --profile RAW"),
        (["--aad", "00"], "--aad goes with --profile RAW"),
        (["--profile", "RAW", "--status", "x"], "go with --profile VN1"),
        (["--profile", "HC1", "--root", "x"], "go with --profile VN1"),
        (["--status", "/nowhere"], "/nowhere"),
    ],
)
def test_options_that_do_not_go_together(
    keys: str, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    assert main(["verify", "--keys", keys, *arguments]) == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--aad", "0"], ["--now", "soon"], ["--profile", "X"], []])
def test_options_that_are_none(keys: str, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["verify", *(["--keys", keys] if arguments else []), *arguments])
    assert ended.value.code == 2


def test_files_that_are_not_what_they_should_be(tmp_path: Path, capsys: pytest.CaptureFixture[str], keys: str) -> None:
    signed, broken = tmp_path / "trust.cwt", tmp_path / "broken"
    signed.write_bytes(b"\xd2")
    assert main(["verify", "--profile", "RAW", "--keys", str(signed)]) == 2
    assert "JSON list of keys" in capsys.readouterr().err
    for content in (b"", b"[]", b"{}", b'{"x": "00", "y": "00"}', b'{"x": 1, "y": 2}', b"\xff"):
        broken.write_bytes(content)
        assert main(["verify", "--keys", str(signed), "--root", str(broken)]) == 2
        assert "not a trust-root file" in capsys.readouterr().err
        assert main(["verify", "--keys", keys, "--status", str(broken)]) == 2
        assert "not a status list" in capsys.readouterr().err
    assert main(["verify", "--keys", str(tmp_path / "away")]) == 2
    assert "away" in capsys.readouterr().err
