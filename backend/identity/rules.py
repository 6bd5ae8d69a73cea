"""Pure rules of signing in: how long sessions live, how wrong passwords slow down, what a PKCE verifier must be."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from shared_models.access import Role
from shared_models.schemas.wire import to_base64url

ACCESS_TOKEN_LIFE: Final = timedelta(minutes=10)
PROOF_WINDOW: Final = timedelta(seconds=60)
REFRESH_GRACE: Final = timedelta(seconds=60)
"""How long the refresh token before the current one still gets the current one: two tabs, a lost answer."""

SIGNIN_LIFE: Final = timedelta(minutes=10)
SIGNIN_CODE_LIFE: Final = timedelta(minutes=5)
"""A phone that starts the app for the first time needs most of a minute to come for its tokens."""

ASSERTION_LIFE: Final = timedelta(minutes=5)
REQUIRED_LEVEL: Final = 2

FREE_FAILURES: Final = 5
LONGEST_BACKOFF_S: Final = 300
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


def backoff_s(failures: int) -> int:
    """Seconds to wait after this many wrong passwords in a row, of one account from one place."""
    if failures < FREE_FAILURES:
        return 0
    return int(min(LONGEST_BACKOFF_S, 2 ** min(failures - FREE_FAILURES + 1, 16)))


def is_verifier_of(verifier: str, challenge: str) -> bool:
    """Whether a PKCE code verifier belongs to an S256 challenge (RFC 7636 4.6)."""
    if _VERIFIER.fullmatch(verifier) is None:
        return False
    return hmac.compare_digest(to_base64url(hashlib.sha256(verifier.encode()).digest()), challenge)
