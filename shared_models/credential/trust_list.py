"""The trust list: who may sign what, itself signed by the city's offline root.

Reading gives a draft; only a draft whose signature held and which does not roll back becomes a ``TrustList``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Any

from shared_models.credential import cbor
from shared_models.credential import constants as c
from shared_models.credential.checks import CheckResults, CheckRole, KeyedCheck, check_of
from shared_models.credential.cose import is_signature, parse_sign1, sig_structure, write_sign1
from shared_models.credential.keys import PublicKey, kid_of, p256_key
from shared_models.credential.members import (
    ClaimsError,
    as_list,
    as_map,
    is_bytes,
    is_count,
    is_integer,
    is_kid,
    is_short_text,
    is_time,
    may,
    need,
)
from shared_models.errors import Invalid

_KID, _X, _Y, _ALG, _ROLE, _ISSUER_CODE, _ISSUER_NAME, _TYPES, _NOT_BEFORE, _EXPIRES, _COMPROMISED_AT = range(1, 12)


class KeyRole(IntEnum):
    """What a key signs."""

    LICENCE = 1
    STATUS = 2


@dataclass(frozen=True, slots=True)
class IssuerInfo:
    """An agency as the verdict names it."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """A key, whose it is, and what it may sign. Times in seconds since 1970; the window includes both ends."""

    kid: bytes
    key: PublicKey
    role: int  # a KeyRole, or one of a later age that allows nothing here
    issuer: IssuerInfo
    type_codes: tuple[int, ...]
    not_before_s: int
    expires_at_s: int
    compromised_at_s: int | None = None

    def is_open_at(self, moment_s: int) -> bool:
        return self.not_before_s <= moment_s <= self.expires_at_s


@dataclass(frozen=True)
class TrustList:
    """The keys and the hosts of one city. ``version`` only grows."""

    version: int
    issued_at_s: int
    expires_at_s: int
    keys: tuple[KeyRecord, ...]
    hosts: tuple[str, ...]

    @cached_property
    def _by_kid(self) -> Mapping[bytes, tuple[KeyRecord, ...]]:
        kids = {record.kid for record in self.keys}
        return {kid: tuple(record for record in self.keys if record.kid == kid) for kid in kids}

    def candidates(self, kid: bytes) -> tuple[KeyRecord, ...]:
        """All records of that name, in list order: eight bytes are not unique by design."""
        return self._by_kid.get(kid, ())


@dataclass(frozen=True, slots=True)
class TrustListDraft:
    """A list that was read; ``check`` has yet to hold."""

    trust: TrustList
    check: KeyedCheck


def parse_trust_list(token: bytes, root: PublicKey) -> TrustListDraft:
    """Reads a trust list.

    Args:
        token: the tagged COSE_Sign1.
        root: the city's root key, which the app was given when it was built or set up.

    Raises:
        Invalid: trust_list.malformed, trust_list.unknown_root
    """
    try:
        sign1 = parse_sign1(token, max_bytes=c.MAX_LIST_TOKEN_BYTES)
        trust = _read(as_map(cbor.decode(sign1.payload, max_bytes=c.MAX_LIST_TOKEN_BYTES)))
    except ValueError as fault:
        raise Invalid("trust_list.malformed") from fault
    if sign1.headers.get(c.TYP) != c.TRUST_LIST_TYPE or sign1.alg != root.alg or not is_signature(sign1.signature):
        raise Invalid("trust_list.malformed")
    if sign1.headers.get(c.KID) != kid_of(root):
        raise Invalid("trust_list.unknown_root")
    return TrustListDraft(trust, KeyedCheck(check_of(sign1, CheckRole.LIST, kid=kid_of(root)), root))


def accept_trust_list(draft: TrustListDraft, results: CheckResults, held: TrustList | None) -> TrustList:
    """The list, once its signature held and it is not older than the one held.

    Raises:
        Invalid: trust_list.signature_invalid, trust_list.rolled_back
    """
    if not results.get(draft.check, False):
        raise Invalid("trust_list.signature_invalid")
    trust = draft.trust
    if held is not None and (trust.version < held.version or trust.issued_at_s < held.issued_at_s):
        raise Invalid("trust_list.rolled_back")
    return trust


def make_trust_list(trust: TrustList, root: PublicKey, sign: Callable[[bytes], bytes]) -> bytes:
    """The token; ``sign`` is ES256 by the root over the given bytes, r || s."""
    return sign_trust_payload(trust_payload(trust), root, sign)


def trust_payload(trust: TrustList) -> bytes:
    """What the root is asked to sign: it can be carried to the root and read there before it is signed."""
    return cbor.encode(
        {
            c.EXPIRES: trust.expires_at_s,
            c.ISSUED_AT: trust.issued_at_s,
            c.TRUST_VERSION: trust.version,
            c.TRUST_KEYS: [_write_record(record) for record in trust.keys],
            c.TRUST_HOSTS: list(trust.hosts),
        }
    )


def read_trust_payload(payload: bytes) -> TrustList:
    """What a payload would say if the root signed it.

    Raises:
        Invalid: trust_list.malformed
    """
    try:
        return _read(as_map(cbor.decode(payload, max_bytes=c.MAX_LIST_TOKEN_BYTES)))
    except ValueError as fault:
        raise Invalid("trust_list.malformed") from fault


def sign_trust_payload(payload: bytes, root: PublicKey, sign: Callable[[bytes], bytes]) -> bytes:
    """The token around a payload, signed as `make_trust_list` does."""
    protected = cbor.encode({c.ALG: root.alg, c.KID: kid_of(root), c.TYP: c.TRUST_LIST_TYPE})
    return write_sign1(protected, payload, sign(sig_structure(protected, payload)))


def _read(payload: dict[int | str, Any]) -> TrustList:
    hosts = as_list(payload.get(c.TRUST_HOSTS))
    if not all(map(is_short_text, hosts)):
        raise ClaimsError("hosts")
    return TrustList(
        version=need(is_count, payload, c.TRUST_VERSION),
        issued_at_s=need(is_time, payload, c.ISSUED_AT),
        expires_at_s=need(is_time, payload, c.EXPIRES),
        keys=tuple(_read_record(as_map(record)) for record in as_list(payload.get(c.TRUST_KEYS))),
        hosts=tuple(hosts),
    )


def _read_record(record: dict[int | str, Any]) -> KeyRecord:
    """An algorithm or a role that we do not know is kept as it is: it allows nothing, and older apps stay alive."""
    alg, x, y = need(is_integer, record, _ALG), need(is_bytes, record, _X), need(is_bytes, record, _Y)
    type_codes = as_list(record.get(_TYPES))
    if not all(map(is_count, type_codes)):
        raise ClaimsError("type codes")
    return KeyRecord(
        kid=need(is_kid, record, _KID),
        key=p256_key(x, y) if alg == c.ES256 else PublicKey(alg, x, y),
        role=need(is_count, record, _ROLE),
        issuer=IssuerInfo(need(is_short_text, record, _ISSUER_CODE), need(is_short_text, record, _ISSUER_NAME)),
        type_codes=tuple(type_codes),
        not_before_s=need(is_time, record, _NOT_BEFORE),
        expires_at_s=need(is_time, record, _EXPIRES),
        compromised_at_s=may(is_time, record, _COMPROMISED_AT),
    )


def _write_record(record: KeyRecord) -> dict[int | str, Any]:
    members: dict[int | str, Any] = {
        _KID: record.kid,
        _X: record.key.x,
        _Y: record.key.y,
        _ALG: record.key.alg,
        _ROLE: int(record.role),
        _ISSUER_CODE: record.issuer.code,
        _ISSUER_NAME: record.issuer.name,
        _TYPES: list(record.type_codes),
        _NOT_BEFORE: record.not_before_s,
        _EXPIRES: record.expires_at_s,
    }
    if record.compromised_at_s is not None:
        members[_COMPROMISED_AT] = record.compromised_at_s
    return members
