"""The families of codes that can be read, by name. ``VN1`` is the only one that the apps read.

Room is left for the families of other people's test suites: each is a reading function that gives a ``Decoded``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from shared_models.credential.decode import Decoded, decode


@dataclass(frozen=True, slots=True)
class Profile:
    """A family of codes and its reader."""

    name: str
    decode: Callable[[str], Decoded]


VN1: Final = Profile("VN1", decode)
PROFILES: Final = {profile.name: profile for profile in (VN1,)}
