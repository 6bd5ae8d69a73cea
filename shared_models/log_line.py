"""One line of a process's log: a JSON object of codes, ids, counts and durations, and nothing about anybody.

What a line says is chosen by whoever writes it, so the rules are here where all of them pass: an exception is told by
its type and place and never by its message, which may quote what was sent; the words of other people's packages are
told by their place, because nobody here has read what they put in.
"""

import json
import logging
import sys
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import PurePath
from types import TracebackType
from typing import Any, Final

OUR_LOGGERS: Final = frozenset({"backend", "push", "congdan", "shared_models", "__main__"})
"""First parts of the names of loggers whose messages are written here."""

SERVER_LOGGERS: Final = frozenset({"_granian", "granian"})
"""The server's own words are of processes and ports; it is started without an access log."""

MOST_PLACES: Final = 12

_PLAIN_ATTRIBUTES: Final = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


_strays: Final = logging.getLogger("congdan.stray")


def log_strays() -> None:
    """Makes what nothing has caught, in any thread, and what packages warn of, lines like all others.

    Python itself would print an exception with its message, which may quote what was sent.
    """

    def tell(kind: type[BaseException], fault: BaseException | None, trace: TracebackType | None) -> None:
        _strays.critical("nothing caught this", exc_info=(kind, fault or kind(), trace))

    sys.excepthook = tell
    threading.excepthook = lambda stray: tell(stray.exc_type, stray.exc_value, stray.exc_traceback)
    logging.captureWarnings(True)


class JsonFormatter(logging.Formatter):
    """``{"at", "level", "process", "logger", "message", ...context, ...extra, "error"?}``.

    ``context`` is asked at each line: the request of the moment. ``error`` is a list of ``{"type", "places"}``, the
    exception first and then what caused it; a place is ``file:line function``, the innermost last.
    """

    def __init__(self, process: str, context: Callable[[], Mapping[str, Any]] = dict) -> None:
        super().__init__()
        self._process: Final = process
        self._context: Final = context

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "process": self._process,
            "logger": record.name,
        }
        if record.name.partition(".")[0] in OUR_LOGGERS | SERVER_LOGGERS:
            line["message"] = record.getMessage()
            line |= {name: value for name, value in record.__dict__.items() if name not in _PLAIN_ATTRIBUTES}
        else:
            line["message"] = "another package's words"
            line["place"] = f"{_short(record.pathname)}:{record.lineno} {record.funcName}"
        line |= self._context()
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = _told(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=_kind)


def _told(fault: BaseException) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    current: BaseException | None = fault
    while current is not None and len(told) < MOST_PLACES:
        told.append({"type": _name(type(current)), "places": _places(current.__traceback__)})
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return told


def _places(trace: TracebackType | None) -> list[str]:
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{_short(code.co_filename)}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places[-MOST_PLACES:]


def _short(path: str) -> str:
    return "/".join(PurePath(path).parts[-3:])


def _name(kind: type) -> str:
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"


def _kind(value: object) -> str:
    """What JSON cannot say is told by its type: its text could say anything."""
    return value.isoformat() if isinstance(value, datetime) else f"<{_name(type(value))}>"
