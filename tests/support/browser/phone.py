"""A phone with the app, as a person uses it: what is on the screen is found by its semantics, as screen readers do."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

PHONE = {"width": 390, "height": 844}
START_TIMEOUT_MS = 60_000
PIN = "246813"
WIDE_FROM, EDGE, FOOTER = 1_000, 8, 104
"""Pixels: the width from which there are panes, what is left free at the bottom of them and of a phone's screen."""

QR_LABEL = re.compile("Mã QR của giấy này")

_FAKE_PUSH_MANAGER = """
(subscription) => {
  // The browser maker's push service cannot be reached from a test: only this one call is replaced (docs/testing.md).
  const base64 = (text) => text.replace(/-/g, "+").replace(/_/g, "/");
  const bytes = (text) => Uint8Array.from(atob(base64(text)), (c) => c.charCodeAt(0)).buffer;
  const stored = {
    endpoint: subscription.endpoint,
    getKey: (name) => bytes(subscription.keys[name]),
    toJSON: () => subscription,
    unsubscribe: async () => { localStorage.removeItem("test-push"); return true; },
  };
  PushManager.prototype.subscribe = async () => { localStorage.setItem("test-push", "1"); return stored; };
  PushManager.prototype.getSubscription = async () => (localStorage.getItem("test-push") ? stored : null);
}
"""


@dataclass
class Phone:
    """One browser profile of its own: storage, keys, service worker and network are nobody else's."""

    context: BrowserContext
    page: Page
    origin: str
    requests: list[str]
    errors: list[str]
    shots: Path

    @classmethod
    def make(
        cls, browser: Browser, origin: str, shots: Path, *, push: dict[str, Any] | None = None, scale: float = 1
    ) -> "Phone":
        """``scale``: pixels of the screen for each of the page; 2 where a code is read from it.

        The screen is drawn in software: at 2 it is four times the work.
        """
        context = browser.new_context(
            viewport=PHONE,
            device_scale_factor=scale,
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            permissions=["notifications", "camera", "geolocation"],
            geolocation={"latitude": 16.0644, "longitude": 108.2203, "accuracy": 12},
        )
        if push is not None:
            context.add_init_script(f"({_FAKE_PUSH_MANAGER})({json.dumps(push)})")
        return cls(context, context.new_page(), origin, [], [], shots)

    def __post_init__(self) -> None:
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def new_tab(self) -> "Phone":
        """A second tab of the same app on the same phone."""
        return Phone(self.context, self.context.new_page(), self.origin, self.requests, self.errors, self.shots)

    # The screen

    def by_id(self, identifier: str) -> Locator:
        return self.page.locator(f"[flt-semantics-identifier='{identifier}']").first

    def see(self, identifier: str, timeout_ms: float = 20_000) -> Locator:
        """Waits until this part of the screen is there."""
        found = self.by_id(identifier)
        expect(found).to_be_attached(timeout=timeout_ms)
        return found

    def tap(self, identifier: str, timeout_ms: float = 20_000) -> None:
        self.see(identifier, timeout_ms).click(timeout=timeout_ms)

    def write(self, identifier: str, words: str) -> None:
        """Types into a field, as with a keyboard."""
        field = self.see(identifier).locator("input, textarea")
        field.click()
        expect(field).to_be_focused()
        self.page.wait_for_timeout(400)  # Flutter moves its own focus a frame later.
        self.page.keyboard.type(words, delay=10)
        expect(field).to_have_value(words)

    def scroll_to(self, identifier: str) -> None:
        """Scrolls down until this part of the screen exists: a long list builds only what can be seen."""
        self._scroll_until(lambda: self.by_id(identifier).count() > 0, identifier)

    def bring(self, identifier: str) -> None:
        """Scrolls down until this part of the screen is clear of the buttons that stay at the bottom of a phone's."""

        def is_clear() -> bool:
            found = self.by_id(identifier)
            box = found.bounding_box() if found.count() else None
            return box is not None and box["y"] + box["height"] <= height - (EDGE if width >= WIDE_FROM else FOOTER)

        width, height = self._size()
        self._scroll_until(is_clear, identifier)

    def bring_words(self, words: str) -> None:
        """Scrolls down until these words stand on the screen, spoken or written."""
        found = self.page.get_by_text(words).or_(self.page.get_by_label(words))
        self._scroll_until(lambda: found.count() > 0, words)

    def _scroll_until(self, is_there: Callable[[], bool], what: str) -> None:
        # At the right edge: over a field of several lines the wheel would move what is in it, and on a wide screen what
        # is worked on stands at the right.
        width, height = self._size()
        for _ in range(30):
            if is_there():
                return
            self.page.mouse.move(width - EDGE, height / 2)
            self.page.mouse.wheel(0, 200)
            self.page.wait_for_timeout(200)
        raise AssertionError(f"{what} never came into view")

    def _size(self) -> tuple[int, int]:
        size = self.page.viewport_size
        assert size is not None
        return size["width"], size["height"]

    def text_of(self, identifier: str) -> str:
        found = self.see(identifier)
        return f"{found.get_attribute('aria-label') or ''} {found.inner_text()}"

    def read(self, words: str | re.Pattern[str], timeout_ms: float = 20_000) -> Locator:
        """Waits until these words stand on the screen, spoken or written."""
        page = self.page
        found = page.get_by_label(words).or_(page.get_by_text(words)).first
        expect(found).to_be_attached(timeout=timeout_ms)
        return found

    def gone(self, identifier: str, timeout_ms: float = 30_000) -> None:
        """Waits until this part of the screen is not there any more."""
        expect(self.by_id(identifier)).to_have_count(0, timeout=timeout_ms)

    def count(self, identifier_prefix: str, wanted: int, timeout_ms: float = 20_000) -> None:
        """Waits until so many parts of the screen have this kind of identifier."""
        found = self.page.locator(f"[flt-semantics-identifier^='{identifier_prefix}']")
        expect(found).to_have_count(wanted, timeout=timeout_ms)

    def shoot(self, name: str) -> None:
        """A picture of the screen into build/screens/story."""
        self.page.wait_for_timeout(600)  # Animations end within half a second.
        self.shots.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=self.shots / f"{name}.png")

    # Starting and signing in

    def open(self, path: str = "/") -> None:
        self.page.goto(self.origin + path)

    def open_wallet_from_card(self) -> None:
        """Leaves the instant card, which lies over the app at its start."""
        self.page.locator(".card-layer .button-main").click()

    def enter_pin(self, pin: str = PIN) -> None:
        for digit in pin:
            self.tap(f"pin.{digit}", START_TIMEOUT_MS)

    def choose_pin(self, pin: str = PIN) -> None:
        """Twice, as the app asks."""
        self.see("pin.1", START_TIMEOUT_MS)
        self.enter_pin(pin)
        self.page.wait_for_timeout(500)
        self.enter_pin(pin)

    def sign_in_with_vneid(self, personal_id: str, codes_url: str) -> None:
        self.open()
        self.tap("signin.vneid", START_TIMEOUT_MS)
        self.page.wait_for_selector("#code")
        codes = self.context.new_page()
        codes.goto(codes_url)
        code = codes.locator(f"#code-{personal_id}").inner_text().replace(" ", "")
        codes.close()
        self.page.locator(f"#person-{personal_id}").check()
        self.page.locator("#code").fill(code)
        self.page.locator("#continue").click()
        self.page.wait_for_url(f"{self.origin}/**")

    def sign_in_as_staff(self, username: str, codes_url: str) -> None:
        codes = self.context.new_page()
        codes.goto(codes_url)
        password = codes.locator("tr", has_text=username).locator(".code").inner_text()
        codes.close()
        self.open()
        self.tap("signin.staff", START_TIMEOUT_MS)
        self.write("staff.username", username)
        self.write("staff.password", password)
        self.tap("staff.submit")
        code = self._code_of(codes_url, username)
        while code is not None:
            # Some of the demonstration's staff have a second step; a code is good for one sign-in.
            self.see("staff.otp", START_TIMEOUT_MS)
            self.write("staff.otp", code)
            self.tap("staff.otp.submit")
            try:
                self.gone("staff.otp", 8_000)
            except AssertionError:
                used = code
            else:
                return
            while code == used:
                self.page.wait_for_timeout(1_000)
                code = self._code_of(codes_url, username)

    def _code_of(self, codes_url: str, username: str) -> str | None:
        codes: dict[str, str] = self.context.request.get(f"{codes_url}.json").json()
        return codes.get(username)

    def close_camera(self) -> None:
        """An inspector's camera opens by itself, after the PIN and with its tab; behind it lies the Quét screen."""
        close = self.page.locator(".scanner-top .icon-button").first
        expect(close).to_be_visible(timeout=START_TIMEOUT_MS)
        close.click()
        expect(self.page.locator(".scanner-layer")).to_have_count(0)

    def open_first_licence(self) -> None:
        """The first card of the wallet, with its live code on the screen."""
        first = self.page.locator("[flt-semantics-identifier^='licence.lic_']").first
        expect(first).to_be_attached(timeout=30_000)
        first.click()
        self.read(QR_LABEL)

    def turn_on_push(self) -> None:
        """In the inbox, where the app explains it; then back to the wallet."""
        self.tap("inbox.open")
        self.tap("push.on")
        expect(self.by_id("push.on")).to_have_count(0)
        self.page.go_back()
        self.see("wallet.refresh")

    # Network and restarts

    def lose_network(self) -> None:
        """No request leaves this phone any more, and nothing is left in the HTTP cache to hide that."""
        session = self.context.new_cdp_session(self.page)
        session.send("Network.clearBrowserCache")
        session.detach()
        self.context.set_offline(True)

    def find_network(self) -> None:
        self.context.set_offline(False)

    def restart(self) -> None:
        """Ends the app and starts it again, as swiping it away and tapping its icon does."""
        self.page.goto("about:blank")
        self.page.goto(self.origin + "/")

    def wait_for_service_worker(self) -> None:
        """Until it is in charge of the page, with every file it keeps."""
        in_charge = "async () => !!(await navigator.serviceWorker.ready) && !!navigator.serviceWorker.controller"
        for _ in range(300):
            if self.page.evaluate(in_charge):
                return
            self.page.wait_for_timeout(200)
        raise AssertionError("the service worker never took charge")
