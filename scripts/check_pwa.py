#!/usr/bin/env python3
"""Start the built site in Chromium: first visit, then a restart with no network and an empty HTTP cache.

Fails when the app does not come up, when a request leaves the origin, or when the page reports an error.
"""

import argparse
import sys
import time
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parent))

from pwa.serve import Site

ROOT = Path(__file__).resolve().parent.parent
READY = "flt-semantics-placeholder, flt-semantics"
FIRST_TEXT = "flt-semantics[flt-semantics-identifier], flt-semantics[role]"
ARGUMENTS = ["--enable-unsafe-swiftshader", "--use-gl=swiftshader", "--no-sandbox"]


def open_app(page: Page, url: str) -> float:
    """Open the app and wait until Python has drawn its first screen; returns milliseconds."""
    start = time.monotonic()
    page.goto(url, wait_until="commit")
    page.wait_for_selector(READY, state="attached", timeout=60_000)
    page.evaluate("document.querySelector('flt-semantics-placeholder')?.click()")
    page.wait_for_selector(FIRST_TEXT, state="attached", timeout=60_000)
    return (time.monotonic() - start) * 1000


def listen(page: Page, origin: str) -> list[str]:
    """Collect what must not happen: errors, failed loads and requests to another origin."""
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
    page.on("console", lambda line: wrong.append(f"console: {line.text}") if line.type == "error" else None)
    page.on("request", lambda request: _note_foreign(request.url, origin, wrong))
    return wrong


def _note_foreign(url: str, origin: str, wrong: list[str]) -> None:
    if not url.startswith((origin, "blob:", "data:")):
        wrong.append(f"foreign request: {url}")


def wait_for_worker(page: Page) -> None:
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function(
        "navigator.serviceWorker.getRegistration().then(r => Boolean(r && r.active && !r.installing))", timeout=60_000
    )


def go_offline(context: BrowserContext, page: Page) -> None:
    # Without clearing, the HTTP cache would hide what the precache lacks.
    context.new_cdp_session(page).send("Network.clearBrowserCache")
    context.set_offline(True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", type=Path, default=ROOT / "build/pwa")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--online-only", action="store_true", help="without the offline restart")
    options = parser.parse_args()
    with Site(options.site) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.chromium, args=ARGUMENTS)
        context = browser.new_context(viewport={"width": 390, "height": 844}, locale="vi-VN")
        page = context.new_page()
        wrong = listen(page, site.url)
        print(f"first visit: {open_app(page, site.url):.0f} ms")
        if not options.online_only:
            wait_for_worker(page)
            print(f"bytes of the first visit: {site.sent} ({site.sent / 2**20:.2f} MiB)")
            page.close()
            page = context.new_page()
            wrong += (offline := listen(page, site.url))
            go_offline(context, page)
            asked = len(site.asked)
            print(f"offline restart: {open_app(page, site.url):.0f} ms")
            # The browser's own look for a new version goes past the switched-off network.
            reached = [path for path in site.asked[asked:] if path != "/sw.js"]
            wrong += offline + [f"asked while offline: {path}" for path in reached]
        browser.close()
    if wrong:
        raise SystemExit("\n".join(wrong))
    print("no foreign request, no error")


if __name__ == "__main__":
    main()
