"""Taking in a signed result: every check first, then the file, then everything else in one transaction."""

import logging
from functools import partial
from typing import Final

from pymongo.errors import DuplicateKeyError, PyMongoError

from backend.infra.mongo import Document, Session
from backend.results.documents import DELIVERIES, RESULTS
from backend.results.pdf_signatures import SignatureReport
from backend.results.ports import ResultPorts
from backend.results.rules import Delivery, as_delivered, check_dates, check_hash, owner_name
from backend.results.services.quarantine import Quarantine
from backend.results.services.storing import NewResult, Storing
from shared_models.access import Actor, Role, Scope
from shared_models.clock import city_date
from shared_models.credential.types import BY_KEY
from shared_models.errors import Conflict, DomainError, Forbidden, Invalid, Upstream
from shared_models.person import PersonalId

_TRIES: Final = 3
_log = logging.getLogger(__name__)


class Deliveries:
    def __init__(self, ports: ResultPorts, quarantine: Quarantine, storing: Storing) -> None:
        self._ports: Final = ports
        self._quarantine: Final = quarantine
        self._storing: Final = storing

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
        result, is_new = self._store_once(delivery, accepted, file_id)
        if is_new:
            self._ports.wallet.status_lists.sign_dirty_lists()
            self._quarantine.forget_file(agency_code, delivery.delivery_id)
        return result, is_new

    def _store_once(self, delivery: Delivery, accepted: NewResult, file_id: str) -> tuple[Document, bool]:
        """Stores, or finds out who took a unique key meanwhile.

        A twin of this request gives its answer, another delivery of the same result a conflict; when somebody made the
        same person or wallet at this moment, it is tried again.
        """
        for _ in range(_TRIES):
            try:
                store = partial(self._store, delivery, accepted, file_id)
                return self._ports.database.transaction(store), True
            except DuplicateKeyError:
                known = self._known(accepted.agency_code, delivery)
                if known is not None:
                    return known, False
                self._refuse_twins(accepted.agency_code, delivery)
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
        number = {
            "agency_code": agency_code,
            "type": delivery.type,
            "number": delivery.number,
            "superseded_by": None,
        }
        file = {"document_sha256": delivery.document_sha256}
        if results.find_one(number, {"_id": 1}) or results.find_one(file, {"_id": 1}):
            raise Conflict("result.already_delivered")

    def _accept(self, actor: Actor, agency_code: str, delivery: Delivery) -> NewResult:
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
        accepted = _as_result(delivery, report, (agency_code, agency_name), actor.id)
        try:
            self._storing.try_out(accepted)
        except Invalid as fault:
            raise as_delivered(fault) from fault
        self._refuse_twins(agency_code, delivery)
        return accepted

    def _store(self, delivery: Delivery, accepted: NewResult, file_id: str, session: Session) -> Document:
        ports = self._ports
        owner_id = ports.identity.people.ensure_person(delivery.personal_id, owner_name(delivery), session)
        result = self._storing.store(accepted, owner_id, file_id, session)
        ports.database.collection(DELIVERIES).insert_one(
            {
                "_id": _delivery_key(accepted.agency_code, delivery),
                "content_sha256": delivery.content_sha256(),
                "result_id": result["_id"],
                "at": result["issued_at"],
            },
            session=session,
        )
        self._quarantine.close_delivered(accepted.agency_code, delivery.delivery_id, result["_id"], session)
        return result


def _delivery_key(agency_code: str, delivery: Delivery) -> str:
    return f"{agency_code}:{delivery.delivery_id}"


def _as_result(delivery: Delivery, report: SignatureReport, agency: tuple[str, str], client_id: str) -> NewResult:
    return NewResult(
        type=delivery.type,
        number=delivery.number,
        holder_kind=delivery.holder_kind,
        holder_name=delivery.holder_name,
        tax_code=delivery.tax_code,
        activity=delivery.activity,
        place=delivery.place,
        valid_from=delivery.valid_from,
        valid_until=delivery.valid_until,
        document_sha256=delivery.document_sha256,
        agency_code=agency[0],
        agency_name=agency[1],
        issued_by=client_id,
        report=report,
    )
