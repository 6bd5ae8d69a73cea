"""What condition an installation is in: the lines of `congdan status`, each well, to be looked at, or wrong."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

from backend.bootstrap import Container
from backend.infra.migrations import waiting_migrations
from backend.infra.telemetry import HEARTBEAT_STALE_AFTER
from shared_models.version import VERSION

KINDS: Final = ("api", "push", "jobs")
OVERDUE_AFTER: Final = timedelta(minutes=5)
"""Messages are claimed within a second; one that waits for longer than this waits for nobody."""

UNSEALED_AFTER: Final = timedelta(minutes=5)
"""Entries are sealed within two minutes of their own."""

LIST_TOO_OLD: Final = timedelta(hours=12)
"""The ttl of a status list: phones call an older one ageing."""


class Level(StrEnum):
    WELL = "ok"
    LOOK = "look"
    WRONG = "WRONG"


@dataclass(frozen=True, slots=True)
class Line:
    """``value`` is one word or number for machines, ``note`` what a reader needs beside it."""

    name: str
    value: str
    level: Level = Level.WELL
    note: str = ""


def condition(container: Container) -> list[Line]:
    """Every line, in the order in which one looks. Without a database there is only that to say."""
    if not container.database.is_alive():
        return [Line("database", "down", Level.WRONG)]
    now = container.clock.now()
    return [
        Line("database", "up"),
        *_versions(container),
        *_processes(container, now),
        *_outbox(container, now),
        *_ledger(container, now),
        *_status_lists(container, now),
        *_refused(container),
    ]


def _versions(container: Container) -> Iterator[Line]:
    yield Line("version", VERSION)
    site = _site_version(container.settings.site_dir)
    yield Line("site", site or "missing", Level.WELL if site else Level.WRONG)
    waiting = waiting_migrations(container.database)
    level = Level.WRONG if waiting else Level.WELL
    yield Line("migrations.waiting", str(len(waiting)), level, " ".join(waiting))


def _site_version(site: Path) -> str | None:
    """The version that the build gave the app; ``unnamed`` for a site that was not built here."""
    if not (site / "index.html").is_file():
        return None
    try:
        return str(json.loads((site / "precache.json").read_text("utf-8"))["version"])
    except (OSError, ValueError, KeyError):
        return "unnamed"


def _processes(container: Container, now: datetime) -> Iterator[Line]:
    seen = container.heartbeats.instances()
    for kind in KINDS:
        living = [beat for beat in seen if beat["process"] == kind and now - beat["at"] <= HEARTBEAT_STALE_AFTER]
        yield Line(f"process.{kind}", str(len(living)), Level.WELL if living else Level.WRONG)
    for beat in seen:
        is_living = now - beat["at"] <= HEARTBEAT_STALE_AFTER
        is_same = beat["version"] == VERSION
        note = f"version {beat['version']}, up {_age(now - beat['started_at'])}" if is_living else "gone"
        level = Level.LOOK if is_living and not is_same else Level.WELL
        yield Line(f"beat.{beat['_id']}", _age(now - beat["at"]), level, note)


def _outbox(container: Container, now: datetime) -> Iterator[Line]:
    figures = container.outbox.figures()
    late = now - figures.oldest_due_at if figures.oldest_due_at else timedelta()
    is_late = late > OVERDUE_AFTER
    note = f"the oldest is due since {_age(late)}" if late > timedelta() else ""
    yield Line("outbox.ready", str(figures.states["ready"]), Level.WRONG if is_late else Level.WELL, note)
    dead = figures.states["dead"]
    reasons = " ".join(f"{reason}={count}" for reason, count in figures.dead.items())
    yield Line("outbox.dead", str(dead), Level.LOOK if dead else Level.WELL, reasons)


def _ledger(container: Container, now: datetime) -> Iterator[Line]:
    oldest = container.ledger.oldest_open()
    age = now - oldest if oldest else timedelta()
    level = Level.WRONG if age > UNSEALED_AFTER else Level.WELL
    note = f"the oldest is of {_age(age)} ago" if oldest else ""
    yield Line("ledger.unsealed", str(container.ledger.open_count()), level, note)


def _status_lists(container: Container, now: datetime) -> Iterator[Line]:
    blocks = container.database.collection("status_blocks")
    yield Line("status_lists.dirty", str(len({row["list"] for row in blocks.find({"dirty": True}, {"list": 1})})))
    lists = list(container.database.collection("status_lists").find({}, {"signed_at": 1}))
    signed = [row["signed_at"] for row in lists if row["signed_at"]]
    unsigned = len(lists) - len(signed)
    age = now - min(signed) if signed else timedelta()
    level = Level.WRONG if unsigned or age > LIST_TOO_OLD else Level.WELL
    note = f"{len(lists)} lists" + (f", {unsigned} never signed" if unsigned else "")
    yield Line("status_lists.oldest", _age(age), level, note)


def _refused(container: Container) -> Iterator[Line]:
    figures = container.results.refused.figures()
    yield Line("deliveries.refused", str(figures.waiting), Level.LOOK if figures.waiting else Level.WELL)
    yield Line("deliveries.dropped", str(figures.dropped), Level.LOOK if figures.dropped else Level.WELL)


def _age(span: timedelta) -> str:
    """Whole seconds, for a machine as for a reader: ``17s``."""
    return f"{max(0, int(span.total_seconds()))}s"
