"""The Token Status List (draft-ietf-oauth-status-list): two bits for each credential, in a signed CWT.

Reading gives a draft; only a draft that one of the city's status keys signed, for the right name and not older than the
one held, becomes a ``StatusList``. Compression is bounded before the signature is known to be good.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

from shared_models.credential import cbor
from shared_models.credential import constants as c
from shared_models.credential.checks import CheckResults, CheckRole, KeyedCheck, SignatureCheck, check_of
from shared_models.credential.cose import is_signature, parse_sign1, sig_structure, write_sign1
from shared_models.credential.members import ClaimsError, as_map, is_bytes, is_kid, is_text, is_time, need
from shared_models.credential.trust_list import KeyRecord, KeyRole, TrustList
from shared_models.errors import Invalid

_BITS: Final = 2
_WIDTHS: Final = (1, 2, 4, 8)


class Status(IntEnum):
    """The draft's values 0 to 2; 3 is application specific, and here the index was never given to anybody."""

    VALID = 0
    REVOKED = 1
    SUSPENDED = 2
    NOT_ISSUED = 3


@dataclass(frozen=True, slots=True)
class StatusArray:
    """Entries of 1, 2, 4 or 8 bits, the first in the least significant bits of the first byte (draft, section 4.1)."""

    bits: int
    data: bytes

    def __len__(self) -> int:
        return len(self.data) * 8 // self.bits

    def __getitem__(self, index: int) -> int:
        if not 0 <= index < len(self):
            raise IndexError(index)
        position = index * self.bits
        return self.data[position >> 3] >> (position & 7) & ((1 << self.bits) - 1)


@dataclass(frozen=True, slots=True)
class StatusList:
    """A status list that was verified. Times and ``ttl_s`` in seconds."""

    uri: str
    issued_at_s: int
    expires_at_s: int
    ttl_s: int
    entries: StatusArray


@dataclass(frozen=True, slots=True)
class StatusListDraft:
    """A list that was read; ``check`` has yet to hold with one of the candidates' keys."""

    status_list: StatusList
    check: SignatureCheck


def pack(values: bytes) -> bytes:
    """Two-bit entries: one byte each in, four to a byte out; a last byte is filled with NOT_ISSUED."""
    filled = values + bytes([Status.NOT_ISSUED]) * (-len(values) % 4)
    quarters = zip(filled[0::4], filled[1::4], filled[2::4], filled[3::4], strict=True)
    return bytes([a | b << 2 | c << 4 | d << 6 for a, b, c, d in quarters])


def deflate(data: bytes) -> bytes:
    """Zlib at the highest level, as the draft recommends."""
    return zlib.compress(data, 9)


def inflate(compressed: bytes, max_bytes: int) -> bytes:
    """The bytes of one whole zlib stream and nothing else.

    Raises:
        ClaimsError: not such a stream, or it holds more than ``max_bytes``; no more than that is ever allocated.
    """
    stream = zlib.decompressobj()
    try:
        data = stream.decompress(compressed, max_bytes + 1)
    except zlib.error as fault:
        raise ClaimsError("not zlib") from fault
    if len(data) > max_bytes or not stream.eof or stream.unused_data:
        raise ClaimsError("more or less than one zlib stream of the allowed size")
    return data


def read_entries(status_list: Any, max_entries: int = c.STATUS_ENTRIES) -> StatusArray:
    """The array in a status list claim ``{"bits", "lst"}``.

    Raises:
        ClaimsError: another width than 1, 2, 4, 8; no bytes, or no honest compression.
    """
    members = as_map(status_list)
    bits = need(_is_width, members, c.BITS_MEMBER)
    compressed = need(is_bytes, members, c.LIST_MEMBER)
    return StatusArray(bits, inflate(compressed, max_entries * bits // 8))


def parse_status_list(token: bytes, uri: str) -> StatusListDraft:
    """Reads the list that was fetched for this name.

    Raises:
        Invalid: status_list.malformed, status_list.other_uri
    """
    try:
        sign1 = parse_sign1(token, max_bytes=c.MAX_LIST_TOKEN_BYTES)
        payload = as_map(cbor.decode(sign1.payload, max_bytes=c.MAX_LIST_TOKEN_BYTES))
        kid = need(is_kid, sign1.headers, c.KID)
        status_list = StatusList(
            uri=need(is_text, payload, c.SUBJECT),
            issued_at_s=need(is_time, payload, c.ISSUED_AT),
            expires_at_s=need(is_time, payload, c.EXPIRES),
            ttl_s=need(is_time, payload, c.TIME_TO_LIVE),
            entries=read_entries(payload.get(c.STATUS_LIST)),
        )
    except ValueError as fault:
        raise Invalid("status_list.malformed") from fault
    right_type = sign1.headers.get(c.TYP) == c.STATUS_LIST_TYPE and status_list.entries.bits == _BITS
    if not right_type or not is_signature(sign1.signature):
        raise Invalid("status_list.malformed")
    if status_list.uri != uri:
        raise Invalid("status_list.other_uri")
    return StatusListDraft(status_list, check_of(sign1, CheckRole.LIST, kid=kid))


def status_list_checks(draft: StatusListDraft, trust: TrustList) -> tuple[KeyedCheck, ...]:
    """One check for each key that may have signed this list: a status key, in its window, not compromised."""
    issued_at_s = draft.status_list.issued_at_s
    candidates = trust.candidates(draft.check.kid or b"")
    return tuple(
        KeyedCheck(draft.check, record.key)
        for record in candidates
        if record.key.alg == draft.check.alg and _may_sign_lists(record, issued_at_s)
    )


def accept_status_list(
    draft: StatusListDraft, trust: TrustList, results: CheckResults, held: StatusList | None
) -> StatusList:
    """The list, once a status key's signature held and it is not older than the one held under the same name.

    Raises:
        Invalid: status_list.signature_invalid, status_list.rolled_back
    """
    if not any(results.get(check, False) for check in status_list_checks(draft, trust)):
        raise Invalid("status_list.signature_invalid")
    if held is not None and draft.status_list.issued_at_s < held.issued_at_s:
        raise Invalid("status_list.rolled_back")
    return draft.status_list


def make_status_list(status_list: StatusList, kid: bytes, sign: Callable[[bytes], bytes]) -> bytes:
    """The token; ``sign`` is ES256 by the status key over the given bytes, r || s."""
    entries = status_list.entries
    protected = cbor.encode({c.ALG: c.ES256, c.KID: kid, c.TYP: c.STATUS_LIST_TYPE})
    payload = cbor.encode(
        {
            c.SUBJECT: status_list.uri,
            c.EXPIRES: status_list.expires_at_s,
            c.ISSUED_AT: status_list.issued_at_s,
            c.STATUS_LIST: {c.BITS_MEMBER: entries.bits, c.LIST_MEMBER: deflate(entries.data)},
            c.TIME_TO_LIVE: status_list.ttl_s,
        }
    )
    return write_sign1(protected, payload, sign(sig_structure(protected, payload)))


def _may_sign_lists(record: KeyRecord, issued_at_s: int) -> bool:
    return record.role == KeyRole.STATUS and record.compromised_at_s is None and record.is_open_at(issued_at_s)


def _is_width(value: Any) -> bool:
    return type(value) is int and value in _WIDTHS
