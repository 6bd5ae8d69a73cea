"""A static server of the built site, to look at it and to check it: brotli, the policy, immutable names."""

import hashlib
import re
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple, Self
from urllib.parse import urlsplit

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".json": "application/json",
    ".css": "text/css",
    ".wasm": "application/wasm",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".zip": "application/zip",
    ".woff2": "font/woff2",
    ".otf": "font/otf",
}
IMMUTABLE = re.compile(r"\.[0-9a-f]{12}[./]")


Api = Callable[[str, str, bytes], tuple[int, bytes] | None]
"""Answers `(method, path with query, body)` with a status and a body; None leaves it to the folder."""


class Answer(NamedTuple):
    """What goes back; `kind` is the ending of the file's name."""

    status: int
    body: bytes
    kind: str
    encoding: str = ""
    is_immutable: bool = False
    etag: str = ""


class Site:
    """Serves one folder on a free port of the loopback interface; `sent` counts the bytes of bodies."""

    def __init__(self, folder: Path, api: Api | None = None) -> None:
        self.folder = folder
        self.api = api
        self.sent = 0
        self.asked: list[str] = []
        self.policy = (folder / "csp.txt").read_text()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://localhost:{self.server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.answer(self)

            def do_POST(self) -> None:
                site.answer(self)

            def do_PATCH(self) -> None:
                site.answer(self)

            def do_DELETE(self) -> None:
                site.answer(self)

            def log_message(self, *_: object) -> None:
                return

        return Handler

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        path = urlsplit(request.path).path
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        self.asked.append(path)
        answered = self.api(request.command, request.path, body) if self.api else None
        if answered is not None:
            self._send(request, Answer(*answered, ".json"))
            return
        file = self._file(path)
        if file is None:
            self._send(request, Answer(404, b"", ".json"))
            return
        packed = file.with_name(f"{file.name}.br")
        is_packed = packed.is_file() and "br" in request.headers.get("Accept-Encoding", "")
        content = (packed if is_packed else file).read_bytes()
        etag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
        status = 304 if request.headers.get("If-None-Match") == etag else 200
        encoding = "br" if is_packed else ""
        self._send(request, Answer(status, content, file.suffix, encoding, bool(IMMUTABLE.search(path)), etag))

    def _file(self, path: str) -> Path | None:
        file = (self.folder / path.lstrip("/")).resolve()
        if path == "/q":
            return self.folder / "q/index.html"
        if path == "/pay/return" or path.startswith("/pay/return/"):
            return self.folder / "pay/index.html"
        if file.is_file() and file.is_relative_to(self.folder.resolve()):
            return file
        # A path without a dot is a page of the app: Flet's router reads it.
        return None if "." in path.rsplit("/", 1)[-1] or path.startswith("/api/") else self.folder / "index.html"

    def _send(self, request: BaseHTTPRequestHandler, answer: Answer) -> None:
        body = b"" if answer.status == 304 else answer.body
        request.send_response(answer.status)
        request.send_header("Content-Type", TYPES.get(answer.kind, "application/octet-stream"))
        request.send_header("Content-Length", str(len(body)))
        age = "public, max-age=31536000, immutable" if answer.is_immutable else "no-cache"
        request.send_header("Cache-Control", age)
        if answer.encoding:
            request.send_header("Content-Encoding", answer.encoding)
        if answer.etag:
            request.send_header("ETag", answer.etag)
        if answer.kind == ".html":
            request.send_header("Content-Security-Policy", self.policy)
        request.end_headers()
        request.wfile.write(body)
        self.sent += len(body)
