"""The whole stack as processes: it comes up, heals, delivers from the agency's desk, ends, and keeps its data."""

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from pymongo import MongoClient

from scripts.sandbox.agency import Agency, fresh_id
from scripts.sandbox.desk_form import licence_of, sample
from scripts.sandbox.machine_client import ApiRefused
from scripts.sandbox.seed_data import load
from scripts.supervise.city import CannotStart, City
from scripts.supervise.city_env import ROOT
from scripts.supervise.ports import Ports, free_base, is_listening
from tests.support.stack import running_city, stand_in_site

pytestmark = pytest.mark.stack
FOOD = "H17.08"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    folder = tmp_path_factory.mktemp("stack")
    site = stand_in_site(folder / "site")
    with running_city(folder / "data", {"CONGDAN_SITE_DIR": str(site)}) as running:
        yield running


def wait_for(is_so: Callable[[], bool], within_s: float = 20.0) -> None:
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_every_address_answers(city: City) -> None:
    desk = f"http://127.0.0.1:{city.ports.agency}"
    vneid = f"http://127.0.0.1:{city.ports.vneid}"
    pages = ["/", "/q", "/healthz", "/city.json", "/api/v1/openapi.json", "/api/v1/trust", "/api/v1/trust/keys"]
    for address in [*(city.origin + page for page in pages), f"{desk}/{FOOD}/", f"{vneid}/codes"]:
        assert requests.get(address, timeout=10).status_code == 200, address
    assert city.health()["parts"] == {"database": True, "site": True, "push": True, "jobs": True}


def test_the_demonstration_is_there_and_marked_as_one(city: City) -> None:
    with MongoClient(city.env["MONGODB_URI"]) as client:
        database = client.get_default_database()
        assert database["communes"].count_documents({}) == 94
        assert database["agencies"].count_documents({"is_demo": True}) == len(load("agencies"))
        assert database["persons"].count_documents({"is_demo": True}) == len(load("people"))
        assert database["persons"].count_documents({"is_demo": False}) == 0
        assert database["staff"].count_documents({}) == len(load("staff"))
        states = {row["number"]: row["state"] for row in database["results"].find()}
    assert states["48/2026/ATTP-CNĐK"] == "active"
    assert states["17/GP-SXD"] == "suspended"
    assert states["31/2026/ATTP-CNĐK"] == "revoked"
    assert len(states) >= len(load("licences"))


def test_the_desk_delivers_once_and_changes_the_status(city: City) -> None:
    agency = Agency(city.data, FOOD, city.origin)
    licence = licence_of(agency.type, sample(agency.type, agency.numbers()))
    delivery_id = fresh_id("giao")
    first = agency.deliver(delivery_id, licence)
    assert first["number"] == licence["number"]
    # Sent again after a lost answer: the same bytes, although a new signature would differ.
    assert agency.deliver(delivery_id, {**licence, "activity": "khác"}) == first
    change = {
        "change_id": fresh_id("qd"),
        "action": "suspend",
        "reason": "Thiếu sổ kiểm thực ba bước",
        "decision_number": "15/QĐ-ATTP",
        "decision_date": licence["valid_from"],
    }
    assert agency.change_status(first["id"], change)["status"] == "suspended"
    assert agency.change_status(first["id"], change)["status"] == "suspended"
    assert agency.change_status(first["id"], {**change, "change_id": fresh_id("qd"), "action": "restore"})
    assert agency.sheet(first["licence_id"]).startswith(b"%PDF-")
    assert agency.signed_document(first["licence_id"]).startswith(b"%PDF-")
    with pytest.raises(ApiRefused) as refused:
        agency.deliver(fresh_id("giao"), licence)
    assert refused.value.code == "result.already_delivered"


def test_a_desk_sees_nothing_of_another_agency(city: City) -> None:
    food, roads = Agency(city.data, FOOD, city.origin), Agency(city.data, "H17.05", city.origin)
    theirs = food.results()[0]
    with pytest.raises(ApiRefused) as refused:
        roads.result(theirs["id"])
    assert refused.value.status == 404
    with pytest.raises(ApiRefused) as refused:
        roads.sheet(theirs["licence_id"])
    assert refused.value.status == 404


def test_a_process_that_dies_comes_back(city: City) -> None:
    child = city.child("push")
    assert child.process is not None
    died = child.process.pid
    os.kill(died, signal.SIGKILL)
    wait_for(lambda: not child.is_running())
    assert child.revive() == -signal.SIGKILL
    assert child.is_running()
    assert child.process.pid != died
    wait_for(lambda: city.health().get("status") == "ok")


def test_the_operators_command_finds_a_city_by_its_data(city: City) -> None:
    """Without a setting in the environment, as somebody types it who has just started ``scripts/run``."""
    nothing_set = {"PATH": os.environ["PATH"]}

    def congdan(*typed: str) -> subprocess.CompletedProcess[str]:
        command = [str(ROOT / "scripts" / "congdan"), *typed]
        return subprocess.run(command, env=nothing_set, capture_output=True, text=True, timeout=60, check=False)

    found = congdan("--data", str(city.data), "status")
    assert found.returncode == 0, found.stdout + found.stderr
    assert "process.push" in found.stdout
    assert congdan("--data", str(city.data), "ledger", "verify").returncode == 0
    assert stat.S_IMODE((city.data / "settings.env").stat().st_mode) == 0o600
    nowhere = congdan("--data", str(city.data / "logs"), "status")
    assert (nowhere.returncode, nowhere.stdout) == (2, "")
    assert "settings.env" in nowhere.stderr


def test_a_second_city_over_the_same_data_is_refused(city: City) -> None:
    other = City(city.data, Ports(city.ports.app + 100), say=lambda _line: None)
    with pytest.raises(CannotStart, match="already using"):
        other.start()
    assert city.health()["status"] == "ok"


def test_a_taken_port_is_told(city: City, tmp_path: Path) -> None:
    other = City(tmp_path, city.ports, say=lambda _line: None)
    with pytest.raises(CannotStart, match=f"port {city.ports.app}"):
        other.start()


def test_the_command_ends_on_sigterm_with_everything_it_started(tmp_path: Path) -> None:
    """The command itself, twice over one folder: the second start is quick and finds its data."""
    root = Path(__file__).resolve().parents[3]
    site = stand_in_site(tmp_path / "site")
    env = {"PATH": os.defpath, "HOME": str(tmp_path), "CONGDAN_SITE_DIR": str(site), "CONGDAN_ENV": "test"}
    took = []
    for _ in range(2):
        from_here = tmp_path / "output.txt"
        ports = Ports(free_base())
        command = [sys.executable, "-m", "scripts.stack", "--port", str(ports.app), "--data", str(tmp_path / "data")]
        with from_here.open("wb") as output:
            began = time.monotonic()
            process = subprocess.Popen(command, cwd=root, env=env, stdout=output, stderr=subprocess.STDOUT)
            try:
                wait_for(lambda path=from_here: "Ctrl-C ends everything" in path.read_text("utf-8"), 60)
                took.append(time.monotonic() - began)
                process.send_signal(signal.SIGTERM)
                assert process.wait(30) == 0
            finally:
                process.kill()
                process.wait()
        text = from_here.read_text("utf-8")
        assert "beta" in text
        assert "thanhtra.attp" in text
        assert not [port for port in ports.all() if is_listening(port)]
    assert took[1] < 10
    # The second run delivered nothing: all of it was there.
    assert "licences delivered" not in (tmp_path / "data/logs/prepare.log").read_text("utf-8")
