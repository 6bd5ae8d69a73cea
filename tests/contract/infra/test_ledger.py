"""The access ledger on a real database: written with the reading, read by its subject, sealed, and held to its seal."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo.errors import PyMongoError

from backend.infra.ledger import ACCESS_LEDGER, LEDGER_BLOCKS, AccessEntry, Ledger
from backend.infra.ledger_chain import GENESIS, chain_block
from backend.infra.mongo import Database, Session
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
    database.transaction(lambda session: ledger.record(entries, session))


def test_an_entry_says_who_what_why_where_and_when(ledger: Ledger, database: Database) -> None:
    write(ledger, database, entry())
    [item] = ledger.entries_of("per_1").items
    item.pop("_id")
    assert item == {
        "at": NOW,
        "action": "licence.checked",
        "actor_id": "stf_1",
        "actor_name": "Nguyễn Thị Minh Châu",
        "actor_role": "inspector",
        "agency_code": "H17.08",
        "agency_name": "Ban Quản lý ATTP",
        "purpose": "kiểm tra định kỳ",
        "place": {"lat": 16.06, "lon": 108.22, "accuracy_m": 12.0},
        "licence_id": "lic_1",
        "reference": "scn_1",
    }


def test_an_aborted_reading_leaves_no_entry(ledger: Ledger, database: Database) -> None:
    def abort(session: Session) -> None:
        ledger.record([entry()], session)
        raise LookupError

    with pytest.raises(LookupError):
        database.transaction(abort)
    assert ledger.entries_of("per_1").items == []


def test_pages_are_newest_first_and_complete(ledger: Ledger, database: Database) -> None:
    write(ledger, database, *(entry(minute, reference=f"scn_{minute}") for minute in range(7)))
    write(ledger, database, entry(3, subject_id="per_2"), entry(2, licence_id="lic_2", reference="other"))
    seen: list[str] = []
    cursor = None
    while True:
        page = ledger.entries_of("per_1", cursor, limit=3)
        seen += [item["reference"] for item in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen[:3] == ["scn_6", "scn_5", "scn_4"]
    assert len(seen) == len(set(seen)) == 8
    of_licence = ledger.entries_of("per_1", licence_id="lic_2").items
    assert [item["reference"] for item in of_licence] == ["other"]


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


def tamper_entry(database: Database) -> None:
    database.collection(ACCESS_LEDGER).update_one({"reference": "scn_b"}, {"$set": {"purpose": "riêng tư"}})


def delete_entry(database: Database) -> None:
    database.collection(ACCESS_LEDGER).delete_one({"reference": "scn_b"})


def add_entry(database: Database) -> None:
    found = database.collection(ACCESS_LEDGER).find_one({"reference": "scn_b"})
    assert found is not None
    database.collection(ACCESS_LEDGER).insert_one({**found, "_id": found["_id"] + "0"})


def hide_entry(database: Database) -> None:
    database.collection(ACCESS_LEDGER).update_one({"reference": "scn_b"}, {"$set": {"block": 99}})


def move_entry(database: Database) -> None:
    database.collection(ACCESS_LEDGER).update_one({"reference": "scn_b"}, {"$set": {"block": 1}})


def reopen_entry(database: Database) -> None:
    database.collection(ACCESS_LEDGER).update_one({"reference": "scn_b"}, {"$set": {"block": -1}})


def delete_block(database: Database) -> None:
    database.collection(LEDGER_BLOCKS).delete_one({"_id": 0})


def swap_blocks(database: Database) -> None:
    blocks, entries = database.collection(LEDGER_BLOCKS), database.collection(ACCESS_LEDGER)
    for old, new in ((0, 50), (1, 0), (50, 1)):
        moved = blocks.find_one_and_delete({"_id": old})
        assert moved is not None
        blocks.insert_one({**moved, "_id": new})
        entries.update_many({"block": old}, {"$set": {"block": new}})


def rewrite_block(database: Database) -> None:
    database.collection(LEDGER_BLOCKS).update_one({"_id": 0}, {"$set": {"root": "0" * 64}})


def rewrite_block_and_its_hash(database: Database) -> None:
    """An entry and its block forged together, hash and all: the next block shows it."""
    tamper_entry(database)
    held = list(database.collection(ACCESS_LEDGER).find({"block": 0}).sort("_id", 1))
    forged = chain_block(0, GENESIS, held, NOW)
    database.collection(LEDGER_BLOCKS).replace_one({"_id": 0}, forged.to_document())


def cut_off_tail(database: Database) -> None:
    database.collection(LEDGER_BLOCKS).delete_one({"_id": 2})
    database.collection(ACCESS_LEDGER).delete_many({"block": 2})


def change_head(database: Database) -> None:
    database.collection(LEDGER_BLOCKS).update_one({"_id": -1}, {"$set": {"hash": "f" * 64}})


def lower_head(database: Database) -> None:
    """The head put back by one block, as if the last one had never been sealed."""
    before = database.collection(LEDGER_BLOCKS).find_one({"_id": 1})
    assert before is not None
    database.collection(LEDGER_BLOCKS).update_one({"_id": -1}, {"$set": {"at": 1, "hash": before["hash"]}})


def delete_head(database: Database) -> None:
    database.collection(LEDGER_BLOCKS).delete_one({"_id": -1})


CRIMES: list[tuple[Callable[[Database], None], list[str]]] = [
    (tamper_entry, ["block 0: its entries are not those that were sealed"]),
    (delete_entry, ["block 0: sealed 2 entries, found 1", "block 0: its entries are not"]),
    (add_entry, ["block 0: sealed 2 entries, found 3", "block 0: its entries are not"]),
    (hide_entry, ["block 0: sealed 2 entries, found 1", "1 entries belong to no block", "says that it is in block 99"]),
    (move_entry, ["block 0: sealed 2 entries, found 1", "block 1: sealed 1 entries, found 2"]),
    (reopen_entry, ["block 0: sealed 2 entries, found 1"]),
    (delete_block, ["block 0: missing; 2 entries", "block 1: does not follow"]),
    (swap_blocks, ["block 0: its own hash", "block 0: does not follow", "block 1: does not follow"]),
    (rewrite_block, ["block 0: its own hash does not match", "block 0: its entries are not"]),
    (rewrite_block_and_its_hash, ["block 1: does not follow the block before it"]),
    (cut_off_tail, ["block 2: missing; 0 entries", "head: names"]),
    (change_head, [f"head: names {'f' * 64} as the last block"]),
    (lower_head, ["block 2: lies behind the head", "1 entries belong to no block"]),
    (delete_head, ["block 0: lies behind the head", "4 entries belong to no block"]),
]


def a_long_ledger(ledger: Ledger, database: Database) -> None:
    """Three blocks: two entries, one, one."""
    write(ledger, database, entry(-3, reference="scn_a"), entry(-3, reference="scn_b"))
    ledger.seal(NOW - timedelta(minutes=2))
    for minute in (-2, -1):
        write(ledger, database, entry(minute, reference=f"scn_{minute}"))
        ledger.seal(NOW + timedelta(minutes=minute + 1))


@pytest.mark.parametrize(("crime", "told"), CRIMES, ids=lambda value: getattr(value, "__name__", None))
def test_every_change_behind_the_seal_is_found_and_said_where(
    ledger: Ledger,
    database: Database,
    crime: Callable[[Database], None],
    told: list[str],
) -> None:
    a_long_ledger(ledger, database)
    before = ledger.verify()
    assert (before.blocks, before.entries, before.problems) == (3, 4, [])
    crime(database)
    problems = [re.sub(r" \(sealed [^)]*\)", "", problem) for problem in ledger.verify().problems]
    for words in told:
        assert [problem for problem in problems if words in problem], (words, problems)


def test_a_tail_cut_off_with_its_head_is_found_by_the_head_kept_elsewhere(ledger: Ledger, database: Database) -> None:
    a_long_ledger(ledger, database)
    noted = ledger.verify().head
    lower_head(database)
    cut_off_tail(database)
    assert ledger.verify().problems == [], "nothing inside the database tells"
    assert ledger.verify(noted).problems == [f"head: no block has the hash {noted} that was noted before"]


def test_a_head_noted_before_is_still_there_when_the_chain_has_grown(ledger: Ledger, database: Database) -> None:
    write(ledger, database, entry(-3))
    ledger.seal(NOW - timedelta(minutes=2))
    noted = ledger.verify().head
    write(ledger, database, entry(-1))
    ledger.seal(NOW)
    report = ledger.verify(noted)
    assert (report.problems, report.head == noted) == ([], False)


def test_verifying_tells_how_far_it_is(ledger: Ledger, database: Database) -> None:
    a_long_ledger(ledger, database)
    told: list[tuple[int, int]] = []
    ledger.verify(progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]


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


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ({"subject_id": "per_1"}, "access_ledger_by_subject"),
        ({"subject_id": "per_1", "_id": {"$lt": "f"}}, "access_ledger_by_subject"),
        ({"subject_id": "per_1", "licence_id": "lic_1"}, "access_ledger_by_subject_licence"),
        ({"block": -1, "_id": {"$lt": "f"}}, "access_ledger_by_block"),
    ],
)
def test_hot_queries_use_their_index(
    ledger: Ledger,
    database: Database,
    query: dict[str, Any],
    index: str,
) -> None:
    write(ledger, database, *(entry(minute) for minute in range(5)))
    plan = database.collection(ACCESS_LEDGER).find(query).explain()["queryPlanner"]["winningPlan"]
    assert "IXSCAN" in str(plan), plan
    assert "access_ledger_by" in str(plan) or "_id_" in str(plan), plan
    assert index in database.collection(ACCESS_LEDGER).index_information()
