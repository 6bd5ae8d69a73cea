"""The authenticator apps of the demo staff: their secrets, and the codes that they show now (RFC 6238)."""

import base64
import json
import time
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP_S = 30


def file_of(data: Path) -> Path:
    """A JSON object of base32 secrets by user name, written by the seed."""
    return data / "sandbox" / "authenticators.json"


def code_of(secret: str, at_s: float) -> str:
    """The six digits that an app with this base32 secret shows at a moment (seconds since 1970)."""
    return TOTP(base64.b32decode(secret), 6, SHA1(), STEP_S).generate(int(at_s)).decode()


def codes_now(file: Path) -> dict[str, str]:
    """The code of each demo account that has a second step, by user name."""
    secrets: dict[str, str] = json.loads(file.read_text("utf-8")) if file.exists() else {}
    return {username: code_of(secret, time.time()) for username, secret in secrets.items()}
