"""Asking the national and specialised databases instead of the citizen (NQ 66.7/2025; once-only).

No public specification of their common interface was found; this is ours, and the sandbox's, until a city is given
one: then this file changes and nothing else.

1. ``POST <URL>/v1/lookups``, JSON ``{"request": <JWS>}``: ES256, header ``typ: registry-request+jwt`` and our ``kid``
   (RFC 7638 thumbprint), claims ``iss`` (our public address), ``aud`` (URL), ``iat``, ``jti``, ``registry``,
   ``personal_id``, ``params`` (``record``: which kind is meant, where the database has several).
2. 200 ``{"answer": <JWS>}``: ES256 by their key, ``typ: registry-answer+jwt``, claims ``aud`` (our public address),
   ``iat``, ``jti`` of the request, ``registry``, ``found``, and where it is true ``record: {id, label, values}``.
   Whoever answers has signed what they said: the hash of the answer is kept as evidence.
3. 4xx: our fault, told to nobody but the log; 5xx, silence, another ``jti`` or a signature that does not hold: the
   database does not answer.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import requests
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from backend.dossiers.ports import Evidence
from backend.infra.system import Ids
from shared_models.clock import Clock, to_epoch_s
from shared_models.errors import Upstream

TIMEOUT_S: Final = 5
REQUEST_TYPE: Final = "registry-request+jwt"
ANSWER_TYPE: Final = "registry-answer+jwt"
_ALGORITHMS: Final = ["ES256"]
_ANSWER_LIMIT: Final = 64 * 1024
_CLOCKS_APART_S: Final = 300


@dataclass(frozen=True, slots=True)
class RegistryPeer:
    """Where the databases answer, who we are to them (``issuer``), and both keys."""

    url: str
    issuer: str
    key: ECKey
    signer: ECKey


def load_peer(url: str, issuer: str, key_file: Path, signer_file: Path) -> RegistryPeer:
    """Raises ValueError or OSError when a key file is missing or holds something else."""
    return RegistryPeer(
        url, issuer, ECKey.import_key(key_file.read_bytes()), ECKey.import_key(signer_file.read_bytes())
    )


class HttpRegistries:
    """The adapter behind `Registries`."""

    def __init__(self, peer: RegistryPeer, clock: Clock, ids: Ids) -> None:
        self._peer: Final = peer
        self._clock: Final = clock
        self._ids: Final = ids

    def lookup(self, name: str, personal_id: str, params: Mapping[str, Any]) -> Evidence | None:
        """As `Registries.lookup`. Raises ``Upstream("registry.unreachable")`` or ``("registry.answer")``."""
        request_id, now = self._ids.random(16).hex(), self._clock.now()
        claims = {
            "iss": self._peer.issuer,
            "aud": self._peer.url,
            "iat": to_epoch_s(now),
            "jti": request_id,
            "registry": name,
            "personal_id": personal_id,
            "params": dict(params),
        }
        header = {"alg": "ES256", "typ": REQUEST_TYPE, "kid": self._peer.key.thumbprint()}
        answer = self._ask(jwt.encode(header, claims, self._peer.key, algorithms=_ALGORITHMS))
        said = self._opened(answer, request_id, name)
        if not said["found"]:
            return None
        record = said["record"]
        digest = hashlib.sha256(answer.encode()).hexdigest()
        return Evidence(name, record["id"], record["label"], now, digest, record["values"])

    def _ask(self, request: str) -> str:
        address = f"{self._peer.url.rstrip('/')}/v1/lookups"
        try:
            # No redirects: what is asked about a person goes to the address in the settings or nowhere.
            answer = requests.post(address, json={"request": request}, timeout=TIMEOUT_S, allow_redirects=False)
        except requests.RequestException as failure:
            raise Upstream("registry.unreachable", transient=True) from failure
        if answer.status_code != 200 or len(answer.content) > _ANSWER_LIMIT:
            raise Upstream("registry.unreachable", transient=answer.status_code >= 500)
        try:
            found = json.loads(answer.content)["answer"]
        except (ValueError, KeyError, TypeError) as malformed:
            raise Upstream("registry.answer", transient=False) from malformed
        if not isinstance(found, str):
            raise Upstream("registry.answer", transient=False)
        return found

    def _opened(self, answer: str, request_id: str, name: str) -> dict[str, Any]:
        """The claims of an answer that is signed, new, and to this very question."""
        try:
            token = jwt.decode(answer, self._peer.signer, algorithms=_ALGORITHMS)
        except (JoseError, ValueError) as forged:
            raise Upstream("registry.answer", transient=False) from forged
        claims = token.claims
        is_ours = (
            token.header.get("typ") == ANSWER_TYPE
            and claims.get("aud") == self._peer.issuer
            and hmac.compare_digest(str(claims.get("jti")), request_id)
            and claims.get("registry") == name
            and isinstance(claims.get("iat"), int)
            and abs(claims["iat"] - to_epoch_s(self._clock.now())) <= _CLOCKS_APART_S
        )
        if not is_ours or not _is_answer(claims):
            raise Upstream("registry.answer", transient=False)
        return dict(claims)


def _is_answer(claims: Mapping[str, Any]) -> bool:
    if claims.get("found") is False:
        return True
    record = claims.get("record")
    return (
        claims.get("found") is True
        and isinstance(record, dict)
        and isinstance(record.get("id"), str)
        and isinstance(record.get("label"), str)
        and isinstance(record.get("values"), dict)
    )
