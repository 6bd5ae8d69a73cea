"""What the fast lane weighs: the page around Flet, as the built site sends it.

Counted is every script, style sheet, page, catalogue and drawing of ``mobile/web`` with what it vendors, whether a
screen waits for it or not: both languages, the service worker with its list, Python's bridge. Not counted are the
decoder's wasm (the service worker has it before the first scan) and the pictures of the home screen (PNG).
"""

from pathlib import Path

from pwa import web_files

BUDGET_BYTES = 100_000
"""The house's bound: 100 KB compressed."""

COUNTED = {".js", ".css", ".html", ".json", ".svg"}


def weigh(web: Path, site: Path) -> dict[str, int]:
    """Bytes over the wire of each counted file, by name: its brotli where the site has it, else the file itself.

    Raises FileNotFoundError for a file of ``web`` that the site lacks.
    """
    return {name: _sent(site / name) for name in web_files.served(web) if Path(name).suffix in COUNTED}


def faults(sizes: dict[str, int]) -> list[str]:
    """One line when the budget is missed, with the largest files."""
    total = sum(sizes.values())
    if total < BUDGET_BYTES:
        return []
    largest = sorted(sizes.items(), key=lambda item: -item[1])[:8]
    named = ", ".join(f"{name} {size}" for name, size in largest)
    return [f"the fast lane weighs {total} bytes, {BUDGET_BYTES} is its bound; the largest: {named}"]


def _sent(file: Path) -> int:
    packed = file.with_name(f"{file.name}.br")
    return (packed if packed.is_file() else file).stat().st_size
