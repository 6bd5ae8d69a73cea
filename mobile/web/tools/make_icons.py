"""Draws the PNG icons from icons/*.svg with a headless browser. Run by hand when the drawing changes.

Rounded corners for browsers that show the icon as it is; the full square where the phone cuts its own shape out of it
(everything that matters lies in the safe zone of a maskable icon, a circle of 80 %).
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ICONS = Path(__file__).resolve().parent.parent / "icons"
TARGETS = {
    "icon-192.png": ("icon.svg", 192, "border-radius:22%"),
    "icon-512.png": ("icon.svg", 512, "border-radius:22%"),
    "maskable-192.png": ("icon.svg", 192, ""),
    "maskable-512.png": ("icon.svg", 512, ""),
    "apple-touch-icon.png": ("icon.svg", 180, ""),
    # Android paints the badge of a notification in one colour: only its shape counts.
    "badge.png": ("badge.svg", 96, ""),
}


def main() -> None:
    """Takes the path of Chromium as its only argument, where the system's is to be used."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=sys.argv[1] if len(sys.argv) > 1 else None, args=["--no-sandbox"]
        )
        for name, (source, side, style) in TARGETS.items():
            drawing = (ICONS / source).read_text(encoding="utf-8")
            page = browser.new_page(viewport={"width": side, "height": side})
            page.set_content(
                f"<style>*{{margin:0}}svg{{display:block;width:{side}px;height:{side}px;{style}}}</style>{drawing}"
            )
            page.screenshot(path=ICONS / name, omit_background=True)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
