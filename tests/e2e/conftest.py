"""The whole city and one Chromium with a camera: what the browser tests run on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pymongo import MongoClient

from scripts.supervise.city import City
from tests.support.browser.chromium import running_chromium
from tests.support.camera import Camera
from tests.support.push_service import PushService, running_push_service
from tests.support.stack import Addresses, running_city
from tests.support.story.days import Rows

ROOT = Path(__file__).resolve().parents[2]
SHOTS = ROOT / "build" / "screens" / "story"


@pytest.fixture(scope="session")
def push_service() -> Iterator[PushService]:
    with running_push_service() as service:
        yield service


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with running_city(tmp_path_factory.mktemp("city")) as running:
        yield running


@pytest.fixture(scope="session")
def at(city: City) -> Addresses:
    return Addresses(
        app=city.origin,
        codes=f"http://localhost:{city.ports.vneid}/codes",
        desk=f"http://localhost:{city.ports.agency}",
    )


@pytest.fixture
def rows(city: City) -> Iterator[Rows]:
    with MongoClient(city.env["MONGODB_URI"], tz_aware=True) as client:
        yield client.get_default_database()


@pytest.fixture
def camera(tmp_path: Path) -> Camera:
    return Camera(tmp_path / "camera.mjpeg")


@pytest.fixture
def browser(camera: Camera) -> Iterator[Browser]:
    with running_chromium(camera) as started:
        yield started
