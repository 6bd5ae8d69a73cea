"""Logs as one JSON object a line, and the heartbeats by which `/healthz` knows that the other processes live.

No personal data: a log line carries ids, codes, counts and durations. The request id of the moment is added by itself.
"""

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from backend.infra.mongo import Database
from shared_models.clock import Clock
from shared_models.outbox import HEARTBEATS

REQUEST_ID: ContextVar[str | None] = ContextVar("congdan_request_id", default=None)

HEARTBEAT_EVERY_S: Final = 10
HEARTBEAT_STALE_AFTER: Final = timedelta(seconds=45)

_PLAIN_ATTRIBUTES: Final = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    """``{"at", "level", "process", "logger", "message", "request_id"?, ...extra}``. An exception adds ``"error"``."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self._process: Final = process

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "process": self._process,
            "logger": record.name,
            "message": record.getMessage(),
        }
        request_id = REQUEST_ID.get()
        if request_id is not None:
            line["request_id"] = request_id
        line |= {name: value for name, value in record.__dict__.items() if name not in _PLAIN_ATTRIBUTES}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def start_logging(process: str, level: str) -> None:
    """Sends every log line of this process to standard error as JSON. ``level`` is a name such as ``INFO``."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(process))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("pymongo").setLevel(logging.WARNING)


class Heartbeats:
    """``heartbeats``: ``{_id: "push" | "jobs", at}``, written by each process every `HEARTBEAT_EVERY_S` seconds."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database: Final = database
        self._clock: Final = clock

    def beat(self, process: str) -> None:
        now = self._clock.now()
        self._database.collection(HEARTBEATS).update_one({"_id": process}, {"$set": {"at": now}}, upsert=True)

    def is_alive(self, process: str) -> bool:
        """Whether any process of that kind was seen within `HEARTBEAT_STALE_AFTER`."""
        found = self._database.collection(HEARTBEATS).find_one({"_id": process})
        return found is not None and self._clock.now() - found["at"] <= HEARTBEAT_STALE_AFTER


class Telemetry:
    """What the HTTP layer tells of each request; it does not know of logs itself."""

    def __init__(self) -> None:
        self._log: Final = logging.getLogger("congdan.request")

    def begin_request(self, request_id: str) -> None:
        REQUEST_ID.set(request_id)

    def end_request(self, *, method: str, operation: str, status: int) -> None:
        """One line per request: the operation's name, never its path or arguments, which may hold ids."""
        level = logging.ERROR if status == 500 else logging.INFO
        self._log.log(level, "request", extra={"method": method, "operation": operation, "status": status})
        # The thread serves another request next; what it does in between belongs to none.
        REQUEST_ID.set(None)
