"""The access ledger: who looked at whose data, for what, where and when (Law 91/2025/QH15; NĐ 69/2024 keeps 5 years).

An entry is written in the transaction of the reading itself, unchained, so that a read never waits for another. `jobs`
seals the entries of past minutes, in order, into blocks: a Merkle root over them and the hash of the block before
(`backend/infra/ledger_chain.py`). From then on a changed, added or missing entry shows in `verify`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from backend.infra.ledger_chain import GENESIS, block_problems, chain_block
from backend.infra.mongo import Database, Document, Session
from backend.infra.system import Ids
from shared_models.access import Actor
from shared_models.clock import Clock

ACCESS_LEDGER: Final = "access_ledger"
LEDGER_BLOCKS: Final = "ledger_blocks"

OPEN_BLOCK: Final = -1
"""The block number of an entry that is not sealed yet."""

BLOCK_LIMIT: Final = 2_000
"""Entries in one block at most; a busier minute has several blocks. Keeps a sealing transaction small."""

PAGE_LIMIT: Final = 100

Progress = Callable[[int, int], None]

_NAMED: Final = 20
"""How many things of one kind a report names one by one."""

_HEAD: Final = -1
"""The key of the document that names the last block: the planner of the embedded server has no cheap maximum."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class _Head(NamedTuple):
    number: int
    hash: str


@dataclass(frozen=True, slots=True)
class AccessEntry:
    """One look at one person's data. ``action`` is a dotted message key such as ``licence.checked``.

    ``place`` is ``{"lat", "lon", "accuracy_m"}`` or None; ``reference`` the id of the scan, look-up or download.
    """

    at: datetime
    subject_id: str
    action: str
    actor: Actor | None
    purpose: str
    place: dict[str, float] | None = None
    licence_id: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class SearchEntry:
    """One look at several people at once: one entry, which each of them finds in their log.

    ``found`` has each one's id and the id of what was shown of them. The pairs are kept with the entry; whoever reads
    their own log sees nobody else's.
    """

    at: datetime
    found: Sequence[tuple[str, str]]
    action: str
    actor: Actor
    purpose: str


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """Entries newest first, and the cursor of the next page, or None at the end."""

    items: list[Document]
    next_cursor: str | None


@dataclass(slots=True)
class LedgerReport:
    """What `Ledger.verify` found. ``head`` is the last block's hash: kept elsewhere, it shows a cut-off tail."""

    blocks: int = 0
    entries: int = 0
    open_entries: int = 0
    head: str = GENESIS
    problems: list[str] = field(default_factory=list)


class Ledger:
    def __init__(self, database: Database, clock: Clock, ids: Ids) -> None:
        self._database: Final = database
        self._clock: Final = clock
        self._ids: Final = ids

    def record(self, entries: Sequence[AccessEntry], session: Session) -> None:
        """Writes entries in the caller's transaction; none is fine."""
        if entries:
            documents = [self._document(entry) for entry in entries]
            self._database.collection(ACCESS_LEDGER).insert_many(documents, session=session)

    def record_search(self, entry: SearchEntry, session: Session) -> None:
        """Writes a search in the caller's transaction; one that found nobody is nobody's to know of."""
        if not entry.found:
            return
        looked = AccessEntry(entry.at, entry.found[0][0], entry.action, entry.actor, entry.purpose)
        several = {
            # A list in the place of the one: MongoDB's equality and its indexes find each member of it.
            "subject_id": list(dict.fromkeys(subject_id for subject_id, _ in entry.found)),
            "found": [{"subject_id": subject_id, "reference": shown} for subject_id, shown in entry.found],
        }
        self._database.collection(ACCESS_LEDGER).insert_one(self._document(looked) | several, session=session)

    def entries_of(
        self,
        subject_id: str,
        cursor: str | None = None,
        licence_id: str | None = None,
        limit: int = PAGE_LIMIT,
    ) -> LedgerPage:
        """Who looked at this person's data, newest first. ``cursor`` is the ``next_cursor`` of the page before.

        Items are ``{at, action, actor_id, actor_name, agency_code, agency_name, purpose, place, licence_id,
        reference, _id}``; whom else a search found is not for this person.
        """
        wanted: Document = {"subject_id": subject_id}
        if licence_id is not None:
            wanted["licence_id"] = licence_id
        if cursor is not None:
            wanted["_id"] = {"$lt": cursor}
        size = min(limit, PAGE_LIMIT)
        found = list(
            self._database.collection(ACCESS_LEDGER)
            .find(wanted, {"block": 0, "subject_id": 0, "found": 0})
            .sort("_id", -1)
            .limit(size + 1),
        )
        more = len(found) > size
        return LedgerPage(found[:size], str(found[size - 1]["_id"]) if more else None)

    def seal(self, now: datetime) -> int:
        """Seals every open entry of the minutes before ``now`` into blocks; returns how many entries were sealed.

        Two processes may seal at once: the number of a block is its key, so one of them starts again.
        """
        border = _entry_id_floor(now.replace(second=0, microsecond=0))
        sealed = 0
        while True:
            count = self._database.transaction(lambda session: self._seal_block(border, now, session))
            sealed += count
            if count < BLOCK_LIMIT:
                return sealed

    def verify(self, known_head: str | None = None, progress: Progress | None = None) -> LedgerReport:
        """Recomputes every block from its entries and the chain from its blocks.

        ``known_head`` is the head that an earlier report gave and that was kept elsewhere: without it, somebody who
        cuts off the newest blocks and puts the head back is not found. ``progress`` is told blocks done and in all.
        """
        report = LedgerReport()
        head = self._head(None)
        heads = {GENESIS}
        for number in range(head.number + 1):
            self._verify_block(number, report)
            heads.add(report.head)
            if progress is not None:
                progress(number + 1, head.number + 1)
        if report.head != head.hash:
            report.problems.append(f"head: names {head.hash} as the last block, and that is {report.head}")
        if known_head is not None and known_head not in heads:
            report.problems.append(f"head: no block has the hash {known_head} that was noted before")
        self._verify_rest(head.number, report)
        return report

    def _verify_rest(self, last: int, report: LedgerReport) -> None:
        """What lies outside the chain: blocks behind the head, and entries that no block of it sealed."""
        past = {"_id": {"$gt": last}}
        report.problems += [
            f"block {block['_id']}: lies behind the head"
            for block in self._database.collection(LEDGER_BLOCKS).find(past, {"_id": 1}).sort("_id", 1).limit(_NAMED)
        ]
        ledger = self._database.collection(ACCESS_LEDGER)
        report.open_entries = ledger.count_documents({"block": OPEN_BLOCK})
        stray = ledger.count_documents({}) - report.entries - report.open_entries
        if stray:
            report.problems.append(f"{stray} entries belong to no block")
            outside = {"block": {"$gt": last}}
            report.problems += [
                f"entry {entry['_id']}: says that it is in block {entry['block']}, which is not in the chain"
                for entry in ledger.find(outside, {"block": 1}).limit(_NAMED)
            ]

    def oldest_open(self) -> datetime | None:
        """When the oldest entry was written that no block seals yet."""
        found = self._database.collection(ACCESS_LEDGER).find_one({"block": OPEN_BLOCK}, {"at": 1}, sort=[("_id", 1)])
        return found["at"] if found else None

    def open_count(self) -> int:
        return self._database.collection(ACCESS_LEDGER).count_documents({"block": OPEN_BLOCK})

    def _document(self, entry: AccessEntry) -> Document:
        actor = entry.actor
        return {
            "_id": f"{_entry_id_floor(entry.at)}{self._ids.random(10).hex()}",
            "at": entry.at,
            "subject_id": entry.subject_id,
            "action": entry.action,
            "actor_id": actor.id if actor else None,
            "actor_name": actor.name if actor else None,
            "actor_role": actor.role.value if actor else None,
            "agency_code": actor.agency_code if actor else None,
            "agency_name": actor.agency_name if actor else None,
            "purpose": entry.purpose,
            "place": entry.place,
            "licence_id": entry.licence_id,
            "reference": entry.reference,
            "block": OPEN_BLOCK,
        }

    def _seal_block(self, border: str, now: datetime, session: Session) -> int:
        ledger = self._database.collection(ACCESS_LEDGER)
        blocks = self._database.collection(LEDGER_BLOCKS)
        open_entries = {"block": OPEN_BLOCK, "_id": {"$lt": border}}
        entries = list(ledger.find(open_entries, session=session).sort("_id", 1).limit(BLOCK_LIMIT))
        if not entries:
            return 0
        head = self._head(session)
        block = chain_block(head.number + 1, head.hash, entries, now)
        blocks.insert_one(block.to_document(), session=session)
        blocks.update_one(
            {"_id": _HEAD}, {"$set": {"at": block.number, "hash": block.hash}}, upsert=True, session=session
        )
        # The transaction's snapshot has no other open entries between these two; one committed since stays open.
        sealed = {"block": OPEN_BLOCK, "_id": {"$gte": block.first, "$lte": block.last}}
        done = ledger.update_many(sealed, {"$set": {"block": block.number}}, session=session)
        if done.modified_count != len(entries):
            raise RuntimeError("another process sealed the same entries")
        return len(entries)

    def _verify_block(self, number: int, report: LedgerReport) -> None:
        document = self._database.collection(LEDGER_BLOCKS).find_one({"_id": number})
        if document is None:
            orphans = self._database.collection(ACCESS_LEDGER).count_documents({"block": number})
            report.problems.append(f"block {number}: missing; {orphans} entries say that they are in it")
            report.entries += orphans
            return
        entries = list(self._database.collection(ACCESS_LEDGER).find({"block": number}).sort("_id", 1))
        report.problems += block_problems(document, report.head, entries)
        report.blocks += 1
        report.entries += len(entries)
        report.head = str(document.get("hash"))

    def _head(self, session: Session | None) -> _Head:
        found = self._database.collection(LEDGER_BLOCKS).find_one({"_id": _HEAD}, session=session)
        return _Head(found["at"], found["hash"]) if found else _Head(-1, GENESIS)


def _entry_id_floor(moment: datetime) -> str:
    """Ids of entries begin with their millisecond in hex, so that an id range is a time range."""
    return f"{(moment - _EPOCH) // timedelta(milliseconds=1):012x}"
