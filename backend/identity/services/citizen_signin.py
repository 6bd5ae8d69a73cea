"""Citizens sign in with VNeID; the app that started it gets a code that only it can turn into tokens (RFC 7636).

The state that goes to VNeID and back carries the app's own state and challenge, sealed with a MAC: nothing is written
until somebody has really signed in.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from backend.identity.documents import SigninCode
from backend.identity.ports import IdentityProvider
from backend.identity.rules import REQUIRED_LEVEL, SIGNIN_CODE_LIFE, SIGNIN_LIFE, is_verifier_of
from backend.identity.services.one_time import OneTime
from backend.identity.services.people import People
from backend.infra.documents import to_document
from backend.infra.mongo import Database
from backend.infra.system import Ids
from shared_models.clock import Clock, from_epoch_s, to_epoch_s
from shared_models.errors import DomainError, Forbidden, Unauthenticated
from shared_models.schemas.wire import from_base64url, to_base64url

CALLBACK_PATH: Final = "/api/v1/auth/vneid/callback"


@dataclass(frozen=True, slots=True)
class Return:
    """What VNeID sent the browser back with."""

    state: str
    code: str | None
    encrypt_key: str | None = None


@dataclass(frozen=True, slots=True)
class SigninParts:
    """What signing in works with."""

    database: Database
    clock: Clock
    ids: Ids
    provider: IdentityProvider
    people: People
    one_time: OneTime


class CitizenSignin:
    """``secret`` seals the states that go out and come back; ``redirect_uri`` is the one registered with VNeID."""

    def __init__(self, parts: SigninParts, secret: bytes, redirect_uri: str) -> None:
        self._database: Final = parts.database
        self._clock: Final = parts.clock
        self._ids: Final = parts.ids
        self._provider: Final = parts.provider
        self._people: Final = parts.people
        self._one_time: Final = parts.one_time
        self._secret: Final = secret
        self._redirect_uri: Final = redirect_uri

    def start(self, code_challenge: str, app_state: str) -> str:
        """The address at VNeID to send the browser to."""
        expires = to_epoch_s(self._clock.now() + SIGNIN_LIFE)
        fields = [code_challenge, app_state, expires, to_base64url(self._ids.random(9))]
        return self._provider.authorize_url(self._seal(fields), self._redirect_uri)

    def finish(self, returned: Return) -> str:
        """The path of the app to go on to: ``/?signin=<code>&state=…``, or ``/?signin_error=<code>&state=…``.

        Never raises a `DomainError`: a person stands before this answer, not a program, and the app says it kindly.
        """
        app_state = ""
        try:
            challenge, app_state = self._open(returned.state)
            code = self._code_for(returned, challenge)
        except DomainError as error:
            return "/?" + urlencode({"signin_error": error.code, "state": app_state})
        return "/?" + urlencode({"signin": code, "state": app_state})

    def redeem(self, code: str, code_verifier: str) -> str:
        """The ``per_`` id of who signed in. A code counts once, whatever the verifier.

        Raises:
            Unauthenticated: ``signin.code_invalid``.
        """
        found = self._database.collection("signin_codes").find_one_and_delete({"_id": _hash(code)})
        if found is None or self._clock.now() >= found["expires_at"]:
            raise Unauthenticated("signin.code_invalid")
        if not is_verifier_of(code_verifier, found["code_challenge"]):
            raise Unauthenticated("signin.code_invalid")
        return str(found["person_id"])

    def _code_for(self, returned: Return, challenge: str) -> str:
        if not returned.code:
            raise Unauthenticated("identity.signin_cancelled")
        identity = self._provider.identify(returned.code, self._redirect_uri, returned.encrypt_key)
        if identity.level < REQUIRED_LEVEL:
            raise Forbidden("identity.level_too_low")
        person_id = self._people.know_person(identity)
        now, code = self._clock.now(), to_base64url(self._ids.random(32))
        document = to_document(
            SigninCode(
                id=_hash(code),
                person_id=person_id,
                code_challenge=challenge,
                created_at=now,
                expires_at=now + SIGNIN_CODE_LIFE,
            ),
        )
        self._database.collection("signin_codes").insert_one(document)
        return code

    def _seal(self, fields: list[Any]) -> str:
        content = to_base64url(json.dumps(fields, separators=(",", ":")).encode())
        return f"{content}.{self._mac(content)}"

    def _open(self, state: str) -> tuple[str, str]:
        content, _, mac = state.partition(".")
        if not hmac.compare_digest(self._mac(content).encode(), mac.encode()):
            raise Unauthenticated("identity.state_invalid")
        challenge, app_state, expires, nonce = json.loads(from_base64url(content))
        until = from_epoch_s(expires)
        if self._clock.now() >= until or not self._one_time.spend("state", nonce, until=until):
            raise Unauthenticated("identity.state_invalid")
        return challenge, app_state

    def _mac(self, content: str) -> str:
        return to_base64url(hmac.new(self._secret, content.encode(), hashlib.sha256).digest())


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
