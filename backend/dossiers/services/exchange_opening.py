"""A dossier that the one-stop software took in: it becomes one of ours, whose owner finds it in their list."""

from collections.abc import Mapping
from typing import Any, Final

from backend.dossiers.ports import DossierPorts
from backend.dossiers.rules import content_sha256
from backend.dossiers.services.filing import store_submitted, tell_received
from backend.dossiers.services.new_dossier import Filing, new_dossier
from backend.dossiers.services.places import Places
from backend.infra.mongo import Document, Session
from shared_models.access import Actor
from shared_models.clock import city_date
from shared_models.deadline import intake_due_at
from shared_models.dossier import Channel, DossierStatus, PaymentStatus, SyncStatus
from shared_models.errors import Conflict, Invalid, NotFound
from shared_models.person import same_name
from shared_models.procedure import ProcedureVersion


class Opening:
    def __init__(self, ports: DossierPorts) -> None:
        self._ports: Final = ports
        self._places: Final = Places(ports.identity)

    def draft(self, actor: Actor, record: Mapping[str, Any], session: Session) -> Document:
        """The dossier as it was submitted there, not stored yet; what has become of it since is for the steps.

        Raises:
            NotFound: ``procedure.unknown``. Conflict: ``calendar.no_hours``.
            Invalid: ``exchange.foreign_agency``, ``agency.not_receiving``, ``person.*`` naming the field.
        """
        receiving = record["receiving_agency"] or actor.agency_code or ""
        if receiving != actor.agency_code:
            raise Invalid("exchange.foreign_agency", {"receiving_agency": ["exchange.foreign_agency"]})
        version = self._ports.catalogue.in_force(record["procedure_code"], city_date(record["received_at"]))
        person = self._person(record["applicant"], session)
        ports, received_at = self._ports, record["received_at"]
        places = self._places.of(actor, version, person, actor.agency_code or "")
        try:
            calendar = ports.catalogue.calendar(places.receiving["code"])
        except NotFound as missing:
            raise Conflict("calendar.no_hours") from missing
        filing = _filing(actor, record, person, version, ports.ids.new("dos"))
        dossier = new_dossier(filing, places, intake_due_at(received_at, calendar), ports.ids, ports.clock.now())
        # Nobody stood at our counter.
        dossier.pop("counter", None)
        return dossier | {
            # The answers lie with the one-stop software; what is due is what it says.
            "form_id": None,
            "fee": {**dossier["fee"], "amount": 0, "lines": []},
            "payment": PaymentStatus.NONE.value,
            "received_at": received_at,
            "complete_at": received_at,
            "status_since": received_at,
            "sync": SyncStatus.SYNCED.value,
        }

    def store(self, actor: Actor, dossier: Document, status: int, session: Session) -> None:
        """Stores a draft with its first line; ``status``: where it is by now, of which the steps tell otherwise."""
        store_submitted(self._ports, actor, dossier, session)
        if status == DossierStatus.SUBMITTED:
            tell_received(self._ports, dossier, session)

    def _person(self, applicant: Mapping[str, Any], session: Session) -> Document:
        people = self._ports.identity.people
        try:
            meant, _ = people.meant(applicant["personal_id"], applicant["name"])
            if same_name(meant["full_name"], applicant["name"]):
                made = people.ensure_person(applicant["personal_id"], applicant["name"], session)
                return people.person(made, session)
        except Invalid as fault:
            field = "name" if "name" in fault.code else "personal_id"
            raise Invalid(fault.code, {f"applicant.{field}": [fault.code]}) from fault
        raise Invalid("person.name_differs", {"applicant.name": ["person.name_differs"]})


def _filing(
    actor: Actor, record: Mapping[str, Any], person: Document, version: ProcedureVersion, dossier_id: str
) -> Filing:
    contact = record["contact"] or {"phone": "", "email": None}
    ways = [way.value for way in version.result.ways]
    way = "counter" if "counter" in ways else ways[0]
    return Filing(
        actor=actor,
        person=person,
        at_home=person,
        owner=None,
        version=version,
        channel=Channel(record["channel"]),
        ask={"id": dossier_id, "origins": {}, "contact": contact, "return_way": way},
        values={},
        components=[],
        digest=content_sha256(actor.id, dict(record)),
    )
