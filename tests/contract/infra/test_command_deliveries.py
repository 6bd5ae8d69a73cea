"""`congdan deliveries` as an operator types it, on an installation where deliveries were refused."""

import json
from pathlib import Path

import pytest

from backend.bootstrap import Container
from backend.cli import main
from shared_models.place import Commune, CommuneKind
from tests.support.api import (
    Cast,
    Folders,
    Phone,
    app,
    clock,
    container,
    environment_of,
    folders,
    provider,
    sign_in,
    type_in,
)
from tests.support.builders_identity import TRANG, a_citizen
from tests.support.builders_results import a_city, a_delivery
from tests.support.database import uri_of

__all__ = ["app", "clock", "container", "folders", "provider", "sign_in"]

SECRETS = (TRANG.personal_id, "Lê Đình Dương")
AN_KHE = Commune("20197", "An Khê", CommuneKind.WARD)


@pytest.fixture
def machine(
    container: Container, sign_in: Cast, folders: Folders, monkeypatch: pytest.MonkeyPatch, clock: object
) -> Phone:
    """A machine whose deliveries can be refused, and the environment that the command reads."""
    type_in(monkeypatch, environment_of(folders, uri_of(container.database)))
    a_city(container)
    return sign_in.machine()


def refuse(machine: Phone) -> str:
    """A refused delivery; the id of its entry."""
    body = a_delivery(place={**a_delivery()["place"], "commune_code": AN_KHE.code}, activity=f"Chủ {TRANG.personal_id}")
    assert machine.post("/results", body).status_code == 422
    [item] = machine.get("/results/refused").get_json()["items"]
    return str(item["id"])


def test_the_list_says_what_was_wrong_and_of_nobody(machine: Phone, capsys: pytest.CaptureFixture[str]) -> None:
    entry = refuse(machine)
    assert main(["deliveries", "list"]) == 0
    told = capsys.readouterr().out
    assert entry in told
    assert "H17.08" in told
    assert "place.commune_unknown  place.commune_code" in told
    assert "1 waiting; 0 dropped" in told
    assert not [secret for secret in SECRETS if secret in told]


def test_one_is_shown_masked(machine: Phone, capsys: pytest.CaptureFixture[str], container: Container) -> None:
    entry = refuse(machine)
    assert main(["deliveries", "show", entry]) == 0
    told = capsys.readouterr().out
    shown = json.loads(told)
    assert shown["delivery"]["personal_id"] == "048•••••0002"
    assert shown["delivery"]["activity"] == "Chủ 048•••••0002"
    assert shown["delivery"]["place"] == {"commune_code": AN_KHE.code}
    assert not [secret for secret in SECRETS if secret in told]
    assert container.database.collection("access_ledger").count_documents({}) == 0


def test_revealing_one_is_written_for_the_person_to_read(
    machine: Phone, capsys: pytest.CaptureFixture[str], container: Container, tmp_path: Path
) -> None:
    entry, person = refuse(machine), a_citizen(container)
    reveal = ["deliveries", "show", entry, "--reveal"]
    for incomplete in ([], ["--purpose", "sửa địa chỉ"], ["--operator", "Lê Văn Bình"]):
        assert main([*reveal, *incomplete]) == 2
    assert container.database.collection("access_ledger").count_documents({}) == 0
    file = tmp_path / "refused.pdf"
    because = ["--purpose", "sửa địa chỉ", "--operator", "Lê Văn Bình", "--document", str(file)]
    capsys.readouterr()
    assert main([*reveal, *because]) == 0
    assert json.loads(capsys.readouterr().out)["delivery"]["personal_id"] == TRANG.personal_id
    assert file.read_bytes().startswith(b"%PDF-")
    [note] = container.ledger.entries_of(person).items
    assert (note["actor_name"], note["purpose"]) == ("Lê Văn Bình", "sửa địa chỉ")


def test_the_file_of_somebody_is_not_written_unasked(machine: Phone, tmp_path: Path) -> None:
    file = tmp_path / "refused.pdf"
    assert main(["deliveries", "show", refuse(machine), "--document", str(file)]) == 2
    assert not file.exists()


def test_a_number_of_nobody_has_no_log_to_write(
    machine: Phone, capsys: pytest.CaptureFixture[str], container: Container
) -> None:
    because = ["--reveal", "--purpose", "sửa địa chỉ", "--operator", "Lê Văn Bình"]
    assert main(["deliveries", "show", refuse(machine), *because]) == 0
    assert "nobody with this personal id" in capsys.readouterr().err
    assert container.database.collection("access_ledger").count_documents({}) == 0


def test_a_retry_says_what_came_of_it(machine: Phone, capsys: pytest.CaptureFixture[str], container: Container) -> None:
    entry = refuse(machine)
    assert main(["deliveries", "retry", entry]) == 1
    assert capsys.readouterr().out == f"{entry}  place.commune_unknown\n"
    container.identity.people.put_commune(AN_KHE)
    assert main(["deliveries", "retry", entry]) == 1
    assert "credential.invalid" in capsys.readouterr().out
    fixed = a_delivery(place={**a_delivery()["place"], "commune_code": AN_KHE.code})
    assert machine.post("/results", fixed).status_code == 201
    assert main(["deliveries", "retry", entry]) == 1
    assert "refused.closed" in capsys.readouterr().out


def test_a_retry_delivers_what_can_be_delivered_now(
    machine: Phone, capsys: pytest.CaptureFixture[str], container: Container
) -> None:
    body = a_delivery(place={**a_delivery()["place"], "commune_code": AN_KHE.code})
    machine.post("/results", body)
    [item] = machine.get("/results/refused").get_json()["items"]
    container.identity.people.put_commune(AN_KHE)
    assert main(["deliveries", "retry", item["id"]]) == 0
    stored = container.database.collection("results").find_one() or {}
    assert capsys.readouterr().out == f"{item['id']}  delivered  {stored['_id']}\n"
    assert main(["deliveries", "list", "--all"]) == 0
    assert "delivered" in capsys.readouterr().out


def test_a_rejected_one_tells_its_agency_why(machine: Phone, capsys: pytest.CaptureFixture[str]) -> None:
    entry = refuse(machine)
    assert main(["deliveries", "reject", entry, "--note", "Không thuộc thành phố"]) == 0
    [item] = machine.get("/results/refused").get_json()["items"]
    assert (item["state"], item["note"]) == ("rejected", "Không thuộc thành phố")
    assert main(["deliveries", "reject", entry, "--note", "again"]) == 2
    assert "refused.closed" in capsys.readouterr().err
    assert main(["deliveries", "show", entry]) == 0
    assert "delivery" not in json.loads(capsys.readouterr().out)
