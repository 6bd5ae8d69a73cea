"""Results that the city's own rooms issue: a dossier that is approved ends in one.

Three steps, because files are written outside transactions and lists are signed after them: `prepare` checks and keeps
the file, `store` writes in the transaction of whoever issues, `finish` signs what changed.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from backend.infra.mongo import Document, Session
from backend.results.documents import RESULTS
from backend.results.ports import ResultPorts
from backend.results.rules import check_dates
from backend.results.services.storing import NewResult, Storing
from shared_models.credential.types import BY_KEY
from shared_models.errors import Conflict, Forbidden, Invalid, NotFound
from shared_models.result import HolderKind, LicenceStatus, ResultState


@dataclass(frozen=True, slots=True)
class Issue:
    """What is to be issued: data as `NewResult`, ``document`` the signed PDF, ``issued_by`` a ``stf_`` id.

    ``replaces`` is the licence whose place it takes: one of the same type, number or not, that is in force.
    """

    dossier_id: str
    type: str
    number: str
    holder_kind: HolderKind
    holder_name: str
    tax_code: str | None
    activity: str | None
    place: dict[str, Any] | None
    valid_from: date
    valid_until: date | None
    document: bytes
    agency_code: str
    issued_by: str
    replaces: str | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """An issue that has passed every check, and the file that is kept for it."""

    new: NewResult
    file_id: str


class Issuing:
    def __init__(self, ports: ResultPorts, storing: Storing) -> None:
        self._ports: Final = ports
        self._storing: Final = storing

    def prepare(self, issue: Issue) -> Prepared:
        """Every check, then the file; nothing of a result is written.

        Raises:
            Forbidden: ``result.type_not_allowed``: the agency has no key for this licence type.
            Conflict: ``result.already_delivered``: the agency has given this number; ``result.not_replaceable``: what
                it is to replace is not in force, or another agency's.
            Invalid: ``result.dates_impossible``, what `PdfSignatures.verify` and `mint` refuse.
            Upstream: ``credential.no_key``.
        """
        ports, now = self._ports, self._ports.clock.now()
        kind = BY_KEY.get(issue.type)
        if kind is not None and not ports.wallet.credentials.may_issue(issue.agency_code, kind.code):
            raise Forbidden("result.type_not_allowed", type=issue.type)
        check_dates(issue.valid_from, issue.valid_until, now)
        if issue.place and ports.identity.people.commune(issue.place["commune_code"]) is None:
            raise Invalid("place.commune_unknown", {"place.commune_code": ["place.commune_unknown"]})
        new = self._new(issue)
        self._storing.try_out(new)
        self._refuse_twin(issue)
        file_id = ports.files.put(issue.document, new.document_sha256, "application/pdf")
        if new.grants_licence:
            ports.wallet.status_lists.prepare()
        return Prepared(new, file_id)

    def store(self, prepared: Prepared, owner_id: str, session: Session) -> Document:
        """Writes the result, and its licence, in the caller's transaction.

        Raises:
            DuplicateKeyError: somebody has taken its number meanwhile.
            Conflict: ``result.not_replaceable``: what it replaces was decided on meanwhile.
        """
        return self._storing.store(prepared.new, owner_id, prepared.file_id, session)

    def finish(self, prepared: Prepared) -> None:
        """After the commit: the status lists that it changed are signed now; jobs would do it within seconds."""
        if prepared.new.grants_licence:
            self._ports.wallet.status_lists.sign_dirty_lists()

    def held(self, owner_id: str) -> list[Document]:
        """The owner's results that are in force, for what a procedure asks for: nothing has to be shown twice.

        ``{_id, type, number, licence_id, agency_name, issued_at, valid_until}`` each, newest first.
        """
        wanted = {"owner_id": owner_id, "state": ResultState.ACTIVE.value}
        shown = dict.fromkeys(("type", "number", "licence_id", "agency_name", "issued_at", "valid_until"), 1)
        found = list(self._ports.database.collection(RESULTS).find(wanted, shown))
        return sorted(found, key=lambda result: result["issued_at"], reverse=True)

    def document(self, result_id: str, owner_id: str) -> tuple[bytes, str]:
        """The signed PDF of one of the owner's results, unaltered, and its number.

        Raises:
            NotFound: ``result.unknown``, also for somebody else's.
        """
        found = self._ports.database.collection(RESULTS).find_one({"_id": result_id, "owner_id": owner_id})
        if found is None:
            raise NotFound("result.unknown")
        content, _type = self._ports.files.open(found["file_id"])
        return content, found["number"]

    def _refuse_twin(self, issue: Issue) -> None:
        number = {"agency_code": issue.agency_code, "type": issue.type, "number": issue.number, "superseded_by": None}
        results = self._ports.database.collection(RESULTS)
        twin = results.find_one(number, {"licence_id": 1})
        if twin is not None and (issue.replaces is None or twin["licence_id"] != issue.replaces):
            raise Conflict("result.already_delivered")
        if issue.replaces is not None:
            (old,) = self._ports.wallet.licences.by_ids([issue.replaces]).values()
            is_ours = (old["issuer"]["code"], old["type"]) == (issue.agency_code, issue.type)
            if not is_ours or old["status"] != LicenceStatus.VALID.value:
                raise Conflict("result.not_replaceable")

    def _new(self, issue: Issue) -> NewResult:
        report = self._ports.signatures.verify(issue.document, issue.agency_code, self._ports.clock.now())
        return NewResult(
            type=issue.type,
            number=issue.number,
            holder_kind=issue.holder_kind,
            holder_name=issue.holder_name,
            tax_code=issue.tax_code,
            activity=issue.activity,
            place=issue.place,
            valid_from=issue.valid_from,
            valid_until=issue.valid_until,
            document_sha256=hashlib.sha256(issue.document).hexdigest(),
            agency_code=issue.agency_code,
            agency_name=self._ports.identity.people.agency_name(issue.agency_code),
            issued_by=issue.issued_by,
            report=report,
            dossier_id=issue.dossier_id,
            replaces=issue.replaces,
        )
