"""The content security policy of the built pages: no foreign host, no inline script but the ones counted here."""

import base64
import hashlib
import re
from pathlib import Path

# An inline script, an import map or JSON data block is a <script> without `src`.
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)


def inline_scripts(html: str) -> list[str]:
    return INLINE_SCRIPT.findall(html)


def policy_of(pages: list[Path]) -> str:
    """Return the header for all pages. Flutter writes style elements, so `style-src` keeps 'unsafe-inline'."""
    hashes = set()
    for page in pages:
        for script in inline_scripts(page.read_text(encoding="utf-8")):
            digest = hashlib.sha256(script.encode()).digest()
            hashes.add(f"'sha256-{base64.b64encode(digest).decode()}'")
    parts = [
        "default-src 'self'",
        " ".join(["script-src 'self' 'wasm-unsafe-eval'", *sorted(hashes)]),
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' blob: data:",
        "font-src 'self' data:",
        "media-src 'self' blob: mediastream:",
        "connect-src 'self'",
        "worker-src 'self'",
        # A PDF that an officer opens beside a dossier (mobile/web/paper.js); no page may be framed.
        "frame-src blob:",
        "manifest-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
    return "; ".join(parts)
