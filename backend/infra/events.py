"""Past-tense events between capabilities: a lower room that must wake a higher one raises; `bootstrap.py` connects.

Synchronous and inside the transaction of the change: a listener that raises undoes the change, and a listener writes
with the session it is given. What has to leave the house goes into the outbox instead.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from backend.infra.mongo import Session

_Event = TypeVar("_Event")


class Events:
    """Who listens to what."""

    def __init__(self) -> None:
        self._listeners: dict[type[Any], list[Callable[[Any, Session], None]]] = {}

    def on(self, kind: type[_Event], listener: Callable[[_Event, Session], None]) -> None:
        """Calls ``listener(event, session)`` for every event of exactly this class, in order of registration."""
        self._listeners.setdefault(kind, []).append(listener)

    def raise_(self, event: object, session: Session) -> None:
        """Tells every listener of this event's class, within the caller's transaction."""
        for listener in self._listeners.get(type(event), []):
            listener(event, session)
