"""``/healthz``: whether the whole installation lives; ``/livez``: whether this process answers.

A load balancer asks ``/livez``: a push process that is down is no reason to send people away from the API. Operators
and `scripts/run` ask ``/healthz``.
"""

from flask import Flask, Response, jsonify

from backend.http.app_parts import container
from backend.http.site import is_built

_PROCESSES = ("push", "jobs")


def register(app: Flask) -> None:
    app.add_url_rule("/healthz", "healthz", healthz)
    app.add_url_rule("/livez", "livez", livez)


def livez() -> Response:
    """200 ``{"status": "ok"}`` whenever this process answers at all; nothing else is asked."""
    return jsonify(status="ok")


def healthz() -> Response:
    """200 ``{"status": "ok", "parts": {name: bool}}`` when every part lives, else 503 with the same body."""
    here = container()
    database = here.database.is_alive()
    parts = {"database": database, "site": is_built(here.settings.site_dir)}
    parts |= {process: database and here.heartbeats.is_alive(process) for process in _PROCESSES}
    answer = jsonify(status="ok" if all(parts.values()) else "down", parts=parts)
    answer.status_code = 200 if all(parts.values()) else 503
    return answer
