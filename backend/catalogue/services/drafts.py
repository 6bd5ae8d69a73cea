"""Drafts of administrators: saved, simulated, published or thrown away; nobody else ever sees one."""

from collections.abc import Mapping
from typing import Any, Final

from backend.catalogue.documents import VERSIONS, ProcedureVersionDocument
from backend.catalogue.ports import CataloguePorts
from backend.catalogue.services.fee_rules import FeeRules
from backend.catalogue.services.publishing import Publishing, Signature
from backend.catalogue.services.references import References, check_references
from backend.catalogue.services.saving import save_over
from backend.infra.documents import to_document
from backend.infra.mongo import Document, Session
from shared_models.access import Actor, Scope
from shared_models.clock import city_date
from shared_models.errors import Conflict, Invalid, NotFound, Stale
from shared_models.procedure import ProcedureVersion
from shared_models.procedure_terms import VersionState


class Drafts:
    def __init__(self, ports: CataloguePorts, publishing: Publishing, references: References, rules: FeeRules) -> None:
        self._ports: Final = ports
        self._publishing: Final = publishing
        self._references: Final = references
        self._rules: Final = rules

    def read(self, actor: Actor, version_id: str) -> Document:
        """``{procedure, draft_version, saved_at, saved_by, saved_by_name}``.

        Raises:
            NotFound: ``catalogue.draft_unknown``.
        """
        actor.require(Scope.CATALOGUE_EDIT)
        return _shown(self._draft(version_id, None))

    def write(self, actor: Actor, version_id: str, data: Mapping[str, Any], draft_version: int) -> Document:
        """Saves a draft over the one that was read; ``draft_version`` 0 begins one.

        Raises:
            Invalid: ``catalogue.procedure_invalid`` with its members.
            Conflict: ``catalogue.version_published``: there is a published version with this date.
            Stale: ``catalogue.draft_changed``: somebody saved it in between.
        """
        actor.require(Scope.CATALOGUE_EDIT)
        try:
            version = ProcedureVersion.from_json({**data, "state": VersionState.DRAFT.value})
            check_references(version, self._references.known())
        except Invalid as fault:
            raise Invalid(fault.code, {f"procedure.{path}": codes for path, codes in fault.fields.items()}) from fault
        if version.id != version_id:
            raise Invalid("catalogue.procedure_invalid", {"procedure.id": ["catalogue.id_not_of_version"]})
        return _shown(
            self._ports.database.transaction(lambda session: self._store(actor, version, draft_version, session))
        )

    def _store(self, actor: Actor, version: ProcedureVersion, draft_version: int, session: Session) -> Document:
        versions = self._ports.database.collection(VERSIONS)
        before = versions.find_one({"_id": version.id}, session=session)
        if before is not None and before["state"] == VersionState.PUBLISHED.value:
            raise Conflict("catalogue.version_published", version=version.id)
        document = to_document(
            ProcedureVersionDocument(
                id=version.id,
                code=version.code,
                effective_from=version.effective_from.isoformat(),
                state=VersionState.DRAFT.value,
                procedure=version.to_json(),
                draft_version=draft_version + 1,
                saved_at=self._ports.clock.now(),
                saved_by=actor.id,
                saved_by_name=actor.name,
            )
        )
        return save_over(versions, before, document, "procedure", session)

    def publish(self, actor: Actor, version_id: str, draft_version: int) -> ProcedureVersion:
        """Publishes the draft that was read; publishing it again changes nothing.

        Raises:
            NotFound: ``catalogue.draft_unknown``.
            Stale: ``catalogue.draft_changed``.
            Conflict: ``catalogue.date_past``: it would change what was in force before today;
                ``catalogue.rule_orphaned``: as `check_cover`.
            Invalid: what it names is not there any more.
        """
        actor.require(Scope.CATALOGUE_EDIT)
        now = self._ports.clock.now()

        def work(session: Session) -> ProcedureVersion:
            row = self._ports.database.collection(VERSIONS).find_one({"_id": version_id}, session=session)
            if row is not None and row["draft_version"] == draft_version and _is_published(row):
                return ProcedureVersion.of_stored(row["procedure"])
            row = self._draft(version_id, session)
            if row["draft_version"] != draft_version:
                raise Stale("catalogue.draft_changed")
            version = ProcedureVersion.from_json(row["procedure"])
            if version.effective_from < city_date(now):
                raise Conflict("catalogue.date_past")
            check_references(version, self._references.known(session))
            rules = self._rules.with_these((), session)
            self._publishing.publish([version], Signature(actor.id, now, draft_version), session, rules)
            self._publishing.raise_revision(session)
            return ProcedureVersion.of_stored({**version.to_json(), "state": VersionState.PUBLISHED.value})

        return self._ports.database.transaction(work)

    def discard(self, actor: Actor, version_id: str) -> None:
        """Throws a draft away; a published version stays.

        Raises:
            NotFound: ``catalogue.draft_unknown``.
        """
        actor.require(Scope.CATALOGUE_EDIT)
        gone = self._ports.database.collection(VERSIONS).delete_one(
            {"_id": version_id, "state": VersionState.DRAFT.value}
        )
        if not gone.deleted_count:
            raise NotFound("catalogue.draft_unknown")

    def _draft(self, version_id: str, session: Session | None) -> Document:
        row = self._ports.database.collection(VERSIONS).find_one({"_id": version_id}, session=session)
        if row is None or _is_published(row):
            raise NotFound("catalogue.draft_unknown")
        return row


def _is_published(row: Document) -> bool:
    return bool(row["state"] == VersionState.PUBLISHED.value)


def _shown(row: Document) -> Document:
    return {
        "procedure": row["procedure"],
        "draft_version": row["draft_version"],
        "saved_at": row["saved_at"],
        "saved_by": row["saved_by"],
        "saved_by_name": row.get("saved_by_name"),
    }
