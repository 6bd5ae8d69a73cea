"""The inspector's scanner as its user sees it: hold something before the lens, read the verdict."""

from dataclasses import dataclass

from playwright.sync_api import expect

from tests.support.browser.phone import Phone
from tests.support.camera import Camera

VERDICT_TIMEOUT_MS = 20_000


@dataclass
class Scanner:
    """Drives the scanner layer of an inspector's phone."""

    phone: Phone
    camera: Camera

    def scan(self, picture: bytes, *, tilt_degrees: float = 0.0) -> str:
        """Holds a picture before the lens, opens the scanner from the Quét screen; the outcome of its verdict."""
        self.camera.show(picture, tilt_degrees=tilt_degrees)
        self.phone.tap("scan.start")
        return self.outcome()

    def outcome(self) -> str:
        block = self.phone.page.locator(".verdict-block")
        expect(block).to_be_visible(timeout=VERDICT_TIMEOUT_MS)
        return block.get_attribute("data-outcome") or ""

    def words(self) -> str:
        return self.phone.page.locator(".verdict-layer").inner_text()

    def write_record(self) -> None:
        """On to the record of this scan."""
        self.phone.page.locator(".verdict-actions .button-main").click()

    def leave(self) -> None:
        """Away from the verdict and the camera, back to the app."""
        self.camera.show_nothing()
        self.phone.page.locator(".verdict-actions button").first.click()
        self.phone.close_camera()
