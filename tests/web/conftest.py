"""One browser and one small city for the tests of `mobile/web`."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.support.camera import Camera
from tests.web.demo_city import DemoCity, Server
from tests.web.phone import Phone
from tests.web.test_node import vendor

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    vendor()
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Camera:
    return Camera(tmp_path_factory.mktemp("camera") / "lens.mjpeg")


@pytest.fixture(scope="session")
def browser(playwright: Playwright, camera: Camera) -> Iterator[Browser]:
    path = CHROMIUM if CHROMIUM.exists() else None
    running = playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, *camera.chromium_args()])
    yield running
    running.close()


@pytest.fixture
def city() -> Iterator[DemoCity]:
    running = DemoCity()
    with Server(running):
        yield running


@pytest.fixture
def phone(browser: Browser, city: DemoCity, camera: Camera) -> Iterator[Phone]:
    """A fresh phone that has opened the app once."""
    held = Phone(browser, city, camera)
    held.open()
    yield held
    held.put_away()
