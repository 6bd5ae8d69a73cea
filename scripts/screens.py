#!/usr/bin/env python3
"""Walk every screen of the built app with demo data and lay the pictures side by side: `build/screens/index.html`.

By default phone and desk, light, Vietnamese; `--all` adds dark, 200 % text and English.
"""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # tests.support: the demo data is that of the tests
sys.path.insert(0, str(Path(__file__).parent))

from check_pwa import ARGUMENTS, go_offline
from playwright.sync_api import Browser, Error, Page, sync_playwright
from pwa.contact_sheet import contact_sheet
from pwa.screen_account import account
from pwa.screen_catalogue import catalogue
from pwa.screen_data import DemoApi, ago
from pwa.screen_desk import desk
from pwa.screen_doors import doors
from pwa.screen_inspector import inspector
from pwa.screen_payments import payments
from pwa.screen_payments_desk import payments_desk
from pwa.screen_services import services
from pwa.screen_verdicts import verdicts
from pwa.serve import Site

from tests.support.camera import Camera

ROOT = Path(__file__).resolve().parent.parent
PIN = "482915"
TRIES = 8
PHONE, DESK = (390, 844), (1280, 800)
LOOKS_JS = "([s]) => import('/public_store.js').then(m => m.publicPut('settings', s))"
SIGNIN_JS = """async ([signin]) => {
  const { publicGet, publicPut } = await import('/public_store.js');
  await publicPut('settings', { ...await publicGet('settings'), signin });
}"""
TELL_JS = "([n, d]) => new BroadcastChannel('congdan-' + flet.tab).postMessage({kind: 'event', name: n, data: d})"
PUT_JS = "async ([k, v]) => (await import('/vault.js')).vaultPut(k, v)"


@dataclass(frozen=True)
class Look:
    """One way to look at the app."""

    name: str
    size: tuple[int, int]
    theme: str = "light"
    text_size: int = 100
    lang: str = "vi"


LOOKS = [Look("phone", PHONE), Look("desk", DESK)]
MORE = [
    Look("desk-200", DESK, text_size=200),
    Look("phone-dark", PHONE, theme="dark"),
    Look("phone-200", PHONE, text_size=200),
    Look("phone-en", PHONE, lang="en"),
    Look("desk-dark", DESK, theme="dark"),
]


class Walk:
    """One visit of the app under one look."""

    def __init__(self, browser: Browser, site: Site, look: Look, folder: Path) -> None:
        self.look, self.folder, self.site = look, folder, site
        width, height = look.size
        self.context = browser.new_context(
            viewport={"width": width, "height": height},
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            device_scale_factor=1.5 if width < 600 else 1,
        )
        self.page: Page = self.context.new_page()
        self.shots: list[str] = []
        # Where a wheel turns: over the part of the screen that scrolls.
        self.pointer = (width / 2, height / 2)
        self.page.on("console", lambda line: print("   ", line.text[:600]) if line.type == "error" else None)

    def open(self, path: str = "/") -> None:
        settings = {"lang": self.look.lang, "theme": self.look.theme, "text_size": self.look.text_size}
        self.page.goto(self.site.url + "/icons/icon-192.png")
        self.page.evaluate(LOOKS_JS, [settings])
        self.page.goto(self.site.url + path)

    def see(self, identifier: str) -> Any:
        """Wait for a part of the screen; what lies below the edge is scrolled to, as a person would."""
        found = self.page.locator(f'[flt-semantics-identifier="{identifier}"]').last
        for _ in range(TRIES):
            try:
                found.wait_for(state="attached", timeout=5_000)
            except Error:
                self.page.mouse.move(*self.pointer)
                self.page.mouse.wheel(0, self.look.size[1] * 0.6)
            else:
                return found
        raise Error(f"{identifier} is not on this screen")

    def tap(self, identifier: str) -> None:
        found = self.see(identifier)
        for _ in range(TRIES):
            # Flutter builds a little more than can be seen, and shows a field that is typed into where it likes.
            box, height = found.bounding_box(), self.look.size[1]
            if box is None or 0 < box["y"] + box["height"] / 2 < height:
                break
            self.page.mouse.move(*self.pointer)
            self.page.mouse.wheel(0, height * (0.3 if box["y"] > 0 else -0.3))
            self.page.wait_for_timeout(300)
        try:
            found.click(force=True, timeout=5_000)
        except Error:
            # Under large text the tree for assistive software lags behind what is drawn: moving brings it up to date.
            self.page.mouse.move(*self.pointer)
            for way in (-1, 1):
                self.page.mouse.wheel(0, way * 60)
                self.page.wait_for_timeout(400)
            found.click(force=True)

    def type(self, identifier: str, text: str) -> None:
        """Type as a person does: Flutter moves its hidden input to the field that has the focus."""
        field = self.see(identifier).locator("input, textarea").first
        # Under large text what assistive software is told of a form lags behind: a click would hit its neighbour.
        if self.look.text_size > 100:
            field.focus()
        else:
            field.click(force=True)
        self.page.wait_for_timeout(300)
        self.page.keyboard.type(text, delay=20)
        self.page.wait_for_timeout(300)

    def wait(self, identifier: str, ms: int = 700) -> None:
        self.see(identifier)
        self.page.wait_for_timeout(ms)

    def shoot(self, name: str) -> None:
        file = f"{self.look.name}-{name}.png"
        self.page.screenshot(path=self.folder / file)
        self.shots.append(file)
        print("  ", file, flush=True)

    def pin(self) -> None:
        for digit in PIN:
            self.tap(f"pin.{digit}")
            self.page.wait_for_timeout(120)

    def enter(self, welcome: str = "", pin: str = "") -> None:
        """Sign in as a citizen; the names are those of the pictures on the way."""
        self.open()
        self.wait("signin.vneid")
        if welcome:
            self.shoot(welcome)
        self.page.evaluate(SIGNIN_JS, [{"verifier": "v", "state": "s", "until": ago(minutes=-5)}])
        self.page.goto(f"{self.site.url}/?signin=code&state=s")
        self.wait("pin.1")
        if pin:
            self.shoot(pin)
        self.pin()
        self.page.wait_for_timeout(600)
        self.pin()
        self.wait("licence.lic_1", 1500)

    def enter_staff(self, name: str = "") -> None:
        """Sign in with a password; `name` is that of the picture on the way."""
        self.open()
        self.tap("signin.staff")
        self.wait("staff.submit")
        self.type("staff.username", "hai")
        self.type("staff.password", "secret-for-the-demo")
        if name:
            self.shoot(name)
        self.tap("staff.submit")
        self.wait("pin.1")
        self.pin()
        self.page.wait_for_timeout(600)
        self.pin()

    def put(self, key: str, value: Any) -> None:
        self.page.evaluate(PUT_JS, [key, value])

    def tell(self, name: str, data: Any) -> None:
        self.page.evaluate(TELL_JS, [name, data])


def citizen(walk: Walk) -> None:
    """From the door to everything a citizen sees."""
    walk.enter("01-welcome", "02-pin")
    walk.shoot("03-wallet")
    walk.tap("licence.lic_1")
    walk.wait("qr.live", 1500)
    walk.shoot("04-licence")
    for identifier, name in (("licence.log", "05-log"), ("licence.documents", "06-documents")):
        walk.tap(identifier)
        walk.wait("nav.back", 1200)
        walk.shoot(name)
        walk.tap("nav.back")
        walk.wait("licence.log")
    back_to(walk, "/licences/lic_2", "licence.log", "07-suspended")
    for number, name in ((4, "construction"), (5, "travel"), (6, "household")):
        back_to(walk, f"/licences/lic_{number}", "licence.log", f"07-{name}")
    back_to(walk, "/inbox", "nav.back", "08-inbox")
    back_to(walk, "/me", "me.signout", "09-me")
    walk.tap("me.signout")
    walk.wait("question.yes")
    walk.shoot("10-signout")
    walk.tap("question.no")
    back_to(walk, "/me/devices", "nav.back", "11-devices")
    back_to(walk, "/", "licence.lic_1", "")
    go_offline(walk.context, walk.page)
    walk.tap("wallet.refresh")
    walk.wait("offline.bar", 1500)
    walk.shoot("12-offline")
    walk.page.goto(walk.site.url)
    walk.page.wait_for_timeout(4000)
    walk.shoot("13-instant-card")
    walk.context.set_offline(False)
    doors(walk)


def back_to(walk: Walk, path: str, identifier: str, name: str) -> None:
    """Open an address inside the running app, as a notification does."""
    walk.tell("notification.opened", {"url": path})
    walk.wait(identifier, 1300)
    if name:
        walk.shoot(name)


WALKS: dict[str, Callable[[Walk], None]] = {
    "citizen": citizen,
    "inspector": inspector,
    "verdicts": verdicts,
    "account": account,
    "services": services,
    "payments": payments,
    "desk": desk,
    "collect": payments_desk,
    "catalogue": catalogue,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", type=Path, default=ROOT / "build/pwa")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--look", action="append", help="only these looks")
    parser.add_argument("--walk", action="append", choices=list(WALKS), help="only these walks")
    options = parser.parse_args()
    folder = ROOT / "build/screens"
    folder.mkdir(parents=True, exist_ok=True)
    looks = [
        look
        for look in [*LOOKS, *MORE]
        if (look.name in options.look if options.look else options.all or look in LOOKS)
    ]
    shots: list[str] = []
    with sync_playwright() as playwright:
        lens = Camera(folder / "lens.mjpeg")
        arguments = [*ARGUMENTS, *lens.chromium_args()]
        browser = playwright.chromium.launch(executable_path=options.chromium, args=arguments)
        for look in looks:
            for name in options.walk or list(WALKS):
                with Site(options.site, DemoApi(name)) as site:
                    walk = Walk(browser, site, look, folder)
                    try:
                        WALKS[name](walk)
                    except Error:
                        walk.shoot("stuck")
                        raise
                    shots += walk.shots
                    walk.context.close()
        browser.close()
    contact_sheet(folder, shots)
    print(json.dumps({"pictures": len(shots), "index": str(folder / "index.html")}))


if __name__ == "__main__":
    main()
