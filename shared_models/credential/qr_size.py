"""How large a QR code a text needs: exact bit counts and capacities of ISO/IEC 18004 (7.4 and table 7).

A code up to version 15 is read by cheap cameras; nothing larger is minted.
"""

from functools import cache
from typing import Final, Literal

from shared_models.credential.qr_text import SCREEN_PREFIX

Level = Literal["L", "M"]

MAX_VERSION: Final = 15
PAPER_ADDRESS_BYTES: Final = 48
"""What every paper credential leaves room for: PUBLIC_URL and its mark, whatever the city calls its site later."""

_DATA_CODEWORDS: Final[dict[Level, tuple[int, ...]]] = {
    "L": (19, 34, 55, 80, 108, 136, 156, 194, 232, 274, 324, 370, 428, 461, 523),
    "M": (16, 28, 44, 64, 86, 108, 124, 154, 182, 216, 254, 290, 334, 365, 415),
}
_MODE_BITS: Final = 4


def _is_long(version: int) -> bool:
    """Versions 10 to 26 count characters with more bits than 1 to 9 do (table 3)."""
    return version > 9


def _alphanumeric_bits(characters: int, version: int) -> int:
    return _MODE_BITS + (11 if _is_long(version) else 9) + characters // 2 * 11 + characters % 2 * 6


def _numeric_bits(digits: int, version: int) -> int:
    return _MODE_BITS + (12 if _is_long(version) else 10) + digits // 3 * 10 + (0, 4, 7)[digits % 3]


def _byte_bits(count: int, version: int) -> int:
    return _MODE_BITS + (16 if _is_long(version) else 8) + 8 * count


def screen_version(characters: int) -> int | None:
    """The smallest version at level L for an alphanumeric text; None: larger than MAX_VERSION."""
    for version, codewords in enumerate(_DATA_CODEWORDS["L"], start=1):
        if _alphanumeric_bits(characters, version) <= 8 * codewords:
            return version
    return None


def paper_version(address_bytes: int, digits: int) -> int | None:
    """The smallest version at level M for an address segment and a digit segment; None: larger than MAX_VERSION."""
    for version, codewords in enumerate(_DATA_CODEWORDS["M"], start=1):
        if _byte_bits(address_bytes, version) + _numeric_bits(digits, version) <= 8 * codewords:
            return version
    return None


@cache
def max_screen_bytes() -> int:
    """The longest token whose screen text fits."""
    sizes = [size for size in range(1024) if screen_version(_screen_characters(size)) is not None]
    return sizes[-1]


@cache
def max_paper_bytes() -> int:
    """The longest token whose paper text fits beside an address of PAPER_ADDRESS_BYTES, whatever its bytes are."""
    sizes = [size for size in range(1024) if paper_version(PAPER_ADDRESS_BYTES, _most_digits(size)) is not None]
    return sizes[-1]


def _screen_characters(size: int) -> int:
    return len(SCREEN_PREFIX) + size // 2 * 3 + size % 2 * 2


def _most_digits(size: int) -> int:
    """Digits of the layout byte and ``size`` bytes of 0xff."""
    return len(str((2 << (8 * size)) - 1))
