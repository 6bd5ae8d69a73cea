"""Sealing the ledger: past minutes only, late commits, busy minutes, and several sealers at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from pymongo.errors import PyMongoError

from backend.infra.ledger import Ledger
from backend.infra.ledger_chain import GENESIS
from backend.infra.mongo import Database
from backend.infra.system import Ids
from shared_models.clock import FixedClock
from tests.support.builders_identity import CountingBytes
from tests.support.ledger_entries import NOW, entry, ledger, write

__all__ = ["ledger"]


def test_only_past_minutes_are_sealed(ledger: Ledger, database: Database) -> None:
    write(ledger, database, entry(-2), entry(-1), entry(0))
    assert ledger.seal(NOW + timedelta(seconds=30)) == 2
    assert ledger.seal(NOW + timedelta(seconds=40)) == 0
    assert ledger.seal(NOW + timedelta(minutes=1)) == 1
    report = ledger.verify()
    assert (report.blocks, report.entries, report.open_entries, report.problems) == (2, 3, 0, [])
    assert report.head != GENESIS


def test_a_late_commit_is_sealed_in_a_later_block(ledger: Ledger, database: Database) -> None:
    write(ledger, database, entry(-2))
    ledger.seal(NOW)
    write(ledger, database, entry(-3))
    assert ledger.seal(NOW) == 1
    assert ledger.verify().problems == []


def test_a_busy_minute_has_several_blocks(
    ledger: Ledger,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("backend.infra.ledger.BLOCK_LIMIT", 4)
    write(ledger, database, *(entry(-1) for _ in range(10)))
    assert ledger.seal(NOW) == 10
    assert ledger.verify().blocks == 3


def test_several_sealers_at_once_seal_each_entry_once(
    ledger: Ledger,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("backend.infra.ledger.BLOCK_LIMIT", 3)
    write(ledger, database, *(entry(-1) for _ in range(40)))
    with ThreadPoolExecutor(4) as pool:
        sealed = list(pool.map(lambda _turn: ledger.seal(NOW), range(4)))
    report = ledger.verify()
    assert sum(sealed) == report.entries == 40
    assert (report.open_entries, report.problems) == (0, [])


def test_the_oldest_open_entry_says_how_far_sealing_is_behind(ledger: Ledger, database: Database) -> None:
    assert (ledger.oldest_open(), ledger.open_count()) == (None, 0)
    write(ledger, database, entry(-3), entry(0))
    ledger.seal(NOW - timedelta(minutes=2))
    assert (ledger.oldest_open(), ledger.open_count()) == (NOW, 1)


def test_two_sealers_do_not_seal_twice(ledger: Ledger, database: Database) -> None:
    write(ledger, database, *(entry(-1) for _ in range(20)))
    other = Ledger(database, FixedClock(NOW), Ids(CountingBytes("other")))
    sealed = 0
    for sealer in (ledger, other, ledger):
        try:
            sealed += sealer.seal(NOW)
        except PyMongoError:
            continue
    assert sealed == 20
    assert ledger.verify().problems == []
