"""What we know already, before somebody begins to type: answers, components, the fee and the date (once-only)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from backend.dossiers.documents import DOSSIERS
from backend.dossiers.ports import DossierPorts
from backend.dossiers.services.counter import Counter
from backend.dossiers.services.fees import Fees, Payer
from backend.dossiers.services.holdings import Holdings
from backend.dossiers.services.places import Places
from backend.infra.ledger import AccessEntry
from backend.infra.mongo import Document
from shared_models.access import Actor, Scope
from shared_models.access_action import AccessAction
from shared_models.clock import city_date
from shared_models.deadline import due_at
from shared_models.errors import Conflict, Invalid, NotFound
from shared_models.form import FormDefinition
from shared_models.form_field import AnswerFault
from shared_models.person import PersonalId
from shared_models.procedure import ProcedureVersion
from shared_models.procedure_terms import FilingWay, ProcedureStanding
from shared_models.result import LicenceStatus

PREFILL: Final = "dossiers.prefill"
"""Why own data is read into a form: ``purpose.<code>`` in the message catalogues."""

COUNTERS_OF_HOUR: Final = 120
"""How often one officer may look into what is known of people at the counter."""

_LOOK_BACK: Final = 50
Known = tuple[Any, datetime | None]


class Preparing:
    def __init__(self, ports: DossierPorts, holdings: Holdings) -> None:
        self._ports: Final = ports
        self._holdings: Final = holdings
        self._places: Final = Places(ports.identity)
        self._counter: Final = Counter(ports)
        self._fees: Final = Fees(ports)

    def prepare(self, actor: Actor, code: str, agency_code: str | None) -> dict[str, Any]:
        """What stands in a new draft: ``PreparationSchema``. The looking-up is in the person's access log.

        Raises:
            NotFound: ``procedure.unknown``. Invalid: ``agency.unknown`` naming ``receiving_agency``.
        """
        actor.require(Scope.DOSSIERS)
        ports, now = self._ports, self._ports.clock.now()
        if agency_code is not None and ports.identity.people.agency(agency_code) is None:
            raise Invalid("agency.unknown", {"receiving_agency": ["agency.unknown"]})
        version = ports.catalogue.in_force(code, city_date(now))
        person = ports.identity.people.person(actor.id)
        prepared = self._prepared(Payer(person, actor), version, "online", agency_code or version.competent)
        self._note(actor, person, version, now)
        return prepared

    def prepare_for(self, actor: Actor, ask: Mapping[str, Any]) -> dict[str, Any]:
        """As `prepare` for somebody who is present: ``CounterPreparationSchema``; with where the dossier would go.

        The looking-up is in the person's access log. Nothing is asked of registries about somebody the city does not
        know, because they have no log yet; that happens when their dossier is filed. Nothing is created.

        Raises:
            RateLimited: ``counter.too_often``. NotFound: ``procedure.unknown``. Conflict: ``procedure.abolished``.
            Invalid: as `Counter.present` and `Places.of`.
        """
        actor.require(Scope.DOSSIERS_RECEIVE)
        ports, now = self._ports, self._ports.clock.now()
        ports.identity.count_of_hour(COUNTERS_OF_HOUR, "counter.too_often", "counter preparation", actor.id)
        version = ports.catalogue.in_force(ask["procedure_code"], city_date(now))
        if version.standing is ProcedureStanding.ABOLISHED:
            raise Conflict("procedure.abolished", replaced_by=version.replaced_by)
        owner = self._counter.present(ask["owner"])
        receiving = ask["receiving_agency"] or actor.agency_code or ""
        places = self._places.of(actor, version, owner.at_home, receiving)
        competent = places.competent["code"]
        payer = Payer(owner.person, actor, owner.is_known, asks=owner.is_known)
        prepared = self._prepared(payer, version, "direct", competent)
        if owner.is_known:
            self._note(actor, owner.person, version, now)
        where = {name: places.fields()[name] for name in ("receiving_agency", "competent_agency", "support_agency")}
        return {**prepared, **where, "owner_known": owner.is_known, "home": owner.home}

    def _prepared(self, payer: Payer, version: ProcedureVersion, way: FilingWay, deciding: str) -> dict[str, Any]:
        ports, person = self._ports, dict(payer.person)
        form = ports.catalogue.form(version.form) if version.form else None
        components = [
            {"key": one.key, "held": held.shown() if held else None}
            for one in version.components
            for held in [self._holdings.find(person, one, asks_registries=payer.asks)]
        ]
        values = self._values(person, form) if form else {}
        answers = {name: found["value"] for name, found in values.items()}
        priced = self._fees.foresee(payer, version, way, answers)
        return {
            "procedure_version": version.id,
            "form_id": version.form,
            "values": values,
            "components": components,
            "fee": priced.assessment.total,
            # That they hold is all that is told: the phone reckons with them as its owner answers.
            "fee_rules": [{**rule.to_json(), "needs": {}} for rule in priced.held],
            "fee_unasked": list(priced.unasked),
            "due_if_sent_now": self._due(version.deadlines[way], deciding, ports.clock.now()),
        }

    def _note(self, actor: Actor, person: Document, version: ProcedureVersion, now: datetime) -> None:
        action = AccessAction.DOSSIER_PREPARED.value
        entry = AccessEntry(now, person["_id"], action, actor, PREFILL, reference=version.code)
        self._ports.database.transaction(lambda session: self._ports.ledger.record([entry], session))

    def _due(self, rule: Any, agency_code: str, now: datetime) -> datetime | None:
        try:
            return due_at(now, rule, self._ports.catalogue.calendar(agency_code))
        except NotFound:
            # A city without office hours cannot promise a day.
            return None

    def _values(self, person: Document, form: FormDefinition) -> dict[str, Any]:
        """``{field: {value, source, as_of}}`` of each answer that we know and that the field takes."""
        own = list(
            self._ports.database.collection(DOSSIERS)
            .find({"owner_id": person["_id"]}, {"form_id": 1, "values": 1, "contact": 1, "received_at": 1})
            .sort("change", -1)
            .limit(_LOOK_BACK)
        )
        known = _of_person(person, own) | self._of_licences(str(person["_id"])) | _of_last(own, form.key)
        today = city_date(self._ports.clock.now())
        found: dict[str, Any] = {}
        for name in form.fields:
            for source in form.prefill_of(name):
                value, as_of = known.get(source, (None, None))
                if value is not None and _fits(form, name, value, today):
                    found[name] = {"value": value, "source": source, "as_of": as_of}
                    break
        # What hangs on another answer is only said where that answer makes the form ask it.
        asked = form.asked({name: one["value"] for name, one in found.items()})
        return {name: one for name, one in found.items() if name in asked}

    def _of_licences(self, owner_id: str) -> dict[str, Known]:
        newest: dict[str, Document] = {}
        for licence in sorted(self._ports.wallet.licences.of_owner(owner_id), key=lambda one: one["issued_at"]):
            if licence["status"] == LicenceStatus.VALID.value:
                newest[licence["type"]] = licence
        return {
            f"licence.{kind}.{fact}": (value, licence["issued_at"])
            for kind, licence in newest.items()
            for fact, value in {
                **{fact: licence[fact] for fact in ("number", "holder_name", "activity", "valid_until")},
                "address": (licence["place"] or {}).get("address"),
            }.items()
        }


def _of_person(person: Mapping[str, Any], own: list[Document]) -> dict[str, Known]:
    """What VNeID has confirmed; what only an agency said of somebody is not told them as theirs."""
    if not person["identity_level"]:
        return {}
    as_of = person.get("verified_at")
    sex = PersonalId.parse(person["personal_id"], date.max).sex.value
    facts = {
        "person.full_name": person["full_name"],
        "person.personal_id": person["personal_id"],
        "person.birth_date": person.get("birth_date"),
        "person.gender": sex,
        "person.commune": person.get("commune_code"),
    }
    phone = own[0]["contact"]["phone"] if own else None
    known: dict[str, Known] = {name: (value, as_of) for name, value in facts.items()}
    return known | {"person.phone": (phone, own[0]["received_at"] if own else None)}


def _of_last(own: list[Document], form_key: str) -> dict[str, Known]:
    """The answers of the newest dossier with any version of the same form."""
    last = next((one for one in own if (one["form_id"] or "").partition("@")[0] == form_key), None)
    if last is None:
        return {}
    return {f"dossier.last.{name}": (value, last["received_at"]) for name, value in last["values"].items()}


def _fits(form: FormDefinition, name: str, value: Any, today: date) -> bool:
    try:
        form.fields[name].check(value, today)
    except AnswerFault:
        return False
    return True
