"""The person at the counter: who they are, where they live, and whose dossier is filed for them.

Nobody is made known to the city before their dossier is stored: who is refused leaves no trace but the count.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from backend.dossiers.ports import DossierPorts
from backend.infra.mongo import Document, Session
from shared_models.errors import Invalid
from shared_models.person import same_name


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody for whom an officer acts. ``home``: their commune, as the city knows it, else as their card says."""

    person: Document
    is_known: bool
    home: str | None

    @property
    def at_home(self) -> Document:
        """The person with their commune, for the question who decides; never for what is prefilled."""
        return {**self.person, "commune_code": self.home}


class Counter:
    def __init__(self, ports: DossierPorts) -> None:
        self._people: Final = ports.identity.people

    def present(self, owner: Mapping[str, Any]) -> Present:
        """Who is meant by ``{personal_id, full_name, commune?}``; nothing is written.

        Raises:
            Invalid: naming ``owner.personal_id``, ``owner.full_name`` (also ``person.name_differs``: this number is
                somebody else's) or ``owner.commune`` (``place.commune_unknown``).
        """
        try:
            person, is_known = self._people.meant(owner["personal_id"], owner["full_name"])
        except Invalid as fault:
            raise _at(fault.code) from fault
        _check_name(person, owner)
        declared = owner.get("commune")
        if declared is not None and self._people.commune(declared) is None:
            raise Invalid("place.commune_unknown", {"owner.commune": ["place.commune_unknown"]})
        return Present(person, is_known, person.get("commune_code") or declared)

    def enter(self, owner: Mapping[str, Any], session: Session) -> Document:
        """The person as the city knows them from this transaction on.

        Raises:
            Invalid: ``person.name_differs``: somebody has entered this number under another name in between.
        """
        person_id = self._people.ensure_person(owner["personal_id"], owner["full_name"], session)
        person = self._people.person(person_id, session)
        _check_name(person, owner)
        return person


def _check_name(person: Document, owner: Mapping[str, Any]) -> None:
    if not same_name(person["full_name"], owner["full_name"]):
        raise _at("person.name_differs")


def _at(code: str) -> Invalid:
    field = "full_name" if "name" in code else "personal_id"
    return Invalid(code, {f"owner.{field}": [code]})
