"""Entries of the access ledger, written straight into a real database."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backend.infra.ledger import AccessEntry, Ledger
from backend.infra.mongo import Database
from backend.infra.system import Ids
from shared_models.access import Actor, Role
from shared_models.clock import FixedClock
from tests.support.builders_identity import CountingBytes

NOW = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
INSPECTOR = Actor("stf_1", Role.INSPECTOR, "Nguyễn Thị Minh Châu", frozenset(), "H17.08", "Ban Quản lý ATTP")


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return Ledger(database, FixedClock(NOW), Ids(CountingBytes("ledger")))


def entry(minute: int = 0, **changes: Any) -> AccessEntry:
    """An inspector looked at a licence so many minutes after `NOW`."""
    fields: dict[str, Any] = {
        "at": NOW + timedelta(minutes=minute),
        "subject_id": "per_1",
        "action": "licence.checked",
        "actor": INSPECTOR,
        "purpose": "kiểm tra định kỳ",
        "place": {"lat": 16.06, "lon": 108.22, "accuracy_m": 12.0},
        "licence_id": "lic_1",
        "reference": "scn_1",
    }
    return AccessEntry(**(fields | changes))


def write(ledger: Ledger, database: Database, *entries: AccessEntry) -> None:
    """Records them in one transaction."""
    database.transaction(lambda session: ledger.record(entries, session))
