"""VNeID sign-in: the real wire format (domain.md, part 3; there is no public specification, this is what runs today).

1. **Authorize.** The browser is sent to ``AUTHORIZE_URL`` with the query ``response_type=code``, ``client_id``,
   ``redirect_uri``, ``scope=openid`` and ``state``. There is no nonce and no PKCE.
2. **Callback.** The browser comes to ``redirect_uri`` (``<public url>/api/v1/auth/vneid/callback``) with ``code`` and
   ``state``, or ``error`` and ``state``. ``code`` may be encrypted: then ``encrypt_key`` stands beside it, both are
   standard base64 (a ``+`` may arrive as a space), ``encrypt_key`` unwraps as in 5 and ``code`` decrypts to the UTF-8
   text of the real code.
3. **Token.** ``POST TOKEN_URL``, ``application/x-www-form-urlencoded``: ``grant_type=authorization_code``, ``code``,
   ``redirect_uri``, ``client_id``, ``client_secret``. 200 with an envelope (5) of
   ``{"access_token": str, "token_type": "Bearer", "expires_in": int}``; no ``id_token``. 400 or 401: code refused.
4. **Userinfo.** ``GET USERINFO_URL`` with ``Authorization: Bearer <access_token>``. 200 with an envelope of
   ``{"citizenPid": "048192900002", "fullName": "Trần Thị Thu Trang", "birthDate": "12/03/1992" | "1992",
   "accountType": 1 (a citizen; 2 an organisation), "accountLevel": 1 | 2}``; numbers may come as text.
5. **Envelope.** JSON ``{"data": base64, "key": base64}``: ``key`` is an AES key (16, 24 or 32 bytes) encrypted to our
   RSA public key (``vneid.pem``) with PKCS #1 v1.5; ``data`` is the UTF-8 JSON encrypted with that key, AES-ECB with
   PKCS #7 padding. Weak, and theirs to choose: TLS carries the secrecy.
"""

import base64
import json
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import requests
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from backend.identity.ports import VerifiedIdentity
from shared_models.errors import Unauthenticated, Upstream
from shared_models.person import clean_name

_TIMEOUT_S: Final = 10
_ANSWER_LIMIT: Final = 64 * 1024
_CITIZEN: Final = 1
_AES_BLOCK_BITS: Final = 128
_YEAR = re.compile(r"[0-9]{4}", re.ASCII)
_PERSONAL_ID = re.compile(r"[0-9]{12}", re.ASCII)


@dataclass(frozen=True, slots=True)
class VneidEndpoints:
    authorize_url: str
    token_url: str
    userinfo_url: str
    client_id: str


class VneidProvider:
    """The adapter behind `IdentityProvider`."""

    def __init__(self, endpoints: VneidEndpoints, client_secret: str, key: rsa.RSAPrivateKey) -> None:
        self._endpoints: Final = endpoints
        self._client_secret: Final = client_secret
        self._key: Final = key

    def authorize_url(self, state: str, redirect_uri: str) -> str:
        query = {
            "response_type": "code",
            "client_id": self._endpoints.client_id,
            "redirect_uri": redirect_uri,
            "scope": "openid",
            "state": state,
        }
        return f"{self._endpoints.authorize_url}?{urlencode(query)}"

    def identify(self, code: str, redirect_uri: str, encrypt_key: str | None = None) -> VerifiedIdentity:
        if encrypt_key is not None:
            code = self._open_code(code, encrypt_key)
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "client_id": self._endpoints.client_id,
            "client_secret": self._client_secret,
        }
        token = self._exchange("POST", self._endpoints.token_url, data=form).get("access_token")
        if not isinstance(token, str) or not token:
            raise Upstream("identity.provider_answer", transient=False)
        bearer = {"Authorization": f"Bearer {token}"}
        return _identity(self._exchange("GET", self._endpoints.userinfo_url, headers=bearer))

    def _exchange(self, method: str, url: str, **options: Any) -> dict[str, Any]:
        try:
            # No redirects: the answer to our secret comes from the address in the settings or not at all.
            answer = requests.request(method, url, timeout=_TIMEOUT_S, allow_redirects=False, **options)
        except requests.RequestException as failure:
            raise Upstream("identity.provider_unreachable", transient=True) from failure
        if answer.status_code in {400, 401}:
            raise Unauthenticated("identity.code_refused")
        if answer.status_code != 200:
            raise Upstream("identity.provider_unreachable", transient=answer.status_code >= 500)
        if len(answer.content) > _ANSWER_LIMIT:
            raise Upstream("identity.provider_answer", transient=False)
        return self._open_envelope(answer.content)

    def _open_envelope(self, body: bytes) -> dict[str, Any]:
        try:
            envelope = json.loads(body)
            content = json.loads(self._decrypt(envelope["data"], envelope["key"]))
        except (ValueError, KeyError, TypeError) as malformed:
            raise Upstream("identity.provider_answer", transient=False) from malformed
        if not isinstance(content, dict):
            raise Upstream("identity.provider_answer", transient=False)
        return content

    def _open_code(self, code: str, encrypt_key: str) -> str:
        try:
            return self._decrypt(code.replace(" ", "+"), encrypt_key.replace(" ", "+")).decode()
        except (ValueError, TypeError) as malformed:
            raise Unauthenticated("identity.code_refused") from malformed

    def _decrypt(self, data: str, key: str) -> bytes:
        secret = self._key.decrypt(base64.b64decode(key, validate=True), padding.PKCS1v15())
        # VNeID's choice, not ours; see 5 above.
        opener = Cipher(algorithms.AES(secret), modes.ECB()).decryptor()  # noqa: S305
        padded = opener.update(base64.b64decode(data, validate=True)) + opener.finalize()
        stripper = PKCS7(_AES_BLOCK_BITS).unpadder()
        return stripper.update(padded) + stripper.finalize()


def load_vneid(endpoints: VneidEndpoints, secret_file: Path, key_file: Path) -> VneidProvider:
    """The adapter with our secret and our RSA key from their files.

    Raises:
        OSError: a file is missing.
        ValueError: the key is not an RSA key.
    """
    key = load_pem_private_key(key_file.read_bytes(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError(f"{key_file.name} is not an RSA key")  # noqa: TRY004 - the file's content, not its type
    return VneidProvider(endpoints, secret_file.read_text(encoding="utf-8").strip(), key)


def _identity(claims: dict[str, Any]) -> VerifiedIdentity:
    personal_id = claims.get("citizenPid")
    if not isinstance(personal_id, str) or _PERSONAL_ID.fullmatch(personal_id) is None:
        raise Upstream("identity.provider_answer", transient=False)
    if _number(claims.get("accountType")) != _CITIZEN:
        raise Unauthenticated("identity.not_a_citizen")
    return VerifiedIdentity(
        personal_id=personal_id,
        full_name=clean_name(str(claims.get("fullName") or "")),
        birth_date=_birth_date(claims.get("birthDate")),
        level=_number(claims.get("accountLevel")),
    )


def _number(value: Any) -> int:
    """A whole number that may come as text; 0 when it is neither."""
    return int(value) if str(value).isascii() and str(value).isdigit() else 0


def _birth_date(value: Any) -> str | None:
    """``dd/mm/yyyy`` or, for elders of whom no more is known, ``yyyy`` (domain.md, part 3: partial dates)."""
    text = str(value or "").strip()
    if _YEAR.fullmatch(text):
        return text
    try:
        return datetime.strptime(text, "%d/%m/%Y").date().isoformat()  # noqa: DTZ007 - a day, not a moment
    except ValueError:
        return None
