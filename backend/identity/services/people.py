"""People, agencies and communes: who is meant by a personal id, and what an agency is called."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from backend.identity.documents import Agency, CommuneUnit, Person
from backend.identity.ports import VerifiedIdentity
from backend.infra.documents import to_document
from backend.infra.ledger import AccessEntry, Ledger
from backend.infra.mongo import Database, Document, Session
from backend.infra.system import Ids
from shared_models.access import Actor, Scope
from shared_models.clock import Clock, city_date
from shared_models.errors import NotFound
from shared_models.person import PersonalId, clean_name
from shared_models.place import Commune, CommuneKind


class People:
    def __init__(self, database: Database, clock: Clock, ids: Ids, ledger: Ledger) -> None:
        self._database: Final = database
        self._clock: Final = clock
        self._ids: Final = ids
        self._ledger: Final = ledger

    def ensure_person(self, personal_id: str, full_name: str, session: Session | None = None) -> str:
        """The id of the person with this personal id, made if an agency names them for the first time.

        Raises:
            Invalid: ``person.id_malformed``, ``person.id_in_future``, ``person.name_malformed``.
        """
        document = self._named(personal_id, full_name)
        return self._upsert(document["personal_id"], {"$setOnInsert": document}, session)

    def meant(self, personal_id: str, full_name: str) -> tuple[Document, bool]:
        """Who would be meant by `ensure_person`, and whether the city knows them already; nothing is written.

        Of somebody unknown the id is made up: the one that `ensure_person` gives them later is another.

        Raises:
            Invalid: as `ensure_person`.
        """
        document = self._named(personal_id, full_name)
        found = self._database.collection("persons").find_one({"personal_id": document["personal_id"]})
        return found or document, found is not None

    def _named(self, personal_id: str, full_name: str) -> Document:
        now = self._clock.now()
        return to_document(
            Person(
                id=self._ids.new("per"),
                personal_id=PersonalId.parse(personal_id, city_date(now)).number,
                full_name=clean_name(full_name),
                identity_level=0,
                is_demo=False,
                created_at=now,
            ),
        )

    def know_person(self, identity: VerifiedIdentity) -> str:
        """The id of somebody who signed in; what the identity provider says of them replaces what an agency said.

        Raises:
            Invalid: a personal id or a name that cannot be.
        """
        now = self._clock.now()
        number = PersonalId.parse(identity.personal_id, city_date(now)).number
        known = {
            "full_name": clean_name(identity.full_name),
            "identity_level": min(identity.level, 2),
            "verified_at": now,
        }
        if identity.birth_date is not None:
            known["birth_date"] = identity.birth_date
        made = {"_id": self._ids.new("per"), "is_demo": False, "created_at": now}
        to_document(Person(id=made["_id"], personal_id=number, is_demo=False, created_at=now, **known))
        return self._upsert(number, {"$set": known, "$setOnInsert": made}, None)

    def person(self, person_id: str, session: Session | None = None) -> Document:
        """``{_id, personal_id, full_name, birth_date?, identity_level, commune_code?}``.

        Raises:
            NotFound: ``person.unknown``.
        """
        found = self._database.collection("persons").find_one({"_id": person_id}, session=session)
        if found is None:
            raise NotFound("person.unknown")
        return found

    def particulars(self, person_id: str, session: Session | None = None) -> dict[str, str]:
        """What an official paper says of a person: ``name``, ``personal_id``, and ``address`` where it is known.

        The city knows no more of an address than the commune. Empty: nobody of this id is known.
        """
        found = self._database.collection("persons").find_one({"_id": person_id}, session=session)
        if found is None:
            return {}
        said = {"name": str(found["full_name"]), "personal_id": str(found["personal_id"])}
        home = found.get("commune_code")
        commune = self._database.collection("communes").find_one({"_id": home}, session=session) if home else None
        if commune is not None:
            said["address"] = f"{commune['kind'].capitalize()} {commune['name']}, thành phố Đà Nẵng"
        return said

    def look_up(self, actor: Actor, personal_id: str, purpose: str) -> Document:
        """A person for an officer who has a reason; the person can read who asked and why.

        Raises:
            Forbidden: ``access.scope_missing``.
            NotFound: ``person.unknown``.
        """
        actor.require(Scope.PEOPLE_READ)

        def read(session: Session) -> Document:
            found = self._database.collection("persons").find_one({"personal_id": personal_id}, session=session)
            if found is None:
                raise NotFound("person.unknown")
            entry = AccessEntry(
                at=self._clock.now(),
                subject_id=str(found["_id"]),
                action="person.looked_up",
                actor=actor,
                purpose=purpose,
            )
            self._ledger.record([entry], session)
            return found

        return self._database.transaction(read)

    def place_person(self, person_id: str, commune_code: str, *, is_demo: bool = False) -> None:
        """Notes where a person lives; ``is_demo`` marks a person of a demonstration."""
        self._database.collection("persons").update_one(
            {"_id": person_id},
            {"$set": {"commune_code": commune_code, "is_demo": is_demo}},
        )

    def put_agency(
        self,
        code: str,
        name: str,
        *,
        is_demo: bool = False,
        commune_code: str | None = None,
        tax_code: str | None = None,
    ) -> None:
        """Adds an agency or changes its name; ``commune_code`` makes it the committee of that commune.

        A ``tax_code`` that is known stays until another is given.
        """
        tax_code = tax_code or (self.agency(code) or {}).get("tax_code")
        agency = Agency(id=code, name=name, is_demo=is_demo, commune_code=commune_code, tax_code=tax_code)
        self._database.collection("agencies").replace_one({"_id": code}, to_document(agency), upsert=True)

    def agency_name(self, code: str) -> str:
        """Raises ``NotFound("agency.unknown")``."""
        found = self._database.collection("agencies").find_one({"_id": code})
        if found is None:
            raise NotFound("agency.unknown")
        return str(found["name"])

    def agency(self, code: str) -> Document | None:
        """``{_id, name, is_demo, commune_code?, tax_code?}``, or None."""
        return self._database.collection("agencies").find_one({"_id": code})

    def commune_agency(self, commune_code: str) -> Document | None:
        """The people's committee of a commune, as `agency`, or None."""
        return self._database.collection("agencies").find_one({"commune_code": commune_code})

    def agencies(self) -> list[Document]:
        """``{_id, name, is_demo}`` of each, by code."""
        return list(self._database.collection("agencies").find().sort("_id", 1))

    def put_commune(self, commune: Commune) -> None:
        document = to_document(CommuneUnit(id=commune.code, name=commune.name, kind=commune.kind.value))
        self._database.collection("communes").replace_one({"_id": commune.code}, document, upsert=True)

    def commune(self, code: str) -> Commune | None:
        """The unit with this code of the General Statistics Office, or None."""
        found = self._database.collection("communes").find_one({"_id": code})
        return Commune(code, found["name"], CommuneKind(found["kind"])) if found else None

    def communes(self) -> list[Commune]:
        """Every commune, by code."""
        found = self._database.collection("communes").find().sort("_id", 1)
        return [Commune(row["_id"], row["name"], CommuneKind(row["kind"])) for row in found]

    def places(self) -> dict[str, Any]:
        """Every commune with its committee, by code: ``{items: [{code, name, kind, agency: {code, name} | None}]}``."""
        held = self._database.collection("agencies").find({"commune_code": {"$gt": ""}})
        committees = {row["commune_code"]: {"code": row["_id"], "name": row["name"]} for row in held}
        return {
            "items": [
                {
                    "code": commune.code,
                    "name": commune.name,
                    "kind": commune.kind.value,
                    "agency": committees.get(commune.code),
                }
                for commune in self.communes()
            ]
        }

    def _upsert(self, number: str, change: Document, session: Session | None) -> str:
        persons = self._database.collection("persons")
        persons.update_one({"personal_id": number}, change, upsert=True, session=session)
        found = persons.find_one({"personal_id": number}, {"_id": 1}, session=session)
        if found is None:
            raise RuntimeError("a person vanished between two reads")
        return str(found["_id"])


def demo_person(person_id: str, known: Mapping[str, Any], now: datetime) -> Document:
    """The document of somebody who does not exist; ``known``: ``personal_id, full_name, birth_date, commune_code``."""
    return to_document(Person(id=person_id, identity_level=2, is_demo=True, created_at=now, **known))
