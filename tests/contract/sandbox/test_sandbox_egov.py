"""The one-stop software's sandbox as a process of its own against the live API: real HTTP, signatures and store."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
import requests

from backend.bootstrap import Container
from backend.dossiers.documents import DOSSIERS
from backend.infra.mongo import Database
from scripts.sandbox.egov import Egov
from scripts.sandbox.egov_store import Store, egov_folder
from scripts.sandbox.machine_client import OfficerClient
from scripts.sandbox.other_side import start_at_the_desk
from scripts.sandbox_egov import Softwares
from scripts.supervise.ports import free_base, is_listening
from shared_models.access import Actor, Role, scopes_of
from tests.support.api import Folders
from tests.support.builders_identity import TRANG
from tests.support.database import empty
from tests.support.dossiers import BIRTH_VALUES, WARD
from tests.support.ids import an_id
from tests.support.live_city import accounts_of, live_city, on_port

BIRTH = "1.001193"
ROOT = Path(__file__).resolve().parents[3]


@dataclass
class City:
    container: Container
    origin: str
    data: Path

    def dossier(self, **wanted: Any) -> dict[str, Any]:
        found = self.container.database.collection(DOSSIERS).find_one(wanted)
        assert found is not None, wanted
        return found

    def officer(self) -> OfficerClient:
        return OfficerClient(self.origin, "canbo.hai-chau", accounts_of(self.data)["canbo.hai-chau"])


@pytest.fixture(scope="module")
def city(folders: Folders, module_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    data = tmp_path_factory.mktemp("data")
    empty(module_database)
    with live_city(folders, module_database, data) as (container, origin):
        yield City(container, origin, data)


@pytest.fixture
def egov(city: City) -> Egov:
    """The ward's software, that has read all there was and holds nothing of earlier tests but its numbers."""
    here = Egov.open(city.data, WARD, city.origin)
    here.pull()
    for file in (egov_folder(city.data, WARD) / "dossiers").glob("*.json"):
        file.unlink()
    state = here.store.state()
    state.is_on = False
    here.store.keep_state(state)
    return here


@dataclass
class Page:
    """The sandbox's page in a browser that keeps its cookie."""

    url: str
    browser: requests.Session

    def get(self, path: str) -> str:
        answer = self.browser.get(self.url + path, timeout=20)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.text

    def press(self, path: str, expected: int = 200, **form: str) -> str:
        self.get("/H17.30.05/")
        token = self.browser.cookies["form"]
        answer = self.browser.post(self.url + path, {"form_token": token, **form}, timeout=30)
        assert answer.status_code == expected, (path, answer.status_code, answer.text[-400:])
        return answer.text


@dataclass
class Process:
    city: City
    port: int
    child: subprocess.Popen[bytes] | None = None

    def start(self) -> Page:
        options = ["--port", str(self.port), "--data", str(self.city.data), "--public-url", self.city.origin]
        self.child = subprocess.Popen([sys.executable, "-m", "scripts.sandbox_egov", *options], cwd=ROOT)
        until = time.monotonic() + 30
        while not is_listening(self.port):
            assert self.child.poll() is None, "the sandbox ended by itself"
            assert time.monotonic() < until
            time.sleep(0.05)
        return Page(on_port(self.port), requests.Session())

    def kill(self) -> None:
        if self.child is not None:
            self.child.kill()
            self.child.wait()


@pytest.fixture
def process(city: City) -> Iterator[Process]:
    made = Process(city, free_base(1))
    yield made
    made.kill()


def test_a_dossier_goes_over_by_the_buttons_of_the_page_and_outlives_the_process(
    city: City, egov: Egov, process: Process
) -> None:
    page = process.start()
    shown = page.press(f"/{WARD}/take-in", procedure=BIRTH, person=TRANG.personal_id)
    [exchange_id] = set(re.findall(r"EGH173005-\d{6}", shown))
    page.press(f"/{WARD}/dossiers/{exchange_id}/change", status="2", note="Đủ thành phần")
    page.press(f"/{WARD}/push")
    found = city.dossier(exchange_key=f"{WARD}:{exchange_id}")
    assert (found["status"], found["sync"], found["owner_name"]) == (2, "synced", TRANG.full_name)
    assert "Đã khớp" in page.get(f"/{WARD}/dossiers/{exchange_id}")
    process.kill()
    page = process.start()
    shown = page.press(f"/{WARD}/dossiers/{exchange_id}/send")
    assert 'data-state="unchanged"' in shown
    assert "không có gì thay đổi" in shown
    assert city.dossier(_id=found["_id"]) == found
    assert page.press(f"/{WARD}/take-in", 400, procedure="9.9", person=TRANG.personal_id)
    assert page.browser.post(f"{page.url}/{WARD}/push", {}, timeout=20).status_code == 403
    assert page.browser.get(f"{page.url}/H17.99/", timeout=20).status_code == 404
    for path in (f"/{WARD}/", f"/{WARD}/dossiers/{exchange_id}"):
        assert TRANG.personal_id not in re.sub(r'value="\d{12}"', "", page.get(path))


def test_an_answer_that_was_lost_is_asked_for_again_and_nothing_happens_twice(city: City, egov: Egov) -> None:
    case = egov.take_in(BIRTH, TRANG.personal_id)
    egov.push_and_hang_up(case.id)
    assert egov.store.case(case.id).is_unsent  # type: ignore[union-attr]
    found = city.dossier(exchange_key=f"{WARD}:{case.id}")
    egov.change(case.id, 3, "Không thuộc thẩm quyền")
    egov.push_and_hang_up(case.id)
    [result] = egov.push()
    assert (result["state"], result["dossier_id"]) == ("unchanged", found["_id"])
    assert city.dossier(_id=found["_id"])["status"] == 3
    assert city.dossier(_id=found["_id"])["version"] == 2
    assert egov.push() == []


def test_reading_on_shows_that_what_was_pushed_has_arrived_although_its_answer_was_lost(city: City, egov: Egov) -> None:
    case = egov.take_in(BIRTH, TRANG.personal_id)
    egov.push()
    egov.change(case.id, 2)
    egov.push_and_hang_up(case.id)
    start_at_the_desk(city.data, city.origin, WARD, egov.store.case(case.id))  # type: ignore[arg-type]
    assert egov.pull() == 1
    known = egov.store.case(case.id)
    assert known is not None
    assert (known.record["status"], known.is_unsent) == (4, False)
    assert egov.push() == []


def test_both_sides_change_and_a_person_at_the_desk_decides(city: City, egov: Egov) -> None:
    case = egov.take_in(BIRTH, TRANG.personal_id)
    egov.change(case.id, 2)
    [result] = egov.push()
    egov.change(case.id, 5, "Bản chụp mờ")
    start_at_the_desk(city.data, city.origin, WARD, egov.store.case(case.id))  # type: ignore[arg-type]
    [clash] = egov.push()
    assert (clash["state"], clash["dossier_id"]) == ("clash", result["dossier_id"])
    egov.pull()
    kept = egov.store.case(case.id)
    assert kept is not None
    assert (kept.record["status"], kept.city["status"] if kept.city else None) == (5, 4), "one overwrote the other"
    officer = city.officer()
    dossier = officer.get(f"/desk/dossiers/{result['dossier_id']}")
    assert (dossier["clash"]["ours"]["status"], dossier["clash"]["theirs"]["status"]) == (4, 5)
    ask = {"id": an_id("act"), "version": dossier["version"], "action": "settle_clash", "keep": "ours"}
    assert officer.post(f"/desk/dossiers/{dossier['id']}/actions", ask)["sync"] == "pending"
    egov.synchronise()
    settled = egov.store.case(case.id)
    assert settled is not None
    assert (settled.record["status"], settled.is_unsent) == (4, False)
    assert city.dossier(_id=dossier["id"])["sync"] == "synced"


def a_citizens(city: City) -> str:
    """A dossier that came from the app; its file is another test's business."""
    owner_id = city.container.identity.people.know_person(TRANG)
    owner = Actor(owner_id, Role.CITIZEN, TRANG.full_name, scopes_of(Role.CITIZEN))
    now = city.container.clock.now()
    upload = {"_id": an_id("upl"), "owner_id": owner_id, "name": "a.pdf", "size": 5, "sha256": "0" * 64, "offset": 5}
    rest = {"state": "checked", "media_type": "application/pdf", "code": None, "file_id": "fil_0", "expires_at": now}
    city.container.database.collection("uploads").insert_one(upload | rest)
    ask = {
        "id": an_id("dos"),
        "procedure_code": BIRTH,
        "procedure_version": f"{BIRTH}@2025-07-01",
        "receiving_agency": WARD,
        "form_id": "birth_registration@1",
        "values": dict(BIRTH_VALUES),
        "origins": {},
        "components": [{"key": "birth_certificate", "upload_id": upload["_id"]}],
        "return_way": "counter",
        "contact": {"phone": "0905123456", "email": None},
    }
    return str(city.container.dossiers.file(owner, ask)["id"])


def test_what_a_citizen_sent_is_read_taken_over_and_worked_on_there(city: City, egov: Egov) -> None:
    dossier_id = a_citizens(city)
    assert egov.pull() == 1
    [case] = egov.store.cases()
    assert (case.record["dossier_id"], case.record["status"]) == (dossier_id, 1)
    assert city.dossier(_id=dossier_id)["sync"] == "synced"
    egov.change(case.id, 2)
    egov.change(case.id, 4)
    [result] = egov.push()
    assert result["state"] == "stored"
    found = city.dossier(_id=dossier_id)
    assert (found["status"], found["code"]) == (4, egov.store.cases()[0].record["code"])
    assert egov.pull() == 0


def test_what_is_refused_waits_for_a_person_there(city: City, egov: Egov) -> None:
    dossier_id = a_citizens(city)
    egov.pull()
    [case] = egov.store.cases()
    egov.change(case.id, 3, "Không thuộc thẩm quyền")
    egov.push()
    taken = egov.store.case(case.id)
    assert taken is not None
    taken.record |= {"status": 4, "source_version": 2, "code": f"{WARD}-261122-6001", "due_at": "2027-01-04T10:00:00Z"}
    egov.store.keep(taken)
    [result] = egov.push()
    assert (result["state"], result["code"]) == ("refused", "exchange.move_not_allowed")
    assert egov.push() == [], "what was refused is not sent over and over"
    egov.take_city(case.id)
    given_up = egov.store.case(case.id)
    assert given_up is not None
    assert given_up.record["status"] in {1, 3}
    assert city.dossier(_id=dossier_id)["status"] == 3


def test_it_goes_by_itself_where_that_is_turned_on(city: City, egov: Egov) -> None:
    softwares = Softwares(city.data, city.origin)
    state = egov.store.state()
    state.is_on = True
    egov.store.keep_state(state)
    ended = Event()
    thread = Thread(target=softwares.go_by_themselves, args=(ended, 0.05))
    case = egov.take_in(BIRTH, TRANG.personal_id)
    thread.start()
    try:
        until = time.monotonic() + 20
        while (found := Store(egov_folder(city.data, WARD)).case(case.id)) and found.is_unsent:
            assert time.monotonic() < until
            time.sleep(0.05)
    finally:
        ended.set()
        thread.join()
    assert city.dossier(exchange_key=f"{WARD}:{case.id}")["status"] == 1
