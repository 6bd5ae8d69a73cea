"""Decisions into signed documents of the result store, and licences of the wallet."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from backend.catalogue.service import Catalogue
from backend.dossiers.ports import Outcome
from backend.dossiers.printed.results import Decided, check_given, grant_of, letter_of
from backend.identity.service import Identity
from backend.infra.mongo import Session
from backend.infra.printing.letter import DEMO, draw_letter
from backend.infra.printing.seals import Seals
from backend.results.service import Issue, Prepared, Results
from shared_models.access import Actor
from shared_models.clock import Clock, city_date


@dataclass(frozen=True, slots=True)
class Made:
    """A document that is signed and kept, but not yet a result."""

    prepared: Prepared
    owner_id: str
    number: str


@dataclass(frozen=True, slots=True)
class SignedResultPorts:
    """``licences``: licences by id."""

    results: Results
    licences: Callable[[Sequence[str]], Mapping[str, Mapping[str, Any]]]
    catalogue: Catalogue
    identity: Identity
    seals: Seals
    clock: Clock
    is_demo: bool


class SignedResults:
    """The adapter behind `Outcomes`."""

    def __init__(self, ports: SignedResultPorts) -> None:
        self._ports: Final = ports

    def check(self, given: Mapping[str, Any]) -> None:
        """As `Outcomes.check`."""
        check_given(given)

    def prepare(self, dossier: Mapping[str, Any], leader: Actor) -> Made:
        """As `Outcomes.prepare`."""
        ports, agency = self._ports, dossier["competent_agency"]
        seal = ports.seals.of(agency["code"], agency["name"])
        now = ports.clock.now()
        procedure = ports.catalogue.version(dossier["procedure"]["version"])
        form = ports.catalogue.form(dossier["form_id"]) if dossier["form_id"] else None
        decided = Decided(dossier, procedure, form, city_date(now))
        replaced = self._replaced(decided)
        grant = grant_of(decided, replaced["number"] if replaced else None)
        letter = letter_of(decided, grant, leader.name, self._commune, DEMO if ports.is_demo else None)
        issue = Issue(
            dossier_id=dossier["_id"],
            type=grant.type,
            number=grant.number,
            holder_kind=grant.holder_kind,
            holder_name=grant.holder_name,
            tax_code=grant.tax_code,
            activity=grant.activity,
            place=grant.place,
            valid_from=grant.valid_from,
            valid_until=grant.valid_until,
            document=seal.sign(draw_letter(letter), leader.name, now),
            agency_code=agency["code"],
            issued_by=leader.id,
            replaces=replaced["_id"] if replaced else None,
        )
        return Made(ports.results.issuing.prepare(issue), dossier["owner_id"], grant.number)

    def store(self, prepared: object, session: Session) -> Outcome:
        """As `Outcomes.store`."""
        assert isinstance(prepared, Made), "what `prepare` gave"
        result = self._ports.results.issuing.store(prepared.prepared, prepared.owner_id, session)
        return Outcome(result["_id"], result["licence_id"], prepared.number)

    def finish(self, prepared: object) -> None:
        """As `Outcomes.finish`."""
        assert isinstance(prepared, Made), "what `prepare` gave"
        self._ports.results.issuing.finish(prepared.prepared)

    def document(self, result_id: str, owner_id: str) -> bytes:
        """As `Outcomes.document`."""
        return self._ports.results.issuing.document(result_id, owner_id)[0]

    def _replaced(self, decided: Decided) -> Mapping[str, Any] | None:
        """The licence that was handed in for another of its type (đổi, cấp lại, gia hạn)."""
        held = decided.handed_in_licence
        found = self._ports.licences([held]) if held else {}
        return found.get(held) if held else None

    def _commune(self, code: str) -> str:
        found = self._ports.identity.people.commune(code)
        return f"{found.kind.value} {found.name}" if found else code
