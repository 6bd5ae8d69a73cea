"""The two files of ``CONGDAN_PUBLIC_DIR`` that a page loads by name: ``/city.json`` and the hashed trust root.

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


def city() -> Response:
    """What this installation is called, where its trust root lies, and how push messages are signed."""
    return _json_file("city.json", "no-cache")


def trust_root(digest: str) -> Response:
    """The city's root key; its name carries its hash, so it never changes."""
    if _HASH.fullmatch(digest) is None:
        raise NotFound("request.unknown_path")
    return _json_file(f"trust-root.{digest}.json", "public, max-age=31536000, immutable")


def _json_file(name: str, cache: str) -> Response:
    try:
        content = (container().settings.public_dir / name).read_bytes()
    except OSError as missing:
        raise NotFound("request.unknown_path") from missing
    return bytes_response(content, "application/json", cache=cache)
