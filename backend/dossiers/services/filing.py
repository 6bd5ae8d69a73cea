"""Taking in a dossier: from the citizen's phone, or at the counter for a citizen who is present."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from pymongo.errors import DuplicateKeyError

from backend.dossiers.documents import DOSSIERS, EVENTS
from backend.dossiers.ports import DossierPorts
from backend.dossiers.rules import (
    CHANNEL_WAY,
    HANDLING,
    act_by,
    content_sha256,
    counter_of,
    fee_of,
    payment_status_of,
    stage_of,
    tokens_of,
)
from backend.dossiers.services.counter import Counter, Present
from backend.dossiers.services.exchange_feed import note_change
from backend.dossiers.services.fee_orders import demand_of
from backend.dossiers.services.fees import assessed, listed
from backend.dossiers.services.handing_in import HandingIn
from backend.dossiers.services.places import DossierPlaces, Places, agency_of
from backend.infra.ledger import AccessEntry
from backend.infra.mongo import Document, Session
from backend.infra.order import ORDER_RANDOM_BYTES, order_key
from backend.infra.system import Ids
from backend.notices.service import Notification
from shared_models.access import Actor, Scope
from shared_models.access_action import AccessAction
from shared_models.clock import city_date
from shared_models.deadline import intake_due_at
from shared_models.dossier import Channel, DeliveryStatus, DossierMoved, DossierStatus, PaymentStatus, SyncStatus
from shared_models.errors import Conflict, Invalid, NotFound
from shared_models.fee import Assessment
from shared_models.notice import DOSSIER_RECEIVED
from shared_models.person import mask_personal_id
from shared_models.procedure import ProcedureVersion
from shared_models.procedure_terms import Level, ProcedureStanding

SUBMITTED: Final = "submit"
"""The first line of every timeline."""

_TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class Filing:
    """One submission that has been checked.

    ``owner`` is whom an officer named at the counter, who may be new to the city; ``at_home`` is the person with the
    commune that decides.
    """

    actor: Actor
    person: Document
    at_home: Document
    owner: Mapping[str, Any] | None
    version: ProcedureVersion
    channel: Channel
    ask: Mapping[str, Any]
    values: Mapping[str, Any]
    components: list[Document]
    digest: str
    fee: Assessment | None = None
    """What it costs this person; without it the published fees."""


class FilingDesk:
    def __init__(self, ports: DossierPorts, handing_in: HandingIn) -> None:
        self._ports: Final = ports
        self._handing_in: Final = handing_in
        self._places: Final = Places(ports.identity)
        self._counter: Final = Counter(ports)

    def file(self, actor: Actor, ask: Mapping[str, Any]) -> Document:
        """A citizen's own dossier; the same again gives what was stored.

        Raises:
            NotFound: ``procedure.unknown``. Conflict: ``dossier.id_reused``, ``procedure.version_past`` with the
                version in force (``current``), ``procedure.abolished``, ``procedure.not_online``.
            Invalid: fields of the form, components, agency or return that cannot be.
        """
        actor.require(Scope.DOSSIERS)
        digest = content_sha256(actor.id, dict(ask))
        known = self._known(ask["id"], digest)
        if known is not None:
            return known
        person = self._ports.identity.people.person(actor.id)
        return self._file(actor, Present(person, True, person.get("commune_code")), Channel.ONLINE, ask, digest)

    def file_for(self, actor: Actor, ask: Mapping[str, Any]) -> Document:
        """A dossier that an officer files for a citizen: the citizen is the applicant, the officer assisted.

        Who is new to the city is entered with the dossier, never without it. It is in the owner's access log.

        Raises:
            Invalid: besides, as `Counter.present`.
        """
        actor.require(Scope.DOSSIERS_RECEIVE)
        digest = content_sha256(actor.id, dict(ask))
        known = self._known(ask["id"], digest)
        if known is not None:
            return known
        present = self._counter.present(ask["owner"])
        return self._file(actor, present, Channel[ask["channel"].upper()], ask, digest)

    def _file(self, actor: Actor, owner: Present, channel: Channel, ask: Mapping[str, Any], digest: str) -> Document:
        version = self._version(ask, channel)
        _check_return(version, ask)
        values = self._handing_in.answers(version, ask["form_id"], ask["values"])
        stray = [name for name in ask["origins"] if name not in values]
        if stray:
            raise Invalid("form.answers_invalid", {f"origins.{name}": ["field.unknown"] for name in stray})
        components = self._handing_in.components(actor, owner.person, version, ask["components"])
        named = ask.get("owner")
        way, today = CHANNEL_WAY[int(channel)], city_date(self._ports.clock.now())
        fee = assessed(self._ports.catalogue, version, way, values, (owner.person, today))
        filing = Filing(
            *(actor, owner.person, owner.at_home, named, version, channel, ask, values, components, digest, fee)
        )
        for _ in range(_TRIES):
            try:
                return self._ports.database.transaction(lambda session: self._store(filing, session))
            except DuplicateKeyError:
                known = self._known(ask["id"], digest)
                if known is not None:
                    return known
        raise Conflict("dossier.id_reused")

    def _known(self, dossier_id: str, digest: str) -> Document | None:
        found = self._ports.database.collection(DOSSIERS).find_one({"_id": dossier_id})
        if found is not None and found["content_sha256"] != digest:
            raise Conflict("dossier.id_reused")
        return found

    def _version(self, ask: Mapping[str, Any], channel: Channel) -> ProcedureVersion:
        today = city_date(self._ports.clock.now())
        version = self._ports.catalogue.in_force(ask["procedure_code"], today)
        if version.standing is ProcedureStanding.ABOLISHED:
            raise Conflict("procedure.abolished", replaced_by=version.replaced_by)
        if version.id != ask["procedure_version"]:
            raise Conflict("procedure.version_past", current=version.id, form=version.form)
        if channel is Channel.ONLINE and version.level is Level.INFORMATION:
            raise Conflict("procedure.not_online")
        return version

    def _store(self, filing: Filing, session: Session) -> Document:
        ports, now = self._ports, self._ports.clock.now()
        self._handing_in.claim(filing.actor, filing.components, session)
        if filing.owner is not None:
            filing = replace(filing, person=self._counter.enter(filing.owner, session))
        dossier = self._document(filing, now)
        note_change(ports, dossier, session)
        store_submitted(ports, filing.actor, dossier, session)
        tell_received(ports, dossier, session)
        if dossier["payment"] == PaymentStatus.WAIVED:
            # Nobody pays, and why is kept where payments are.
            ports.payments.orders.demand(demand_of(dossier), session)
        if filing.owner is not None:
            entry = AccessEntry(
                *(now, dossier["owner_id"], AccessAction.DOSSIER_HANDLED.value, filing.actor, HANDLING),
                reference=dossier["_id"],
            )
            ports.ledger.record([entry], session)
        return dossier

    def _document(self, filing: Filing, now: datetime) -> Document:
        places = self._places.of(filing.actor, filing.version, filing.at_home, filing.ask["receiving_agency"])
        try:
            calendar = self._ports.catalogue.calendar(places.receiving["code"])
        except NotFound as missing:
            raise Conflict("calendar.no_hours") from missing
        return new_dossier(filing, places, intake_due_at(now, calendar), self._ports.ids, now)


def new_dossier(filing: Filing, places: DossierPlaces, intake_due: datetime, ids: Ids, now: datetime) -> Document:
    """The dossier as it is stored first (``DossierDocument``): submitted ``now``, and nothing has happened to it."""
    ask, version, person = filing.ask, filing.version, filing.person
    fee = filing.fee or listed(version, CHANNEL_WAY[int(filing.channel)], filing.values, city_date(now))
    is_assisted = filing.owner is not None
    own = agency_of(filing.actor)
    dossier: Document = {
        "_id": ask["id"],
        "version": 1,
        "content_sha256": filing.digest,
        "reference": f"{city_date(now):%y%m%d}-{ask['id'][-8:].upper()}",
        "owner_id": person["_id"],
        "owner_name": person["full_name"],
        "owner_masked_id": mask_personal_id(person["personal_id"]),
        "submitted_by": filing.actor.id,
        "assisted_by": {"id": filing.actor.id, "name": filing.actor.name} if is_assisted else None,
        **({"counter": counter_of(own["code"], now)} if own else {}),
        "channel": int(filing.channel),
        "procedure": {"code": version.code, "version": version.id, "name": version.name.to_json()},
        "form_id": version.form,
        **places.fields(),
        "status": int(DossierStatus.SUBMITTED),
        "status_since": now,
        "payment": payment_status_of(fee).value,
        "received_at": now,
        "complete_at": now,
        "intake_due_at": intake_due,
        "values": dict(filing.values),
        "origins": {name: ask["origins"].get(name, "typed") for name in filing.values},
        "components": filing.components,
        "file_ids": sorted({one["file_id"] for one in filing.components if one["file_id"]}),
        "fee": fee_of(fee),
        "contact": {"phone": ask["contact"]["phone"], "email": ask["contact"].get("email")},
        "return_to": {
            "way": ask["return_way"],
            "address": ask.get("return_address"),
            "carrier": None,
            "tracking": None,
        },
        "tokens": tokens_of(person["full_name"], places.reader_codes()),
        **_nothing_yet(),
    }
    dossier["stage"] = stage_of(DossierStatus.SUBMITTED, is_proposed=False)
    dossier["queue"] = order_key(act_by(dossier), ids.random(ORDER_RANDOM_BYTES))
    dossier["change"] = order_key(now, ids.random(ORDER_RANDOM_BYTES))
    return dossier


def first_event(actor: Actor, dossier: Document, event_id: str) -> Document:
    """The first line of the timeline (``DossierEventDocument``)."""
    return {
        "_id": event_id,
        "dossier_id": dossier["_id"],
        "seq": 1,
        "content_sha256": dossier["content_sha256"],
        "at": dossier["received_at"],
        "action": SUBMITTED,
        "actor": {"id": actor.id, "name": actor.name, "role": actor.role.value},
        "agency": agency_of(actor),
        "note": None,
        "before": None,
        "status": dossier["status"],
    }


def store_submitted(ports: DossierPorts, actor: Actor, dossier: Document, session: Session) -> None:
    """Stores a dossier with the first line of its timeline, and says that it is there."""
    ports.database.collection(DOSSIERS).insert_one(dossier, session=session)
    ports.database.collection(EVENTS).insert_one(first_event(actor, dossier, ports.ids.new("act")), session=session)
    moved = DossierMoved(
        *(ports.ids.new("evt"), dossier["_id"], dossier["owner_id"], dossier["agency_code"]),
        *(None, None, DossierStatus.SUBMITTED, ports.clock.now()),
    )
    ports.events.raise_(moved, session)


def tell_received(ports: DossierPorts, dossier: Document, session: Session) -> None:
    """Tells the owner under which number it can be followed."""
    told = {"number": dossier["reference"], "agency": dossier["receiving_agency"]["name"]}
    notice = Notification(dossier["owner_id"], DOSSIER_RECEIVED, told, dossier_id=dossier["_id"])
    ports.notices.notify([notice], session)


def _nothing_yet() -> Document:
    """The fields of a dossier to which nothing has happened."""
    absent = (
        "asked_from",
        "stopped_from",
        "accepted_at",
        "ended_at",
        "due_at",
        "original_due_at",
        "clock",
        "answer_by",
    )
    empty = ("warned", "refused_demands", "opinions", "apologies", "slips")
    return {
        **dict.fromkeys((*absent, "assignee_id", "handler", "asks", "proposal", "decision", "result", "rating")),
        **{name: [] for name in empty},
        "delivery": DeliveryStatus.NONE.value,
        "sync": SyncStatus.LOCAL.value,
        "is_open": True,
        "watched": False,
        "notices_asked": 0,
    }


def _check_return(version: ProcedureVersion, ask: Mapping[str, Any]) -> None:
    if ask["return_way"] not in {way.value for way in version.result.ways}:
        raise Invalid("return.way_not_offered", {"return_way": ["return.way_not_offered"]})
    if ask["return_way"] == "post" and not ask.get("return_address"):
        raise Invalid("return.address_missing", {"return_address": ["return.address_missing"]})
