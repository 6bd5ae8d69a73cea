"""The agency's desk changes its key on a real server, also after a crash in the middle."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from joserfc.jwk import ECKey
from werkzeug.serving import make_server

from backend.app import create_app
from backend.bootstrap import Container, Replaced, build
from backend.config import Settings
from backend.infra.mongo import Database
from scripts.sandbox import pki
from scripts.sandbox.agency import Agency
from scripts.supervise.ports import free_base
from shared_models.access import ROLE_SCOPES, Role
from tests.support.api import CHEAP_HASHER, Folders, environment_of, folders
from tests.support.builders_identity import FOOD_BOARD, FakeIdentityProvider, an_agency
from tests.support.database import database, module_database, mongo_server, uri_of

__all__ = ["database", "folders", "module_database", "mongo_server"]


class City:
    def __init__(self, url: str, container: Container, data: Path) -> None:
        self.url, self.container, self.data = url, container, data
        self.folder = pki.agency_folder(data, FOOD_BOARD[0])
        self.folder.mkdir(parents=True)
        pki.make_client_key(self.folder / "client.pem")
        jwk = self.key().as_dict(private=False)
        code = an_agency(container)
        self.client = container.identity.machines.add("Một cửa", code, jwk, ROLE_SCOPES[Role.MACHINE])
        (self.folder / "client.json").write_text(json.dumps({"client_id": self.client}))

    def key(self, name: str = "client.pem") -> ECKey:
        return ECKey.import_key((self.folder / name).read_bytes())

    def desk(self) -> Agency:
        return Agency(self.data, FOOD_BOARD[0], self.url)

    def known(self) -> list[str]:
        [client] = self.container.identity.machines.all()
        return [key["jkt"] for key in client["keys"]]


@pytest.fixture
def city(database: Database, folders: Folders, tmp_path: Path) -> Iterator[City]:
    port = free_base(1)
    url = f"http://localhost:{port}"
    settings = Settings.from_env(environment_of(folders, uri_of(database)) | {"CONGDAN_PUBLIC_URL": url})
    container = build(settings, Replaced(provider=FakeIdentityProvider(), hasher=CHEAP_HASHER))
    server = make_server("127.0.0.1", port, create_app(container), threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield City(url, container, tmp_path)
    server.shutdown()
    server.server_close()
    thread.join()
    container.database.close()


def test_a_desk_changes_its_key_and_goes_on(city: City) -> None:
    desk, before = city.desk(), city.key().thumbprint()
    assert desk.present_key()["jkt"] == before
    desk.change_key()
    after = city.key().thumbprint()
    assert after != before
    assert city.known() == [after]
    assert desk.present_key()["jkt"] == after
    assert desk.results() == []
    assert city.desk().present_key()["jkt"] == after
    assert not (city.folder / "client-next.pem").exists()


def test_a_change_that_stopped_before_the_city_heard_of_it_ends_well(city: City) -> None:
    pki.make_client_key(city.folder / "client-next.pem")
    waiting = city.key("client-next.pem").thumbprint()
    city.desk().change_key()
    assert city.known() == [waiting]
    assert city.key().thumbprint() == waiting


def test_a_change_that_stopped_before_the_old_key_went_ends_well(city: City) -> None:
    pki.make_client_key(city.folder / "client-next.pem")
    city.container.identity.machines.keys.add(city.client, city.key("client-next.pem"))
    (city.folder / "client-next.pem").replace(city.folder / "client.pem")
    assert len(city.known()) == 2
    city.desk().change_key()
    assert city.known() == [city.key().thumbprint()]
