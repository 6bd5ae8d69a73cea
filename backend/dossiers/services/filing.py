"""Taking in a dossier: from the citizen's phone, or at the counter for a citizen who is present."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from pymongo.errors import DuplicateKeyError

from backend.dossiers.documents import DOSSIERS, EVENTS
from backend.dossiers.ports import DossierPorts
from backend.dossiers.rules import (
    CHANNEL_WAY,
    HANDLING,
    content_sha256,
)
from backend.dossiers.services.counter import Counter, Present
from backend.dossiers.services.exchange_feed import note_change
from backend.dossiers.services.fee_orders import demand_of
from backend.dossiers.services.fees import Fees, Payer, Priced
from backend.dossiers.services.handing_in import HandingIn
from backend.dossiers.services.new_dossier import Filing, first_event, new_dossier
from backend.dossiers.services.places import Places
from backend.infra.ledger import AccessEntry
from backend.infra.mongo import Document, Session
from backend.notices.service import Notification
from shared_models.access import Actor, Scope
from shared_models.access_action import AccessAction
from shared_models.clock import city_date
from shared_models.deadline import intake_due_at
from shared_models.dossier import Channel, DossierMoved, DossierStatus, PaymentStatus
from shared_models.errors import Conflict, Invalid, NotFound
from shared_models.notice import DOSSIER_RECEIVED
from shared_models.procedure import ProcedureVersion
from shared_models.procedure_terms import Level, ProcedureStanding

_TRIES: Final = 3


class FilingDesk:
    def __init__(self, ports: DossierPorts, handing_in: HandingIn) -> None:
        self._ports: Final = ports
        self._handing_in: Final = handing_in
        self._places: Final = Places(ports.identity)
        self._counter: Final = Counter(ports)
        self._fees: Final = Fees(ports)

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
        payer = Payer(owner.person, actor, owner.is_known)
        priced = self._fees.price(payer, version, CHANNEL_WAY[int(channel)], values)
        _check_fee(priced, ask.get("fee_shown"))
        filing = Filing(
            *(actor, owner.person, owner.at_home, named, version, channel, ask, values, components, digest, priced),
            is_new=not owner.is_known,
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
            ports.ledger.record(_entries(filing, dossier, now), session)
        return dossier

    def _document(self, filing: Filing, now: datetime) -> Document:
        places = self._places.of(filing.actor, filing.version, filing.at_home, filing.ask["receiving_agency"])
        try:
            calendar = self._ports.catalogue.calendar(places.receiving["code"])
        except NotFound as missing:
            raise Conflict("calendar.no_hours") from missing
        return new_dossier(filing, places, intake_due_at(now, calendar), self._ports.ids, now)


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


def _entries(filing: Filing, dossier: Document, now: datetime) -> list[AccessEntry]:
    """What the owner's log says of a dossier filed for them; who was new had none when registers were asked."""
    owner, action = dossier["owner_id"], AccessAction.DOSSIER_HANDLED.value
    entries = [AccessEntry(now, owner, action, filing.actor, HANDLING, reference=dossier["_id"])]
    if filing.is_new and filing.priced is not None and filing.priced.was_asked:
        entries.append(Payer(filing.person, filing.actor).entry(filing.version, now, owner))
    return entries


def _check_fee(priced: Priced, shown: int | None) -> None:
    """Nobody is charged more than they were shown when they sent it: they look at it once more."""
    due = priced.assessment.total
    if shown is not None and due > shown:
        raise Conflict("dossier.fee_changed", due=due, shown=shown)


def _check_return(version: ProcedureVersion, ask: Mapping[str, Any]) -> None:
    if ask["return_way"] not in {way.value for way in version.result.ways}:
        raise Invalid("return.way_not_offered", {"return_way": ["return.way_not_offered"]})
    if ask["return_way"] == "post" and not ask.get("return_address"):
        raise Invalid("return.address_missing", {"return_address": ["return.address_missing"]})
