"""`congdan keys` as it is typed, on real files: one key's life from the day it is made to the day it is lost."""

import io
import stat
from pathlib import Path

import pytest

from backend.cli import main
from tests.support.city_keys import Told, city, in_days, kid_of, listed, published, states

__all__ = ["city"]

FOOD = ("--issuer", "H17.08", "--name", "Ban Quản lý An toàn thực phẩm")


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
