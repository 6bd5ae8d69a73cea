"""A small page on the loopback address for whoever watches a process."""

import logging
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_log = logging.getLogger(__name__)


class HealthServer(ThreadingHTTPServer):
    """Says what went wrong in a line of the log, where the library prints a trace and an address."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        del request, client_address
        fault = sys.exception()
        if isinstance(fault, ConnectionError):
            _log.info("a watcher hung up")
        else:
            _log.error("a health check failed", exc_info=fault)


def serve_health(port: int, is_alive: Callable[[], bool], can_work: Callable[[], bool]) -> ThreadingHTTPServer:
    """Answers 200 or 503 from a thread of its own; close it with ``shutdown``.

    ``/livez`` asks only whether the process still turns (if not, start it again), every other path also whether it
    ``can_work`` (a restart would not help: its database is away).

    Raises:
        OSError: the port is taken.
    """

    class Health(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            alive = is_alive() and (self.path == "/livez" or can_work())
            body = b'{"status": "ok"}\n' if alive else b'{"status": "down"}\n'
            self.send_response(200 if alive else 503)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: Any) -> None:
            """Health checks are not worth a line each."""

    server = HealthServer(("127.0.0.1", port), Health)
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server
