"""Pure rules of signing in: how long sessions live, how wrong passwords slow down, what a PKCE verifier must be."""

import hashlib
import hmac
import ipaddress
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from shared_models.access import Role
from shared_models.schemas.wire import to_base64url

ACCESS_TOKEN_LIFE: Final = timedelta(minutes=10)
PROOF_WINDOW: Final = timedelta(seconds=60)
SIGNIN_LIFE: Final = timedelta(minutes=10)
SIGNIN_CODE_LIFE: Final = timedelta(minutes=5)
"""A phone that starts the app for the first time needs most of a minute to come for its tokens."""

ASSERTION_LIFE: Final = timedelta(minutes=5)
REQUIRED_LEVEL: Final = 2

FAILURES_FORGOTTEN_AFTER: Final = timedelta(hours=1)

_VERIFIER = re.compile(r"[A-Za-z0-9\-._~]{43,128}", re.ASCII)


@dataclass(frozen=True, slots=True)
class SessionLife:
    """``idle``: without a refresh; ``longest``: however often it is refreshed."""

    idle: timedelta
    longest: timedelta


CITIZEN_SESSION: Final = SessionLife(idle=timedelta(days=60), longest=timedelta(days=365))
STAFF_SESSION: Final = SessionLife(idle=timedelta(days=3), longest=timedelta(days=14))
"""An inspector may be out of reach of any network for a long weekend."""


def session_life(role: Role) -> SessionLife:
    return CITIZEN_SESSION if role is Role.CITIZEN else STAFF_SESSION


@dataclass(frozen=True, slots=True)
class Budget:
    """``free`` failures cost nothing; each one after that doubles the wait, up to ``longest_s`` seconds."""

    free: int
    longest_s: int

    def wait_s(self, failures: int) -> int:
        """Seconds to wait after this many failures in a row."""
        if failures < self.free:
            return 0
        return int(min(self.longest_s, 2 ** min(failures - self.free + 1, 16)))


NAME_BUDGET: Final = Budget(free=5, longest_s=300)
"""Wrong passwords for one name, from one source or one known phone."""

SOURCE_BUDGET: Final = Budget(free=30, longest_s=60)
"""Wrong passwords from one source, whatever the names: a whole office may stand behind one address, and so may one who
tries one password on every name."""

CODE_BUDGET: Final = Budget(free=10, longest_s=300)
"""Wrong codes of one account, from anywhere, after its right password: no stranger gets this far."""

LOOKUPS_PER_HOUR: Final = 120
"""People that one officer may look up: more than a counter serves, far less than a list of a ward."""

ENROLMENT_LIFE: Final = timedelta(minutes=15)
"""How long a shown secret waits for its first code, and how fresh a sign-in must be to show one."""

MOST_MACHINE_KEYS: Final = 5
ROTATION_GRACE: Final = timedelta(days=7)


def source_of(address: str | None) -> str:
    """What counts as one source of requests: an IPv4 address, or the /64 that one IPv6 subscriber has all of."""
    try:
        found = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return "-"
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False))


def is_verifier_of(verifier: str, challenge: str) -> bool:
    """Whether a PKCE code verifier belongs to an S256 challenge (RFC 7636 4.6)."""
    if _VERIFIER.fullmatch(verifier) is None:
        return False
    return hmac.compare_digest(to_base64url(hashlib.sha256(verifier.encode()).digest()), challenge)
