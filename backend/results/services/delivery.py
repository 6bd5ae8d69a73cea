"""Taking in a signed result: every check first, then the file, then everything else in one transaction."""

import logging
from dataclasses import dataclass
from typing import Any, Final

from pymongo.errors import DuplicateKeyError, PyMongoError

from backend.infra.mongo import Document, Session
from backend.infra.order import ORDER_RANDOM_BYTES, order_key
from backend.notices.service import Notification
from backend.results.documents import DELIVERIES, RESULTS
from backend.results.pdf_signatures import SignatureReport
from backend.results.ports import ResultPorts
from backend.results.rules import Delivery, as_delivered, check_dates, check_hash, owner_name
from backend.results.services.quarantine import Quarantine
from backend.wallet.services.licences import LicenceDraft
from shared_models.access import Actor, Role, Scope
from shared_models.clock import city_date, to_wire
from shared_models.credential.types import BY_KEY
from shared_models.errors import Conflict, DomainError, Forbidden, Invalid, Upstream
from shared_models.notice import LICENCE_ISSUED
from shared_models.person import PersonalId
from shared_models.result import LicenceIssued, Provenance, ResultState

_TRIES: Final = 3
_log = logging.getLogger(__name__)
_NO_OWNER_YET: Final = "per_" + "0" * 26


@dataclass(frozen=True, slots=True)
class Accepted:
    """A delivery that passed every check, and what was found in its file."""

    delivery: Delivery
    agency_code: str
    agency_name: str
    client_id: str
    report: SignatureReport


class Deliveries:
    def __init__(self, ports: ResultPorts, quarantine: Quarantine) -> None:
        self._ports: Final = ports
        self._quarantine: Final = quarantine

    def deliver(self, actor: Actor, delivery: Delivery) -> tuple[Document, bool]:
        """Stores a result and puts its licence into the owner's wallet; an exact retry gives the same answer and False.

        Returns the stored result. On a refusal nothing of a result is written; the delivery goes into quarantine.

        Raises:
            Forbidden: ``result.type_not_allowed``: the agency has no key for this type.
            Conflict: ``result.id_reused`` (other content under this delivery id), ``result.already_delivered`` (this
                number or this file came under another).
            Invalid: ``result.type_unknown``, ``result.hash_mismatch``, ``result.dates_impossible``,
                ``place.commune_unknown``, what `PdfSignatures.verify`, `PersonalId.parse` and `mint` refuse.
        """
        actor.require(Scope.RESULTS_DELIVER)
        if actor.role is not Role.MACHINE or actor.agency_code is None:
            raise Forbidden("access.forbidden")
        try:
            return self._deliver(actor, actor.agency_code, delivery)
        except (Invalid, Forbidden, Conflict) as refusal:
            self._keep(actor, delivery, refusal)
            raise

    def _keep(self, actor: Actor, delivery: Delivery, refusal: DomainError) -> None:
        try:
            self._quarantine.keep(actor, delivery, refusal)
        except PyMongoError:
            # The agency must hear what is wrong with its delivery, whatever becomes of our note.
            _log.exception("a refused delivery was not kept")

    def _deliver(self, actor: Actor, agency_code: str, delivery: Delivery) -> tuple[Document, bool]:
        known = self._known(agency_code, delivery)
        if known is not None:
            return known, False
        accepted = self._accept(actor, agency_code, delivery)
        file_id = self._ports.files.put(delivery.document, delivery.document_sha256, "application/pdf")
        self._ports.wallet.status_lists.prepare()
        result, is_new = self._store_once(accepted, file_id)
        if is_new:
            self._ports.wallet.status_lists.sign_dirty_lists()
            self._quarantine.forget_file(agency_code, delivery.delivery_id)
        return result, is_new

    def _store_once(self, accepted: Accepted, file_id: str) -> tuple[Document, bool]:
        """Stores, or finds out who took a unique key meanwhile.

        A twin of this request gives its answer, another delivery of the same result a conflict; when somebody made the
        same person or wallet at this moment, it is tried again.
        """
        for _ in range(_TRIES):
            try:
                return self._ports.database.transaction(lambda session: self._store(accepted, file_id, session)), True
            except DuplicateKeyError:
                known = self._known(accepted.agency_code, accepted.delivery)
                if known is not None:
                    return known, False
                self._refuse_twins(accepted.agency_code, accepted.delivery)
        raise Upstream("server.busy", transient=True)

    def _known(self, agency_code: str, delivery: Delivery) -> Document | None:
        database = self._ports.database
        found = database.collection(DELIVERIES).find_one({"_id": _delivery_key(agency_code, delivery)})
        if found is None:
            return None
        if found["content_sha256"] != delivery.content_sha256():
            raise Conflict("result.id_reused")
        return database.collection(RESULTS).find_one({"_id": found["result_id"]})

    def _refuse_twins(self, agency_code: str, delivery: Delivery) -> None:
        results = self._ports.database.collection(RESULTS)
        number = {"agency_code": agency_code, "type": delivery.type, "number": delivery.number}
        file = {"document_sha256": delivery.document_sha256}
        if results.find_one(number, {"_id": 1}) or results.find_one(file, {"_id": 1}):
            raise Conflict("result.already_delivered")

    def _accept(self, actor: Actor, agency_code: str, delivery: Delivery) -> Accepted:
        now = self._ports.clock.now()
        kind = BY_KEY.get(delivery.type)
        if kind is None:
            raise Invalid("result.type_unknown", {"type": ["result.type_unknown"]})
        if not self._ports.wallet.credentials.may_issue(agency_code, kind.code):
            raise Forbidden("result.type_not_allowed", type=delivery.type)
        check_hash(delivery)
        report = self._ports.signatures.verify(delivery.document, agency_code, now)
        check_dates(delivery.valid_from, delivery.valid_until, now)
        try:
            PersonalId.parse(delivery.personal_id, city_date(now))
        except Invalid as fault:
            raise Invalid(fault.code, {"holder.personal_id": [fault.code]}) from fault
        owner_name(delivery)
        if delivery.place and self._ports.identity.people.commune(delivery.place["commune_code"]) is None:
            raise Invalid("place.commune_unknown", {"place.commune_code": ["place.commune_unknown"]})
        agency_name = self._ports.identity.people.agency_name(agency_code)
        accepted = Accepted(delivery, agency_code, agency_name, actor.id, report)
        try:
            self._ports.wallet.licences.try_out(_draft(accepted, "lic", "res", _NO_OWNER_YET))
        except Invalid as fault:
            raise as_delivered(fault) from fault
        self._refuse_twins(agency_code, delivery)
        return accepted

    def _store(self, accepted: Accepted, file_id: str, session: Session) -> Document:
        delivery, ports = accepted.delivery, self._ports
        now = ports.clock.now()
        owner_id = ports.identity.people.ensure_person(delivery.personal_id, owner_name(delivery), session)
        result_id, licence_id = ports.ids.new("res"), ports.ids.new("lic")
        draft = _draft(accepted, licence_id, result_id, owner_id)
        ports.database.collection(DELIVERIES).insert_one(
            {
                "_id": _delivery_key(accepted.agency_code, delivery),
                "content_sha256": delivery.content_sha256(),
                "result_id": result_id,
                "at": now,
            },
            session=session,
        )
        licence = ports.wallet.licences.issue(draft, file_id, session)
        result = self._result(accepted, licence, file_id)
        ports.database.collection(RESULTS).insert_one(result, session=session)
        self._quarantine.close_delivered(accepted.agency_code, delivery.delivery_id, result_id, session)
        params = {"number": delivery.number, "type": delivery.type, "agency": accepted.agency_name}
        ports.notices.notify([Notification(owner_id, LICENCE_ISSUED, params, licence_id)], session)
        event = LicenceIssued(ports.ids.new("evt"), licence_id, result_id, owner_id, now)
        ports.events.raise_(event, session)
        return result

    def _result(self, accepted: Accepted, licence: Document, file_id: str) -> Document:
        delivery, signed = accepted.delivery, accepted.report.agency
        return {
            "_id": licence["result_id"],
            "licence_id": licence["_id"],
            "owner_id": licence["owner_id"],
            "order": order_key(licence["issued_at"], self._ports.ids.random(ORDER_RANDOM_BYTES)),
            "state": ResultState.ACTIVE.value,
            "type": delivery.type,
            "number": delivery.number,
            "holder_kind": delivery.holder_kind.value,
            "holder_name": delivery.holder_name,
            "tax_code": delivery.tax_code,
            "activity": delivery.activity,
            "place": licence["place"],
            "agency_code": accepted.agency_code,
            "agency_name": accepted.agency_name,
            "signer": signed.signer,
            "signed_at": to_wire(signed.signed_at) if signed.signed_at else None,
            "issued_at": licence["issued_at"],
            "valid_from": licence["valid_from"],
            "valid_until": licence["valid_until"],
            "file_id": file_id,
            "document_sha256": delivery.document_sha256,
            "signatures": accepted.report.to_document(),
            "provenance": Provenance.NEW.value,
            "delivered_by": accepted.client_id,
            "status_since": licence["status_since"],
            "changes": [],
        }


def _delivery_key(agency_code: str, delivery: Delivery) -> str:
    return f"{agency_code}:{delivery.delivery_id}"


def _draft(accepted: Accepted, licence_id: str, result_id: str, owner_id: str) -> LicenceDraft:
    delivery = accepted.delivery
    place: dict[str, Any] | None = dict(delivery.place) if delivery.place else None
    return LicenceDraft(
        licence_id=licence_id,
        result_id=result_id,
        owner_id=owner_id,
        type=delivery.type,
        type_code=BY_KEY[delivery.type].code,
        number=delivery.number,
        holder_name=delivery.holder_name,
        activity=delivery.activity,
        place=place,
        issuer_code=accepted.agency_code,
        issuer_name=accepted.agency_name,
        valid_from=delivery.valid_from,
        valid_until=delivery.valid_until,
        document_sha256=delivery.document_sha256,
    )
