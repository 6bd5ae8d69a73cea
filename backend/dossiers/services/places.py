"""Which agency receives, which decides, and where one was helped: three fields, because they may be three places."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from backend.identity.service import Identity
from backend.infra.mongo import Document
from shared_models.access import Actor
from shared_models.errors import Invalid
from shared_models.procedure import ProcedureVersion
from shared_models.procedure_terms import COMMUNE


def agency_of(actor: Actor) -> dict[str, Any] | None:
    return {"code": actor.agency_code, "name": actor.agency_name} if actor.agency_code else None


@dataclass(frozen=True, slots=True)
class DossierPlaces:
    """Each ``{code, name}``; ``linked`` are the other agencies of an interlinked procedure."""

    receiving: Mapping[str, Any]
    competent: Mapping[str, Any]
    support: Mapping[str, Any] | None
    linked: tuple[str, ...]

    def reader_codes(self) -> list[str]:
        """Whose officers may read the dossier."""
        named = {self.receiving["code"], self.competent["code"], *self.linked}
        return sorted(named | ({self.support["code"]} if self.support else set()))

    def fields(self) -> Document:
        return {
            "receiving_agency": dict(self.receiving),
            "competent_agency": dict(self.competent),
            "support_agency": dict(self.support) if self.support else None,
            "agency_code": self.receiving["code"],
            "reader_codes": self.reader_codes(),
        }


class Places:
    def __init__(self, identity: Identity) -> None:
        self._people: Final = identity.people

    def of(self, actor: Actor, version: ProcedureVersion, person: Document, receiving_code: str) -> DossierPlaces:
        """Where a dossier goes (phi địa giới: any receiving place, one that decides).

        A procedure of the communes is decided by that of the owner's home when it may be filed elsewhere and the home
        is known; else by the one that receives it.

        Raises:
            Invalid: ``agency.not_receiving``, or ``agency.home_unknown`` where nobody knows which commune decides,
                naming ``receiving_agency``.
        """
        receiving = self._people.agency(receiving_code)
        if receiving is None or not self._receives(version, receiving):
            raise Invalid("agency.not_receiving", {"receiving_agency": ["agency.not_receiving"]})
        competent = self._competent(version, person, receiving)
        linked = tuple(
            self._competent(version, person, receiving)["_id"] if part.agency == COMMUNE else part.agency
            for part in version.interlinked
        )
        own = agency_of(actor)
        support = own if own is not None and own["code"] != receiving_code else None
        return DossierPlaces(_named(receiving), _named(competent), support, linked)

    def _receives(self, version: ProcedureVersion, agency: Document) -> bool:
        if agency["_id"] in version.receiving:
            return True
        return COMMUNE in version.receiving and agency.get("commune_code") is not None

    def _competent(self, version: ProcedureVersion, person: Document, receiving: Document) -> Document:
        if version.competent != COMMUNE:
            return self._people.agency(version.competent) or receiving
        home = person.get("commune_code")
        if version.non_territorial and home is not None:
            at_home = self._people.commune_agency(home)
            if at_home is not None:
                return at_home
        if receiving.get("commune_code") is None:
            # An agency that takes it in for the communes decides nothing of theirs.
            raise Invalid("agency.home_unknown", {"receiving_agency": ["agency.home_unknown"]})
        return receiving


def _named(agency: Document) -> dict[str, Any]:
    return {"code": agency["_id"], "name": agency["name"]}
