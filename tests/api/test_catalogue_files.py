"""A catalogue as a folder: all of it or nothing, the same again changes nothing, and a bad file is named."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backend.bootstrap import Container
from backend.catalogue.service import Catalogue, CataloguePorts
from backend.catalogue.services.files import FileFault, read_folder
from backend.cli import main
from scripts.sandbox.seed_data import FOLDER, load
from tests.support.api import Folders, environment_of, type_in
from tests.support.catalogue import a_catalogue, a_procedure
from tests.support.database import uri_of

KEPT = ("procedure_versions", "form_templates", "calendar_days", "office_hours", "catalogue_changes", "catalogue_state")


@pytest.fixture
def city(container: Container) -> Container:
    for row in load("agencies"):
        container.identity.people.put_agency(row["code"], row["name"], is_demo=True)
    return container


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the demonstration's catalogue, to be spoilt."""
    for name in ("procedures", "forms"):
        shutil.copytree(FOLDER / name, tmp_path / "city" / name)
    shutil.copy(FOLDER / "calendar.json", tmp_path / "city")
    return tmp_path / "city"


def everything(city: Container) -> dict[str, list[Any]]:
    return {name: list(city.database.collection(name).find().sort("_id", 1)) for name in KEPT}


def changed(file: Path, change: Callable[[Any], object]) -> None:
    data = json.loads(file.read_text("utf-8"))
    change(data)
    file.write_text(json.dumps(data), "utf-8")


def test_the_same_again_changes_nothing(city: Container, folder: Path) -> None:
    brought = city.catalogue.files.bring_in(folder, "test")
    assert (brought.versions, brought.forms) == (45, 7)
    assert brought.days == 42
    before = everything(city)
    again = city.catalogue.files.bring_in(folder, "somebody else")
    assert (again.versions, again.forms, again.days) == (0, 0, 0)
    assert everything(city) == before


def test_what_goes_out_comes_in_again(city: Container, folder: Path, tmp_path: Path) -> None:
    city.catalogue.files.bring_in(folder, "test")
    before = everything(city)
    assert city.catalogue.files.export(tmp_path / "out") == 45
    assert city.catalogue.files.bring_in(tmp_path / "out", "test").versions == 0
    assert everything(city) == before
    first, second = read_folder(folder), read_folder(tmp_path / "out")
    assert {one.id: one for _, one in first.versions} == {one.id: one for _, one in second.versions}
    assert sorted(row.day for row in first.days) == sorted(row.day for row in second.days)


SPOILT: list[tuple[str, Callable[[Path], object], str]] = [
    (
        "a member that cannot be",
        lambda city: changed(city / "procedures" / "1.001193.json", lambda rows: rows[0].update(level="most")),
        "procedures/1.001193.json[0]: level: field.not_a_choice",
    ),
    (
        "an agency that is not there",
        lambda city: changed(city / "procedures" / "1.001193.json", lambda rows: rows[0].update(competent="H17.99")),
        "procedures/1.001193.json[0]: competent: agency.unknown",
    ),
    (
        "a file that is no JSON",
        lambda city: (city / "procedures" / "1.001193.json").write_text("{", "utf-8"),
        "procedures/1.001193.json: no JSON in UTF-8",
    ),
    (
        "a file of another encoding",
        lambda city: (city / "forms" / "road_works-1.json").write_bytes('{"id": "đ"}'.encode("utf-16")),
        "forms/road_works-1.json: no JSON in UTF-8",
    ),
    (
        "no list of versions",
        lambda city: (city / "procedures" / "1.001193.json").write_text("{}", "utf-8"),
        "procedures/1.001193.json: must be a list",
    ),
    (
        "a file under another name",
        lambda city: shutil.move(city / "procedures" / "1.001193.json", city / "procedures" / "1.000001.json"),
        "procedures/1.000001.json[0]: code: 1.001193",
    ),
    (
        "two versions with one date",
        lambda city: changed(city / "procedures" / "1.001193.json", lambda rows: rows.append(rows[0])),
        "procedures/1.001193.json[1]: effective_from: two versions with one date",
    ),
    (
        "a draft",
        lambda city: changed(city / "procedures" / "1.001193.json", lambda rows: rows[0].update(state="draft")),
        "procedures/1.001193.json[0]: state: only published",
    ),
    (
        "a form that is gone",
        lambda city: (city / "forms" / "birth_registration-1.json").unlink(),
        "procedures/1.001193.json[0]: form: form.unknown",
    ),
    (
        "a keyword that forms do not have",
        lambda city: changed(
            city / "forms" / "road_works-1.json", lambda form: form["schema"]["properties"]["pledge"].update(title="x")
        ),
        "forms/road_works-1.json: schema.properties.pledge: form.keyword_unknown",
    ),
    (
        "a day off on a Sunday",
        lambda city: changed(city / "calendar.json", lambda data: data["days"][0].update(day="2025-01-05")),
        "calendar.json: days.0.works: calendar.as_every_week",
    ),
    (
        "seven hours a day",
        lambda city: changed(
            city / "calendar.json",
            lambda data: data["office_hours"]["default"].update(sessions=[["08:00", "15:00"]]),
        ),
        "calendar.json: office_hours.default.sessions: calendar.hours_impossible",
    ),
    (
        "nothing in it",
        lambda city: [
            shutil.rmtree(city / "procedures"),
            shutil.rmtree(city / "forms"),
            (city / "calendar.json").unlink(),
        ],
        "no procedures",
    ),
    ("no folder", shutil.rmtree, "no such folder"),
]


@pytest.mark.parametrize(("spoil", "said"), [row[1:] for row in SPOILT], ids=[row[0] for row in SPOILT])
def test_a_bad_file_is_named_and_nothing_is_written(city: Container, folder: Path, spoil: Any, said: str) -> None:
    spoil(folder)
    before = everything(city)
    for work in (city.catalogue.files.check, lambda where: city.catalogue.files.bring_in(where, "test")):
        with pytest.raises(FileFault) as fault:
            work(folder)
        assert said in str(fault.value)
        assert "\n" not in str(fault.value)
    assert everything(city) == before


def test_what_is_published_is_not_overwritten_by_a_file(city: Container, folder: Path) -> None:
    city.catalogue.files.bring_in(folder, "test")
    before = everything(city)
    changed(folder / "procedures" / "1.001193.json", lambda rows: rows[0].update(max_reappointments=0))
    with pytest.raises(FileFault, match=r"1\.001193\.json\[0\]: catalogue\.version_published"):
        city.catalogue.files.bring_in(folder, "test")
    changed(folder / "procedures" / "1.001193.json", lambda rows: rows[0].update(max_reappointments=1))
    changed(folder / "forms" / "road_works-1.json", lambda form: form["title"].update(vi="Khác"))
    with pytest.raises(FileFault, match=r"road_works-1\.json: catalogue\.form_published"):
        city.catalogue.files.bring_in(folder, "test")
    assert everything(city) == before


def test_a_version_between_two_is_compared_with_both(city: Container, folder: Path) -> None:
    city.catalogue.files.bring_in(folder, "test")

    def kinds(version: str) -> set[str]:
        return {row["kind"] for row in city.database.collection("catalogue_changes").find({"to_version": version})}

    assert kinds("1.000662@2026-07-01") == {"shortened", "changed"}
    same_day = a_procedure("1.000662", "2026-01-01")
    changed(folder / "procedures" / "1.000662.json", lambda rows: rows.append(same_day))
    city.catalogue.files.bring_in(folder, "test")
    assert kinds("1.000662@2026-01-01") == {"shortened", "changed"}
    assert kinds("1.000662@2026-07-01") == set()


def test_the_command(
    city: Container, folder: Path, folders: Folders, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    type_in(monkeypatch, environment_of(folders, uri_of(city.database)))
    assert main(["catalogue", "check", str(folder)]) == 0
    assert "45 versions, 7 forms, 41 days, 0 rules of fees: all well" in capsys.readouterr().out
    assert city.database.collection("procedure_versions").count_documents({}) == 0
    assert main(["catalogue", "import", str(folder)]) == 0
    assert "45 versions, 7 forms, 42 rows of the calendar and 0 rules of fees are new" in capsys.readouterr().out
    assert main(["catalogue", "export", str(folder.parent / "out")]) == 0
    assert (folder.parent / "out" / "procedures" / "1.001193.json").exists()
    changed(folder / "procedures" / "1.001193.json", lambda rows: rows[0].update(level="most"))
    capsys.readouterr()
    assert main(["catalogue", "import", str(folder)]) == 2
    told = capsys.readouterr()
    assert told.err.count("\n") == 1
    assert "procedures/1.001193.json[0]: level: field.not_a_choice" in told.err


def test_every_process_sees_what_another_published(city: Container) -> None:
    """`Readings` of a second process: nothing is kept longer than the revision that it was read under."""
    other = Catalogue(CataloguePorts(city.database, city.identity, city.clock))
    assert other.list(other.today()) == []
    a_catalogue(city)
    assert len(other.list(other.today())) == 41
