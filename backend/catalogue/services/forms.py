"""Forms as administrators make them: drafts until a published version asks for them, from then on as they are."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from backend.catalogue.documents import FORMS, VERSIONS, FormTemplateDocument
from backend.catalogue.ports import CataloguePorts
from backend.catalogue.services.publishing import is_published
from backend.catalogue.services.saving import save_over
from backend.infra.documents import to_document
from backend.infra.mongo import Document, Session
from shared_models.access import Actor, Scope
from shared_models.errors import Conflict, Invalid, NotFound
from shared_models.form import FormDefinition
from shared_models.procedure_terms import VersionState


class Forms:
    def __init__(self, ports: CataloguePorts) -> None:
        self._ports: Final = ports

    def every(self, actor: Actor) -> dict[str, Any]:
        """``{items: [{id, title, fields, published_at, draft_version, saved_at, used_by}]}`` by id."""
        actor.require(Scope.CATALOGUE_EDIT)
        used = self._used_by()
        rows = sorted(self._ports.database.collection(FORMS).find(), key=_place)
        return {"items": [_listed(row, used.get(row["_id"], [])) for row in rows]}

    def read(self, actor: Actor, form_id: str) -> dict[str, Any]:
        """``{form, draft_version, published_at, saved_at, saved_by, saved_by_name}``.

        Raises:
            NotFound: ``form.unknown``.
        """
        actor.require(Scope.CATALOGUE_EDIT)
        row = self._ports.database.collection(FORMS).find_one({"_id": form_id})
        if row is None:
            raise NotFound("form.unknown")
        return _shown(row)

    def write(self, actor: Actor, form_id: str, data: Mapping[str, Any], draft_version: int) -> dict[str, Any]:
        """Saves a form that no published version asks for yet; ``draft_version`` 0 begins one.

        Raises:
            Invalid: ``form.invalid`` with its members under ``form``.
            Conflict: ``catalogue.form_published``: it may not change any more; a new version has a new id.
            Stale: ``catalogue.draft_changed``: somebody saved it in between.
        """
        actor.require(Scope.CATALOGUE_EDIT)
        try:
            form = FormDefinition.from_json(data)
        except Invalid as fault:
            raise Invalid(fault.code, {f"form.{path}": codes for path, codes in fault.fields.items()}) from fault
        unkept = {f"form.{path}": ["field.malformed"] for path in _unkept_names(data)}
        if form.id != form_id:
            unkept["form.id"] = ["catalogue.id_not_of_form"]
        if unkept:
            raise Invalid("form.invalid", unkept)
        return _shown(
            self._ports.database.transaction(lambda session: self._store(actor, form, draft_version, session))
        )

    def _store(self, actor: Actor, form: FormDefinition, draft_version: int, session: Session) -> Document:
        forms = self._ports.database.collection(FORMS)
        before = forms.find_one({"_id": form.id}, session=session)
        if before is not None and is_published(before):
            raise Conflict("catalogue.form_published", form=form.id)
        document = to_document(
            FormTemplateDocument(
                id=form.id,
                form=form.to_json(),
                draft_version=draft_version + 1,
                saved_at=self._ports.clock.now(),
                saved_by=actor.id,
                saved_by_name=actor.name,
            )
        )
        return save_over(forms, before, document, "form", session)

    def discard(self, actor: Actor, form_id: str) -> None:
        """Throws a draft away.

        Raises:
            NotFound: ``form.unknown``.
            Conflict: ``catalogue.form_published``.
        """
        actor.require(Scope.CATALOGUE_EDIT)
        forms = self._ports.database.collection(FORMS)
        if forms.delete_one({"_id": form_id, "published_at": None}).deleted_count:
            return
        if forms.find_one({"_id": form_id}, {"_id": 1}) is None:
            raise NotFound("form.unknown")
        raise Conflict("catalogue.form_published", form=form_id)

    def _used_by(self) -> dict[str, list[str]]:
        """Published versions by the form that they ask for."""
        found: dict[str, list[str]] = {}
        published = {"state": VersionState.PUBLISHED.value}
        for row in self._ports.database.collection(VERSIONS).find(published, {"procedure.form": 1}):
            if row["procedure"]["form"]:
                found.setdefault(row["procedure"]["form"], []).append(row["_id"])
        return found


def _unkept_names(data: Any, path: str = "") -> Iterator[str]:
    """Members whose names the database does not keep as they are."""
    pairs = data.items() if isinstance(data, Mapping) else enumerate(data) if isinstance(data, list) else ()
    for name, value in pairs:
        inner = f"{path}.{name}" if path else str(name)
        if isinstance(name, str) and (name.startswith("$") or "." in name or "\0" in name):
            yield path or inner
        else:
            yield from _unkept_names(value, inner)


def _place(row: Document) -> tuple[str, int]:
    return row["form"]["key"], row["form"]["version"]


def _listed(row: Document, used_by: list[str]) -> dict[str, Any]:
    return {
        "id": row["_id"],
        "title": row["form"]["title"],
        "fields": len(row["form"]["schema"]["properties"]),
        "published_at": row.get("published_at"),
        "draft_version": row.get("draft_version", 0),
        "saved_at": row.get("saved_at"),
        "used_by": sorted(used_by),
    }


def _shown(row: Document) -> dict[str, Any]:
    told = ("published_at", "saved_at", "saved_by", "saved_by_name")
    return {
        "form": row["form"],
        "draft_version": row.get("draft_version", 0),
        **{name: row.get(name) for name in told},
    }
