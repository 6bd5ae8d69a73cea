"""The API's page: shows every operation of the real document, asks nobody outside, and obeys its strict policy."""

import shutil
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from backend.app import create_app
from backend.bootstrap import Container
from backend.http.api import openapi_of
from tests.support.api import clock, container, folders, provider
from tests.support.database import database, module_database, mongo_server

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
sys.path.insert(0, str(SCRIPTS))

from pwa import api_page, node  # noqa: E402 - scripts are files, not a package
from pwa.cache import Cache  # noqa: E402

__all__ = ["clock", "container", "database", "folders", "module_database", "mongo_server", "provider"]

pytestmark = pytest.mark.browser

SOURCE = SCRIPTS / "pwa" / "api_page"
SIZES = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1280, "height": 800}}
METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The page as the build writes it."""
    (tmp_path / "icons").mkdir()
    shutil.copy(SCRIPTS.parent / "mobile" / "web" / "icons" / "icon.svg", tmp_path / "icons")
    api_page.write(SOURCE, node.install(SOURCE, Cache(SCRIPTS.parent / "build" / "cache")), tmp_path)
    return tmp_path


@pytest.fixture
def origin(container: Container, site: Path) -> Iterator[str]:
    """The real app, with its headers, on a free port."""
    container.settings = replace(container.settings, site_dir=site)
    server = make_server("127.0.0.1", 0, create_app(container), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    server.server_close()


def opened(browser: Browser, origin: str, size: str, wrong: list[str]) -> Page:
    page = browser.new_page(viewport=SIZES[size])  # type: ignore[arg-type]
    page.on("request", lambda request: wrong.append(request.url) if not at_home(request.url, origin) else None)
    page.on("console", lambda line: wrong.append(line.text) if line.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.add_init_script(
        "document.addEventListener('securitypolicyviolation', (e) => console.error('CSP ' + e.violatedDirective))"
    )
    page.goto(f"{origin}/api/docs")
    page.locator(".opblock").first.wait_for(timeout=30_000)
    return page


def at_home(address: str, origin: str) -> bool:
    return address.startswith((origin, "data:"))


@pytest.mark.parametrize("size", SIZES)
def test_every_operation_is_shown_and_nobody_outside_is_asked(
    browser: Browser, origin: str, container: Container, size: str
) -> None:
    wrong: list[str] = []
    page = opened(browser, origin, size, wrong)
    paths = openapi_of(create_app(container))["paths"]
    wanted = {f"{method} {path}" for path, methods in paths.items() for method in methods if method in METHODS}
    shown = page.evaluate(
        """() => [...document.querySelectorAll(".opblock")].map((block) =>
            block.querySelector(".opblock-summary-method").textContent.toLowerCase() + " " +
            block.querySelector(".opblock-summary-path").dataset.path)"""
    )
    assert set(shown) == wanted
    page.locator(".opblock-summary-control").first.click()
    page.locator(".opblock-body .responses-table").first.wait_for()
    assert page.get_by_text("Try it out").count() == 0, "nothing can be sent from here"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "wider than the screen"
    assert wrong == []
    page.close()


def test_its_policy_is_the_strictest_and_its_files_stay_for_ever(browser: Browser, origin: str, site: Path) -> None:
    page = browser.new_page()
    answer = page.goto(f"{origin}/api/docs/")
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert "'unsafe-inline'" not in policy
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    [assets] = [folder for folder in site.iterdir() if folder.name.startswith("api-docs.")]
    script = page.request.get(f"{origin}/{assets.name}/swagger-ui-bundle.js")
    assert "immutable" in script.headers["cache-control"]
    assert "sourceMappingURL" not in script.text()
    page.close()


def test_it_goes_dark_with_the_screen(browser: Browser, origin: str) -> None:
    page = browser.new_page(color_scheme="dark")
    page.goto(f"{origin}/api/docs")
    page.locator("html.dark-mode .opblock").first.wait_for(timeout=30_000)
    page.close()
