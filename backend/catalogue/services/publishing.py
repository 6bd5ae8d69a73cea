"""Writing what everybody will see: versions, forms, the calendar; each with its place in the log of changes."""

from collections.abc import Mapping, Sequence
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
from backend.catalogue.services.rule_cover import check_cover
from backend.infra.documents import to_document
from backend.infra.mongo import Database, Document, Session
from shared_models.errors import Conflict
from shared_models.fee import FeeRule
from shared_models.form import FormDefinition
from shared_models.procedure import ProcedureVersion
from shared_models.procedure_terms import VersionState


@dataclass(frozen=True, slots=True)
class Signature:
    """Who publishes, and when. ``draft_version``: of the draft that is published; ``name``: of who has an account."""

    by: str
    at: datetime
    draft_version: int = 0
    name: str | None = None


Lines = dict[str, dict[str, ProcedureVersion]]
"""Versions by procedure and id."""


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
        """Whether the form is new; a draft under its id becomes this form.

        Raises:
            Conflict: ``catalogue.form_published``: this version of the form is there and says something else.
        """
        forms = self._database.collection(FORMS)
        before = forms.find_one({"_id": form.id}, session=session)
        if before is not None and is_published(before):
            if before["form"] != form.to_json():
                raise Conflict("catalogue.form_published", form=form.id)
            return False
        document = to_document(FormTemplateDocument(id=form.id, form=form.to_json(), published_at=at))
        forms.replace_one({"_id": form.id}, document, upsert=True, session=session)
        return True

    def _publish_forms(self, versions: Sequence[ProcedureVersion], at: datetime, session: Session) -> None:
        """What a published version asks for may not change any more."""
        named = sorted({version.form for version in versions if version.form})
        if named:
            drafts = {"_id": {"$in": named}, "published_at": None}
            self._database.collection(FORMS).update_many(drafts, {"$set": {"published_at": at}}, session=session)

    def publish(
        self,
        versions: Sequence[ProcedureVersion],
        signature: Signature,
        session: Session,
        rules: Sequence[FeeRule],
    ) -> int:
        """How many of the versions are new; one that is there with the same content changes nothing.

        ``rules``: all of the city's, as they are when this is done.

        Raises:
            Conflict: ``catalogue.rule_orphaned``: a version drops a fee that a rule names (`check_cover`).
            Conflict: ``catalogue.version_published``: a version is there and says something else; ``version`` names it.
        """
        lines, new = self.check(versions, rules, session)
        if new:
            collection = self._database.collection(VERSIONS)
            # A draft with this date has become this version.
            collection.delete_many({"_id": {"$in": [one.id for one in new]}}, session=session)
            collection.insert_many([_document(one, signature) for one in new], session=session)
            self._publish_forms(new, signature.at, session)
            self._log({code: lines[code] for code in {one.code for one in new}}, new, signature.at, session)
        return len(new)

    def check(
        self, versions: Sequence[ProcedureVersion], rules: Sequence[FeeRule], session: Session | None
    ) -> tuple[Lines, list[ProcedureVersion]]:
        """What will be published of these procedures, and the new versions among it; nothing is written.

        Raises:
            Conflict: as `publish`.
        """
        lines = self._lines({version.code for version in versions}, session)
        new = []
        for version in versions:
            content = {**version.to_json(), "state": VersionState.PUBLISHED.value}
            before = lines.setdefault(version.code, {}).get(version.id)
            if before is None:
                published = lines[version.code][version.id] = ProcedureVersion.of_stored(content)
                new.append(published)
            elif before.to_json() != content:
                raise Conflict("catalogue.version_published", version=version.id)
        for code in sorted({one.code for one in new}):
            check_cover(lines[code].values(), {one.id for one in new}, rules)
        return lines, new

    def _lines(self, codes: set[str], session: Session | None) -> Lines:
        """What is published of these procedures, by code and version."""
        found: dict[str, dict[str, ProcedureVersion]] = {}
        one = {"code": next(iter(codes))} if len(codes) == 1 else {}
        query = {"state": VersionState.PUBLISHED.value, **one}
        for row in self._database.collection(VERSIONS).find(query, {"procedure": 1}, session=session):
            version = ProcedureVersion.of_stored(row["procedure"])
            if version.code in codes:
                found.setdefault(version.code, {})[version.id] = version
        return found

    def _log(
        self,
        lines: Mapping[str, Mapping[str, ProcedureVersion]],
        new: Sequence[ProcedureVersion],
        at: datetime,
        session: Session,
    ) -> None:
        """Notes what the new versions did, and anew what those do that now stand behind one of them."""
        fresh, pairs = {one.id for one in new}, []
        for line in lines.values():
            ordered = sorted(line.values(), key=lambda one: one.effective_from)
            for before, after in zip([None, *ordered], ordered, strict=False):
                if after.id in fresh or (before is not None and before.id in fresh):
                    pairs.append((before, after))
        changes = self._database.collection(CHANGES)
        moved = [after.id for _, after in pairs if after.id not in fresh]
        noted = {}
        for version_id in moved:
            for row in changes.find({"to_version": version_id}, {"at": 1, "to_version": 1}, session=session):
                noted[row["to_version"]] = row["at"]
            changes.delete_many({"to_version": version_id}, session=session)
        documents = [row for before, after in pairs for row in _changes(before, after, noted.get(after.id, at))]
        if documents:
            changes.insert_many(documents, session=session)


def is_published(form_row: Document) -> bool:
    """Whether everybody may read this form, and nobody change it."""
    return form_row.get("published_at") is not None


def _document(version: ProcedureVersion, signature: Signature) -> Document:
    return to_document(
        ProcedureVersionDocument(
            id=version.id,
            code=version.code,
            effective_from=version.effective_from.isoformat(),
            state=VersionState.PUBLISHED.value,
            procedure=version.to_json(),
            draft_version=signature.draft_version,
            saved_at=signature.at,
            saved_by=signature.by,
            published_at=signature.at,
            published_by=signature.by,
        )
    )


def _changes(before: ProcedureVersion | None, after: ProcedureVersion, at: datetime) -> list[Document]:
    summary: dict[str, Any] = summary_of(before, after)
    return [
        to_document(
            CatalogueChangeDocument(
                id=f"{after.id}:{kind.value}",
                at=at,
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
