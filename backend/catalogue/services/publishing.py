"""Writing what everybody will see: versions, forms, the calendar; each with its place in the log of changes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from backend.catalogue.documents import (
    CHANGES,
    FORMS,
    STATE,
    VERSIONS,
    CatalogueChangeDocument,
    FormTemplateDocument,
    ProcedureVersionDocument,
)
from backend.catalogue.rules import kinds_of, summary_of
from backend.infra.documents import to_document
from backend.infra.mongo import Database, Document, Session
from shared_models.errors import Conflict
from shared_models.form import FormDefinition
from shared_models.procedure import ProcedureVersion
from shared_models.procedure_terms import VersionState


@dataclass(frozen=True, slots=True)
class Signature:
    """Who publishes, and when. ``draft_version``: of the draft that is published."""

    by: str
    at: datetime
    draft_version: int = 0


class Publishing:
    """Every verb works inside the caller's transaction and raises the revision once it has changed something."""

    def __init__(self, database: Database) -> None:
        self._database: Final = database

    def raise_revision(self, session: Session) -> None:
        """One document for the whole catalogue: two administrators who publish at once are put in order by it."""
        self._database.collection(STATE).update_one(
            {"_id": "catalogue"}, {"$inc": {"revision": 1}}, upsert=True, session=session
        )

    def put_form(self, form: FormDefinition, at: datetime, session: Session) -> bool:
        """Whether the form is new.

        Raises:
            Conflict: ``catalogue.form_published``: this version of the form is there and says something else.
        """
        forms = self._database.collection(FORMS)
        before = forms.find_one({"_id": form.id}, session=session)
        if before is not None:
            if before["form"] != form.to_json():
                raise Conflict("catalogue.form_published", form=form.id)
            return False
        document = FormTemplateDocument(id=form.id, form=form.to_json(), published_at=at)
        forms.insert_one(to_document(document), session=session)
        return True

    def publish(self, version: ProcedureVersion, signature: Signature, session: Session) -> bool:
        """Whether the version is new; one that is there with the same content changes nothing.

        Raises:
            Conflict: ``catalogue.version_published``: the version is there and says something else.
        """
        versions = self._database.collection(VERSIONS)
        content = {**version.to_json(), "state": VersionState.PUBLISHED.value}
        before = versions.find_one({"_id": version.id}, session=session)
        if before is not None and before["state"] == VersionState.PUBLISHED.value:
            if before["procedure"] != content:
                raise Conflict("catalogue.version_published", version=version.id)
            return False
        document = ProcedureVersionDocument(
            id=version.id,
            code=version.code,
            effective_from=version.effective_from.isoformat(),
            state=VersionState.PUBLISHED.value,
            procedure=content,
            draft_version=signature.draft_version,
            saved_at=signature.at,
            saved_by=signature.by,
            published_at=signature.at,
            published_by=signature.by,
        )
        versions.replace_one({"_id": version.id}, to_document(document), upsert=True, session=session)
        self._log(version.code, version.id, signature.at, session)
        return True

    def _log(self, code: str, version_id: str, at: datetime, session: Session) -> None:
        """Notes what the new version did, and anew what the one after it does now that this one stands before it."""
        query = {"code": code, "state": VersionState.PUBLISHED.value}
        rows = self._database.collection(VERSIONS).find(query, session=session).sort("effective_from", 1)
        line = [ProcedureVersion.of_stored(row["procedure"]) for row in rows]
        place = next(place for place, one in enumerate(line) if one.id == version_id)
        for position in range(place, min(place + 2, len(line))):
            self._note(line[position - 1] if position else None, line[position], at, session)

    def _note(self, before: ProcedureVersion | None, after: ProcedureVersion, at: datetime, session: Session) -> None:
        changes = self._database.collection(CHANGES)
        noted = changes.find_one({"to_version": after.id}, session=session)
        changes.delete_many({"to_version": after.id}, session=session)
        summary: dict[str, Any] = summary_of(before, after)
        documents: list[Document] = [
            to_document(
                CatalogueChangeDocument(
                    id=f"{after.id}:{kind.value}",
                    at=noted["at"] if noted else at,
                    effective_from=after.effective_from.isoformat(),
                    code=after.code,
                    kind=kind.value,
                    from_version=before.id if before else None,
                    to_version=after.id,
                    summary=summary,
                )
            )
            for kind in kinds_of(before, after)
        ]
        if documents:
            changes.insert_many(documents, session=session)
