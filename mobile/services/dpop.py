"""DPoP proofs (RFC 9449): each request shows that its sender holds the key its access token is bound to."""

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mobile.services.web import PublicKey, Web


def b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _part(value: dict[str, Any]) -> str:
    return b64url(json.dumps(value, separators=(",", ":")).encode())


@dataclass(frozen=True, slots=True)
class Target:
    """What a proof is for: `url` absolute, without query and fragment (RFC 9449 section 4.2, `htu`)."""

    method: str
    url: str
    access_token: str | None = None


async def proof(web: Web, target: Target, *, at: datetime, jti: bytes) -> str:
    """Return the compact JWT of a proof, signed with the phone's session key."""
    key: PublicKey = await web.key_ensure("session")
    header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": {"kty": "EC", "crv": "P-256", "x": key["x"], "y": key["y"]}}
    claims: dict[str, Any] = {"jti": b64url(jti), "htm": target.method, "htu": target.url, "iat": int(at.timestamp())}
    if target.access_token:
        claims["ath"] = b64url(hashlib.sha256(target.access_token.encode()).digest())
    signed = f"{_part(header)}.{_part(claims)}"
    return f"{signed}.{b64url(await web.key_sign('session', signed.encode()))}"
