"""Agencies' systems sign in with an assertion that their own key signs (RFC 7523 2.2, RFC 7521): no shared secret."""

from collections.abc import Iterable
from typing import Any, Final

from backend.identity.documents import MachineClient
from backend.identity.rules import ASSERTION_LIFE, PROOF_WINDOW
from backend.identity.services.jose import (
    ES256,
    TokenFault,
    now_s,
    p256_from_jwk,
    read_jwt,
    seconds,
    text,
    unverified_claims,
)
from backend.identity.services.one_time import OneTime
from backend.infra.documents import to_document
from backend.infra.mongo import Database, Document
from backend.infra.system import Ids
from shared_models.access import ROLE_SCOPES, Role, Scope
from shared_models.clock import Clock, from_epoch_s
from shared_models.errors import Invalid, Unauthenticated
from shared_models.ids import is_id

_ASSERTION_LIMIT: Final = 4096


class MachineClients:
    """``audiences``: what an assertion may be addressed to, the token endpoint or the installation itself."""

    def __init__(self, database: Database, clock: Clock, ids: Ids, one_time: OneTime, public_url: str) -> None:
        self._database: Final = database
        self._clock: Final = clock
        self._ids: Final = ids
        self._one_time: Final = one_time
        self._audiences: Final = frozenset({public_url, f"{public_url}/api/v1/auth/token"})

    def add(self, name: str, agency_code: str, jwk: dict[str, Any], scopes: Iterable[Scope]) -> str:
        """Registers an agency's system with its public key (a P-256 JWK); returns its ``cli_`` id.

        Raises:
            Invalid: ``machine.key_malformed``, ``machine.scope_forbidden``.
        """
        try:
            key = p256_from_jwk(jwk).as_dict(private=False)
        except TokenFault as fault:
            raise Invalid("machine.key_malformed") from fault
        wanted = frozenset(scopes)
        if not wanted <= ROLE_SCOPES[Role.MACHINE]:
            raise Invalid("machine.scope_forbidden")
        document = to_document(
            MachineClient(
                id=self._ids.new("cli"),
                name=name,
                agency_code=agency_code,
                x=key["x"],
                y=key["y"],
                scopes=sorted(scope.value for scope in wanted),
                is_active=True,
                created_at=self._clock.now(),
            ),
        )
        self._database.collection("machine_clients").insert_one(document)
        return str(document["_id"])

    def of_agency(self, agency_code: str) -> list[Document]:
        return list(self._database.collection("machine_clients").find({"agency_code": agency_code}))

    def sign_in(self, assertion: str) -> Document:
        """The client whose key signed this assertion; an assertion counts once.

        Raises:
            Unauthenticated: ``machine.assertion_invalid`` or ``machine.assertion_reused``.
        """
        try:
            client, expires, jti = self._read(assertion)
        except TokenFault as fault:
            raise Unauthenticated("machine.assertion_invalid") from fault
        until = from_epoch_s(expires) + PROOF_WINDOW
        if not self._one_time.spend("assertion", str(client["_id"]), jti, until=until):
            raise Unauthenticated("machine.assertion_reused")
        return client

    def _read(self, assertion: str) -> tuple[Document, int, str]:
        if len(assertion) > _ASSERTION_LIMIT:
            raise TokenFault("size")
        client_id = text(unverified_claims(assertion), "sub", 64)
        found = (
            self._database.collection("machine_clients").find_one({"_id": client_id})
            if is_id(client_id, "cli")
            else None
        )
        if found is None or not found["is_active"]:
            raise TokenFault("sub")
        key = p256_from_jwk({"kty": "EC", "crv": "P-256", "x": found["x"], "y": found["y"]})
        claims = read_jwt(assertion, None, ES256, key)
        audience = claims.get("aud")
        named = audience if isinstance(audience, list) else [audience]
        if claims.get("iss") != client_id or not self._audiences & {name for name in named if isinstance(name, str)}:
            raise TokenFault("iss or aud")
        expires, now = seconds(claims, "exp"), now_s(self._clock.now())
        leeway = int(PROOF_WINDOW.total_seconds())
        if not now < expires <= now + int(ASSERTION_LIFE.total_seconds()) + leeway:
            raise TokenFault("exp")
        return found, expires, text(claims, "jti", 128)
