"""Reading codes of the families `HC1` and `RAW`. Never raises on bad input: what is wrong is a problem."""

import re
import zlib
from dataclasses import dataclass
from typing import Final

from shared_models.credential import base45
from shared_models.credential.base45 import EncodingError, TooLongError
from shared_models.credential.constants import MAX_TOKEN_BYTES
from shared_models.credential.foreign import loose_cbor
from shared_models.credential.foreign.claims import ForeignClaims, read_foreign_claims
from shared_models.credential.foreign.sign1 import ForeignSign1, Reading, read_sign1
from shared_models.credential.qr_text import NotOursError
from shared_models.credential.reasons import FormatError

MAX_INFLATED_BYTES: Final = 1 << 16
_HC1_PREFIX: Final = "HC1:"
_HC1_READING: Final = Reading(preferred=False, tagged=False, one_place=False, protected_alg=False)
_RAW_READING: Final = Reading(preferred=True, tagged=True, one_place=True, protected_alg=True)
_HEX: Final = re.compile(r"(?:[0-9A-Fa-f]{2})+")


@dataclass(frozen=True, slots=True)
class ForeignDecoded:
    """A code that was read. ``problems`` are reasons (reasons.py); without ``token`` there is nothing to check."""

    token: ForeignSign1 | None = None
    claims: ForeignClaims | None = None
    problems: tuple[str, ...] = ()


def decode_hc1(text: str) -> ForeignDecoded:
    """``HC1:`` base45(zlib(COSE_Sign1 of a CWT)), as health certificates were written (EU 2021/1073, annex I)."""
    token = None
    try:
        if not text.startswith(_HC1_PREFIX):
            raise NotOursError("another prefix")
        compressed = base45.decode(text[len(_HC1_PREFIX) :], MAX_TOKEN_BYTES)
        token = read_sign1(inflate_at_most(compressed, MAX_INFLATED_BYTES), _HC1_READING)
        return ForeignDecoded(token, read_foreign_claims(loose_cbor.decode(token.payload)))
    except FormatError as fault:
        return ForeignDecoded(token, problems=(fault.reason,))


def decode_raw(text: str, aad: bytes, as_cwt: bool) -> ForeignDecoded:
    """The hexadecimal digits of a tagged COSE_Sign1.

    Args:
        text: the digits, of either case.
        aad: what was signed along.
        as_cwt: the payload is judged by its times; otherwise it may be anything, and is shown if it is a CWT's.
    """
    token = None
    try:
        if len(text) > 2 * loose_cbor.MAX_BYTES:
            raise TooLongError("too long")
        if _HEX.fullmatch(text) is None:
            raise EncodingError("not hexadecimal")
        token = read_sign1(bytes.fromhex(text), _RAW_READING, aad)
    except FormatError as fault:
        return ForeignDecoded(problems=(fault.reason,))
    try:
        return ForeignDecoded(token, read_foreign_claims(loose_cbor.decode(token.payload)))
    except FormatError as fault:
        is_cwts = as_cwt and _is_map(token.payload)
        return ForeignDecoded(token, problems=(fault.reason,) if is_cwts else ())


def inflate_at_most(compressed: bytes, max_bytes: int) -> bytes:
    """The bytes of one whole zlib stream; no more than ``max_bytes`` and one are ever allocated.

    Raises:
        EncodingError: not zlib, cut, or followed by something.
        TooLongError: more than ``max_bytes``.
    """
    stream = zlib.decompressobj()
    try:
        data = stream.decompress(compressed, max_bytes + 1)
    except zlib.error as fault:
        raise EncodingError("not zlib") from fault
    if len(data) > max_bytes:
        raise TooLongError("too long")
    if not stream.eof or stream.unused_data:
        raise EncodingError("more or less than one zlib stream")
    return data


def _is_map(payload: bytes) -> bool:
    """Whether it was meant as claims: the first byte is a map's."""
    return payload[:1] != b"" and payload[0] >> 5 == 5
