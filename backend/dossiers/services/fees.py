"""What a dossier costs this person: the published fees, and the most favourable rule of the day (docs/payments.md).

Who belongs to a group is not for the citizen to prove: the registers are asked (once-only), and only for what could
make a fee less. What is asked is asked before any transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from backend.dossiers.fact_sources import FactSource, fact_sources
from backend.dossiers.ports import DossierPorts, Evidence
from backend.dossiers.services.holdings import of_vneid
from backend.infra.ledger import AccessEntry
from backend.infra.mongo import Document
from shared_models.access import Actor
from shared_models.access_action import AccessAction
from shared_models.clock import city_date
from shared_models.errors import Upstream
from shared_models.fee import Assessment, Fact, FeeRule, Subject, assess
from shared_models.procedure import ProcedureVersion
from shared_models.procedure_parts import FeeLine
from shared_models.procedure_terms import FilingWay, HeldSource

FEES: Final = "dossiers.fees"
"""Why a register was asked about somebody: ``purpose.<code>`` in the message catalogues."""

Lines = Sequence[tuple[FeeLine, int]]


@dataclass(frozen=True, slots=True)
class Payer:
    """Who pays, and who wants to know. ``is_known``: they have a log in which the asking can be written at once."""

    person: Mapping[str, Any]
    actor: Actor
    is_known: bool = True
    asks: bool = True

    def entry(self, version: ProcedureVersion, now: datetime, person_id: str | None = None) -> AccessEntry:
        """What their access log says of it."""
        action = AccessAction.PAYER_ASKED.value
        return AccessEntry(now, person_id or str(self.person["_id"]), action, self.actor, FEES, reference=version.code)


@dataclass(frozen=True, slots=True)
class Priced:
    """``evidence``: what the applied rules rest on. ``unasked``: facts that would make it less, and could not be asked.

    ``held``: the rules that hold for this person; ``was_asked``: a register was asked about them.
    """

    assessment: Assessment
    evidence: tuple[Document, ...] = ()
    unasked: tuple[str, ...] = ()
    held: tuple[FeeRule, ...] = ()
    was_asked: bool = False


@dataclass
class _Found:
    """What is known of somebody so far. ``open``: facts that may still be asked for."""

    facts: dict[str, Fact]
    open: set[str]
    silent: set[str] = field(default_factory=set)
    evidence: dict[str, Document] = field(default_factory=dict)
    was_asked: bool = False


@dataclass(frozen=True, slots=True)
class _Case:
    """A procedure, filed in a way on a day, with the rules that speak of it."""

    version: ProcedureVersion
    way: FilingWay
    day: date
    rules: tuple[FeeRule, ...]

    def assess(self, lines: Lines, facts: Mapping[str, Fact]) -> Assessment:
        return assess(lines, self.rules, Subject(facts), self.version.code, self.way, self.day)

    def wanted(self, lines: Lines, facts: Mapping[str, Fact], among: set[str]) -> list[str]:
        """The facts ``among`` these that would make something less, in the order of `fact_sources`."""
        now, found = self.assess(lines, facts).total, set[str]()
        for rule in self.rules if now else ():
            missing = {fact for fact, need in rule.needs.items() if not need.holds(facts.get(fact))}
            if missing and missing <= among:
                assumed = {**facts, **dict.fromkeys(missing, True)}
                if self.assess(lines, assumed).total < now:
                    found |= missing
        return [fact for fact in fact_sources() if fact in found]


class Fees:
    def __init__(self, ports: DossierPorts) -> None:
        self._ports: Final = ports

    def price(self, payer: Payer, version: ProcedureVersion, way: FilingWay, values: Mapping[str, Any]) -> Priced:
        """What is due for these answers."""
        lines = version.fee_lines(way, values)
        return self._priced(payer, version, way, lines, lines)

    def foresee(self, payer: Payer, version: ProcedureVersion, way: FilingWay, values: Mapping[str, Any]) -> Priced:
        """As `price`, before somebody has answered all: registers are asked for what any answer may cost."""
        every = [(line, line.amount) for line in version.fees[way]]
        return self._priced(payer, version, way, every, version.fee_lines(way, values))

    def _priced(self, payer: Payer, version: ProcedureVersion, way: FilingWay, asked: Lines, due: Lines) -> Priced:
        day = city_date(self._ports.clock.now())
        rules = self._ports.catalogue.fee_rules(day)
        keys = [line.key for line, _ in asked]
        spoken = tuple(rule for rule in rules if any(rule.is_for(version.code, way, key) for key in keys))
        case = _Case(version, way, day, spoken)
        found = self._ask(payer, case, asked)
        assessment = case.assess(due, found.facts)
        applied = {line.rule_id for line in assessment.lines}
        rests_on = {fact for rule in spoken if rule.id in applied for fact in rule.needs}
        return Priced(
            assessment,
            tuple(found.evidence[fact] for fact in sorted(rests_on & found.evidence.keys())),
            tuple(case.wanted(asked, found.facts, found.silent)),
            tuple(rule for rule in spoken if rule.holds_for(Subject(found.facts))),
            found.was_asked,
        )

    def _ask(self, payer: Payer, case: _Case, lines: Lines) -> _Found:
        """Asks register after register until nothing is left that could make a fee less."""
        now, sources = self._ports.clock.now(), fact_sources()
        facts = subject_of(payer.person, case.day).facts
        found = _Found(dict(facts), set(sources))
        for fact in facts:
            confirmed = of_vneid(payer.person, fact)
            if confirmed is not None:
                found.evidence[fact] = {"fact": fact, **confirmed.kept(now)}
        if self._ports.registries is None or not payer.asks:
            found.open, found.silent = set(), set(sources)
        while wanted := case.wanted(lines, found.facts, found.open):
            if not found.was_asked and payer.is_known:
                self._note(payer.entry(case.version, now))
            found.was_asked = True
            self._look(payer.person, wanted[0], case.day, found)
        return found

    def _note(self, entry: AccessEntry) -> None:
        self._ports.database.transaction(lambda session: self._ports.ledger.record([entry], session))

    def _look(self, person: Mapping[str, Any], fact: str, day: date, found: _Found) -> None:
        """Asks for one fact. A register that is silent is asked for nothing more; an odd answer is none."""
        assert self._ports.registries is not None, "nobody is asked where there are no registers"
        source = fact_sources()[fact]
        params = {"record": source.record} if source.record else {}
        try:
            answer = self._ports.registries.lookup(source.registry, str(person["personal_id"]), params)
            proven = answer is not None and source.proves(answer.values, day)
        except Upstream:
            mute = {one for one in found.open if fact_sources()[one].registry == source.registry}
            found.open -= mute
            found.silent |= mute
            return
        except ValueError:
            found.open.discard(fact)
            found.silent.add(fact)
            return
        found.open.discard(fact)
        if answer is not None and proven:
            found.facts[fact] = True
            found.evidence[fact] = _evidence(fact, source, answer)


def _evidence(fact: str, source: FactSource, answer: Evidence) -> Document:
    return {
        "fact": fact,
        "source": HeldSource.REGISTRY.value,
        "key": source.key,
        "id": answer.id,
        "label": answer.label,
        "as_of": answer.asked_at,
        "asked_at": answer.asked_at,
        "sha256": answer.sha256,
    }


def listed(version: ProcedureVersion, way: FilingWay, values: Mapping[str, Any], day: date) -> Priced:
    """The published fees, for nobody in particular."""
    return Priced(assess(version.fee_lines(way, values), (), Subject({}), version.code, way, day))


def subject_of(person: Mapping[str, Any], day: date) -> Subject:
    """What is known without asking: the level of identification and the age. What is not known holds no rule."""
    facts: dict[str, Fact] = {}
    if person.get("identity_level") is not None:
        facts["identity_level"] = int(person["identity_level"])
    if person.get("birth_date"):
        born = _born(str(person["birth_date"]))
        facts["age"] = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    return Subject(facts)


def _born(text: str) -> date:
    """``YYYY-MM-DD``, or the year alone of those whose papers say no more: counted from its first day."""
    return date.fromisoformat(text) if len(text) > len("YYYY") else date(int(text), 1, 1)
