"""The arithmetic of the sealed ledger."""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backend.infra.ledger_chain import GENESIS, block_problems, chain_block, merkle_root


def plain(problems: list[str]) -> list[str]:
    """Problems without the time and entries of the block, which every one of them names."""
    for problem in problems:
        assert " (sealed 2026-11-21T02:30:00.000+00:00, entries 0000" in problem
    return [re.sub(r" \(sealed [^)]*\)", "", problem) for problem in problems]


AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)


def entries(count: int) -> list[dict[str, Any]]:
    return [
        {"_id": f"{number:012x}", "at": AT + timedelta(seconds=number), "purpose": "kiểm tra", "block": -1}
        for number in range(count)
    ]


def leaf(text: str) -> bytes:
    return hashlib.sha256(b"\x00" + text.encode()).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def test_a_root_is_the_tree_of_rfc_6962() -> None:
    texts = [
        f'{{"_id":"{number:012x}","at":"2026-11-21T02:30:0{number}.000+00:00","purpose":"kiểm tra"}}'
        for number in range(5)
    ]
    one, two, three, four, five = map(leaf, texts)
    assert merkle_root(entries(1)) == one.hex()
    assert merkle_root(entries(2)) == node(one, two).hex()
    assert merkle_root(entries(5)) == node(node(node(one, two), node(three, four)), five).hex()
    assert merkle_root([]) == hashlib.sha256(b"").hexdigest()


def test_a_whole_chain_has_no_problems() -> None:
    first = chain_block(0, GENESIS, entries(3), AT)
    second = chain_block(1, first.hash, entries(4), AT)
    assert block_problems(first.to_document(), GENESIS, entries(3)) == []
    assert block_problems(second.to_document(), first.hash, entries(4)) == []


def test_sealing_an_entry_does_not_change_its_leaf() -> None:
    open_entries = entries(3)
    assert merkle_root([{**entry, "block": 7} for entry in open_entries]) == merkle_root(open_entries)


@pytest.mark.parametrize("field", ["_id", "at", "purpose"])
def test_a_changed_entry_is_found(field: str) -> None:
    block = chain_block(0, GENESIS, entries(3), AT).to_document()
    changed = entries(3)
    changed[1][field] = AT if field == "at" else "khác"
    assert plain(block_problems(block, GENESIS, changed)) == ["block 0: its entries are not those that were sealed"]


def test_a_missing_or_added_entry_is_found() -> None:
    block = chain_block(0, GENESIS, entries(3), AT).to_document()
    for other in (entries(2), entries(4)):
        assert len(block_problems(block, GENESIS, other)) == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [("previous", "f" * 64), ("root", "f" * 64), ("count", 2), ("sealed_at", AT + timedelta(minutes=1))],
)
def test_a_changed_block_is_found(field: str, value: object) -> None:
    block = chain_block(0, GENESIS, entries(3), AT).to_document()
    problems = [re.sub(r" \(.*\)", "", told) for told in block_problems({**block, field: value}, GENESIS, entries(3))]
    assert "block 0: its own hash does not match its fields" in problems


def test_a_block_with_a_rewritten_hash_breaks_the_chain() -> None:
    first = chain_block(0, GENESIS, entries(3), AT)
    forged = chain_block(0, GENESIS, entries(2), AT)
    second = chain_block(1, first.hash, entries(4), AT).to_document()
    assert plain(block_problems(second, forged.hash, entries(4))) == ["block 1: does not follow the block before it"]
