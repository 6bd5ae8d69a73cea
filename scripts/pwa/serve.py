"""A static server of the built site, to look at it and to check it: brotli, the policy, immutable names."""

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self
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


class Site:
    """Serves one folder on a free port of the loopback interface; `sent` counts the bytes of bodies."""

    def __init__(self, folder: Path, answers: dict[str, str] | None = None) -> None:
        self.folder = folder
        self.answers = answers or {}
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
                site.answer(self, urlsplit(self.path).path)

            def log_message(self, *_: object) -> None:
                return

        return Handler

    def answer(self, request: BaseHTTPRequestHandler, path: str) -> None:
        self.asked.append(path)
        if path in self.answers:
            self._send(request, 200, self.answers[path].encode(), ".json")
            return
        file = self._file(path)
        if file is None:
            self._send(request, 404, b"", ".json")
            return
        packed = file.with_name(f"{file.name}.br")
        if packed.is_file() and "br" in request.headers.get("Accept-Encoding", ""):
            self._send(request, 200, packed.read_bytes(), file.suffix, encoding="br", path=path)
        else:
            self._send(request, 200, file.read_bytes(), file.suffix, path=path)

    def _file(self, path: str) -> Path | None:
        file = (self.folder / path.lstrip("/")).resolve()
        if path == "/q":
            return self.folder / "q/index.html"
        if file.is_file() and file.is_relative_to(self.folder.resolve()):
            return file
        # A path without a dot is a page of the app: Flet's router reads it.
        return None if "." in path.rsplit("/", 1)[-1] or path.startswith("/api/") else self.folder / "index.html"

    def _send(
        self,
        request: BaseHTTPRequestHandler,
        status: int,
        body: bytes,
        kind: str,
        *,
        encoding: str = "",
        path: str = "",
    ) -> None:
        request.send_response(status)
        request.send_header("Content-Type", TYPES.get(kind, "application/octet-stream"))
        request.send_header("Content-Length", str(len(body)))
        age = "public, max-age=31536000, immutable" if IMMUTABLE.search(path) else "no-cache"
        request.send_header("Cache-Control", age)
        if encoding:
            request.send_header("Content-Encoding", encoding)
        if kind == ".html":
            request.send_header("Content-Security-Policy", self.policy)
        request.end_headers()
        request.wfile.write(body)
        self.sent += len(body)
