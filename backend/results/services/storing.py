"""Writing a result that has passed every check: itself, its licence if it grants one, and word to its owner."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from backend.infra.mongo import Document, Session
from backend.infra.order import ORDER_RANDOM_BYTES, order_key
from backend.notices.service import Notification
from backend.results.documents import RESULTS
from backend.results.pdf_signatures import SignatureReport
from backend.results.ports import ResultPorts
from backend.wallet.services.licences import LicenceDraft
from shared_models.clock import to_wire
from shared_models.credential.types import BY_KEY
from shared_models.errors import Conflict
from shared_models.notice import LICENCE_ISSUED
from shared_models.result import HolderKind, LicenceIssued, Provenance, ResultState

NOBODY_YET: Final = "per_" + "0" * 26
"""The owner of a result that is only tried out."""


@dataclass(frozen=True, slots=True)
class NewResult:
    """``type`` is a licence type, or the kind of a document that grants no licence. ``issued_by`` is a client or staff.

    ``place`` is ``{address, commune_code, lat, lon}`` or None; ``dossier_id`` is None for what an agency delivers;
    ``replaces`` is the licence whose place it takes.
    """

    type: str
    number: str
    holder_kind: HolderKind
    holder_name: str
    tax_code: str | None
    activity: str | None
    place: Mapping[str, Any] | None
    valid_from: date
    valid_until: date | None
    document_sha256: str
    agency_code: str
    agency_name: str
    issued_by: str
    report: SignatureReport
    dossier_id: str | None = None
    replaces: str | None = None

    @property
    def grants_licence(self) -> bool:
        return self.type in BY_KEY


class Storing:
    def __init__(self, ports: ResultPorts) -> None:
        self._ports: Final = ports

    def try_out(self, new: NewResult) -> None:
        """Refuses a licence that could not be minted, before anything is written. Raises as `Licences.try_out`."""
        if new.grants_licence:
            self._ports.wallet.licences.try_out(_draft(new, "lic", "res", NOBODY_YET))

    def store(self, new: NewResult, owner_id: str, file_id: str, session: Session) -> Document:
        """Writes the result in the caller's transaction and returns it.

        Raises:
            DuplicateKeyError: its number or its file is a result already.
            Conflict: ``result.not_replaceable``: what it replaces is not in force any more.
        """
        ports = self._ports
        now, result_id = ports.clock.now(), ports.ids.new("res")
        licence_id = ports.ids.new("lic") if new.grants_licence else None
        result = {
            "_id": result_id,
            "licence_id": licence_id,
            "owner_id": owner_id,
            "dossier_id": new.dossier_id,
            "order": order_key(now, ports.ids.random(ORDER_RANDOM_BYTES)),
            "state": ResultState.ACTIVE.value,
            "issued_at": now,
            "status_since": now,
            "place": dict(new.place) if new.place else None,
            "file_id": file_id,
            "changes": [],
            "superseded_by": None,
            **_as_given(new),
        }
        if licence_id is not None:
            draft = _draft(new, licence_id, result_id, owner_id)
            if new.replaces is not None:
                self._supersede(new.replaces, draft, session)
            ports.wallet.licences.issue(draft, file_id, session)
        ports.database.collection(RESULTS).insert_one(result, session=session)
        if licence_id is not None:
            params = {"number": new.number, "type": new.type, "agency": new.agency_name}
            ports.notices.notify([Notification(owner_id, LICENCE_ISSUED, params, licence_id)], session)
            event = LicenceIssued(ports.ids.new("evt"), licence_id, result_id, owner_id, now)
            ports.events.raise_(event, session)
        return result

    def _supersede(self, licence_id: str, successor: LicenceDraft, session: Session) -> None:
        """First of all, because the successor may have its number."""
        now = self._ports.clock.now()
        in_force = {"licence_id": licence_id, "owner_id": successor.owner_id, "state": ResultState.ACTIVE.value}
        change = {"state": ResultState.SUPERSEDED.value, "status_since": now, "superseded_by": successor.result_id}
        results = self._ports.database.collection(RESULTS)
        if results.update_one(in_force, {"$set": change}, session=session).matched_count != 1:
            raise Conflict("result.not_replaceable")
        self._ports.wallet.licences.supersede(licence_id, successor, session)


def _as_given(new: NewResult) -> Document:
    signed = new.report.agency
    return {
        "type": new.type,
        "number": new.number,
        "holder_kind": new.holder_kind.value,
        "holder_name": new.holder_name,
        "tax_code": new.tax_code,
        "activity": new.activity,
        "agency_code": new.agency_code,
        "agency_name": new.agency_name,
        "signer": signed.signer,
        "signed_at": to_wire(signed.signed_at) if signed.signed_at else None,
        "valid_from": new.valid_from.isoformat(),
        "valid_until": new.valid_until.isoformat() if new.valid_until else None,
        "document_sha256": new.document_sha256,
        "signatures": new.report.to_document(),
        "provenance": Provenance.NEW.value,
        "delivered_by": new.issued_by,
    }


def _draft(new: NewResult, licence_id: str, result_id: str, owner_id: str) -> LicenceDraft:
    return LicenceDraft(
        licence_id=licence_id,
        result_id=result_id,
        owner_id=owner_id,
        type=new.type,
        type_code=BY_KEY[new.type].code,
        number=new.number,
        holder_name=new.holder_name,
        activity=new.activity,
        place=dict(new.place) if new.place else None,
        issuer_code=new.agency_code,
        issuer_name=new.agency_name,
        valid_from=new.valid_from,
        valid_until=new.valid_until,
        document_sha256=new.document_sha256,
    )
