"""What a page loads by name from ``CONGDAN_PUBLIC_DIR``: ``/city.json``, the hashed trust root, and its handovers.

Read at each request, so that `congdan keys publish` needs no restart.
"""

import re

from flask import Flask, Response

from backend.http.app_parts import container
from backend.http.bytes_response import bytes_response
from shared_models.errors import NotFound

_HASH = re.compile(r"[0-9a-f]{8,64}")


def register(app: Flask) -> None:
    app.add_url_rule("/city.json", "city", city)
    app.add_url_rule("/trust-root.<digest>.json", "trust_root", trust_root)
    app.add_url_rule("/root-handover.<digest>.cwt", "root_handover", root_handover)


def city() -> Response:
    """What this installation is called, where its trust root lies, and how push messages are signed."""
    return _file("city.json", "application/json", "no-cache")


def trust_root(digest: str) -> Response:
    """The city's root key; its name carries its hash, so it never changes."""
    return _hashed_file(f"trust-root.{digest}.json", digest, "application/json")


def root_handover(digest: str) -> Response:
    """A former root's word for the one that followed it (shared_models/credential/root_handover.py)."""
    return _hashed_file(f"root-handover.{digest}.cwt", digest, "application/cwt")


def _hashed_file(name: str, digest: str, media_type: str) -> Response:
    if _HASH.fullmatch(digest) is None:
        raise NotFound("request.unknown_path")
    return _file(name, media_type, "public, max-age=31536000, immutable")


def _file(name: str, media_type: str, cache: str) -> Response:
    try:
        content = (container().settings.public_dir / name).read_bytes()
    except OSError as missing:
        raise NotFound("request.unknown_path") from missing
    return bytes_response(content, media_type, cache=cache)
