"""Successors: the credentials in use of some licences, minted anew where a lost key has signed them.

Part of one transaction of a run (`reminting.py`): credentials, licences, the owners' change numbers, their notices and
the access ledger change together or not at all.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pymongo import UpdateOne

from backend.infra.key_making import CITY_CODE, CITY_NAME
from backend.infra.ledger import AccessEntry
from backend.infra.mongo import Document, Session
from backend.notices.service import Notification
from backend.wallet.documents import CREDENTIALS, DEVICES, LICENCES, WALLETS
from backend.wallet.ports import WalletPorts
from backend.wallet.services.credentials import Credentials, age_rank
from backend.wallet.services.licences import can_hold
from shared_models.access import Actor, Role
from shared_models.access_action import AccessAction
from shared_models.errors import Invalid
from shared_models.notice import LICENCE_RESIGNED

_PURPOSE: Final = "keys.remint"
_CITY: Final = Actor("city", Role.MACHINE, "", frozenset(), CITY_CODE, CITY_NAME)
"""Who reads people's licences here: the keeper of the city's keys, no person."""

Wanted = tuple[Document, Document | None]
"""A licence, and the phone to bind a credential to, or None for paper."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one transaction of a run does.

    ``seen``: credentials of the lost key; ``wanted``: what gets a successor; ``old``: the credentials that it follows;
    ``refused``: licences that cannot be minted any more, with the code of the refusal.
    """

    seen: int
    wanted: Sequence[Wanted]
    old: Sequence[str]
    refused: Mapping[str, str]

    @property
    def licences(self) -> int:
        return len({licence["_id"] for licence, _device in self.wanted})


class Successors:
    def __init__(self, ports: WalletPorts, credentials: Credentials) -> None:
        self._ports: Final = ports
        self._credentials: Final = credentials

    def mint(self, kid: str, licence_ids: Sequence[str], session: Session) -> Batch:
        """Mints for every holder whose newest credential of these licences the key signed; what was done.

        A second time finds nothing to do, because the newest one is by another key then.
        """
        batch = self._read(kid, licence_ids, session)
        self._mint(batch, session)
        return batch

    def _read(self, kid: str, licence_ids: Sequence[str], session: Session) -> Batch:
        """What the credentials of these licences need: whoever holds one of the lost key as their newest, a new one."""
        database, now = self._ports.database, self._ports.clock.now()
        fields = dict.fromkeys(("licence_id", "device_id", "kid", "issued_at", "blocked", "replaced_at"), 1)
        of_licence: dict[str, list[Document]] = defaultdict(list)
        for row in database.collection(CREDENTIALS).find({"licence_id": {"$in": licence_ids}}, fields, session=session):
            of_licence[row["licence_id"]].append(row)
        newest = [row for rows in of_licence.values() for row in _newest_of_holders(rows)]
        licences = _by_id(database.collection(LICENCES).find({"_id": {"$in": licence_ids}}, session=session))
        device_ids = sorted({row["device_id"] for row in newest if row["device_id"]})
        devices = _by_id(database.collection(DEVICES).find({"_id": {"$in": device_ids}}, session=session))
        live = [row for row in newest if row["kid"] == kid and not row["blocked"]]
        live = [row for row in live if can_hold(licences[row["licence_id"]], now)]
        refused = self._refused(licences[licence_id] for licence_id in sorted({row["licence_id"] for row in live}))
        live = [row for row in live if row["licence_id"] not in refused]
        return Batch(
            seen=sum(row["kid"] == kid for rows in of_licence.values() for row in rows),
            wanted=[(licences[row["licence_id"]], devices.get(row["device_id"])) for row in live],
            old=[row["_id"] for row in live],
            refused=refused,
        )

    def _refused(self, licences: Iterable[Document]) -> dict[str, str]:
        """Licences that cannot be minted any more (a code says more than on its first day), with the reason."""
        refused = {}
        for licence in licences:
            try:
                self._credentials.try_out(licence)
            except Invalid as refusal:
                refused[licence["_id"]] = refusal.code
        return refused

    def _mint(self, batch: Batch, session: Session) -> None:
        """Stores the successors, moves the owners' change numbers, and tells them; nothing for an empty batch."""
        if not batch.wanted:
            return
        database = self._ports.database
        minted = self._credentials.mint_all(batch.wanted, session)
        database.collection(CREDENTIALS).update_many(
            {"_id": {"$in": list(batch.old)}},
            {"$set": {"replaced_at": self._ports.clock.now(), "renewable": False}},
            session=session,
        )
        licences = _by_id(licence for licence, _device in batch.wanted)
        seqs = self._next_changes(sorted({licence["owner_id"] for licence in licences.values()}), session)
        changes: dict[str, Document] = {
            licence_id: {"change_seq": seqs[licence["owner_id"]]} for licence_id, licence in licences.items()
        }
        for credential in minted:
            if credential["device_id"] is None:
                changes[credential["licence_id"]]["paper"] = credential["cose"]
        database.collection(LICENCES).bulk_write(
            [UpdateOne({"_id": licence_id}, {"$set": change}) for licence_id, change in changes.items()],
            session=session,
        )
        self._tell(licences.values(), session)

    def _tell(self, licences: Iterable[Document], session: Session) -> None:
        told, read = [], []
        for licence in licences:
            params = {"number": licence["number"], "type": licence["type"], "agency": licence["issuer"]["name"]}
            told.append(Notification(licence["owner_id"], LICENCE_RESIGNED, params, licence["_id"]))
            read.append(
                AccessEntry(
                    at=self._ports.clock.now(),
                    subject_id=licence["owner_id"],
                    action=AccessAction.LICENCE_RESIGNED.value,
                    actor=_CITY,
                    purpose=_PURPOSE,
                    licence_id=licence["_id"],
                )
            )
        self._ports.notices.notify(told, session)
        self._ports.ledger.record(read, session)

    def _next_changes(self, owner_ids: Sequence[str], session: Session) -> dict[str, int]:
        """As `Licences.next_change`, for many owners in two steps."""
        wallets = self._ports.database.collection(WALLETS)
        wallets.bulk_write(
            [UpdateOne({"_id": owner_id}, {"$inc": {"seq": 1}}, upsert=True) for owner_id in owner_ids], session=session
        )
        return {row["_id"]: int(row["seq"]) for row in wallets.find({"_id": {"$in": list(owner_ids)}}, session=session)}


def _newest_of_holders(rows: Iterable[Document]) -> Iterable[Document]:
    """Of one licence's credentials, the one in use on paper and on each phone."""
    return {row["device_id"]: row for row in sorted(rows, key=age_rank)}.values()


def _by_id(rows: Iterable[Document]) -> dict[str, Document]:
    return {row["_id"]: row for row in rows}
