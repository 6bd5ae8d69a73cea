"""`congdan agencies` and `congdan communes`: what a new city must know before the first result can come in."""

import json
from pathlib import Path

import pytest

from backend.bootstrap import Container
from backend.cli import main
from tests.support.api import Cast, Folders, app, clock, container, environment_of, folders, provider, sign_in, type_in
from tests.support.builders_results import a_city, a_delivery
from tests.support.database import uri_of

__all__ = ["app", "clock", "container", "folders", "provider", "sign_in"]


@pytest.fixture(autouse=True)
def environment(container: Container, folders: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    type_in(monkeypatch, environment_of(folders, uri_of(container.database)))


def test_a_commune_that_was_missing_lets_the_refused_delivery_in(container: Container, sign_in: Cast) -> None:
    a_city(container)
    place = {**a_delivery()["place"], "commune_code": "20197"}
    machine = sign_in.machine()
    assert machine.post("/results", a_delivery(place=place)).status_code == 422
    [entry] = machine.get("/results/refused").get_json()["items"]
    assert main(["deliveries", "retry", entry["id"]]) == 1
    assert main(["communes", "put", "--code", "20197", "--name", "Liên Chiểu", "--kind", "phường"]) == 0
    assert main(["deliveries", "retry", entry["id"]]) == 0


def test_an_agency_is_put_before_its_people_and_systems(capsys: pytest.CaptureFixture[str]) -> None:
    add = ["staff", "add", "--username", "lan.ho", "--name", "Hồ Lan", "--role", "officer", "--agency", "H17.07"]
    assert main(add) == 2
    assert "agency.unknown" in capsys.readouterr().err
    assert main(["agencies", "put", "--code", "H17.07", "--name", "Sở  Y tế"]) == 0
    assert main(add) == 0
    capsys.readouterr()
    assert main(["agencies", "list"]) == 0
    assert "H17.07\tSở Y tế\n" in capsys.readouterr().out


def test_who_collects_has_a_tax_code_until_another_is_given(container: Container) -> None:
    put = ["agencies", "put", "--code", "H17.07", "--name", "Sở Y tế"]
    for more, code in (([], None), (["--tax-code", "0400123456-001"], "0400123456-001"), ([], "0400123456-001")):
        assert main([*put, *more]) == 0
        agency = container.identity.people.agency("H17.07")
        assert agency is not None
        assert agency.get("tax_code") == code
    assert main([*put, "--tax-code", "04001"]) == 2
    assert main([*put, "--tax-code", "0400123457"]) == 0


def test_a_tax_code_that_cannot_be_puts_no_agency_of_a_file(tmp_path: Path, container: Container) -> None:
    file = tmp_path / "agencies.json"
    rows = [{"code": "H17.07", "name": "Sở Y tế", "tax_code": code} for code in ("0400123456", "x")]
    file.write_text(json.dumps(rows), "utf-8")
    assert main(["agencies", "import", str(file)]) == 2
    assert container.database.collection("agencies").count_documents({}) == 0


def test_putting_again_changes_the_name(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("Liên Chiểu", "Liên Chiểu mới"):
        assert main(["communes", "put", "--code", "20197", "--name", name, "--kind", "phường"]) == 0
    capsys.readouterr()
    assert main(["communes", "list"]) == 0
    assert capsys.readouterr().out == "20197\tphường\tLiên Chiểu mới\n"


@pytest.mark.parametrize(
    "content",
    [
        "{}",
        "[1]",
        '[{"code": "20197", "name": "Liên Chiểu"}]',
        '[{"code": "20197", "name": " ", "kind": "phường"}]',
        '[{"code": "20197", "name": "Liên Chiểu", "kind": "làng"}]',
        '[{"code": "20194", "name": "Hải Vân", "kind": "phường"}, {"code": 20197, "name": "x", "kind": "xã"}]',
        "not JSON",
    ],
)
def test_a_file_that_is_wrong_anywhere_puts_nothing(content: str, tmp_path: Path, container: Container) -> None:
    file = tmp_path / "communes.json"
    file.write_text(content, "utf-8")
    assert main(["communes", "import", str(file)]) == 2
    assert container.database.collection("communes").count_documents({}) == 0


def test_a_whole_city_comes_from_two_files(tmp_path: Path, container: Container) -> None:
    communes = [{"code": "20194", "name": "Hải Vân", "kind": "phường"}, {"code": "20197", "name": "A", "kind": "xã"}]
    agencies = [{"code": "H17.07", "name": "Sở Y tế"}]
    for topic, rows in (("communes", communes), ("agencies", agencies)):
        file = tmp_path / f"{topic}.json"
        file.write_text(json.dumps(rows), "utf-8")
        for _ in range(2):
            assert main([topic, "import", str(file)]) == 0
        assert container.database.collection(topic).count_documents({}) == len(rows)
