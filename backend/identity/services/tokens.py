"""Access tokens: ten minutes, bound to a key, read without the database (RFC 9068, RFC 9449)."""

from typing import Any, Final

from joserfc.jwk import OctKey

from backend.identity.rules import ACCESS_TOKEN_LIFE
from backend.identity.services.jose import HS256, TokenFault, now_s, read_jwt, seconds, text, write_jwt
from backend.infra.system import Ids
from shared_models.access import Actor, Role, Scope
from shared_models.clock import Clock
from shared_models.errors import Unauthenticated
from shared_models.schemas.wire import to_base64url

_TYP: Final = "at+jwt"
_TOKEN_LIMIT: Final = 4096
_MOST_KNOWN: Final = 10_000
"""Tokens whose signature was checked by this process: a phone sends the same one for ten minutes."""


class AccessTokens:
    """Signed with a secret of the API alone: nobody else has to read them, and a MAC is cheap to check."""

    def __init__(self, secret: bytes, issuer: str, clock: Clock, ids: Ids) -> None:
        self._key: Final = OctKey.import_key(secret)
        self._issuer: Final = issuer
        self._clock: Final = clock
        self._ids: Final = ids
        self._read: Final[dict[str, tuple[Actor, str, int]]] = {}

    def issue(self, actor: Actor, jkt: str) -> str:
        """A token that lets the bearer of the key ``jkt`` act as ``actor`` for `ACCESS_TOKEN_LIFE`."""
        issued = now_s(self._clock.now())
        agency = {"code": actor.agency_code, "name": actor.agency_name} if actor.agency_code else None
        claims = {
            "iss": self._issuer,
            "aud": self._issuer,
            "sub": actor.id,
            "iat": issued,
            "exp": issued + int(ACCESS_TOKEN_LIFE.total_seconds()),
            "jti": to_base64url(self._ids.random(12)),
            "cnf": {"jkt": jkt},
            "role": actor.role.value,
            "name": actor.name,
            "scopes": sorted(scope.value for scope in actor.scopes),
            "agency": agency,
            "sid": actor.session_id,
        }
        return write_jwt({"alg": HS256, "typ": _TYP}, claims, self._key)

    def read(self, token: str) -> tuple[Actor, str]:
        """Who a token stands for, and the thumbprint of the key that must come with it.

        Raises:
            Unauthenticated: ``access.token_invalid`` or ``access.token_expired``.
        """
        read = self._read.get(token)
        if read is None:
            read = self._read_anew(token)
            if len(self._read) >= _MOST_KNOWN:
                self._read.clear()
            self._read[token] = read
        actor, jkt, expires = read
        if now_s(self._clock.now()) >= expires:
            raise Unauthenticated("access.token_expired")
        return actor, jkt

    def _read_anew(self, token: str) -> tuple[Actor, str, int]:
        try:
            claims = self._claims(token)
            return _actor(claims), text(claims.get("cnf") or {}, "jkt", 64), seconds(claims, "exp")
        except (TokenFault, ValueError, TypeError) as fault:
            raise Unauthenticated("access.token_invalid") from fault

    def _claims(self, token: str) -> dict[str, Any]:
        if len(token) > _TOKEN_LIMIT:
            raise TokenFault("size")
        claims = read_jwt(token, _TYP, HS256, self._key)
        if claims.get("iss") != self._issuer or claims.get("aud") != self._issuer:
            raise TokenFault("iss or aud")
        return claims


def _actor(claims: dict[str, Any]) -> Actor:
    agency = claims.get("agency") or {}
    return Actor(
        id=text(claims, "sub", 64),
        role=Role(text(claims, "role", 32)),
        name=text(claims, "name", 200),
        scopes=frozenset(Scope(scope) for scope in claims.get("scopes", ())),
        agency_code=agency.get("code"),
        agency_name=agency.get("name"),
        session_id=claims.get("sid"),
    )
