"""Who is signed in: sign-in by VNeID (citizens) or password (staff), renewal, and sign-out.

The refresh token lies in the vault under `session`; the access token only in memory. Renewal runs under the lock that
all tabs share and reads the vault again inside it, because another tab may have renewed a moment ago.
"""

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from mobile.services.api_client import BASE, ApiClient, RandomBytes
from mobile.services.dpop import b64url
from mobile.services.settings import SettingsStore
from mobile.services.web import FULL, Json, Web
from shared_models.access import Scope
from shared_models.clock import Clock, from_wire, to_wire
from shared_models.errors import DomainError, Unauthenticated

# A token that ends within this time is renewed first, so that it does not end on the way.
MARGIN = timedelta(seconds=30)
SIGNIN_LIVES = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class User:
    """The signed-in person: `role` decides the tabs."""

    id: str
    role: str
    name: str
    agency: str | None
    scopes: tuple[str, ...]
    agency_code: str = ""

    @property
    def must_enrol(self) -> bool:
        """Whether the city asks for sign-in codes and this account has none yet: it may do nothing else."""
        return self.scopes == (Scope.SECOND_STEP.value,)

    @classmethod
    def from_json(cls, data: Json) -> "User":
        agency = data.get("agency") or {}
        scopes = tuple(data.get("scopes") or ())
        return cls(data["id"], data["role"], data["name"], agency.get("name"), scopes, agency.get("code") or "")

    def to_json(self) -> Json:
        agency = {"code": self.agency_code, "name": self.agency} if self.agency else None
        return {"id": self.id, "role": self.role, "name": self.name, "agency": agency, "scopes": list(self.scopes)}


@dataclass(frozen=True, slots=True)
class _Access:
    token: str
    ends_at: datetime


class Session:
    """The one session of this phone."""

    def __init__(
        self, web: Web, api: ApiClient, settings: SettingsStore, clock: Clock, random_bytes: RandomBytes
    ) -> None:
        self._web = web
        self._api = api
        self._settings = settings
        self._clock = clock
        self._random = random_bytes
        self._access: _Access | None = None
        self._refresh_token: str | None = None
        self._is_unkept = False
        self.user: User | None = None
        self.has_ended = False

    async def start_signin(self) -> str:
        """Prepare a sign-in with VNeID and return the address to go to (RFC 7636 S256)."""
        verifier, state = b64url(self._random(32)), b64url(self._random(16))
        until = to_wire(self._clock.now() + SIGNIN_LIVES)
        # The page is left on the way, so this must outlive it; the verifier is worth nothing without the code.
        await self._settings.put_signin({"verifier": verifier, "state": state, "until": until})
        challenge = b64url(hashlib.sha256(verifier.encode()).digest())
        return f"{BASE}/auth/vneid/start?{urlencode({'code_challenge': challenge, 'state': state})}"

    async def finish_signin(self, code: str, state: str) -> User:
        """Exchange the one-time code that came back. Raises DomainError `signin.*` when it is not ours or too late."""
        started = await self._settings.signin()
        await self._settings.put_signin(None)
        if not started or started["state"] != state:
            raise Unauthenticated("signin.not_started_here")
        if from_wire(started["until"]) < self._clock.now():
            raise Unauthenticated("signin.too_late")
        grant = {"grant_type": "authorization_code", "code": code, "code_verifier": started["verifier"]}
        return await self._accept(await self._api.token(grant, repeatable=False))

    async def sign_in_staff(self, username: str, password: str, otp: str | None = None) -> User:
        """Raises Unauthenticated `signin.otp_required` when the account has a second step and `otp` is None."""
        grant = {"grant_type": "password", "username": username.strip(), "password": password}
        if otp is not None:
            grant["otp"] = otp
        return await self._accept(await self._api.token(grant, repeatable=False))

    async def restore(self) -> User | None:
        """Read the session from the open vault, without the network; None when nobody has signed in."""
        stored = await self._web.vault_get("session")
        if stored is None:
            return None
        self._refresh_token = stored["refresh_token"]
        self.user = User.from_json(stored["user"])
        return self.user

    async def keep(self) -> None:
        """Write the session into the vault (it must be open)."""
        if self.user and self._refresh_token:
            await self._web.vault_put("session", {"refresh_token": self._refresh_token, "user": self.user.to_json()})

    async def access_token(self, *, refused: str | None = None) -> str:
        """Return an access token, renewed when it is about to end or was `refused`. Raises Unauthenticated."""
        access = self._access
        if self._is_unkept:
            await self._keep_renewed()
        usable = access is not None and access.token != refused and access.ends_at - MARGIN > self._clock.now()
        if access is not None and usable:
            return access.token
        return await self._renew(refused)

    async def renew(self) -> None:
        """Get a new token now: what the user may do has changed. Raises DomainError."""
        await self._renew(self._access.token if self._access else None)

    async def _renew(self, refused: str | None) -> str:
        async with self._web.lock("session"):
            access = self._access
            if access and access.token != refused and access.ends_at - MARGIN > self._clock.now():
                return access.token
            stored = await self._stored_token()
            if stored is None or self.has_ended:
                raise Unauthenticated("session.ended" if self.has_ended else "session.none")
            grant = {"grant_type": "refresh_token", "refresh_token": stored}
            try:
                # The server gives the same successor until that has been used, so a lost answer may be asked for again.
                answer = await self._api.token(grant, repeatable=True)
            except Unauthenticated:
                self.has_ended = True
                raise Unauthenticated("session.ended") from None
            await self._accept(answer)
            await self._keep_renewed()
            if self._access is None:
                raise Unauthenticated("session.none")
            return self._access.token

    async def _keep_renewed(self) -> None:
        """Keep the token that the server has turned over; a full phone goes on with it in memory.

        So does one without an open vault: a door that is still being passed keeps the session at its end.
        """
        if not (await self._web.vault_status())["unlocked"]:
            return
        try:
            await self.keep()
            self._is_unkept = False
        except DomainError as error:
            if error.code != FULL:
                raise
            self._is_unkept = True

    async def _stored_token(self) -> str | None:
        # The vault's token is an old one when the present one found no room; presenting it would end the session.
        if self._is_unkept or not (await self._web.vault_status())["unlocked"]:
            return self._refresh_token
        stored = await self._web.vault_get("session")
        return stored["refresh_token"] if stored else self._refresh_token

    async def _accept(self, answer: dict[str, Any]) -> User:
        ends_at = self._clock.now() + timedelta(seconds=int(answer["expires_in"]))
        self._access = _Access(answer["access_token"], ends_at)
        self._refresh_token = answer.get("refresh_token") or self._refresh_token
        self.user = User.from_json(answer["user"])
        self.has_ended = False
        return self.user

    async def end_quietly(self) -> None:
        """Tell the server that this session is over, if it can be reached."""
        try:
            if self._refresh_token:
                await self.access_token()  # may turn the refresh token over, so it comes first
                await self._api.call("POST", "/auth/revoke", {"refresh_token": self._refresh_token})
        except DomainError:
            # Signing out must work without a network; the server ends the session when it is not used any more.
            self._refresh_token = None

    async def wipe(self) -> None:
        """Forget everybody and everything on this phone, but not its language and looks."""
        await self._wipe_phone(keeps_session_key=False)
        self._access = None
        self._refresh_token = None
        self._is_unkept = False
        self.user = None
        self.has_ended = False

    async def wipe_for_next_user(self) -> None:
        """Forget the one before, but not the session that somebody else has just begun, nor the key it is bound to."""
        await self._wipe_phone(keeps_session_key=True)

    async def _wipe_phone(self, *, keeps_session_key: bool) -> None:
        settings = await self._settings.load()
        await self._web.vault_wipe(keeps_session_key=keeps_session_key)
        with suppress(DomainError):  # a phone that is full even now starts again with its own looks
            await self._settings.save(settings.of_the_phone())
