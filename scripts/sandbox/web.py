"""What the two sandbox sites share: strict headers, one style sheet, the app's font, guarded forms, a clean end."""

import argparse
import hmac
import secrets
import signal
import ssl
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import flet_web
from flask import Flask, Response, abort, g, request, send_file
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

HERE = Path(__file__).parent
FONT = Path(flet_web.__file__).parent / "web/assets/fonts/roboto.woff2"
LOOPBACK = "127.0.0.1"
TLS_GREETING_S = 10


def make_site(name: str, *, posts_to: tuple[str, ...] = ()) -> Flask:
    """An app with the shared parts. ``posts_to``: origins that a form's answer may lead to."""
    app = Flask(name, template_folder=str(HERE / "templates"), static_folder=str(HERE / "static"))
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.config["MAX_CONTENT_LENGTH"] = 64 * 1024
    policy = (
        "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; base-uri 'none'; "
        f"frame-ancestors 'none'; form-action 'self' {' '.join(posts_to)}"
    )

    @app.after_request
    def guard(answer: Response) -> Response:
        answer.headers.setdefault("Content-Security-Policy", policy)
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Referrer-Policy"] = "no-referrer"
        answer.headers.setdefault("Cache-Control", "no-store")
        token = g.get("form_token")
        if token:
            answer.set_cookie("form", token, httponly=True, samesite="Strict")
        return answer

    app.context_processor(lambda: {"form_token": form_token})
    app.add_url_rule("/roboto.woff2", "font", lambda: send_file(FONT, mimetype="font/woff2", max_age=86400))
    app.add_url_rule("/healthz", "healthz", lambda: {"status": "ok"})
    return app


def form_token() -> str:
    """The value that a form of this site has to bring back, so that no other page can fill it in for its visitor."""
    if "form_token" not in g:
        g.form_token = request.cookies.get("form") or secrets.token_urlsafe(24)
    return str(g.form_token)


def require_own_form() -> None:
    """Refuse a form that does not come from this site (403)."""
    known, given = request.cookies.get("form", ""), request.form.get("form_token", "")
    if not known or not hmac.compare_digest(known.encode(), given.encode()):
        abort(403)


class _QuietHandler(WSGIRequestHandler):
    """One line per request, without the query: it may hold a sign-in code."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:  # noqa: ARG002
        self.log("info", "%s %s %s", self.command, self.path.partition("?")[0], code)


@dataclass(frozen=True)
class Listener:
    """An address to answer at; ``tls`` names the certificate chain and its key."""

    port: int
    app: Callable[..., Any]
    address: str = LOOPBACK
    tls: tuple[Path, Path] | None = None


class _Server(ThreadedWSGIServer):
    """Greets each visitor in the thread that serves them: one that says nothing must not keep the others waiting."""

    def __init__(self, listener: Listener) -> None:
        super().__init__(listener.address, listener.port, listener.app, handler=_QuietHandler)
        if listener.tls:
            self.ssl_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.ssl_context.load_cert_chain(*listener.tls)

    def finish_request(self, request: Any, client_address: Any) -> None:
        if self.ssl_context is None:
            super().finish_request(request, client_address)
            return
        request.settimeout(TLS_GREETING_S)
        try:
            secured = self.ssl_context.wrap_socket(request, server_side=True)
        except OSError:
            return  # a phone that does not trust us yet, or a visitor of another kind
        with secured:
            secured.settimeout(None)
            super().finish_request(secured, client_address)


def serve(*listeners: Listener) -> None:
    """Answer at all of them until SIGTERM or SIGINT."""
    servers = [_Server(listener) for listener in listeners]
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    for server in servers:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.2}, daemon=True).start()
    ended.wait()
    for server in servers:
        server.shutdown()
        server.server_close()
    sys.exit(0)


def sandbox_arguments(description: str | None) -> Any:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True, help="the folder of the stack (DATA)")
    parser.add_argument("--public-url", required=True, help="the address of the app, such as http://localhost:8000")
    parser.add_argument("--lan-address", help="answer phones there too, with the certificate in DATA/lan")
    parser.add_argument("--authority", type=Path, help="the certificate that the app's address is trusted by (PEM)")
    return parser.parse_args()
