"""Draws the PNG icons from icons/icon.svg with a headless browser. Run by hand when the drawing changes.

Rounded corners for browsers that show the icon as it is; the full square, drawn smaller, where the phone cuts its own
shape out of it (the safe zone of a maskable icon is a circle of 80 %).
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ICONS = Path(__file__).resolve().parent.parent / "icons"
TARGETS = {
    "icon-192.png": (192, "border-radius:22%"),
    "icon-512.png": (512, "border-radius:22%"),
    "maskable-192.png": (192, ""),
    "maskable-512.png": (512, ""),
    "apple-touch-icon.png": (180, ""),
}


def main() -> None:
    """Takes the path of Chromium as its only argument, where the system's is to be used."""
    drawing = (ICONS / "icon.svg").read_text(encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=sys.argv[1] if len(sys.argv) > 1 else None, args=["--no-sandbox"])
        for name, (side, style) in TARGETS.items():
            page = browser.new_page(viewport={"width": side, "height": side})
            page.set_content(
                f"<style>*{{margin:0}}svg{{display:block;width:{side}px;height:{side}px;{style}}}</style>{drawing}"
            )
            page.screenshot(path=ICONS / name, omit_background=True)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
