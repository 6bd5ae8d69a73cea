"""The families of codes that can be read, by name.

``VN1`` is the only one that the apps read. ``HC1`` (health certificates) and ``RAW`` (any COSE_Sign1) exist so that
other people's test suites can run through `congdan verify`; but for base45 they share none of VN1's readers, so that
nothing they tolerate can reach it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from shared_models.credential.constants import ES256
from shared_models.credential.decode import Decoded, decode
from shared_models.credential.foreign.decode import ForeignDecoded, decode_hc1, decode_raw
from shared_models.credential.foreign.judge import Rules

# RFC 9053 2, RFC 8230 2
PS256: Final = -37
ES384: Final = -35
ES512: Final = -36
EDDSA: Final = -8


@dataclass(frozen=True, slots=True)
class Profile:
    """A family of codes and its reader."""

    name: str
    decode: Callable[[str], Decoded]


@dataclass(frozen=True, slots=True)
class ForeignProfile:
    """A family of other people's codes.

    Attributes:
        name: of the family.
        read: text, externally supplied data, whether the payload is judged as a CWT -> what was read.
        algs: the COSE algorithms that it has.
        needs_kid: a token without a key's name is refused.
        takes_aad: externally supplied data (RFC 9052 4.4) may be given.
        has_clock: times are judged by the clock when no time was given.
    """

    name: str
    read: Callable[[str, bytes, bool], ForeignDecoded]
    algs: frozenset[int]
    needs_kid: bool
    takes_aad: bool
    has_clock: bool

    def decode(self, text: str, aad: bytes, now_s: int | None) -> ForeignDecoded:
        """Reads a code; never raises on bad input."""
        return self.read(text, aad, now_s is not None)

    def rules(self, now_s: int | None) -> Rules:
        return Rules(self.algs, self.needs_kid, now_s)


def _read_hc1(text: str, _aad: bytes, _as_cwt: bool) -> ForeignDecoded:
    return decode_hc1(text)


VN1: Final = Profile("VN1", decode)
HC1: Final = ForeignProfile(
    "HC1", _read_hc1, frozenset((ES256, PS256)), needs_kid=True, takes_aad=False, has_clock=True
)
RAW: Final = ForeignProfile(
    "RAW", decode_raw, frozenset((ES256, ES384, ES512, EDDSA)), needs_kid=False, takes_aad=True, has_clock=False
)
PROFILES: Final = {profile.name: profile for profile in (VN1,)}
FOREIGN_PROFILES: Final = {profile.name: profile for profile in (HC1, RAW)}
