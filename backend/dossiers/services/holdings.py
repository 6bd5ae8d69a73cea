"""What the city holds of a person already: a component that it satisfies is not asked for (S19, NQ 66.7/2025)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from backend.dossiers.documents import DOSSIERS
from backend.dossiers.ports import DossierPorts
from backend.infra.mongo import Document
from shared_models.clock import to_wire
from shared_models.dossier import DossierStatus
from shared_models.errors import Upstream
from shared_models.person import mask_personal_id
from shared_models.procedure import Component
from shared_models.procedure_terms import HeldSource
from shared_models.result import LicenceStatus

_OWN_DOSSIERS: Final = 200


@dataclass(frozen=True, slots=True)
class Held:
    """One thing that satisfies a component. ``as_of`` is when it was issued, verified or asked for."""

    source: HeldSource
    key: str
    id: str
    label: str
    as_of: datetime | None
    sha256: str

    def shown(self) -> dict[str, Any]:
        return {"source": self.source.value, "key": self.key, "id": self.id, "label": self.label, "as_of": self.as_of}

    def evidence(self, component: str, now: datetime) -> dict[str, Any]:
        """What is kept to show later why no paper was asked for."""
        return {**self.kept(now), "component": component}

    def kept(self, now: datetime) -> dict[str, Any]:
        """Enough to show later that it was looked for, and what was there."""
        return {**self.shown(), "asked_at": now, "sha256": self.sha256}


class Holdings:
    def __init__(self, ports: DossierPorts) -> None:
        self._ports: Final = ports

    def find(self, person: Document, component: Component, *, asks_registries: bool) -> Held | None:
        """The first of the component's ``held_by`` that we have of this person.

        ``asks_registries`` is False inside transactions: other people's databases are not waited for there. One that
        does not answer has nothing; whoever needs it uploads the paper.
        """
        for way in component.held_by:
            found = self._look(person, way.source, way.key, asks_registries=asks_registries)
            if found is not None:
                return found
        return None

    def of_dossier(self, dossier: Mapping[str, Any], component: Component) -> dict[str, str] | None:
        """``{source, label}`` of what satisfies a component without a paper.

        It was known when the dossier was handed in, or is in our own stores now; other databases are not asked again.
        """
        given = next((one for one in dossier["components"] if one["key"] == component.key), None)
        if given is not None and given["evidence"] is not None:
            return {name: given["evidence"][name] for name in ("source", "label")}
        person = self._ports.identity.people.person(dossier["owner_id"])
        found = self.find(person, component, asks_registries=False)
        return {"source": found.source.value, "label": found.label} if found else None

    def _look(self, person: Document, source: HeldSource, key: str, *, asks_registries: bool) -> Held | None:
        if source is HeldSource.LICENCE:
            return self._licence(str(person["_id"]), key)
        if source is HeldSource.RESULT:
            return self._result(str(person["_id"]), key)
        if source is HeldSource.PERSON:
            return of_vneid(person, key)
        return self._registry(person, key) if asks_registries else None

    def _licence(self, owner_id: str, key: str) -> Held | None:
        held = [
            licence
            for licence in self._ports.wallet.licences.of_owner(owner_id)
            if licence["type"] == key and licence["status"] == LicenceStatus.VALID.value
        ]
        newest = max(held, key=lambda licence: licence["issued_at"], default=None)
        if newest is None:
            return None
        return Held(
            HeldSource.LICENCE, key, newest["_id"], newest["number"], newest["issued_at"], newest["document_sha256"]
        )

    def _result(self, owner_id: str, key: str) -> Held | None:
        """A granted dossier of the procedure ``key``."""
        ended = {int(DossierStatus.RESOLVED), int(DossierStatus.RETURNED)}
        own = self._ports.database.collection(DOSSIERS).find({"owner_id": owner_id}).sort("change", -1)
        for dossier in own.limit(_OWN_DOSSIERS):
            decision = dossier["decision"]
            if dossier["procedure"]["code"] == key and dossier["status"] in ended and decision["decision"] == "approve":
                label = (dossier["result"] or {}).get("number") or dossier["code"]
                return Held(
                    HeldSource.RESULT, key, dossier["_id"], label, dossier["ended_at"], dossier["content_sha256"]
                )
        return None

    def _registry(self, person: Document, key: str) -> Held | None:
        registries = self._ports.registries
        if registries is None:
            return None
        try:
            name, _, record = key.partition(".")
            found = registries.lookup(name, person["personal_id"], {"record": record} if record else {})
        except Upstream:
            return None
        if found is None:
            return None
        return Held(HeldSource.REGISTRY, key, found.id, found.label, found.asked_at, found.sha256)


def of_vneid(person: Mapping[str, Any], key: str) -> Held | None:
    """What VNeID has confirmed; somebody whom only an agency has named has shown nothing."""
    if not person["identity_level"]:
        return None
    verified_at = person.get("verified_at")
    said = "|".join((person["personal_id"], person["full_name"], to_wire(verified_at) if verified_at else ""))
    digest = hashlib.sha256(said.encode()).hexdigest()
    label = mask_personal_id(person["personal_id"])
    return Held(HeldSource.PERSON, key, str(person["_id"]), label, verified_at, digest)
