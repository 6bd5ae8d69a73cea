"""Base45 (RFC 9285), strictly: each byte string has one text, and no other text is read.

Two bytes are a number below 65,536 and three digits to the base of 45, the lowest first. Both directions work on all
numbers at once, each in its own 32 bits of one large integer: three times as fast as one after the other, and minting
and checking a credential spend a good part of their time here.
"""

import re
from functools import lru_cache
from typing import Final

from shared_models.credential.reasons import FormatError

_ALPHABET: Final = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_TEXT: Final = re.compile(r"[0-9A-Z $%*+\-./:]*")
_DIGIT_TO_CHARACTER: Final = _ALPHABET.ljust(256)
_CHARACTER_TO_DIGIT: Final = bytes.maketrans(_ALPHABET, bytes(range(45)))


class EncodingError(FormatError):
    """Not the base45 or decimal text of any bytes."""

    reason = "format.encoding"


class TooLongError(FormatError):
    """Longer than any token may be."""

    reason = "format.too_long"


def encode(data: bytes) -> str:
    """The text of any bytes."""
    count, rest = divmod(len(data), 2)
    lanes = bytearray(4 * count)
    lanes[0::4] = data[1 : 2 * count : 2]
    lanes[1::4] = data[0 : 2 * count : 2]
    ones = _ones(count)
    numbers = int.from_bytes(lanes, "little")
    # n * 46604 >> 21 is n // 45 below 2^16, and n * 1457 >> 16 is n // 45 below 2^11; the tests try every number.
    upper = numbers * 46604 >> 21 & ones * 2047
    highest = upper * 1457 >> 16 & ones * 63
    digits = numbers - 45 * upper | (upper - 45 * highest) << 8 | highest << 16
    characters = digits.to_bytes(4 * count, "little").translate(_DIGIT_TO_CHARACTER)
    text = bytearray(3 * count)
    text[0::3], text[1::3], text[2::3] = characters[0::4], characters[1::4], characters[2::4]
    if rest:
        text += bytes((_ALPHABET[data[-1] % 45], _ALPHABET[data[-1] // 45]))
    return text.decode("ascii")


def decode(text: str, max_bytes: int) -> bytes:
    """The bytes of a text.

    Raises:
        EncodingError: a character outside the alphabet, one character too many, a number too large for its bytes.
        TooLongError: more than ``max_bytes``; the numbers have not been looked at.
    """
    count, rest = divmod(len(text), 3)
    if rest == 1 or _TEXT.fullmatch(text) is None:
        raise EncodingError("not base45")
    if 2 * count + rest // 2 > max_bytes:
        raise TooLongError("too long")
    digits = text.encode("ascii").translate(_CHARACTER_TO_DIGIT)
    end = 3 * count
    low, middle, high = (_lanes(digits[place:end:3]) for place in range(3))
    numbers = low + 45 * middle + 2025 * high
    if numbers & _ones(count) * 0xFFFF0000:
        raise EncodingError("a number beyond two bytes")
    lanes = numbers.to_bytes(4 * count, "little")
    data = bytearray(2 * count)
    data[0::2], data[1::2] = lanes[1::4], lanes[0::4]
    if rest:
        last = digits[-2] + 45 * digits[-1]
        if last > 255:
            raise EncodingError("a number beyond one byte")
        data.append(last)
    return bytes(data)


def _lanes(digits: bytes) -> int:
    """Each digit in the lowest of its 32 bits."""
    lanes = bytearray(4 * len(digits))
    lanes[0::4] = digits
    return int.from_bytes(lanes, "little")


@lru_cache(maxsize=512)
def _ones(count: int) -> int:
    """1 in each of so many times 32 bits: a number times this stands in all of them."""
    return int.from_bytes(b"\1\0\0\0" * count, "little")
