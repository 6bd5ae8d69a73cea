"""`python -m backend.wsgi`: the API under granian, WSGI with blocking threads (push-pwa-speed.md 5.2)."""

import logging
import ssl
import sys
import threading
from collections.abc import Callable
from typing import Any, Final

from flask import Flask
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

from backend.app import create_app
from backend.bootstrap import build, warn_of_embedded_server
from backend.config import Settings, SettingsFault
from backend.infra.clock_watch import watch_clock
from backend.infra.key_ring import KeyRing
from backend.infra.system import environment, process_name
from backend.infra.telemetry import Beat, start_logging

PROCESS: Final = "api"
_SERVER_LOGS: Final = {"version": 1, "disable_existing_loggers": False, "loggers": {"_granian": {"propagate": True}}}
"""The server's own lines go the way of all others, as JSON."""

CLOCK_PATIENCE_S = 10.0
"""How long no request is taken while the database's time is not known; without a database nothing is written anyway."""

_log = logging.getLogger(__name__)


def load_app(_target: str | None = None) -> Any:
    """The WSGI app of one worker process, made from the settings after the fork.

    Raises:
        SettingsFault: the settings cannot be used.
    """
    settings = Settings.from_env(environment())
    start_logging(PROCESS, settings.log_level)
    container = build(settings)
    warn_of_embedded_server(container)
    watch_clock(container.clock, container.database, threading.Event(), CLOCK_PATIENCE_S)
    Beat(container.heartbeats, PROCESS, process_name()).start()
    app: Flask | Callable[..., Any] = create_app(container)
    if settings.trusted_proxies:
        app = wrap_wsgi_with_proxy_headers(app, trusted_hosts=list(settings.trusted_proxies))
    return app


def main() -> int:
    """Serves until SIGTERM or SIGINT."""
    try:
        settings = Settings.from_env(environment())
        # Workers that cannot start are started again for ever; what no restart mends ends the process here.
        KeyRing.load(settings.keys_dir)
        if settings.tls_cert_file and settings.tls_key_file:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(settings.tls_cert_file, settings.tls_key_file)
    except (SettingsFault, OSError, ValueError) as fault:
        for sentence in getattr(fault, "faults", [str(fault)]):
            print(f"congdan: {sentence}", file=sys.stderr)  # noqa: T201 - there is no logging before the settings
        return 2
    start_logging(PROCESS, settings.log_level)
    server = Server(
        "backend.wsgi:load_app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=settings.threads,
        backlog=1024,
        log_enabled=True,
        log_level=LogLevels.warning,
        log_dictconfig=_SERVER_LOGS,
        factory=True,
        websockets=False,
        workers_kill_timeout=10,
        respawn_failed_workers=True,
        ssl_cert=settings.tls_cert_file,
        ssl_key=settings.tls_key_file,
    )
    server.serve()
    return 0


if __name__ == "__main__":
    sys.exit(main())
