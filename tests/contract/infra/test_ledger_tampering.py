"""Every change behind the ledger's seal is found, and it is said where."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from backend.infra.ledger import ACCESS_LEDGER, LEDGER_BLOCKS, Ledger
from backend.infra.ledger_chain import GENESIS, chain_block
from backend.infra.mongo import Database
from tests.support.ledger_entries import NOW, entry, ledger, write

__all__ = ["ledger"]


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


def strip_block(database: Database) -> None:
    database.collection(LEDGER_BLOCKS).update_one({"_id": 0}, {"$unset": {"root": 1, "hash": 1}})


def put_bytes_into_entry(database: Database) -> None:
    database.collection(ACCESS_LEDGER).update_one({"reference": "scn_b"}, {"$set": {"purpose": b"none of ours"}})


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
    (strip_block, ["block 0: its fields are not those of a block", "block 1: does not follow the block before it"]),
    (put_bytes_into_entry, ["block 0: its entries are not those that were sealed"]),
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
