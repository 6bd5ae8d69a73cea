"""Agencies' systems sign in with an assertion that their own key signs (RFC 7523 2.2, RFC 7521): no shared secret."""

from collections.abc import Iterable
from typing import Any, Final

from joserfc.jwk import ECKey

from backend.identity.documents import MachineClient, MachineKey
from backend.identity.rules import ASSERTION_LIFE, PROOF_WINDOW
from backend.identity.services.jose import (
    ES256,
    TokenFault,
    now_s,
    p256_from_jwk,
    read_jwt,
    seconds,
    text,
    unverified,
)
from backend.identity.services.machine_keys import Keys, MachineKeys, machine_key, parse_key, usable
from backend.identity.services.one_time import OneTime
from backend.infra.documents import to_document
from backend.infra.mongo import Database, Document
from backend.infra.system import Ids
from shared_models.access import ROLE_SCOPES, Role, Scope
from shared_models.clock import Clock, from_epoch_s
from shared_models.errors import Invalid, NotFound, Unauthenticated
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
        self.keys: Final = MachineKeys(database, clock, public_url)

    def add(self, name: str, agency_code: str, jwk: dict[str, Any], scopes: Iterable[Scope]) -> str:
        """Registers an agency's system with its public key (a P-256 JWK); returns its ``cli_`` id.

        Raises:
            Invalid: ``machine.key_malformed``, ``machine.scope_forbidden``.
            NotFound: ``agency.unknown``.
        """
        key = parse_key(jwk)
        if self._database.collection("agencies").find_one({"_id": agency_code}, {"_id": 1}) is None:
            raise NotFound("agency.unknown")
        wanted = frozenset(scopes)
        if not wanted <= ROLE_SCOPES[Role.MACHINE]:
            raise Invalid("machine.scope_forbidden")
        now = self._clock.now()
        document = to_document(
            MachineClient(
                id=self._ids.new("cli"),
                name=name,
                agency_code=agency_code,
                keys=[MachineKey(**machine_key(key, now))],
                keys_version=0,
                scopes=sorted(scope.value for scope in wanted),
                is_active=True,
                created_at=now,
            ),
        )
        self._database.collection("machine_clients").insert_one(document)
        return str(document["_id"])

    def of_agency(self, agency_code: str) -> list[Document]:
        return list(self._database.collection("machine_clients").find({"agency_code": agency_code}))

    def all(self) -> list[Document]:
        """Every client, by agency."""
        return list(self._database.collection("machine_clients").find().sort([("agency_code", 1), ("_id", 1)]))

    def set_active(self, client_id: str, *, is_active: bool) -> None:
        """Closes or opens a client; its tokens end with it. Raises ``NotFound("machine.unknown")``."""
        change = {"$set": {"is_active": is_active}}
        if not self._database.collection("machine_clients").update_one({"_id": client_id}, change).matched_count:
            raise NotFound("machine.unknown")

    def sign_in(self, assertion: str) -> tuple[Document, str]:
        """The client, and the thumbprint of the key of its that signed this assertion; an assertion counts once.

        An assertion may name its key in the header ``kid``; without, every key is tried.

        Raises:
            Unauthenticated: ``machine.assertion_invalid`` or ``machine.assertion_reused``.
        """
        try:
            client, jkt, expires, jti = self._read(assertion)
        except TokenFault as fault:
            raise Unauthenticated("machine.assertion_invalid") from fault
        until = from_epoch_s(expires) + PROOF_WINDOW
        if not self._one_time.spend("assertion", str(client["_id"]), jti, until=until):
            raise Unauthenticated("machine.assertion_reused")
        self.keys.note_use(str(client["_id"]), jkt)
        return client, jkt

    def _read(self, assertion: str) -> tuple[Document, str, int, str]:
        if len(assertion) > _ASSERTION_LIMIT:
            raise TokenFault("size")
        header, unproven = unverified(assertion)
        client_id = text(unproven, "sub", 64)
        found = (
            self._database.collection("machine_clients").find_one({"_id": client_id})
            if is_id(client_id, "cli")
            else None
        )
        if found is None or not found["is_active"]:
            raise TokenFault("sub")
        claims, jkt = _signed_by(usable(found["keys"], self._clock.now()), header.get("kid"), assertion)
        audience = claims.get("aud")
        named = audience if isinstance(audience, list) else [audience]
        if claims.get("iss") != client_id or not self._audiences & {name for name in named if isinstance(name, str)}:
            raise TokenFault("iss or aud")
        expires, now = seconds(claims, "exp"), now_s(self._clock.now())
        leeway = int(PROOF_WINDOW.total_seconds())
        if not now < expires <= now + int(ASSERTION_LIFE.total_seconds()) + leeway:
            raise TokenFault("exp")
        return found, jkt, expires, text(claims, "jti", 128)


def _signed_by(keys: Keys, kid: object, assertion: str) -> tuple[dict[str, Any], str]:
    """The claims, and the thumbprint of the key that signed them."""
    for key in keys:
        if kid is not None and kid != key["jkt"]:
            continue
        try:
            return read_jwt(assertion, None, ES256, _public_key(key)), key["jkt"]
        except TokenFault:
            continue
    raise TokenFault("no key of this client")


def _public_key(key: Document) -> ECKey:
    return p256_from_jwk({"kty": "EC", "crv": "P-256", "x": key["x"], "y": key["y"]})
