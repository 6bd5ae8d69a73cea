"""Who is who: citizens by VNeID, staff by password, agencies' systems by assertion; tokens bound to keys.

What other rooms use: `Identity.authenticate` (backend/http/security.py), ``people.ensure_person``, ``people.person``,
``people.agency_name`` and ``people.commune``.
"""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any, Final

from argon2 import PasswordHasher

from backend.identity.ports import IdentityProvider
from backend.identity.services.citizen_signin import CALLBACK_PATH, CitizenSignin, Return, SigninParts
from backend.identity.services.grants import Grants, TokenAsk, user_of
from backend.identity.services.machines import MachineClients
from backend.identity.services.one_time import OneTime
from backend.identity.services.people import People
from backend.identity.services.proofs import Proofs
from backend.identity.services.sessions import Sessions
from backend.identity.services.staff import StaffAccounts
from backend.identity.services.tokens import AccessTokens
from backend.infra.ledger import Ledger, LedgerPage
from backend.infra.mongo import Database, Document
from backend.infra.system import Ids
from shared_models.access import Actor, Role, Scope
from shared_models.clock import Clock
from shared_models.errors import Unauthenticated
from shared_models.person import mask_personal_id

SECRET_BYTES: Final = 32

__all__ = ["Identity", "IdentityOptions", "Return", "build_identity"]


@dataclass(frozen=True, slots=True)
class IdentityOptions:
    """``secret``: the 32 bytes of session.key. ``any_origin``: proofs may name the address the request came to."""

    public_url: str
    secret: bytes
    provider: IdentityProvider
    hasher: PasswordHasher
    any_origin: bool


class Identity:
    """The capability's one face; the parts behind it are in `services/`."""

    def __init__(self, grants: Grants, proofs: Proofs, ledger: Ledger) -> None:
        self._grants: Final = grants
        self._proofs: Final = proofs
        self._ledger: Final = ledger
        self.people: Final = grants.people
        self.staff: Final = grants.staff
        self.machines: Final = grants.machines
        self.sessions: Final = grants.sessions
        self.citizens: Final = grants.citizens

    def authenticate(self, authorization: str | None, proof: str | None, method: str, url: str) -> Actor:
        """Who sends a request with these ``Authorization`` and ``DPoP`` headers.

        Raises:
            Unauthenticated: ``access.token_missing``, ``access.token_invalid``, ``access.token_expired``, or what
                `Proofs.check` says of the proof; ``access.proof_invalid`` when it is of another key.
        """
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "dpop" or not token:
            raise Unauthenticated("access.token_missing")
        actor, jkt = self._grants.tokens.read(token)
        if not hmac.compare_digest(self._proofs.check(proof, method, url, token), jkt):
            raise Unauthenticated("access.proof_invalid")
        return actor

    def token(self, fields: dict[str, Any], proof: str | None, url: str, source: str) -> dict[str, Any]:
        """The answer to ``POST /auth/token``; ``source`` is the address that asks."""
        jkt = self._proofs.check(proof, "POST", url)
        return self._grants.token(TokenAsk(fields, jkt, source))

    def profile(self, actor: Actor) -> dict[str, Any]:
        """Who one is: `user_of`, and for a citizen also ``masked_personal_id, commune, identity_level``."""
        actor.require(Scope.PROFILE)
        profile = {**user_of(actor), "masked_personal_id": None, "commune": None, "identity_level": None}
        if actor.role is Role.CITIZEN:
            person = self.people.person(actor.id)
            profile["name"] = person["full_name"]
            profile["masked_personal_id"] = mask_personal_id(person["personal_id"])
            profile["identity_level"] = person["identity_level"]
            profile["commune"] = self._commune(person)
        return profile

    def access_log(self, actor: Actor, cursor: str | None, limit: int) -> LedgerPage:
        """Who looked at one's own data, newest first."""
        actor.require(Scope.PROFILE)
        return self._ledger.entries_of(actor.id, cursor, limit=limit)

    def look_up(self, actor: Actor, personal_id: str, purpose: str) -> dict[str, Any]:
        """A person for an officer with a reason, written to the ledger. ``{id, name, masked_personal_id, commune}``."""
        person = self.people.look_up(actor, personal_id, purpose)
        return {
            "id": person["_id"],
            "name": person["full_name"],
            "masked_personal_id": mask_personal_id(person["personal_id"]),
            "commune": self._commune(person),
        }

    def _commune(self, person: Document) -> dict[str, str] | None:
        code = person.get("commune_code")
        commune = self.people.commune(code) if code else None
        return {"code": commune.code, "name": commune.name, "kind": commune.kind.value} if commune else None


def build_identity(database: Database, clock: Clock, ids: Ids, ledger: Ledger, options: IdentityOptions) -> Identity:
    """Wires the capability.

    Raises:
        ValueError: a session secret that is not 32 bytes.
    """
    if len(options.secret) != SECRET_BYTES:
        raise ValueError("session.key must have 32 bytes")
    one_time = OneTime(database)
    people = People(database, clock, ids, ledger)
    grants = Grants(
        people=people,
        staff=StaffAccounts(database, clock, ids, options.hasher),
        machines=MachineClients(database, clock, ids, one_time, options.public_url),
        citizens=CitizenSignin(
            SigninParts(database, clock, ids, options.provider, people, one_time),
            _derive(options.secret, "signin state v1"),
            options.public_url + CALLBACK_PATH,
        ),
        sessions=Sessions(database, clock, ids, _derive(options.secret, "refresh token v1")),
        tokens=AccessTokens(_derive(options.secret, "access token v1"), options.public_url, clock, ids),
    )
    proofs = Proofs(clock, one_time, options.public_url, any_origin=options.any_origin)
    return Identity(grants, proofs, ledger)


def _derive(secret: bytes, purpose: str) -> bytes:
    """A key for one purpose out of the one secret (HMAC as a key derivation function, NIST SP 800-108)."""
    return hmac.new(secret, purpose.encode(), hashlib.sha256).digest()
