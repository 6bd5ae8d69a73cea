"""Minting anew what a lost key has signed (`congdan keys remint`), and turning the old codes red afterwards.

In this order, because an owner must not stand with a red code only for having been offline:

1. *minting*: each live credential gets a successor under the issuer's present key, with a status entry of its own. Old
   and new are both good; the owner's phones fetch the new ones, and the owner is told to print paper anew.
2. *waiting*, until the time that `congdan keys compromised` set as the end of the grace.
3. *sweeping*: once more over everything, for whatever was minted beside us in the meantime.
4. *revoking*: every entry that the lost key's codes used is revoked, those of ended licences too, so that no forgery
   can borrow one. Only now do old codes turn red; and the next published trust list says that the key is lost.

A run is a document; each batch of licences, and each block of entries, is one transaction together with the run's own
progress. So a run that is killed goes on where it was, two at once do nothing twice, and live traffic only waits for a
batch. `jobs` does 3 and 4.
"""

from functools import partial
from typing import Any, Final

from backend.infra.mongo import Document, Session
from backend.wallet.documents import CREDENTIALS, REMINTS, STATUS_LISTS
from backend.wallet.ports import WalletPorts
from backend.wallet.rules import BLOCK_ENTRIES
from backend.wallet.services.credentials import Credentials
from backend.wallet.services.signing_keys import SigningKeys
from backend.wallet.services.status_lists import StatusLists
from backend.wallet.services.successors import Successors
from shared_models.clock import to_epoch_s
from shared_models.credential.status_list import Status

BATCH: Final = 100
MOST_IN_BATCH: Final = 1_000
"""Credentials in one transaction: a block of a status list has room for four times as many."""

_AFTER: Final = {"minting": "waiting", "sweeping": "revoking"}


class RemintRefused(ValueError):
    """One sentence for the operator; nothing was changed."""


class Reminting:
    def __init__(
        self, ports: WalletPorts, credentials: Credentials, status_lists: StatusLists, signing: SigningKeys
    ) -> None:
        self._ports: Final = ports
        self._successors: Final = Successors(ports, credentials)
        self._status_lists: Final = status_lists
        self._signing: Final = signing

    def run(self, kid: str) -> Document | None:
        """How far a key's run is; None before its first beginning."""
        return self._ports.database.collection(REMINTS).find_one({"_id": kid})

    def begin(self, kid: str, *, is_resumed: bool = False) -> Document:
        """The run of a key that is marked compromised, made if there is none.

        Raises:
            RemintRefused: one sentence: the key is not marked compromised, nobody can sign in its place by a published
                key, or a run was begun before and ``is_resumed`` is not said.
        """
        record = self._ports.keys.record(bytes.fromhex(kid))
        if record is None or record.compromised_at is None:
            raise RemintRefused(f"{kid} is not marked compromised: `congdan keys compromised` does that")
        now = self._ports.clock.now()
        unsigned = [
            code
            for code in record.types
            if self._signing.licence_key(record.issuer_code, code, to_epoch_s(now)) is None
        ]
        if unsigned:
            raise RemintRefused(
                f"no published key of {record.issuer_code} signs type {', '.join(map(str, unsigned))}: "
                f"`congdan keys rotate --kid {kid}`, then `congdan keys publish`"
            )
        held = self.run(kid)
        if held is not None and held["state"] == "minting" and not is_resumed:
            raise RemintRefused(f"a run stands at {held['seen']} of {held['total']}: say --resume to go on with it")
        if held is None:
            total = self._ports.database.collection(CREDENTIALS).count_documents({"kid": kid})
            self._ports.database.collection(REMINTS).update_one(
                {"_id": kid}, {"$setOnInsert": _new_run(total, now)}, upsert=True
            )
        self._status_lists.prepare()
        return self._held(kid, None)

    def step(self, kid: str, size: int = BATCH) -> Document:
        """Mints the next batch of a run, in one transaction; the run as it is then."""
        return self._ports.database.transaction(partial(self._step, kid, size))

    def sign_lists(self) -> None:
        """Publishes what the batches have minted: until then a new code is "newer than the list", amber."""
        self._status_lists.sign_dirty_lists()

    def is_due(self, kid: str) -> bool:
        """Whether the grace is over and old codes may turn red."""
        record = self._ports.keys.record(bytes.fromhex(kid))
        return record is not None and record.is_announced(to_epoch_s(self._ports.clock.now()))

    def revoke_due(self) -> int:
        """Sweeps and revokes, for every run whose grace is over; how many entries turned red."""
        runs = list(self._ports.database.collection(REMINTS).find({}, {"state": 1}))
        minted = [run["_id"] for run in runs if run["state"] in ("waiting", "sweeping", "revoking")]
        return sum(self.revoke(kid) for kid in minted if self.is_due(kid))

    def revoke(self, kid: str) -> int:
        """Sweeps and revokes one run to its end; how many entries turned red by it."""
        before = self._held(kid, None)["revoked"]
        self._ports.database.collection(REMINTS).update_one(
            {"_id": kid, "state": "waiting"}, {"$set": {"state": "sweeping", "after": ""}}
        )
        while (state := self._held(kid, None)["state"]) != "done":
            if state == "sweeping":
                self.step(kid)
            elif state == "revoking":
                self._ports.database.transaction(partial(self._revoke_block, kid))
            else:
                raise RemintRefused(f"{kid} is not minted anew yet")
        self._status_lists.sign_dirty_lists()
        return int(self._held(kid, None)["revoked"] - before)

    # ---- minting ----

    def _step(self, kid: str, size: int, session: Session) -> Document:
        run = self._held(kid, session)
        if run["state"] not in _AFTER:
            return run
        rows = self._ports.database.collection(CREDENTIALS).find(
            {"kid": kid, "licence_id": {"$gt": run["after"]}}, {"licence_id": 1}, session=session
        )
        page = rows.sort("licence_id", 1).limit(min(size, MOST_IN_BATCH))
        licence_ids = list(dict.fromkeys(row["licence_id"] for row in page))
        if not licence_ids:
            change: Document = {"state": _AFTER[run["state"]]}
            if run["minted_at"] is None:
                change["minted_at"] = self._ports.clock.now()
            return self._keep(run, change, session)
        batch = self._successors.mint(kid, licence_ids, session)
        counted = {
            "after": licence_ids[-1],
            "seen": run["seen"] + (batch.seen if run["state"] == "minting" else 0),
            "minted": run["minted"] + len(batch.wanted),
            "licences": run["licences"] + batch.licences,
            "refused": {**run["refused"], **batch.refused},
        }
        return self._keep(run, counted, session)

    # ---- revoking ----

    def _revoke_block(self, kid: str, session: Session) -> None:
        """Revokes the lost key's entries in the next block of a list that has any: one block, one transaction."""
        run = self._held(kid, session)
        if run["state"] != "revoking":
            return
        credentials = self._ports.database.collection(CREDENTIALS)
        first = self._next_entry(kid, run, session)
        if first is None:
            self._keep(run, {"state": "done", "finished_at": self._ports.clock.now()}, session)
            return
        list_n, end = first["list_n"], (first["list_index"] // BLOCK_ENTRIES + 1) * BLOCK_ENTRIES
        inside = {"kid": kid, "list_n": list_n, "list_index": {"$gte": first["list_index"], "$lt": end}}
        found = list(credentials.find(inside, {"list_index": 1, "blocked": 1}, session=session))
        open_ones = [row for row in found if not row["blocked"]]
        self._status_lists.set_entries([(list_n, row["list_index"], Status.REVOKED) for row in open_ones], session)
        credentials.update_many(
            {"_id": {"$in": [row["_id"] for row in open_ones]}},
            {"$set": {"blocked": True, "renewable": False}},
            session=session,
        )
        progress = {"revoked": run["revoked"] + len(open_ones), "revoked_list": list_n, "revoked_entry": end - 1}
        self._keep(run, progress, session)

    def _next_entry(self, kid: str, run: Document, session: Session) -> Document | None:
        """The first credential of the key behind the last revoked block."""
        credentials = self._ports.database.collection(CREDENTIALS)
        lists = self._ports.database.collection(STATUS_LISTS).find({}, {"_id": 1}, session=session)
        for list_n in sorted(row["_id"] for row in lists if row["_id"] >= run["revoked_list"]):
            after = run["revoked_entry"] if list_n == run["revoked_list"] else -1
            wanted = {"kid": kid, "list_n": list_n, "list_index": {"$gt": after}}
            found = credentials.find(wanted, {"list_n": 1, "list_index": 1}, session=session)
            for first in found.sort("list_index", 1).limit(1):
                return first
        return None

    # ---- the run ----

    def _held(self, kid: str, session: Session | None) -> Document:
        found = self._ports.database.collection(REMINTS).find_one({"_id": kid}, session=session)
        if found is None:
            raise RemintRefused(f"nothing of {kid} was minted anew yet")
        return found

    def _keep(self, run: Document, change: Document, session: Session) -> Document:
        """Writes the run's progress; two processes at once conflict here, and one of them reads again."""
        self._ports.database.collection(REMINTS).update_one({"_id": run["_id"]}, {"$set": change}, session=session)
        return {**run, **change}


def _new_run(total: int, now: Any) -> Document:
    return {
        "state": "minting",
        "total": total,
        "seen": 0,
        "minted": 0,
        "licences": 0,
        "revoked": 0,
        "refused": {},
        "after": "",
        "revoked_list": 0,
        "revoked_entry": -1,
        "started_at": now,
        "minted_at": None,
        "finished_at": None,
    }
