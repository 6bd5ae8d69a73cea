"""How one dossier goes, carried out in memory by the very code that carries out a real one, at moments of the past."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from backend.catalogue.service import Catalogue, CataloguePorts
from backend.dossiers.ports import DossierPorts
from backend.dossiers.rules import content_sha256
from backend.dossiers.scale.answers import answers_to
from backend.dossiers.scale.people import Someone
from backend.dossiers.scale.steps import Step, steps_of
from backend.dossiers.services.act import Act, Tools
from backend.dossiers.services.handing_in import by_reference
from backend.dossiers.services.holdings import Held, Holdings
from backend.dossiers.services.machinery import ACTS
from backend.dossiers.services.new_dossier import Filing, first_event, new_dossier
from backend.dossiers.services.places import Places
from backend.dossiers.services.recording import recorded
from backend.dossiers.services.uploads import Uploads
from backend.infra.mongo import Document, Session
from backend.infra.system import Dice
from shared_models.access import ROLE_SCOPES, Actor, Duty, Role, scopes_of
from shared_models.clock import FixedClock, city_date
from shared_models.deadline import intake_due_at
from shared_models.dossier import Channel, DossierStatus
from shared_models.errors import NotFound
from shared_models.notice import NoticeKind
from shared_models.procedure import Component, ProcedureVersion
from shared_models.procedure_terms import HeldSource
from shared_models.working_time import WorkingCalendar

CODE_TO_COME: Final = "code"
"""Stands for the code until the transaction that stores the dossier counts it."""


_WAYS: Final = {"digital": 6, "counter": 3, "post": 1}
"""How often a result goes back which way."""


class KnownCatalogue(Catalogue):
    """A catalogue that does not change while a seed runs: its calendars are read once."""

    def __init__(self, ports: DossierPorts) -> None:
        super().__init__(CataloguePorts(ports.database, ports.identity, ports.clock))
        self._calendars: Final[dict[str, WorkingCalendar]] = {}

    def calendar(self, agency_code: str) -> WorkingCalendar:
        if agency_code not in self._calendars:
            self._calendars[agency_code] = super().calendar(agency_code)
        return self._calendars[agency_code]


@dataclass(slots=True)
class PastAct(Act):
    """An act of the past: nobody is told of it now, and the code is counted when the dossier is stored."""

    def give_code(self) -> None:
        self.dossier["code"] = CODE_TO_COME

    def tell(self, recipient_id: str, kind: NoticeKind, **params: str) -> None:
        """Says nothing."""


@dataclass(frozen=True, slots=True)
class Course:
    """A dossier and its timeline as they are stored, of one person; others' differ in what is about the person."""

    dossier: Document
    events: list[Document]
    version: ProcedureVersion


@dataclass(frozen=True, slots=True)
class Opening:
    """What a dossier begins with. ``file``: a component's file, or None: everything is held already."""

    version: ProcedureVersion
    receiving: str
    received_at: datetime
    channel: Channel
    owner: Someone
    file: Mapping[str, Any] | None


@dataclass(slots=True)
class Courses:
    """Makes courses. ``session`` is a client session without a transaction: nothing is read or written through it."""

    ports: DossierPorts
    session: Session
    dice: Dice = field(init=False)
    tools: Tools = field(init=False)
    places: Places = field(init=False)
    clock: FixedClock = field(init=False)
    officers: dict[str, list[Actor]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clock = FixedClock(self.ports.clock.now())
        known = KnownCatalogue(self.ports)
        ports = replace(self.ports, clock=self.clock, catalogue=known, outcomes=None, registries=None)
        self.tools = Tools(ports, Holdings(ports), Uploads(ports))
        self.places = Places(ports.identity)

    def course(self, opening: Opening, now: datetime) -> Course:
        """What had become by ``now`` of a dossier that came in at ``received_at``."""
        filing = self._filing(opening)
        places = self.places.of(filing.actor, opening.version, filing.at_home, opening.receiving)
        calendar = self.tools.ports.catalogue.calendar(opening.receiving)
        at, ids = opening.received_at, self.ports.ids
        dossier = new_dossier(filing, places, intake_due_at(at, calendar), ids, at)
        events = [first_event(filing.actor, dossier, ids.new("act"))]
        deciding = self.tools.ports.catalogue.calendar(places.competent["code"])
        for step in steps_of(opening.version, dossier["fee"]["amount"], filing.ask["return_way"], self.dice):
            at = deciding.add_minutes(at + step.waits, step.after)
            if at > now:
                break
            events.append(self._carry_out(step, dossier, at))
        return Course(dossier, events, opening.version)

    def _filing(self, opening: Opening) -> Filing:
        version, owner = opening.version, opening.owner
        is_online = opening.channel is Channel.ONLINE
        actor = self._owner(owner.document) if is_online else self._one_of(opening.receiving, Duty.RECEIVE)
        day, form = city_date(opening.received_at), version.form
        values = answers_to(self.tools.ports.catalogue.form(form), owner, self.dice, day) if form else {}
        ways = [way.value for way in version.result.ways]
        ask = {
            "id": self.ports.ids.new("dos"),
            "receiving_agency": opening.receiving,
            "origins": dict.fromkeys(values, "typed"),
            "contact": {"phone": owner.answers["person.phone"], "email": None},
            "return_way": self.dice.choices(ways, [_WAYS[way] for way in ways])[0],
            "return_address": owner.address,
        }
        components = [self._component(one, opening) for one in version.components if one.required]
        return Filing(
            actor=actor,
            person=owner.document,
            at_home=owner.document,
            owner=None if is_online else {"full_name": owner.document["full_name"]},
            version=version,
            channel=opening.channel,
            ask=ask,
            values=values,
            components=components,
            digest=content_sha256(ask["id"]),
        )

    def _component(self, component: Component, opening: Opening) -> Document:
        at, file = opening.received_at, opening.file
        if component.held_by or file is None:
            held = Held(HeldSource.REGISTRY, "population", "DEMO", "Cơ sở dữ liệu (DEMO)", at, content_sha256("DEMO"))
            return by_reference(component, held.evidence(component.key, at))
        return {
            "key": component.key,
            "name": component.name.to_json(),
            "source": "upload",
            "label": "demo.pdf",
            "upload_id": self.ports.ids.new("upl"),
            "evidence": None,
            "at": at,
            **file,
        }

    def _carry_out(self, step: Step, dossier: Document, at: datetime) -> Document:
        self.clock.at, actor = at, self._actor(step, dossier)
        ask = {"id": self.ports.ids.new("act"), "action": step.action.value, **step.fields, **self._more(step, dossier)}
        before = DossierStatus(dossier["status"])
        act = PastAct(step.action, actor, at, dossier, ask, self.tools, self.session, before)
        ACTS[step.action](act)
        return recorded(act, content_sha256(act.id), self.ports.ids)

    def _more(self, step: Step, dossier: Document) -> dict[str, Any]:
        """What an action says that depends on the dossier."""
        if step.action == "assign":
            return {"to": self._one_of(dossier["agency_code"], Duty.PROCESS).id}
        if step.action == "answer_supplement":
            return {"values": dossier["values"]}
        if step.action == "answer_opinion":
            return {"opinion_id": next(one["id"] for one in dossier["opinions"] if one["answered_at"] is None)}
        return {}

    def _actor(self, step: Step, dossier: Document) -> Actor | None:
        desk = dossier["agency_code"]
        if step.who == "system":
            return None
        if step.who == "owner":
            return self._owner({"_id": dossier["owner_id"], "full_name": dossier["owner_name"]})
        if step.who == "part":
            waiting = next(one for one in dossier["opinions"] if one["answered_at"] is None)
            return self._one_of(waiting["agency"]["code"], Duty.PROCESS)
        if step.who == "leader":
            return self._one_of(desk, Duty.APPROVE)
        if step.who == "clerk":
            return self._one_of(desk, Duty.RECEIVE)
        holder = dossier["assignee_id"]
        known = [one for one in self._officers(desk) if one.id == holder]
        return known[0] if known else self._one_of(desk, Duty.PROCESS)

    def _owner(self, person: Mapping[str, Any]) -> Actor:
        return Actor(person["_id"], Role.CITIZEN, person["full_name"], ROLE_SCOPES[Role.CITIZEN])

    def _one_of(self, agency_code: str, duty: Duty) -> Actor:
        able = [one for one in self._officers(agency_code) if scopes_of(Role.OFFICER, [duty]) <= one.scopes]
        if not able:
            raise NotFound("staff.unknown", agency=agency_code, duty=duty.value)
        return self.dice.choice(able)

    def _officers(self, agency_code: str) -> list[Actor]:
        if agency_code not in self.officers:
            name = self.ports.identity.people.agency_name(agency_code)
            self.officers[agency_code] = [
                Actor(
                    *(one["_id"], Role.OFFICER, one["full_name"], scopes_of(Role.OFFICER, map(Duty, one["duties"]))),
                    *(agency_code, name),
                )
                for one in self.ports.identity.staff.of_agency(agency_code)
            ]
        return self.officers[agency_code]
