"""What is handed in: answers and components, checked against the version of the procedure; nothing is written here."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from backend.dossiers.ports import DossierPorts
from backend.dossiers.services.holdings import Holdings
from backend.dossiers.services.uploads import Uploads
from backend.infra.mongo import Document, Session
from shared_models.access import Actor
from shared_models.clock import city_date
from shared_models.errors import DomainError, Invalid
from shared_models.procedure import Component, ProcedureVersion

_KINDS: Final = {"application/pdf": "pdf", "image/jpeg": "jpeg", "image/png": "png"}
_LARGEST: Final = 2**53
"""JSON numbers are exact up to here (RFC 8259, 6), and the database keeps no larger ones than 2^63."""


class HandingIn:
    def __init__(self, ports: DossierPorts, holdings: Holdings, uploads: Uploads) -> None:
        self._ports: Final = ports
        self._holdings: Final = holdings
        self._uploads: Final = uploads

    def answers(self, version: ProcedureVersion, form_id: str | None, values: Mapping[str, Any]) -> dict[str, Any]:
        """The answers in their normal form.

        Raises:
            Invalid: ``form.other_version``, ``form.answers_invalid`` naming each field as ``values.<field>``.
        """
        if form_id != version.form:
            raise Invalid("form.other_version", {"form_id": ["form.other_version"]})
        if version.form is None:
            if values:
                raise Invalid("form.answers_invalid", {f"values.{name}": ["field.unknown"] for name in values})
            return {}
        found = self._ports.catalogue.form(version.form).check(dict(values), city_date(self._ports.clock.now()))
        huge = [name for name, value in found.items() if isinstance(value, int) and abs(value) > _LARGEST]
        if huge:
            raise Invalid("form.answers_invalid", {f"values.{name}": ["field.too_large"] for name in huge})
        return found

    def components(
        self,
        actor: Actor,
        person: Document,
        version: ProcedureVersion,
        given: Sequence[Mapping[str, Any]],
        *,
        needed: Sequence[str] | None = None,
    ) -> list[Document]:
        """The components as they are stored, each a file or evidence of what we hold; ``needed``: keys that must come.

        By default these are all that the version requires, less what we hold: that is taken by reference even if
        nobody named it.

        Raises:
            Invalid: ``dossier.components_invalid`` naming ``components.<key>``: ``component.unknown``, ``.repeated``,
                ``.missing``, ``.not_held``, ``upload.unknown``, ``upload.unfinished``, ``file.…``.
        """
        now = self._ports.clock.now()
        faults: dict[str, list[str]] = {}
        stored: dict[str, Document] = {}
        for answer in given:
            key = answer["key"]
            component = version.component(key)
            try:
                if component is None or (needed is not None and key not in needed):
                    raise Invalid("component.unknown")
                if key in stored:
                    raise Invalid("component.repeated")
                stored[key] = self._one(actor, person, component, answer, now)
            except DomainError as fault:
                faults[f"components.{key}"] = [fault.code]
        wanted = needed if needed is not None else [one.key for one in version.components if one.required]
        for component in version.components:
            if component.key in wanted and component.key not in stored and f"components.{component.key}" not in faults:
                held = self._holdings.find(person, component, asks_registries=True)
                if held is None:
                    faults[f"components.{component.key}"] = ["component.missing"]
                else:
                    stored[component.key] = by_reference(component, held.evidence(component.key, now))
        if faults:
            raise Invalid("dossier.components_invalid", faults)
        return list(stored.values())

    def claim(self, actor: Actor, components: Sequence[Document], session: Session) -> None:
        """Makes sure, in the transaction that names them, that the files are still there: a clean-up may have come."""
        for one in components:
            if one["upload_id"] is not None:
                self._uploads.usable(actor, one["upload_id"], session)

    def _one(
        self, actor: Actor, person: Document, component: Component, answer: Mapping[str, Any], now: datetime
    ) -> Document:
        if "held" in answer:
            held = self._holdings.find(person, component, asks_registries=True)
            if held is None or {name: answer["held"][name] for name in ("source", "key", "id")} != {
                "source": held.source.value,
                "key": held.key,
                "id": held.id,
            }:
                raise Invalid("component.not_held")
            return by_reference(component, held.evidence(component.key, now))
        upload = self._uploads.usable(actor, answer["upload_id"])
        if _KINDS[upload["media_type"]] not in component.accepts:
            raise Invalid("file.type_not_allowed")
        if upload["size"] > component.max_bytes:
            raise Invalid("file.too_large")
        return {
            "key": component.key,
            "name": component.name.to_json(),
            "source": "upload",
            "label": upload["name"],
            "upload_id": upload["_id"],
            "file_id": upload["file_id"],
            "sha256": upload["sha256"],
            "media_type": upload["media_type"],
            "size": upload["size"],
            "evidence": None,
            "at": now,
        }


def by_reference(component: Component, evidence: Document) -> Document:
    return {
        "key": component.key,
        "name": component.name.to_json(),
        "source": evidence["source"],
        "label": evidence["label"],
        "upload_id": None,
        "file_id": None,
        "sha256": evidence["sha256"],
        "media_type": None,
        "size": None,
        "evidence": evidence,
        "at": evidence["asked_at"],
    }
