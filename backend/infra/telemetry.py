"""Logs as one JSON object a line, and the heartbeats by which `/healthz` and `congdan status` know who lives.

No personal data: a log line carries ids, codes, counts and durations (`shared_models/log_line.py`). The request id of
the moment is added by itself.
"""

import logging
import sys
import threading
from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any, Final

from pymongo.errors import PyMongoError

from backend.infra.mongo import Database, Document
from backend.infra.system import elapsed_s
from shared_models.clock import Clock
from shared_models.log_line import JsonFormatter, log_strays
from shared_models.outbox import HEARTBEATS
from shared_models.version import VERSION

REQUEST_ID: ContextVar[str | None] = ContextVar("congdan_request_id", default=None)
_BEGAN_S: ContextVar[float] = ContextVar("congdan_request_began_s", default=0.0)

HEARTBEAT_EVERY_S: Final = 10
HEARTBEAT_STALE_AFTER: Final = timedelta(seconds=45)
HEARTBEAT_KEPT: Final = timedelta(days=1)
"""For how long a process that is gone is still listed."""

_log = logging.getLogger(__name__)


def start_logging(process: str, level: str) -> None:
    """Sends every log line of this process to standard error as JSON. ``level`` is a name such as ``INFO``."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(process, _context))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("pymongo").setLevel(logging.WARNING)
    log_strays()


def _context() -> dict[str, Any]:
    request_id = REQUEST_ID.get()
    return {} if request_id is None else {"request_id": request_id}


class Heartbeats:
    """``heartbeats``: who was seen last, and when.

    One document for each kind of process, ``{_id: "push" | "jobs" | "api", at}``, and one for each process,
    ``{_id: "<kind>@<machine>:<pid>", process, at, started_at, version}``.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database: Final = database
        self._clock: Final = clock

    def beat(self, process: str, instance: str | None = None) -> None:
        """``instance`` tells the processes of one kind apart."""
        now = self._clock.now()
        beats = self._database.collection(HEARTBEATS)
        beats.update_one({"_id": process}, {"$set": {"at": now}}, upsert=True)
        if instance is not None:
            said = {"process": process, "at": now, "version": VERSION}
            started = {"$set": said, "$setOnInsert": {"started_at": now}}
            beats.update_one({"_id": f"{process}@{instance}"}, started, upsert=True)

    def is_alive(self, process: str) -> bool:
        """Whether any process of that kind was seen within `HEARTBEAT_STALE_AFTER`."""
        found = self._database.collection(HEARTBEATS).find_one({"_id": process})
        return found is not None and self._clock.now() - found["at"] <= HEARTBEAT_STALE_AFTER

    def instances(self) -> list[Document]:
        """Every process that was seen within a day, by name."""
        found = self._database.collection(HEARTBEATS).find({}).sort("_id", 1)
        return [beat for beat in found if "@" in beat["_id"]]

    def forget(self, now: datetime) -> int:
        """Deletes the documents of processes that ended a day ago; how many there were."""
        gone = [beat["_id"] for beat in self.instances() if beat["at"] < now - HEARTBEAT_KEPT]
        return self._database.collection(HEARTBEATS).delete_many({"_id": {"$in": gone}}).deleted_count


class Beat(threading.Thread):
    """Says that a process lives, also while its work takes long, as long as ``is_beating``."""

    def __init__(
        self,
        heartbeats: Heartbeats,
        process: str,
        instance: str,
        is_beating: Callable[[], bool] = lambda: True,
        stop: threading.Event | None = None,
    ) -> None:
        super().__init__(name="heartbeat", daemon=True)
        self._heartbeats: Final = heartbeats
        self._process: Final = process
        self._instance: Final = instance
        self._is_beating: Final = is_beating
        self._stopped: Final = stop or threading.Event()

    def run(self) -> None:
        while True:
            if self._is_beating():
                self._beat()
            else:
                _log.error("the work of this process hangs", extra={"hung": self._process})
            if self._stopped.wait(HEARTBEAT_EVERY_S):
                return

    def _beat(self) -> None:
        try:
            self._heartbeats.beat(self._process, self._instance)
        except PyMongoError as fault:
            _log.warning("no heartbeat", extra={"fault": type(fault).__name__})


class Telemetry:
    """What the HTTP layer tells of each request; it does not know of logs itself."""

    def __init__(self, elapsed: Callable[[], float] = elapsed_s) -> None:
        self._log: Final = logging.getLogger("congdan.request")
        self._elapsed: Final = elapsed

    def begin_request(self, request_id: str) -> None:
        REQUEST_ID.set(request_id)
        _BEGAN_S.set(self._elapsed())

    def end_request(self, *, method: str, operation: str, route: str, status: int) -> None:
        """One line per request: the operation and its route's template, never a path or arguments, which hold ids."""
        level = logging.ERROR if status == 500 else logging.INFO
        told = {
            "method": method,
            "operation": operation,
            "route": route,
            "status": status,
            "duration_ms": round((self._elapsed() - _BEGAN_S.get()) * 1000, 1),
        }
        self._log.log(level, "request", extra=told)
        # The thread serves another request next; what it does in between belongs to none.
        REQUEST_ID.set(None)
