"""A small page for the supervisor: 200 while the relay comes round, 503 when it hangs or cannot reach the database."""

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


def serve_health(port: int, is_alive: Callable[[], bool], counts: Callable[[], dict[str, int]]) -> ThreadingHTTPServer:
    """Answer ``GET /healthz`` on the loopback address from a thread of its own. Port 0 takes a free one.

    Raises:
        OSError: the port is taken.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = self.path == "/healthz"
            alive = known and is_alive()
            body = json.dumps({"status": "ok" if alive else "down", "counts": counts() if known else {}}).encode()
            self.send_response((200 if alive else 503) if known else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class names it so
            """Polled every second: nothing worth a line."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server
