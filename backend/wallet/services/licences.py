"""Licences: issued into a wallet, changed by their agency, read by their owner and by nobody unseen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, Final

from pymongo import ReturnDocument

from backend.infra.ledger import AccessEntry, LedgerPage
from backend.infra.mongo import Document, Session
from backend.wallet.documents import CREDENTIALS, DEVICES, LICENCES, WALLETS
from backend.wallet.ports import WalletPorts
from backend.wallet.services.credentials import Credentials
from backend.wallet.services.status_lists import StatusLists
from shared_models.access import Actor, Role, Scope
from shared_models.access_action import AccessAction
from shared_models.clock import end_of_day
from shared_models.credential.qr_text import paper_text
from shared_models.errors import NotFound
from shared_models.place import Point, geohash
from shared_models.result import LicenceStatus

_RENEWAL_BATCH: Final = 200
_MANAGEMENT: Final = "results.management"
"""Why an agency reads its own results: to manage them. ``purpose.<code>`` in the message catalogues."""


@dataclass(frozen=True, slots=True)
class LicenceDraft:
    """A licence before it is issued. ``place`` is ``{address, commune_code, lat, lon}`` or None; ids are given."""

    licence_id: str
    result_id: str
    owner_id: str
    type: str
    type_code: int
    number: str
    holder_name: str
    activity: str | None
    place: Mapping[str, Any] | None
    issuer_code: str
    issuer_name: str
    valid_from: date
    valid_until: date | None
    document_sha256: str

    def to_document(self, now: datetime) -> Document:
        place = dict(self.place) if self.place else None
        point = Point(place["lat"], place["lon"]) if place and place.get("lat") is not None else None
        return {
            "_id": self.licence_id,
            "owner_id": self.owner_id,
            "result_id": self.result_id,
            "version": 1,
            "type": self.type,
            "type_code": self.type_code,
            "number": self.number,
            "holder_name": self.holder_name,
            "activity": self.activity,
            "place": place,
            "geohash": geohash(point) if point else None,
            "issuer": {"code": self.issuer_code, "name": self.issuer_name},
            "issued_at": now,
            "valid_from": self.valid_from.isoformat(),
            "valid_until": self.valid_until.isoformat() if self.valid_until else None,
            "status": LicenceStatus.VALID.value,
            "status_since": now,
            "status_reason": None,
            "decision_number": None,
            "document_sha256": self.document_sha256,
            "superseded_by": None,
        }


@dataclass(frozen=True, slots=True)
class StatusDecision:
    """What an agency decided: the new status, why, and under which decision."""

    status: LicenceStatus
    reason: str
    decision_number: str
    at: datetime


class Licences:
    def __init__(self, ports: WalletPorts, credentials: Credentials, status_lists: StatusLists) -> None:
        self._ports: Final = ports
        self._credentials: Final = credentials
        self._status_lists: Final = status_lists

    def try_out(self, draft: LicenceDraft) -> None:
        """Refuses what could not be minted, before anything is written. Raises as `Credentials.try_out`."""
        self._credentials.try_out(draft.to_document(self._ports.clock.now()))

    def issue(self, draft: LicenceDraft, file_id: str, session: Session) -> Document:
        """Puts a licence into its owner's wallet, with its paper credential and one for each phone.

        Returns the stored licence.
        """
        licence = draft.to_document(self._ports.clock.now())
        devices = self._ports.database.collection(DEVICES).find({"owner_id": draft.owner_id}, session=session)
        holders: list[Document | None] = [None, *(device for device in devices if device["blocked_at"] is None)]
        paper, *_bound = self._credentials.mint_for(licence, holders, session)
        licence |= {"file_id": file_id, "paper": paper["cose"], "change_seq": self.next_change(draft.owner_id, session)}
        self._ports.database.collection(LICENCES).insert_one(licence, session=session)
        return licence

    def bind_all(self, owner_id: str, device: Mapping[str, Any], session: Session) -> None:
        """Mints a credential for a new phone for each of its owner's licences that can still come to hold."""
        licences = self._ports.database.collection(LICENCES)
        now = self._ports.clock.now()
        seq = self.next_change(owner_id, session)
        for licence in list(licences.find({"owner_id": owner_id}, session=session)):
            if can_hold(licence, now):
                self._credentials.mint_for(licence, [device], session)
                licences.update_one({"_id": licence["_id"]}, {"$set": {"change_seq": seq}}, session=session)

    def decide(self, licence_id: str, decision: StatusDecision, session: Session) -> Document:
        """Changes a licence's status and the entries of all its credentials. Returns the changed licence.

        Whether the table of transitions has the move is the caller's to check, in the same transaction.
        """
        licences = self._ports.database.collection(LICENCES)
        held = self._held(licence_id, session)
        self._credentials.set_status(licence_id, decision.status, session)
        changed = licences.find_one_and_update(
            {"_id": licence_id, "version": held["version"]},
            {
                "$set": {
                    "status": decision.status.value,
                    "status_since": decision.at,
                    "status_reason": decision.reason,
                    "decision_number": decision.decision_number,
                    "change_seq": self.next_change(held["owner_id"], session),
                },
                "$inc": {"version": 1},
            },
            session=session,
            return_document=ReturnDocument.AFTER,
        )
        if changed is None:
            raise RuntimeError("a licence changed under its transaction")
        return changed

    def supersede(self, licence_id: str, successor: LicenceDraft, session: Session) -> None:
        """Takes a licence out of its owner's wallet because another has taken its place; its codes are red from now."""
        now = self._ports.clock.now()
        decision = StatusDecision(LicenceStatus.REVOKED, "", successor.number, now)
        self.decide(licence_id, decision, session)
        self._ports.database.collection(LICENCES).update_one(
            {"_id": licence_id}, {"$set": {"superseded_by": successor.licence_id}}, session=session
        )

    def renew_undated(self, now: datetime) -> int:
        """Mints the credentials of undated licences again before their five years end; returns how many."""
        due = self._ports.database.collection(CREDENTIALS).find(
            {"renewable": True, "renew_at": {"$lte": now}}, {"_id": 1}
        )
        ids = [row["_id"] for row in due.limit(_RENEWAL_BATCH)]
        for credential_id in ids:
            self._ports.database.transaction(partial(self._renew, credential_id))
        if ids:
            self._status_lists.sign_dirty_lists()
        return len(ids)

    def _renew(self, credential_id: str, session: Session) -> None:
        database = self._ports.database
        credentials = database.collection(CREDENTIALS)
        # whoever sets this first renews: a second process finds nothing to do
        old = credentials.find_one_and_update(
            {"_id": credential_id, "renewable": True}, {"$set": {"renewable": False}}, session=session
        )
        if old is None:
            return
        licence = self._held(old["licence_id"], session)
        if licence["status"] == LicenceStatus.REVOKED.value:
            return
        device_id = old["device_id"]
        device = database.collection(DEVICES).find_one({"_id": device_id}, session=session) if device_id else None
        (minted,) = self._credentials.mint_for(licence, [device], session)
        change = {"change_seq": self.next_change(licence["owner_id"], session)}
        if device is None:
            change["paper"] = minted["cose"]
        database.collection(LICENCES).update_one({"_id": licence["_id"]}, {"$set": change}, session=session)

    def next_change(self, owner_id: str, session: Session) -> int:
        """The owner's next change number. Changes of one wallet wait for each other here, those of two never do."""
        counter = self._ports.database.collection(WALLETS).find_one_and_update(
            {"_id": owner_id},
            {"$inc": {"seq": 1}},
            upsert=True,
            session=session,
            return_document=ReturnDocument.AFTER,
        )
        if counter is None:
            raise RuntimeError("an upsert found nothing")
        return int(counter["seq"])

    # ---- reading ----

    def paper_text(self, licence: Mapping[str, Any]) -> str:
        """What the QR code on paper says, under the address that this server has today."""
        return paper_text(bytes(licence["paper"]), self._ports.public_url)

    def readable(self, actor: Actor, licence_id: str, session: Session | None = None) -> Document:
        """A licence that the actor may read: its owner, or a client or officer of the agency that issued it.

        Raises:
            NotFound: ``licence.unknown``, also for those who may not know of it.
        """
        licence = self._ports.database.collection(LICENCES).find_one({"_id": licence_id}, session=session)
        if licence is None or not _may_read(actor, licence):
            raise NotFound("licence.unknown")
        return licence

    def read_noted(self, actor: Actor, licence_id: str, action: AccessAction) -> Document:
        """As `readable`; a reading by anybody but the owner is written to the access ledger with it."""

        def read(session: Session) -> Document:
            licence = self.readable(actor, licence_id, session)
            self.note_reading(actor, [licence], action, session)
            return licence

        return self._ports.database.transaction(read)

    def document(self, actor: Actor, licence_id: str) -> tuple[bytes, str]:
        """The signed PDF as it was delivered, and its SHA-256 in hex.

        Raises:
            NotFound: ``licence.unknown``.
        """
        licence = self.read_noted(actor, licence_id, AccessAction.DOCUMENT_READ)
        content, _media_type = self._ports.files.open(licence["file_id"])
        return content, licence["document_sha256"]

    def note_reading(
        self, actor: Actor, licences: Sequence[Mapping[str, Any]], action: AccessAction, session: Session
    ) -> None:
        """Writes the access ledger for a reading by anybody but the owner, in the transaction of the reading."""
        entries = [
            AccessEntry(
                at=self._ports.clock.now(),
                subject_id=licence["owner_id"],
                action=action.value,
                actor=actor,
                purpose=_MANAGEMENT,
                licence_id=licence["_id"],
            )
            for licence in licences
            if licence["owner_id"] != actor.id
        ]
        self._ports.ledger.record(entries, session)

    def access_log(self, actor: Actor, licence_id: str | None, cursor: str | None, limit: int) -> LedgerPage:
        """Who looked at the actor's own data, of one licence or of all.

        Raises:
            NotFound: ``licence.unknown``, also for somebody else's.
        """
        actor.require(Scope.WALLET)
        if licence_id is not None and self.readable(actor, licence_id)["owner_id"] != actor.id:
            raise NotFound("licence.unknown")
        return self._ports.ledger.entries_of(actor.id, cursor, licence_id, limit)

    def of_owner(self, owner_id: str) -> list[Document]:
        """A person's licences that hold or may come to hold, for services that have checked by what right they ask."""
        now = self._ports.clock.now()
        found = self._ports.database.collection(LICENCES).find({"owner_id": owner_id})
        return [licence for licence in found if can_hold(licence, now)]

    def by_ids(self, licence_ids: Sequence[str], session: Session | None = None) -> dict[str, Document]:
        """Licences by id, for services that have checked by what right they ask."""
        found = self._ports.database.collection(LICENCES).find({"_id": {"$in": list(licence_ids)}}, session=session)
        return {licence["_id"]: licence for licence in found}

    def _held(self, licence_id: str, session: Session) -> Document:
        held = self._ports.database.collection(LICENCES).find_one({"_id": licence_id}, session=session)
        if held is None:
            raise NotFound("licence.unknown")
        return held


def can_hold(licence: Mapping[str, Any], now: datetime) -> bool:
    """Whether a licence may hold now or later: not revoked, and its last day not over."""
    if licence["status"] == LicenceStatus.REVOKED.value:
        return False
    valid_until = licence["valid_until"]
    return valid_until is None or now < end_of_day(date.fromisoformat(valid_until))


def _may_read(actor: Actor, licence: Mapping[str, Any]) -> bool:
    if actor.role is Role.CITIZEN:
        return Scope.WALLET in actor.scopes and bool(licence["owner_id"] == actor.id)
    return Scope.RESULTS_READ in actor.scopes and bool(licence["issuer"]["code"] == actor.agency_code)
