"""The token endpoint: four ways to show who one is, one answer (RFC 6749 4 and 6, RFC 7523)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from backend.identity.rules import ACCESS_TOKEN_LIFE
from backend.identity.services.citizen_signin import CitizenSignin
from backend.identity.services.machines import MachineClients
from backend.identity.services.people import People
from backend.identity.services.second_step import SecondSteps
from backend.identity.services.sessions import Device, Sessions
from backend.identity.services.staff import StaffAccounts
from backend.identity.services.staff_signin import StaffAsk, StaffSignin
from backend.identity.services.tokens import AccessTokens
from backend.infra.mongo import Document
from shared_models.access import ENROLMENT_SCOPES, ROLE_SCOPES, Actor, Duty, Role, Scope, scopes_of
from shared_models.errors import Invalid, Unauthenticated


@dataclass(frozen=True, slots=True)
class TokenAsk:
    """One request for a token: its fields, what asks (with the key of its proof), and from where."""

    fields: Mapping[str, Any]
    device: Device
    source: str


@dataclass(frozen=True, slots=True)
class Granted:
    """Who it is; a session and its refresh token, but for machines, which sign in again instead."""

    actor: Actor
    refresh_token: str | None


@dataclass(frozen=True, slots=True)
class Grants:
    people: People
    staff: StaffAccounts
    staff_signin: StaffSignin
    second_steps: SecondSteps
    machines: MachineClients
    citizens: CitizenSignin
    sessions: Sessions
    tokens: AccessTokens

    def token(self, ask: TokenAsk) -> dict[str, Any]:
        """The answer of ``POST /auth/token``.

        Raises:
            Invalid: ``signin.grant_unknown``.
            Unauthenticated, RateLimited: as the ways say.
        """
        grant = _GRANTS.get(ask.fields["grant_type"])
        if grant is None:
            raise Invalid("signin.grant_unknown", {"grant_type": ["field.not_a_choice"]})
        granted = grant(self, ask)
        actor = granted.actor
        answer = {
            "access_token": self.tokens.issue(actor, ask.device.jkt),
            "token_type": "DPoP",
            "expires_in": int(ACCESS_TOKEN_LIFE.total_seconds()),
            "user": user_of(actor),
        }
        if granted.refresh_token is not None:
            answer["refresh_token"] = granted.refresh_token
        return answer

    def by_code(self, ask: TokenAsk) -> Granted:
        person_id = self.citizens.redeem(ask.fields["code"], ask.fields["code_verifier"])
        return self._open_session(self.citizen(person_id), ask.device)

    def by_password(self, ask: TokenAsk) -> Granted:
        fields = ask.fields
        account = self.staff_signin.sign_in(
            StaffAsk(fields["username"], fields["password"], fields.get("otp"), ask.device.jkt, ask.source),
        )
        return self._open_session(self.staff_member(account), ask.device)

    def by_refresh_token(self, ask: TokenAsk) -> Granted:
        session, refresh_token = self.sessions.refresh(ask.fields["refresh_token"], ask.device.jkt)
        actor = self._bearer(session)
        return Granted(_in_session(actor, str(session["_id"])), refresh_token)

    def by_assertion(self, ask: TokenAsk) -> Granted:
        client, key = self.machines.sign_in(ask.fields["client_assertion"])
        # Every client may change its own keys: that is what makes them change them.
        scopes = frozenset({*map(Scope, client["scopes"]), Scope.MACHINE_KEYS})
        return Granted(
            Actor(
                id=str(client["_id"]),
                role=Role.MACHINE,
                name=client["name"],
                scopes=scopes,
                agency_code=client["agency_code"],
                agency_name=self.people.agency_name(client["agency_code"]),
                session_id=key,
            ),
            None,
        )

    def citizen(self, person_id: str) -> Actor:
        person = self.people.person(person_id)
        return Actor(person_id, Role.CITIZEN, person["full_name"], ROLE_SCOPES[Role.CITIZEN])

    def staff_member(self, account: Document) -> Actor:
        role = Role(account["role"])
        code = account["agency_code"]
        name = self.people.agency_name(code)
        held = scopes_of(role, map(Duty, account.get("duties", ())))
        scopes = ENROLMENT_SCOPES if self.second_steps.is_missing(account) else held
        return Actor(str(account["_id"]), role, account["full_name"], scopes, code, name)

    def is_alive(self, actor: Actor) -> bool:
        """Whether what an actor's token was given for goes on: their session, or the key of a machine."""
        if actor.session_id is None:
            return False
        if actor.role is Role.MACHINE:
            return self.machines.keys.is_alive(actor.id, actor.session_id)
        return self.sessions.is_alive(actor.session_id)

    def _open_session(self, actor: Actor, device: Device) -> Granted:
        session_id, refresh_token = self.sessions.start(actor.id, actor.role, device)
        return Granted(_in_session(actor, session_id), refresh_token)

    def _bearer(self, session: Document) -> Actor:
        """Whose session it is, as they are today: a changed role or a closed account counts from the next refresh."""
        if session["role"] == Role.CITIZEN:
            return self.citizen(session["subject_id"])
        account = self.staff.of_id(session["subject_id"])
        if account is None:
            raise Unauthenticated("session.ended")
        return self.staff_member(account)


_GRANTS: Final[Mapping[str, Callable[[Grants, TokenAsk], Granted]]] = {
    "authorization_code": Grants.by_code,
    "password": Grants.by_password,
    "refresh_token": Grants.by_refresh_token,
    "client_credentials": Grants.by_assertion,
}


def user_of(actor: Actor) -> dict[str, Any]:
    """``{id, role, name, agency: {code, name} | None, scopes}``."""
    agency = {"code": actor.agency_code, "name": actor.agency_name} if actor.agency_code else None
    return {
        "id": actor.id,
        "role": actor.role.value,
        "name": actor.name,
        "agency": agency,
        "scopes": sorted(scope.value for scope in actor.scopes),
    }


def _in_session(actor: Actor, session_id: str) -> Actor:
    return Actor(
        id=actor.id,
        role=actor.role,
        name=actor.name,
        scopes=actor.scopes,
        agency_code=actor.agency_code,
        agency_name=actor.agency_name,
        session_id=session_id,
    )
