"""What the city acknowledged to somebody: the truth that its database is held to afterwards."""

from dataclasses import dataclass, field
from threading import Lock
from typing import Any


@dataclass
class Journal:
    """Filled by the actors' threads. Every entry was answered with success."""

    deliveries: dict[str, dict[str, Any]] = field(default_factory=dict)
    """delivery id → the answer (``id, licence_id, state, number, paper_text``)."""

    changes: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """result id → (change id, status answered), in order."""

    records: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    """record id → (inspector id, the record)."""

    wallets: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    """personal id → licence id → the licence, as put together by syncs with a cursor."""

    lost_sessions: list[str] = field(default_factory=list)
    """Codes with which somebody who was signed in was sent back to sign in."""

    unanswered: list[str] = field(default_factory=list)
    """Every answer that said nothing: ``503 server.unavailable``, ``ConnectionError``, …"""

    lock: Lock = field(default_factory=Lock)

    def codes(self) -> list[str]:
        """The texts of the paper codes of all delivered licences."""
        with self.lock:
            return [answer["paper_text"] for answer in self.deliveries.values()]

    def counts(self) -> dict[str, int]:
        with self.lock:
            return {
                "deliveries": len(self.deliveries),
                "changes": sum(map(len, self.changes.values())),
                "records": len(self.records),
            }
