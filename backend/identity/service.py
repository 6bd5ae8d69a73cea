"""Who is who: citizens by VNeID, staff by password and code, agencies' systems by assertion; tokens bound to keys.

What other rooms use: `Identity.authenticate` (backend/http/security.py), ``people.ensure_person``, ``people.person``,
``people.agency_name`` and ``people.commune``.
"""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any, Final

from argon2 import PasswordHasher

from backend.identity.browsers import browser_of
from backend.identity.events import AccountChange, AccountChanged
from backend.identity.ports import IdentityProvider
from backend.identity.rules import LOOKUPS_PER_HOUR, source_of
from backend.identity.services.attempts import Attempts, FloodGate
from backend.identity.services.citizen_signin import CALLBACK_PATH, CitizenSignin, Return, SigninParts
from backend.identity.services.grants import Grants, TokenAsk, user_of
from backend.identity.services.machines import MachineClients
from backend.identity.services.one_time import OneTime
from backend.identity.services.own_second_step import OwnSecondStep, OwnSecondStepParts
from backend.identity.services.people import People
from backend.identity.services.proofs import Proofs
from backend.identity.services.second_step import SecondStepKeys, SecondStepParts, SecondSteps
from backend.identity.services.sessions import Device, Sessions
from backend.identity.services.staff import StaffAccounts, StaffParts
from backend.identity.services.staff_signin import StaffSignin, StaffSigninParts
from backend.identity.services.tokens import AccessTokens
from backend.infra.events import Events
from backend.infra.ledger import Ledger, LedgerPage
from backend.infra.mongo import Database, Document, Session
from backend.infra.system import Ids
from shared_models.access import Actor, Role, Scope
from shared_models.clock import Clock
from shared_models.errors import Unauthenticated
from shared_models.person import mask_personal_id

SECRET_BYTES: Final = 32

TOKENS_A_SECOND: Final = 50.0
TOKENS_AT_ONCE: Final = 1_000
"""From one source: ten thousand phones behind one address renew 17 times a second."""

SIGNINS_A_SECOND: Final = 5.0
SIGNINS_AT_ONCE: Final = 200
"""From one source: each finished one makes us ask VNeID."""

__all__ = [
    "AccountChange",
    "AccountChanged",
    "Caller",
    "Identity",
    "IdentityOptions",
    "Return",
    "Surroundings",
    "build_identity",
]


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a request without a token comes from: the address, and what the browser says it is."""

    address: str | None
    user_agent: str | None


@dataclass(frozen=True, slots=True)
class IdentityOptions:
    """``secret``: the 32 bytes of session.key. ``any_origin``: proofs may name the address the request came to.

    ``needs_second_step``: staff without one may do nothing but turn it on.
    """

    public_url: str
    secret: bytes
    provider: IdentityProvider
    hasher: PasswordHasher
    any_origin: bool
    needs_second_step: bool


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the capability stands on."""

    database: Database
    clock: Clock
    ids: Ids
    ledger: Ledger
    events: Events


@dataclass(frozen=True, slots=True)
class IdentityParts:
    """What `Identity` is made of."""

    grants: Grants
    proofs: Proofs
    ledger: Ledger
    attempts: Attempts
    clock: Clock
    own_second_step: OwnSecondStep


class Identity:
    """The capability's one face; the parts behind it are in `services/`."""

    def __init__(self, parts: IdentityParts) -> None:
        grants = self._grants = parts.grants
        self._proofs: Final = parts.proofs
        self._ledger: Final = parts.ledger
        self._attempts: Final = parts.attempts
        self._token_gate: Final = FloodGate(parts.clock, TOKENS_A_SECOND, TOKENS_AT_ONCE)
        self._signin_gate: Final = FloodGate(parts.clock, SIGNINS_A_SECOND, SIGNINS_AT_ONCE)
        self.second_step: Final = parts.own_second_step
        self.people: Final = grants.people
        self.staff: Final = grants.staff
        self.staff_signin: Final = grants.staff_signin
        self.second_step_codes: Final = grants.second_steps
        self.machines: Final = grants.machines
        self.sessions: Final = grants.sessions
        self.citizens: Final = grants.citizens

    def authenticate(self, authorization: str | None, proof: str | None, method: str, url: str) -> Actor:
        """Who sends a request with these ``Authorization`` and ``DPoP`` headers.

        Raises:
            Unauthenticated: ``access.token_missing``, ``access.token_invalid``, ``access.token_expired``, or what
                `Proofs.check` says of the proof; ``access.proof_invalid`` when it is of another key;
                ``session.ended`` when what the token was given for has ended since.
        """
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "dpop" or not token:
            raise Unauthenticated("access.token_missing")
        actor, jkt = self._grants.tokens.read(token)
        if not hmac.compare_digest(self._proofs.check(proof, method, url, token), jkt):
            raise Unauthenticated("access.proof_invalid")
        if not self._grants.is_alive(actor):
            raise Unauthenticated("session.ended")
        return actor

    def token(self, fields: dict[str, Any], proof: str | None, url: str, caller: Caller) -> dict[str, Any]:
        """The answer to ``POST /auth/token``.

        Raises:
            RateLimited: ``request.too_often``: a flood from one source. Others: as `Proofs.check` and `Grants.token`.
        """
        source = source_of(caller.address)
        self._token_gate.admit(source)
        jkt = self._proofs.check(proof, "POST", url)
        return self._grants.token(TokenAsk(fields, Device(jkt, *browser_of(caller.user_agent)), source))

    def finish_signin(self, returned: Return, caller: Caller) -> str:
        """Where to send a browser that comes back from VNeID (`CitizenSignin.finish`)."""
        self._signin_gate.admit(source_of(caller.address))
        return self.citizens.finish(returned)

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
        """A person for an officer with a reason, written to the ledger. ``{id, name, masked_personal_id, commune}``.

        Raises:
            RateLimited: ``people.too_many_lookups``. Others: as `People.look_up`.
        """
        actor.require(Scope.PEOPLE_READ)
        # Counted whether the person is known or not: who tries numbers learns something from both.
        self._attempts.count_of_hour(LOOKUPS_PER_HOUR, "people.too_many_lookups", "lookup", actor.id)
        person = self.people.look_up(actor, personal_id, purpose)
        return {
            "id": person["_id"],
            "name": person["full_name"],
            "masked_personal_id": mask_personal_id(person["personal_id"]),
            "commune": self._commune(person),
        }

    def count_of_hour(self, limit: int, code: str, *subject: str, session: Session | None = None) -> None:
        """Counts what one source may do ``limit`` times in an hour; in the caller's transaction if there is one.

        Raises:
            RateLimited: ``code``, until the hour is over.
        """
        self._attempts.count_of_hour(limit, code, *subject, session=session)

    def count_of_source(self, limit: int, code: str, what: str, caller: Caller) -> None:
        """As `count_of_hour`, for somebody who has not signed in: by the network they come from."""
        self._attempts.count_of_hour(limit, code, what, source_of(caller.address))

    def _commune(self, person: Document) -> dict[str, str] | None:
        code = person.get("commune_code")
        commune = self.people.commune(code) if code else None
        return {"code": commune.code, "name": commune.name, "kind": commune.kind.value} if commune else None


def build_identity(parts: Surroundings, options: IdentityOptions) -> Identity:
    """Wires the capability.

    Raises:
        ValueError: a session secret that is not 32 bytes.
    """
    if len(options.secret) != SECRET_BYTES:
        raise ValueError("session.key must have 32 bytes")
    database, clock, ids = parts.database, parts.clock, parts.ids
    one_time = OneTime(database)
    people = People(database, clock, ids, parts.ledger)
    attempts = Attempts(database, clock)
    sessions = Sessions(database, clock, ids, _derive(options.secret, "refresh token v1"))
    second_steps = _second_steps(parts, options)
    staff = StaffAccounts(StaffParts(database, clock, ids, options.hasher, parts.events), sessions, second_steps)
    signin = StaffSignin(StaffSigninParts(database, staff, second_steps, sessions, attempts, parts.events))
    grants = Grants(
        people=people,
        staff=staff,
        staff_signin=signin,
        second_steps=second_steps,
        machines=MachineClients(database, clock, ids, one_time, options.public_url),
        citizens=CitizenSignin(
            SigninParts(database, clock, ids, options.provider, people, one_time),
            _derive(options.secret, "signin state v1"),
            options.public_url + CALLBACK_PATH,
        ),
        sessions=sessions,
        tokens=AccessTokens(_derive(options.secret, "access token v1"), options.public_url, clock, ids),
    )
    return Identity(
        IdentityParts(
            grants=grants,
            proofs=Proofs(clock, one_time, options.public_url, any_origin=options.any_origin),
            ledger=parts.ledger,
            attempts=attempts,
            clock=clock,
            own_second_step=OwnSecondStep(OwnSecondStepParts(staff, second_steps, signin, sessions, clock)),
        ),
    )


def _second_steps(parts: Surroundings, options: IdentityOptions) -> SecondSteps:
    keys = SecondStepKeys(
        seal=_derive(options.secret, "totp secret v1"),
        recovery=_derive(options.secret, "recovery code v1"),
        recovery_hash=_derive(options.secret, "recovery code hash v1"),
    )
    made = SecondStepParts(parts.database, parts.clock, parts.ids, parts.events, keys)
    return SecondSteps(made, is_required=options.needs_second_step)


def _derive(secret: bytes, purpose: str) -> bytes:
    """A key for one purpose out of the one secret (HMAC as a key derivation function, NIST SP 800-108)."""
    return hmac.new(secret, purpose.encode(), hashlib.sha256).digest()
