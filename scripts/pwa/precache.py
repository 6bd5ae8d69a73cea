"""The list of files that the service worker keeps for the time without a network, and the version it goes by."""

import json
from pathlib import Path

from pwa.cache import digest

NOT_CACHED = {"sw.js", "csp.txt", "precache.json"}
SKIPPED = ("api-docs",)
"""Folders whose names begin so are for people who write software, and not for phones."""

PAGES = {"index.html": "/", "q/index.html": "/q", "pay/index.html": "/pay/return"}


def engine_of(name: str) -> str:
    """CanvasKit comes in two builds: Chromium asks for its own, every other browser for the plain one."""
    if "/canvaskit/chromium/" in name:
        return "chromium"
    return "other" if "/canvaskit/" in name else "all"


def entries(site: Path) -> list[tuple[str, str, str]]:
    """Return `(url, sha256 hex, engine)` of every file to keep, in a stable order."""
    found = []
    for file in sorted(site.rglob("*")):
        name = file.relative_to(site).as_posix()
        if file.is_file() and name not in NOT_CACHED and file.suffix != ".br" and not name.startswith(SKIPPED):
            found.append((PAGES.get(name, f"/{name}"), digest(file.read_bytes()), engine_of(name)))
    return found


def fill_worker(site: Path) -> str:
    """Write the list and its version into `sw.js` and `precache.json`; returns the version."""
    listed = entries(site)
    worker = site / "sw.js"
    text = worker.read_text(encoding="utf-8")
    # The worker's own text is part of the version: a change of it alone must also start a new cache.
    version = digest(f"{json.dumps(listed)}{text}".encode())[:16]
    for mark in ('"__BUILD_VERSION__"', '["__PRECACHE__"]'):
        if text.count(mark) != 1:
            raise SystemExit(f"mobile/web/sw.js must contain {mark} exactly once")
    text = text.replace('"__BUILD_VERSION__"', json.dumps(version))
    text = text.replace('["__PRECACHE__"]', json.dumps(listed, separators=(",", ":")))
    worker.write_text(text, encoding="utf-8")
    summary = {
        "version": version,
        "files": [{"url": url, "sha256": sha, "engine": engine} for url, sha, engine in listed],
    }
    (site / "precache.json").write_text(json.dumps(summary, indent=1))
    return version
