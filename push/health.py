"""A small page for whoever watches the process.

``/livez`` is 200 while the relay comes round, ``/healthz`` while it also reaches the database; 503 otherwise.
"""

import json
import logging
import sys
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

LOG = logging.getLogger("push.health")


class HealthServer(ThreadingHTTPServer):
    """Says what went wrong in a line of the log, where the library prints a trace and an address."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        del request, client_address
        fault = sys.exception()
        if isinstance(fault, ConnectionError):
            LOG.info("a watcher hung up")
        else:
            LOG.error("a health check failed", exc_info=fault)


def serve_health(
    port: int, checks: Mapping[str, Callable[[], bool]], counts: Callable[[], dict[str, int]]
) -> ThreadingHTTPServer:
    """Answer ``GET`` of each path of ``checks`` on the loopback address from a thread of its own. Port 0: a free one.

    Raises:
        OSError: the port is taken.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            check = checks.get(self.path)
            known, alive = check is not None, check is not None and check()
            body = json.dumps({"status": "ok" if alive else "down", "counts": counts() if known else {}}).encode()
            self.send_response((200 if alive else 503) if known else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class names it so
            """Polled every second: nothing worth a line."""

    server = HealthServer(("127.0.0.1", port), Handler)
    Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server
