"""The machine's Chromium, started so that it asks nobody outside for anything."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tests.support.camera import Camera

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium_path() -> str:
    """Where the browser is; ``CONGDAN_TEST_CHROMIUM`` names another."""
    for name in (os.environ.get("CONGDAN_TEST_CHROMIUM", ""), *NAMES):
        found = name and shutil.which(name)
        if found:
            return found
    raise AssertionError("Chromium is missing; scripts/test installs it")


@contextmanager
def running_chromium(camera: Camera) -> Iterator[Browser]:
    """Chromium with a camera before which pictures can be held."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(), args=[*ARGUMENTS, *camera.chromium_args()]
        )
        yield browser
        browser.close()
