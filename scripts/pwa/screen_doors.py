"""The walk past what stands before the wallet: the wait after wrong PINs, and how to put the app on the home screen."""

from typing import Any, Protocol

WRONG = "111222"
SHEET_JS = "([way]) => import('/install_sheet.js').then((m) => m.openInstallSheet(way))"
WAYS = ("ios", "menu", "prompt", "in_app")


class Walker(Protocol):
    """The visit of `scripts/screens.py`."""

    site: Any
    page: Any

    def tap(self, identifier: str) -> None: ...
    def wait(self, identifier: str, ms: int = 700) -> None: ...
    def shoot(self, name: str) -> None: ...


def doors(walk: Walker) -> None:
    """After a visit with a wallet: the app is started anew, so that it is locked."""
    walk.page.goto(f"{walk.site.url}/me")
    walk.wait("pin.1")
    for _ in range(5):
        for digit in WRONG:
            walk.tap(f"pin.{digit}")
        walk.page.wait_for_timeout(2_500)
    walk.page.wait_for_timeout(1_000)
    walk.shoot("14-pin-wait")
    for way in WAYS:
        walk.page.evaluate(SHEET_JS, [way])
        walk.page.locator(".install-layer").wait_for()
        walk.page.wait_for_timeout(300)
        walk.shoot(f"15-install-{way}")
        walk.page.keyboard.press("Escape")
        walk.page.locator(".install-layer").wait_for(state="detached")
