"""What must never be in the site. A build that finds one of these stops."""

import json
import re
from pathlib import Path

from pwa.policy import inline_scripts

# Hosts that serve code, fonts or wasm. Names inside documentation links of Flutter's messages are not requests.
FOREIGN = re.compile(
    r"https?://[a-z0-9.-]*(?:jsdelivr\.net|unpkg\.com|gstatic\.com|googleapis\.com|cdnjs\.cloudflare\.com|esm\.sh|skypack\.dev|"
    r"pypi\.org|pythonhosted\.org|jspm\.io)"
)
TEXT = {".js", ".mjs", ".html", ".css", ".json"}
FORBIDDEN_TEXT = ("serviceWorkerSettings", "flutter_service_worker")
FORBIDDEN_FILES = ("flutter_service_worker.js", "main.dart.wasm", "main.dart.mjs", "NOTICES")
NEEDED = (
    "index.html",
    "q/index.html",
    "pay/index.html",
    "sw.js",
    "manifest.json",
    "python-worker.js",
    "python.js",
    "boot.js",
    "flutter_bootstrap.js",
)


def faults(site: Path) -> list[str]:
    """Return one line for each fault of a built site; an empty list is a good build."""
    found = [f"{name} is missing" for name in NEEDED if not (site / name).is_file()]
    for file in sorted(site.rglob("*")):
        name = file.relative_to(site).as_posix()
        if file.name in FORBIDDEN_FILES or file.suffix in {".symbols", ".map"}:
            found.append(f"{name} does not belong in the site")
        if file.suffix in TEXT and file.is_file():
            text = file.read_text(encoding="utf-8")
            found += [f"{name} names {match}" for match in sorted(set(FOREIGN.findall(text)))]
            found += [f"{name} contains {word}" for word in FORBIDDEN_TEXT if word in text]
    return found + _page_faults(site) + _manifest_faults(site)


def _page_faults(site: Path) -> list[str]:
    found = []
    for page in (site / "index.html", site / "q/index.html", site / "pay/index.html"):
        if not page.is_file():
            continue
        html = page.read_text(encoding="utf-8")
        for link in re.findall(r'(?:src|href)="([^"#?]+)"', html):
            if link.startswith(("data:", "/api/", "http", "tel:", "mailto:")) or link in {"/", "/q", "/dossiers"}:
                continue
            target = site / link.lstrip("/") if link.startswith("/") else _relative(site, page, link)
            if not target.is_file():
                found.append(f"{page.relative_to(site)} asks for {link}, which is missing")
        if any("eval(" in script for script in inline_scripts(html)):
            found.append(f"{page.relative_to(site)} has an inline script with eval")
        if re.search(r"\son[a-z]+=\"", html):
            found.append(f"{page.relative_to(site)} has an inline event handler, which the policy refuses")
    return found


def _relative(site: Path, page: Path, link: str) -> Path:
    # index.html has <base href="/">; the check page lives at /q, whose relative links also start at the root.
    return (site / link) if (site / link).is_file() else (page.parent / link)


def _manifest_faults(site: Path) -> list[str]:
    file = site / "manifest.json"
    if not file.is_file():
        return []
    manifest = json.loads(file.read_text(encoding="utf-8"))
    missing = [icon["src"] for icon in manifest.get("icons", []) if not (site / icon["src"].lstrip("/")).is_file()]
    return [f"manifest.json names {name}, which is missing" for name in missing]
