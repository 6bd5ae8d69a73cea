"""Headers that every answer carries (OWASP ASVS 5.0, 3.4): no sniffing, no framing, no third party, no referrer.

No cross-origin header is ever set: the app, its API and its files are one origin.
"""

from datetime import datetime
from email.utils import format_datetime
from typing import Final

from flask import Flask, Response, g, request

from backend.http.app_parts import container

_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), screen-wake-lock=(self), microphone=(), payment=()",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
}
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_DATA_POLICY: Final = "default-src 'none'; frame-ancestors 'none'"
_CLOSED_POLICY: Final = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; "
    "connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)
"""For pages before a build has written the policy with its hashes."""


API_PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""For the API's page, which needs none of the app's liberties: no wasm, no worker, no style but its files."""


def page_headers(policy: str | None) -> dict[str, str]:
    """Headers of a static file."""
    return {**_ALWAYS, "Content-Security-Policy": policy or _CLOSED_POLICY}


def register_headers(app: Flask) -> None:
    """Gives every answer of the app a request id, the server's time and the security headers."""
    app.before_request(_name_request)
    app.after_request(_add_headers)


def _name_request() -> None:
    parts = container()
    g.request_id = parts.ids.new("req")
    parts.telemetry.begin_request(g.request_id)


def _add_headers(answer: Response) -> Response:
    parts = container()
    for name, value in _ALWAYS.items():
        answer.headers.setdefault(name, value)
    answer.headers.setdefault("Content-Security-Policy", _DATA_POLICY)
    answer.headers.setdefault("Cache-Control", "no-store")
    answer.headers["Date"] = _http_date(parts.clock.now())
    answer.headers["X-Request-Id"] = g.get("request_id", "")
    parts.telemetry.end_request(
        method=_method(request.method),
        operation=request.endpoint or "-",
        route=request.url_rule.rule if request.url_rule else "-",
        status=answer.status_code,
    )
    return answer


def _method(name: str) -> str:
    """A method that HTTP does not know is a stranger's text."""
    return name if name in _METHODS else "-"


def _http_date(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)
