"""VNeID's side of a sign-in, as far as a sandbox needs it: accounts, one-time codes, single-use codes and tokens.

The wire format is described where it is consumed, in ``backend/identity/adapters/vneid.py``. State is in memory: a
restart ends sign-ins that are under way, nothing else.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from scripts.sandbox.seed_data import load

STEP_S = 60
CODE_LIFE_S = 60
TOKEN_LIFE_S = 300
FREE_TRIES = 5


@dataclass(frozen=True)
class RelyingParty:
    """What VNeID knows of the city: its client, where codes may be sent, and the key that answers are sealed with."""

    client_id: str
    client_secret: str
    redirect_uri: str
    key: rsa.RSAPublicKey

    @classmethod
    def read(cls, keys: Path, public_url: str) -> "RelyingParty":
        """The registration of the city whose keys lie in ``keys``. Only the public half of its RSA key is kept."""
        key = load_pem_private_key((keys / "vneid.pem").read_bytes(), password=None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise TypeError("vneid.pem is not an RSA key")
        return cls(
            client_id="congdan",
            client_secret=(keys / "vneid-client.secret").read_text("utf-8").strip(),
            redirect_uri=f"{public_url}/api/v1/auth/vneid/callback",
            key=key.public_key(),
        )


class Vneid:
    """Accounts are the demo people; everything else lives for a minute or five."""

    def __init__(self, secret_file: Path, party: RelyingParty) -> None:
        if not secret_file.exists():
            secret_file.parent.mkdir(parents=True, exist_ok=True)
            secret_file.touch(mode=0o600)
            secret_file.write_bytes(secrets.token_bytes(32))
        self._secret = secret_file.read_bytes()
        self.party = party
        self.accounts = {row["personal_id"]: row for row in load("people")}
        self._codes: dict[str, tuple[float, str]] = {}
        self._tokens: dict[str, tuple[float, str]] = {}
        self._tries: dict[str, list[float]] = {}
        self._lock = Lock()

    def one_time_code(self, personal_id: str, back: int = 0) -> str:
        """The six digits that the person's phone shows now, or showed ``back`` minutes ago."""
        window = int(time.time()) // STEP_S - back
        digest = hmac.digest(self._secret, f"{personal_id}:{window}".encode(), hashlib.sha256)
        return f"{int.from_bytes(digest[:8], 'big') % 1_000_000:06}"

    @staticmethod
    def seconds_left() -> int:
        return STEP_S - int(time.time()) % STEP_S

    def sign_in(self, personal_id: str, one_time_code: str) -> str | None:
        """A single-use authorization code, or None; ``too_many_tries`` says whether it was worth trying."""
        if personal_id not in self.accounts or self.too_many_tries(personal_id):
            return None
        given = one_time_code.strip().encode()
        if not any(hmac.compare_digest(self.one_time_code(personal_id, back).encode(), given) for back in (0, 1)):
            with self._lock:
                self._tries.setdefault(personal_id, []).append(time.time())
            return None
        return self._remember(self._codes, CODE_LIFE_S, personal_id)

    def too_many_tries(self, personal_id: str) -> bool:
        with self._lock:
            recent = [moment for moment in self._tries.get(personal_id, []) if moment > time.time() - STEP_S]
            self._tries[personal_id] = recent
            return len(recent) >= FREE_TRIES

    def exchange(self, code: str) -> str | None:
        """An access token for a code that is fresh and new."""
        personal_id = self._take(self._codes, code)
        return None if personal_id is None else self._remember(self._tokens, TOKEN_LIFE_S, personal_id)

    def userinfo(self, token: str) -> dict[str, Any] | None:
        personal_id = self._take(self._tokens, token)
        if personal_id is None:
            return None
        account = self.accounts[personal_id]
        year, *rest = account["birth_date"].split("-")
        return {
            "citizenPid": personal_id,
            "fullName": account["full_name"],
            "birthDate": "/".join([*reversed(rest), year]),
            "accountType": 1,
            "accountLevel": account["level"],
        }

    def _remember(self, where: dict[str, tuple[float, str]], life_s: float, personal_id: str) -> str:
        value = secrets.token_urlsafe(32)
        now = time.time()
        with self._lock:
            for old in [key for key, (until, _) in where.items() if until < now]:
                del where[old]
            where[value] = (now + life_s, personal_id)
        return value

    def _take(self, where: dict[str, tuple[float, str]], value: str) -> str | None:
        with self._lock:
            until, personal_id = where.pop(value, (0.0, ""))
        return personal_id if until >= time.time() else None

    def seal(self, plain: bytes) -> tuple[str, str]:
        """``data, key`` of an envelope: AES-256-ECB under a fresh key, itself under RSA PKCS #1 v1.5, their choice."""
        key = secrets.token_bytes(32)
        padder = PKCS7(128).padder()
        cipher = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
        data = cipher.update(padder.update(plain) + padder.finalize()) + cipher.finalize()
        wrapped = self.party.key.encrypt(key, padding.PKCS1v15())
        return base64.b64encode(data).decode(), base64.b64encode(wrapped).decode()

    def envelope(self, content: dict[str, Any]) -> dict[str, str]:
        data, key = self.seal(json.dumps(content, ensure_ascii=False).encode())
        return {"data": data, "key": key}
