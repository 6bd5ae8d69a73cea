"""The national databases as the demonstration has them, at the tests' own time; one can fall silent or talk oddly."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from backend.dossiers.ports import Evidence
from scripts.sandbox.registries import record_of
from shared_models.clock import Clock
from shared_models.errors import Upstream


@dataclass
class Registers:
    """``asked``: ``(database, personal id, kind)`` of every question that it was asked."""

    clock: Clock
    asked: list[tuple[str, str, str | None]] = field(default_factory=list)
    silent: set[str] = field(default_factory=set)
    odd: dict[str, Any] = field(default_factory=dict)

    def lookup(self, name: str, personal_id: str, params: Mapping[str, Any]) -> Evidence | None:
        kind = params.get("record")
        self.asked.append((name, personal_id, kind))
        if name in self.silent:
            raise Upstream("registry.unreachable", transient=True)
        found = record_of(name, personal_id, kind)
        if found is None:
            return None
        digest = hashlib.sha256(repr(found).encode()).hexdigest()
        values = self.odd.get(name, found["values"])
        return Evidence(name, found["id"], found["label"], self.clock.now(), digest, values)

    @contextmanager
    def silence(self, *names: str) -> Iterator[None]:
        self.silent.update(names)
        yield
        self.silent.difference_update(names)
