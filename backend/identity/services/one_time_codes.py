"""Codes of an authenticator app (RFC 6238: SHA-1, 6 digits, 30 s) and recovery codes.

Pure; the arithmetic of RFC 4226 is that of the `cryptography` package.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP
from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP_S: Final = 30
DIGITS: Final = 6
SECRET_BYTES: Final = 20
"""RFC 4226 4: 160 bits are recommended."""

RECOVERY_CODES: Final = 10
_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_HALF: Final = 5
_SAME: Final = str.maketrans({"o": "0", "i": "1", "l": "1"})


def step_of(now_s: int) -> int:
    return now_s // STEP_S


def code_at(secret: bytes, step: int) -> str:
    """The six digits of a 30 s step."""
    # SHA-1 is what every authenticator app speaks; HMAC does not need it to be free of collisions (RFC 6238 1.2).
    return HOTP(secret, DIGITS, SHA1()).generate(step).decode()  # noqa: S303 - RFC 6238


def matching_step(secret: bytes, code: str, now_s: int) -> int | None:
    """The step that a code belongs to: now, the one before (slow fingers) or the one after (a fast clock); or None."""
    now = step_of(now_s)
    found = [
        step for step in (now, now - 1, now + 1) if hmac.compare_digest(code_at(secret, step).encode(), code.encode())
    ]
    return found[0] if found else None


def otpauth_uri(secret: bytes, account: str, issuer: str) -> str:
    """What the QR says to an authenticator app."""
    return TOTP(secret, DIGITS, SHA1(), STEP_S).get_provisioning_uri(account, issuer)  # noqa: S303 - RFC 6238


def secret_text(secret: bytes) -> str:
    """The secret for fingers: base32, as authenticator apps take it."""
    return base64.b32encode(secret).decode()


def tidy(code: str) -> str:
    """A code as typed, without spaces and hyphens and with look-alikes made one."""
    return "".join(code.split()).replace("-", "").lower().translate(_SAME)


def is_app_code(code: str) -> bool:
    """Whether a tidy code has the form of an authenticator app's; anything else may be a recovery code."""
    return len(code) == DIGITS and code.isascii() and code.isdigit()


def recovery_codes(key: bytes, subject: str, secret: bytes, series: int) -> list[str]:
    """Ten codes of 50 bits, ``xxxxx-xxxxx``, made from what is kept anyway: a lost answer can be given again."""
    codes = []
    for number in range(RECOVERY_CODES):
        content = b"\x00".join((subject.encode(), secret, f"{series}:{number}".encode()))
        bits = int.from_bytes(hmac.new(key, content, hashlib.sha256).digest()[:8], "big")
        letters = "".join(_ALPHABET[(bits >> (5 * place)) & 31] for place in range(2 * _HALF))
        codes.append(f"{letters[:_HALF]}-{letters[_HALF:]}")
    return codes


def recovery_hash(key: bytes, subject: str, code: str) -> str:
    """What is kept of a recovery code: keyed, because 50 bits alone could be found by trying."""
    return hmac.new(key, f"{subject}\x00{tidy(code)}".encode(), hashlib.sha256).hexdigest()


def recovery_hashes(key: bytes, subject: str, codes: Iterable[str]) -> list[str]:
    return [recovery_hash(key, subject, code) for code in codes]
