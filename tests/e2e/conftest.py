"""The whole city and one Chromium with a camera: what the browser tests run on."""

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as PlaywrightError
from pymongo import MongoClient

from scripts.supervise.city import City
from tests.support.browser.chromium import running_chromium
from tests.support.camera import Camera
from tests.support.push_service import PushService, running_push_service
from tests.support.stack import Addresses, running_city
from tests.support.story.days import Rows

ROOT = Path(__file__).resolve().parents[2]
SHOTS = ROOT / "build" / "screens" / "story"
FIRST = ("test_story.py", "test_queue.py", "test_two_phones.py", "test_dossiers.py")
"""Workers are given two stories each to begin with."""

FAILED = SHOTS.with_name("failed")


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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, each for a worker: begun last, one would be told alone while the other has nothing to do."""
    order = {name: place for place, name in enumerate(FIRST)}
    items.sort(key=lambda item: order.get(item.path.name, len(FIRST)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What stood on the screens when a story broke off: in the report, and as pictures."""
    report = yield
    browser = getattr(item, "funcargs", {}).get("browser")
    if report.when == "call" and report.failed and isinstance(browser, Browser):
        pages = [page for context in browser.contexts for page in context.pages]
        for number, page in enumerate(pages):
            report.sections.append((f"screen {number}: {page.url.partition('?')[0]}", _seen(page, item.name, number)))
    return report


def _seen(page: Page, name: str, number: int) -> str:
    try:
        page.screenshot(path=FAILED / f"{name}-{number}.png", timeout=5_000)
        words: str = page.evaluate(
            "[...document.querySelectorAll('flt-semantics,.card-layer,.scanner-layer,.check')]"
            ".map((one) => (one.getAttribute('aria-label') ?? one.textContent).trim())"
            ".filter((words, at, all) => words && words !== all[at - 1]).join('\\n')"
        )
    except PlaywrightError as error:
        return str(error)
    return words
