"""Status lists: taking entries, setting them, and signing what has changed.

A list of 2^20 entries lies in 256 blocks, so that minting shares no document: entries are taken from a random block
within the minting transaction, and two mints that meet in one block are told apart by a write conflict and a retry.
"""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pymongo import UpdateOne
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError

from backend.infra.mongo import Document, Session
from backend.wallet.documents import STATUS_BLOCKS, STATUS_LISTS
from backend.wallet.ports import WalletPorts
from backend.wallet.rules import BITS, BLOCK_ENTRIES, BLOCKS, EMPTY_BLOCK, block_id, with_entries
from backend.wallet.services.signing_keys import SigningKeys
from shared_models.clock import to_epoch_s
from shared_models.credential.constants import STATUS_LIFETIME_S, STATUS_TTL_S
from shared_models.credential.status_list import StatusArray, StatusList, make_status_list
from shared_models.errors import NotFound, Upstream
from shared_models.schemas.wire import to_base64url

SIGN_EVERY: Final = timedelta(seconds=STATUS_TTL_S // 2)
FULL_SHARE: Final = 0.9
"""Share of entries taken at which the next list is opened."""

SNAPSHOT_MARGIN: Final = timedelta(seconds=30)
"""How much older than its signing a list says it is.

A credential that was minted while the list was being read is not in it and must look newer than it ("newer than list",
amber), never like one that was not issued (red). Longer than any transaction.
"""

_MOST_LISTS: Final = 1 << 32
"""Of a city, in any case: what is asked for beyond could not even be put to the database."""

_TRIES: Final = 8


@dataclass(frozen=True, slots=True)
class Entry:
    """One place in a list."""

    list_n: int
    index: int
    uri: str


@dataclass(frozen=True, slots=True)
class SignedList:
    n: int
    uri: str
    etag: str


class StatusLists:
    def __init__(self, ports: WalletPorts, signing: SigningKeys) -> None:
        self._database: Final = ports.database
        self._signing: Final = signing
        self._signer: Final = ports.signer
        self._clock: Final = ports.clock
        self._ids: Final = ports.ids
        self._uri_base: Final = ports.status_uri_base.rstrip("/")

    # ---- taking and setting entries, in the caller's transaction ----

    def prepare(self) -> None:
        """Makes sure that there is an open list, outside any transaction: 256 blocks are not made in one."""
        lists = self._database.collection(STATUS_LISTS)
        if lists.find_one({"open": True}, {"_id": 1}) is None:
            self._open_list(lists.count_documents({}) + 1)

    def take(self, values: Sequence[int], session: Session) -> list[Entry]:
        """Takes one entry for each value and sets it, all in one random block with room.

        Raises:
            Upstream: ``status_list.full`` when no open list has a block with room (transient: the next one is opened).
        """
        lists = self._database.collection(STATUS_LISTS)
        found = lists.find_one({"open": True}, {"uri": 1}, session=session)
        if found is None:
            raise Upstream("status_list.full", transient=True)
        blocks = self._database.collection(STATUS_BLOCKS)
        for _ in range(_TRIES):
            key = block_id(found["_id"], self._ids.random(1)[0])
            block = blocks.find_one({"_id": key}, session=session)
            if block is not None and block["next"] + len(values) <= BLOCK_ENTRIES:
                return self._take_from(block, found["uri"], values, session)
        raise Upstream("status_list.full", transient=True)

    def set_entries(self, values: Sequence[tuple[int, int, int]], session: Session) -> None:
        """Sets entries, each ``(list, index, value)``; their lists are dirty until they are signed again."""
        changes: dict[str, dict[int, int]] = defaultdict(dict)
        for list_n, index, value in values:
            changes[block_id(list_n, index // BLOCK_ENTRIES)][index % BLOCK_ENTRIES] = value
        blocks = self._database.collection(STATUS_BLOCKS)
        for key, entries in sorted(changes.items()):
            block = blocks.find_one({"_id": key}, session=session)
            if block is None:
                raise NotFound("status_list.unknown")
            self._write(block, with_entries(block["entries"], entries), block["next"], session)

    def _take_from(self, block: Document, uri: str, values: Sequence[int], session: Session) -> list[Entry]:
        first = block["next"]
        taken = {first + offset: value for offset, value in enumerate(values)}
        self._write(block, with_entries(block["entries"], taken), first + len(values), session)
        start = block["block"] * BLOCK_ENTRIES
        return [Entry(block["list"], start + index, uri) for index in taken]

    def _write(self, block: Document, entries: bytes, free: int, session: Session) -> None:
        written = self._database.collection(STATUS_BLOCKS).update_one(
            {"_id": block["_id"], "rev": block["rev"]},
            {"$set": {"entries": entries, "next": free, "dirty": True}, "$inc": {"rev": 1}},
            session=session,
        )
        if written.modified_count != 1:
            raise RuntimeError("a status block changed under its transaction")

    # ---- signing ----

    def sign_due_lists(self, now: datetime) -> list[int]:
        """Signs every list that has changed, or whose signature is half a ttl old or by another key than today's.

        Returns their numbers.
        """
        self.prepare()
        key = self._signing.status_key(to_epoch_s(now - SNAPSHOT_MARGIN))
        kid = key.kid.hex() if key else None
        dirty = {block["list"] for block in self._blocks().find({"dirty": True}, {"list": 1})}
        due = [
            found["_id"]
            for found in self._database.collection(STATUS_LISTS).find({}, {"signed_at": 1, "kid": 1})
            if found["_id"] in dirty
            or found["signed_at"] is None
            or now - found["signed_at"] >= SIGN_EVERY
            or found.get("kid") != kid
        ]
        for list_n in sorted(due):
            self._sign(list_n)
        return sorted(due)

    def sign_dirty_lists(self) -> None:
        """Signs what has changed, at once: called after the commit of a change that a verifier should see."""
        for list_n in sorted({block["list"] for block in self._blocks().find({"dirty": True}, {"list": 1})}):
            self._sign(list_n)

    def _sign(self, list_n: int) -> None:
        lists = self._database.collection(STATUS_LISTS)
        for _ in range(_TRIES):
            held = lists.find_one({"_id": list_n}, {"generation": 1, "uri": 1, "issued_at_s": 1})
            if held is None:
                raise NotFound("status_list.unknown")
            now = self._clock.now()
            blocks = list(self._blocks().find({"list": list_n}).sort("block", 1))
            issued_at_s = _issue_time(now, held.get("issued_at_s"))
            kid, token = self._token(held["uri"], b"".join(block["entries"] for block in blocks), issued_at_s)
            # who read before us and signs after us would take back what we saw: its generation has passed by then
            signed = lists.update_one(
                {"_id": list_n, "generation": held["generation"]},
                {
                    "$set": {
                        "signed_at": now,
                        "issued_at_s": issued_at_s,
                        "kid": kid.hex(),
                        "token": token,
                        "etag": _etag(token),
                    },
                    "$inc": {"generation": 1},
                },
            )
            if signed.modified_count == 1:
                self._after_signing(list_n, blocks)
                return
        raise Upstream("status_list.busy", transient=True)

    def _after_signing(self, list_n: int, blocks: Sequence[Document]) -> None:
        clean = [
            UpdateOne({"_id": block["_id"], "rev": block["rev"]}, {"$set": {"dirty": False}})
            for block in blocks
            if block["dirty"]
        ]
        if clean:
            self._blocks().bulk_write(clean, ordered=False)
        if sum(block["next"] for block in blocks) >= FULL_SHARE * BLOCK_ENTRIES * BLOCKS:
            lists = self._database.collection(STATUS_LISTS)
            if lists.find_one({"_id": list_n + 1}, {"_id": 1}) is None:
                self._open_list(list_n + 1)
            lists.update_one({"_id": list_n, "open": True}, {"$set": {"open": False}})

    def _token(self, uri: str, entries: bytes, issued_at_s: int) -> tuple[bytes, bytes]:
        """The kid of today's key, and the list under it: the window of that key holds the time that the list says."""
        record = self._signing.status_key(issued_at_s)
        if record is None:
            raise Upstream("status_list.no_key", transient=False)
        status_list = StatusList(
            uri=uri,
            issued_at_s=issued_at_s,
            expires_at_s=issued_at_s + STATUS_LIFETIME_S,
            ttl_s=STATUS_TTL_S,
            entries=StatusArray(BITS, entries),
        )
        kid = record.kid
        return kid, make_status_list(status_list, kid, lambda message: self._signer.sign(kid, message))

    def _open_list(self, list_n: int) -> None:
        """Makes a list and its blocks. Two processes may do so at once: what is there already stays as it is."""
        blocks = [
            {
                "_id": block_id(list_n, block),
                "list": list_n,
                "block": block,
                "next": 0,
                "rev": 0,
                "dirty": False,
                "entries": EMPTY_BLOCK,
            }
            for block in range(BLOCKS)
        ]
        try:
            self._blocks().insert_many(blocks, ordered=False)
        except BulkWriteError as fault:
            if any(error["code"] != 11000 for error in fault.details["writeErrors"]):
                raise
        head = {"uri": f"{self._uri_base}/{list_n}", "open": True, "generation": 0}
        self._database.collection(STATUS_LISTS).update_one(
            {"_id": list_n},
            {"$setOnInsert": {**head, "signed_at": None, "kid": None, "token": None, "etag": None}},
            upsert=True,
        )

    # ---- reading ----

    def published(self) -> list[SignedList]:
        """Every list that has been signed, in order."""
        found = self._database.collection(STATUS_LISTS).find({}, {"uri": 1, "etag": 1})
        signed = [SignedList(row["_id"], row["uri"], row["etag"]) for row in found if row["etag"]]
        return sorted(signed, key=lambda row: row.n)

    def etag(self, list_n: int) -> str:
        """The entity tag of a list's present token.

        Raises:
            NotFound: ``status_list.unknown``, also before its first signing.
        """
        return str(self._signed(list_n, "etag")["etag"])

    def token(self, list_n: int) -> tuple[bytes, str]:
        """A list as last signed, and its entity tag.

        Raises:
            NotFound: ``status_list.unknown``, also before its first signing.
        """
        found = self._signed(list_n, "token", "etag")
        return bytes(found["token"]), str(found["etag"])

    def _signed(self, list_n: int, *names: str) -> Document:
        if list_n <= _MOST_LISTS:
            found = self._database.collection(STATUS_LISTS).find_one({"_id": list_n}, dict.fromkeys(names, 1))
            if found is not None and found["etag"]:
                return found
        raise NotFound("status_list.unknown")

    def _blocks(self) -> Collection[Document]:
        return self._database.collection(STATUS_BLOCKS)


def _issue_time(now: datetime, held_s: int | None) -> int:
    """What a list says of its age. Never older than the one before it: phones would refuse it as rolled back.

    So a clock that was ahead for a while and is right again holds back no revocation.
    """
    issued_at_s = to_epoch_s(now - SNAPSHOT_MARGIN)
    return issued_at_s if held_s is None else max(issued_at_s, held_s)


def _etag(token: bytes) -> str:
    return to_base64url(hashlib.sha256(token).digest()[:16])
