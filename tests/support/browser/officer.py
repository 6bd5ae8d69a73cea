"""An officer at a desk with a wide screen: dossiers opened from the queue, and each action through its form."""

from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.support.browser.phone import Phone

WIDE = {"width": 1280, "height": 800}


class Officer:
    """Signed in, at the queue. ``screen`` is what the officer sees."""

    def __init__(self, browser: Browser, origin: str, codes: str, username: str, shots: Path) -> None:
        self.screen = Phone.make(browser, origin, shots)
        self.screen.page.set_viewport_size(WIDE)  # type: ignore[arg-type]  # a plain dict is what it takes
        self.screen.sign_in_as_staff(username, codes)
        self.screen.choose_pin()
        self.screen.see("desk.refresh", 60_000)

    def open(self, dossier_id: str, view: str) -> None:
        """From the queue, where this view has it."""
        screen = self.screen
        screen.tap(f"desk.view.{view}")
        screen.tap("desk.refresh")
        screen.tap(f"desk.{dossier_id}", 30_000)
        screen.see("case.actions", 30_000)

    def do(self, action: str, **typed: str | Mapping[str, str]) -> None:
        """Chooses an action, answers what it asks, sends it, and says yes where it asks a second time."""
        screen = self.screen
        if not screen.by_id(f"case.do.{action}").count():
            screen.tap("case.more")
        screen.tap(f"case.do.{action}")
        if action not in AT_ONCE:
            screen.see(f"case.form.{action}")
            for name, value in typed.items():
                self._answer(name, value)
            screen.bring("case.send")
            screen.tap("case.send")
        if action in ASKED_AGAIN:
            screen.tap("question.yes")
        screen.gone(f"case.form.{action}")
        expect(screen.by_id("case.problem")).to_have_count(0)

    def _answer(self, name: str, value: str | Mapping[str, str]) -> None:
        screen = self.screen
        if isinstance(value, Mapping):
            for component, reason in value.items():
                screen.bring(f"case.demand.{component}")
                screen.tap(f"case.demand.{component}")
                screen.bring(f"case.reason.{component}")
                screen.write(f"case.reason.{component}", reason)
        elif name in CHOSEN:
            screen.bring(f"form.{name}.{value}")
            screen.tap(f"form.{name}.{value}")
        else:
            screen.bring(f"form.{name}")
            screen.write(f"form.{name}", value)


AT_ONCE = {"start", "resume", "delivered"}
"""Nothing to fill in and nothing harmed: done as soon as it is chosen."""

ASKED_AGAIN = {"refuse", "stop", "hand_over", "resolve", "settle_clash"}
CHOSEN = {"decision", "way", "keep"}
