"""The three kinds of JWT that identity reads and writes, on joserfc. One algorithm and one ``typ`` for each."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OctKey

from shared_models.clock import to_epoch_s

ES256: Final = "ES256"
HS256: Final = "HS256"
_P256_MEMBERS: Final = frozenset({"kty", "crv", "x", "y"})

Jwk = Mapping[str, Any]


class TokenFault(ValueError):
    """A JWT that does not hold, for whatever reason; the reason is for tests, not for whoever sent it."""


def write_jwt(header: Mapping[str, str], claims: Mapping[str, Any], key: OctKey | ECKey) -> str:
    return jwt.encode(dict(header), dict(claims), key, algorithms=[header["alg"]])


def read_jwt(text: str, typ: str | None, alg: str, key: OctKey | ECKey | Callable[[Any], Any]) -> dict[str, Any]:
    """The claims of a JWT whose signature holds. ``typ`` None: any or none is accepted.

    Raises:
        TokenFault: not a JWT, another algorithm or ``typ``, or a wrong signature.
    """
    try:
        token = jwt.decode(text, key, algorithms=[alg])
    except (JoseError, ValueError, KeyError, TypeError) as fault:
        raise TokenFault(str(fault)) from fault
    if typ is not None and str(token.header.get("typ", "")).lower() != typ:
        raise TokenFault("typ")
    return dict(token.claims)


def p256_from_jwk(jwk: object) -> ECKey:
    """A public P-256 key out of a JWK that has nothing else in it.

    Raises:
        TokenFault: another kind of key, a private one, or not a point of the curve.
    """
    if not isinstance(jwk, dict) or not set(jwk) >= _P256_MEMBERS or "d" in jwk:
        raise TokenFault("jwk")
    if jwk["kty"] != "EC" or jwk["crv"] != "P-256":
        raise TokenFault("jwk")
    try:
        return ECKey.import_key({name: jwk[name] for name in _P256_MEMBERS})
    except (JoseError, ValueError, TypeError) as fault:
        raise TokenFault("jwk") from fault


def unverified(text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims of a JWT before anybody checked it: only good for finding the key to check it with.

    Raises:
        TokenFault: not a JWT.
    """
    try:
        found = jws.extract_compact(text.encode())
        header, claims = found.headers(), json.loads(found.payload)
    except (JoseError, ValueError, KeyError, TypeError) as fault:
        raise TokenFault(str(fault)) from fault
    if not isinstance(claims, dict) or not isinstance(header, dict):
        raise TokenFault("claims")
    return dict(header), claims


def seconds(claims: Mapping[str, Any], name: str) -> int:
    """A NumericDate of whole or fractional seconds (RFC 7519 2), cut to whole ones.

    Raises:
        TokenFault: missing, or not a number.
    """
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not -(2**53) < value < 2**53:
        raise TokenFault(name)
    return int(value)


def text(claims: Mapping[str, Any], name: str, longest: int) -> str:
    """A claim of 1 to ``longest`` characters.

    Raises:
        TokenFault: missing, empty, too long, or not text.
    """
    value = claims.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= longest:
        raise TokenFault(name)
    return value


def now_s(moment: datetime) -> int:
    return to_epoch_s(moment)
