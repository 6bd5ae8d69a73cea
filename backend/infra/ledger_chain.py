"""The arithmetic of the sealed ledger: leaves, Merkle roots and the chain of blocks. Pure; no database, no clock.

Leaves and nodes are hashed as in RFC 6962 2.1 (0x00 before a leaf, 0x01 before a node), so that a leaf cannot pass for
a node. A leaf is the entry as canonical JSON, without its block number, which is the one field that sealing sets.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final

GENESIS: Final = "0" * 64
"""What the first block names as its predecessor."""

_NOT_IN_LEAF: Final = frozenset({"block"})


@dataclass(frozen=True, slots=True)
class Block:
    """One sealed block. Hashes are lower-case hex of SHA-256; ``first`` and ``last`` are entry ids."""

    number: int
    previous: str
    root: str
    count: int
    first: str
    last: str
    sealed_at: datetime

    @property
    def hash(self) -> str:
        return hashlib.sha256(_canonical(asdict(self))).hexdigest()

    def to_document(self) -> dict[str, Any]:
        fields = asdict(self)
        return {"_id": fields.pop("number"), **fields, "hash": self.hash}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Block":
        names = ("previous", "root", "count", "first", "last", "sealed_at")
        return cls(number=document["_id"], **{name: document[name] for name in names})


def chain_block(number: int, previous: str, entries: Sequence[Mapping[str, Any]], sealed_at: datetime) -> Block:
    """The block over ``entries`` (at least one, in order of id) that follows the block with the hash ``previous``."""
    first, last = entries[0]["_id"], entries[-1]["_id"]
    return Block(number, previous, merkle_root(entries), len(entries), first, last, sealed_at)


def block_problems(document: Mapping[str, Any], previous: str, entries: Sequence[Mapping[str, Any]]) -> list[str]:
    """What is wrong with a stored block, given its predecessor's hash and the entries that claim to be in it."""
    try:
        block = Block.from_document(document)
        own_hash = block.hash
    except (KeyError, TypeError):
        return [f"block {document['_id']}: its fields are not those of a block"]
    where = f"block {block.number} (sealed {_time_text(block.sealed_at)}, entries {block.first} to {block.last})"
    problems = []
    if own_hash != document.get("hash"):
        problems.append(f"{where}: its own hash does not match its fields")
    if block.previous != previous:
        problems.append(f"{where}: does not follow the block before it")
    if block.count != len(entries):
        problems.append(f"{where}: sealed {block.count} entries, found {len(entries)}")
    if _root_or_none(entries) != block.root:
        problems.append(f"{where}: its entries are not those that were sealed")
    return problems


def _root_or_none(entries: Sequence[Mapping[str, Any]]) -> str | None:
    """None where an entry holds what none of ours does: such a one was never sealed."""
    try:
        return merkle_root(entries)
    except TypeError:
        return None


def merkle_root(entries: Sequence[Mapping[str, Any]]) -> str:
    """The root over entries in the order given (RFC 6962 2.1); of none, the hash of nothing."""
    if not entries:
        return hashlib.sha256(b"").hexdigest()
    return _tree([hashlib.sha256(b"\x00" + _leaf(entry)).digest() for entry in entries]).hex()


def _tree(leaves: Sequence[bytes]) -> bytes:
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + _tree(leaves[:half]) + _tree(leaves[half:])).digest()


def _leaf(entry: Mapping[str, Any]) -> bytes:
    return _canonical({name: value for name, value in entry.items() if name not in _NOT_IN_LEAF})


def _canonical(fields: Mapping[str, Any]) -> bytes:
    """JSON with sorted keys and no spaces; times in UTC to the millisecond, as BSON keeps them."""
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_time_text)
    return text.encode()


def _time_text(value: object) -> str:
    if not isinstance(value, datetime):
        raise TypeError(f"a ledger field cannot be {type(value).__name__}")
    return value.astimezone(UTC).isoformat(timespec="milliseconds")
