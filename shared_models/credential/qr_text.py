"""The texts in the QR codes: the frames around base45 and around the decimal form of the paper code.

Each byte string has exactly one text and the readers accept no other, so a text that was read re-encodes to itself.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shared_models.credential import base45
from shared_models.credential.base45 import EncodingError, TooLongError
from shared_models.credential.constants import MAX_TOKEN_BYTES
from shared_models.credential.reasons import FormatError

SCREEN_PREFIX: Final = "VN1:"
PAPER_MARK: Final = "/q#"
_LAYOUT: Final = b"\x01"

_PAPER: Final = re.compile(r"https?://([a-z0-9.-]+(?::[0-9]{1,5})?)/q#(.*)", re.DOTALL)
_DECIMAL: Final = re.compile(r"[1-9][0-9]*")

_MAX_DIGITS: Final = 9865  # of 0x01 and MAX_TOKEN_BYTES bytes of 0xff
_DIGITS_AT_ONCE: Final = 4000  # below the bound that CPython sets on int() and str()


class Carrier(StrEnum):
    """Where a text was meant to stand."""

    SCREEN = "SCREEN"
    PAPER = "PAPER"


class NotOursError(FormatError):
    """Some other code: never called forged."""

    reason = "format.not_ours"


@dataclass(frozen=True, slots=True)
class Framed:
    """A text of ours with its frame taken off, not yet decoded. ``host`` is with its port, and only on paper."""

    carrier: Carrier
    body: str
    host: str | None


def decimal_encode(data: bytes) -> str:
    """The digits of the number whose big-endian bytes are 0x01 and ``data``."""
    value = int.from_bytes(_LAYOUT + data, "big")
    chunks: list[str] = []
    while value:
        value, chunk = divmod(value, 10**_DIGITS_AT_ONCE)
        chunks.append(str(chunk).zfill(_DIGITS_AT_ONCE))
    return "".join(reversed(chunks)).lstrip("0")


def decimal_decode(digits: str) -> bytes:
    """The bytes behind the layout byte.

    Raises:
        EncodingError, TooLongError: see there.
        NotOursError: another layout byte.
    """
    if _DECIMAL.fullmatch(digits) is None:
        raise EncodingError("not a decimal number")
    if len(digits) > _MAX_DIGITS:
        raise TooLongError("too long")
    value = 0
    for start in range(0, len(digits), _DIGITS_AT_ONCE):
        chunk = digits[start : start + _DIGITS_AT_ONCE]
        value = value * 10 ** len(chunk) + int(chunk)
    data = value.to_bytes((value.bit_length() + 7) // 8, "big")
    if not data.startswith(_LAYOUT):
        raise NotOursError("another layout")
    return data[1:]


def unframe(text: str) -> Framed:
    """Says whether a scanned text is one of ours, by its frame alone.

    Raises:
        NotOursError: see there.
    """
    if text.startswith(SCREEN_PREFIX):
        return Framed(Carrier.SCREEN, text[len(SCREEN_PREFIX) :], None)
    paper = _PAPER.fullmatch(text)
    if paper is None:
        raise NotOursError("another layout")
    return Framed(Carrier.PAPER, paper[2], paper[1])


def unwrap(framed: Framed) -> bytes:
    """The token in a framed text.

    Raises:
        EncodingError, TooLongError, NotOursError: see there.
    """
    if framed.carrier is Carrier.SCREEN:
        return base45.decode(framed.body, MAX_TOKEN_BYTES)
    return decimal_decode(framed.body)


def screen_text(cose: bytes) -> str:
    """The text of a code on a screen: all of it alphanumeric in QR terms."""
    return SCREEN_PREFIX + base45.encode(cose)


def paper_text(cose: bytes, public_url: str) -> str:
    """The text of a printed code: an address that any phone opens, and digits that never leave that phone."""
    return public_url.rstrip("/") + PAPER_MARK + decimal_encode(cose)
