"""DPoP proofs (RFC 9449): whoever sends a token shows with each request that they hold its key."""

import hashlib
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from backend.identity.rules import PROOF_WINDOW
from backend.identity.services.jose import ES256, TokenFault, now_s, p256_from_jwk, read_jwt, seconds, text
from backend.identity.services.one_time import OneTime
from shared_models.clock import Clock
from shared_models.errors import Unauthenticated
from shared_models.schemas.wire import to_base64url

_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_PROOF_LIMIT: Final = 4096


class Proofs:
    """``origins`` are the addresses that this installation is known by: scheme and host, without a slash."""

    def __init__(self, clock: Clock, one_time: OneTime, public_url: str, *, any_origin: bool) -> None:
        self._clock: Final = clock
        self._one_time: Final = one_time
        self._public_origin: Final = public_url
        self._any_origin: Final = any_origin

    def check(self, proof: str | None, method: str, url: str, token: str | None = None) -> str:
        """The thumbprint (``jkt``, RFC 7638) of the key that made a proof for this request, spent if it changes things.

        Raises:
            Unauthenticated: ``access.proof_missing``, ``access.proof_invalid``, ``access.proof_stale`` (the phone's
                clock is off by more than the window), ``access.proof_reused``.
        """
        if not proof:
            raise Unauthenticated("access.proof_missing")
        try:
            jkt, claims = _read(proof)
            self._require_target(claims, method, url)
            _require_token(claims, token)
            issued, jti = seconds(claims, "iat"), text(claims, "jti", 128)
        except TokenFault as fault:
            raise Unauthenticated("access.proof_invalid") from fault
        now = self._clock.now()
        if abs(now_s(now) - issued) > PROOF_WINDOW.total_seconds():
            raise Unauthenticated("access.proof_stale")
        # A proof stays fresh for the window on either side of its time, so its name is kept for both.
        until = now + 2 * PROOF_WINDOW + timedelta(seconds=1)
        if method not in _SAFE_METHODS and not self._one_time.spend("proof", jkt, jti, until=until):
            raise Unauthenticated("access.proof_reused")
        return jkt

    def _require_target(self, claims: dict[str, Any], method: str, url: str) -> None:
        if text(claims, "htm", 16) != method:
            raise TokenFault("htm")
        said, meant = urlsplit(text(claims, "htu", 2048)), urlsplit(url)
        origins = {self._public_origin.lower()}
        if self._any_origin:
            origins.add(f"{meant.scheme}://{meant.netloc}".lower())
        if f"{said.scheme}://{said.netloc}".lower() not in origins or said.path != meant.path:
            raise TokenFault("htu")


def _read(proof: str) -> tuple[str, dict[str, Any]]:
    if len(proof) > _PROOF_LIMIT:
        raise TokenFault("size")
    found: list[str] = []

    def own_key(signature: Any) -> Any:
        key = p256_from_jwk(signature.headers().get("jwk"))
        found.append(key.thumbprint())
        return key

    claims = read_jwt(proof, "dpop+jwt", ES256, own_key)
    return found[0], claims


def _require_token(claims: dict[str, Any], token: str | None) -> None:
    if token is not None and text(claims, "ath", 64) != _hash(token):
        raise TokenFault("ath")


def _hash(token: str) -> str:
    return to_base64url(hashlib.sha256(token.encode()).digest())
