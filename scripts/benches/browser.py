"""How the phone feels, in Chromium on the real stack. ``python -m scripts.benches.browser``; the app must be built.

Restarts are offline, with the HTTP cache cleared; medians of ``ROUNDS``. Times are the page's own, from the start of
the navigation (``performance.timeOrigin``), so that the driver's overhead is not in them.
"""

import base64
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, expect

from scripts.benches.bundle import tokens
from scripts.supervise.city import City
from tests.support.browser.chromium import running_chromium
from tests.support.browser.phone import Phone
from tests.support.browser.scanner import Scanner
from tests.support.camera import Camera
from tests.support.relay import relay_to
from tests.support.stack import running_city

ROUNDS = 5
OWNER = "048192900002"
INSPECTOR = "thanhtra.attp"
FIRST_VISIT_TIMEOUT_S = 120.0

_WATCH_FOR_PIN = """
const seen = () => document.querySelector("[flt-semantics-identifier='pin.1']");
new MutationObserver((_, observer) => {
  if (!seen()) return;
  performance.mark("usable");
  observer.disconnect();
}).observe(document, { childList: true, subtree: true, attributes: true });
"""
_STORE_BUNDLE = """async ([keys, lists]) => {
  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const { write } = await import("/store.js");
  const stored = lists.map(([uri, text], i) => ({ n: i + 1, uri, etag: `${i}`, token: bytes(text), iatS: 1 }));
  const trust = { etag: "k", token: bytes(keys) };
  await write("trust", "bundle", { generation: 1, root: null, trust, lists: stored, serverTimeS: 0, syncedAtS: 0 });
}"""
_LOAD_BUNDLE = """async () => {
  const { trustHeld } = await import("/trust_store.js");
  const start = performance.now();
  const { statusLists } = await trustHeld();
  const took = performance.now() - start;
  if (statusLists.size !== 10) throw new Error(`${statusLists.size} lists`);
  return took;
}"""


def measure() -> dict[str, float]:
    """``card_ms, ui_ms, verdict_ms, bundle_load_ms`` in ms, ``first_visit_bytes``."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        camera = Camera(folder / "camera.mjpeg")
        with running_city(folder / "city") as city, running_chromium(camera) as browser:
            figures: dict[str, float] = {"first_visit_bytes": first_visit(browser, city)}
            owner = _signed_in_owner(browser, city, folder)
            figures |= restarts(owner)
            figures["verdict_ms"] = verdicts(browser, city, camera, owner, folder)
            figures["bundle_load_ms"] = bundle_load(browser, city)
    return figures


def first_visit(browser: Browser, city: City) -> int:
    """Bytes from the first request until the app is up and the service worker has all it keeps."""
    with relay_to(city.ports.app) as relay:
        context = browser.new_context(locale="vi-VN")
        page = context.new_page()
        page.goto(relay.origin)
        page.wait_for_selector("[flt-semantics-identifier='signin.vneid']", state="attached", timeout=60_000)
        deadline = time.monotonic() + FIRST_VISIT_TIMEOUT_S
        while not page.evaluate("async () => !!(await navigator.serviceWorker.getRegistration())?.active"):
            if time.monotonic() > deadline:
                raise TimeoutError("the service worker did not become active")
            page.wait_for_timeout(200)
        page.wait_for_timeout(1_000)
        context.close()
        return relay.sent


def _signed_in_owner(browser: Browser, city: City, folder: Path) -> Phone:
    owner = Phone.make(browser, city.origin, folder, scale=2)
    owner.sign_in_with_vneid(OWNER, f"http://localhost:{city.ports.vneid}/codes")
    owner.choose_pin()
    owner.open_first_licence()
    owner.wait_for_service_worker()
    owner.context.add_init_script(_WATCH_FOR_PIN)
    return owner


def restarts(owner: Phone) -> dict[str, float]:
    """Offline restarts: the card's QR, and the app ready for the PIN."""
    card, usable = [], []
    for _ in range(ROUNDS):
        owner.lose_network()
        owner.restart()
        card.append(_mark(owner.page, "card"))
        usable.append(_mark(owner.page, "usable"))
    return {"card_ms": median(card), "ui_ms": median(usable)}


def _mark(page: Page, name: str) -> float:
    for _ in range(300):
        entry: list[Any] = page.evaluate(f"performance.getEntriesByName('{name}').map((e) => e.startTime)")
        if entry:
            return float(entry[0])
        page.wait_for_timeout(100)
    raise TimeoutError(f"the page never marked {name!r}")


def verdicts(browser: Browser, city: City, camera: Camera, owner: Phone, folder: Path) -> float:
    """From the frame that shows a code to the verdict on screen, with no network."""
    inspector = Phone.make(browser, city.origin, folder, scale=2)
    inspector.sign_in_as_staff(INSPECTOR, f"http://localhost:{city.ports.vneid}/codes")
    inspector.choose_pin()
    inspector.close_camera()
    inspector.see("scan.data_age", 30_000)
    inspector.wait_for_service_worker()
    inspector.lose_network()
    scanner = Scanner(inspector, camera)
    card = owner.page.locator(".card-qr")
    expect(card.locator("svg")).to_be_visible()
    for _ in range(ROUNDS):
        scanner.scan(card.screenshot())
        scanner.leave()
    took: list[float] = inspector.page.evaluate("performance.getEntriesByName('verdict').map((e) => e.duration)")
    assert len(took) == ROUNDS, took
    return median(took)


def bundle_load(browser: Browser, city: City) -> float:
    """Keys and ten lists of a million entries, from the phone's storage to ready to judge."""
    keys, *lists = (base64.b64encode(token).decode() for token in tokens())
    uris = [f"https://congdan.example/s/{n}" for n in range(1, len(lists) + 1)]
    context = browser.new_context(locale="vi-VN")
    page = context.new_page()
    took = []
    for _ in range(ROUNDS):
        page.goto(f"{city.origin}/q")
        page.evaluate(_STORE_BUNDLE, [keys, list(zip(uris, lists, strict=True))])
        page.goto(f"{city.origin}/q")
        took.append(float(page.evaluate(_LOAD_BUNDLE)))
    context.close()
    return median(took)


if __name__ == "__main__":
    print(measure())
