"""A client of a running city over real HTTP: a key of its own, a DPoP proof with each request, tokens that it renews.

It learns how far the server's clock is from its own, as the phone does (RFC 9449 8: ``Date``).
"""

import hashlib
import re
import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from joserfc.jwk import ECKey

from backend.identity.services.jose import write_jwt
from shared_models.clock import to_epoch_s
from shared_models.schemas.wire import to_base64url
from tests.support.builders_identity import new_key, pkce

API = "/api/v1"
TIMEOUT_S = 40
PATIENCE_S = 90.0
"""How long a client tries on. Longer than any fault here lasts, lease times included."""


class Unanswered(Exception):
    """No answer, or one that says that the server cannot now: whether it was done is not known."""


class Refused(Exception):
    """The city said no."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code


class Caller:
    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.key: ECKey = new_key()
        self.user: dict[str, Any] = {}
        self.unanswered: list[str] = []
        self._access = ""
        self._refresh = ""
        self._ahead_s = 0
        self.http = requests.Session()
        self.http.trust_env = False

    # ---- signing in ----

    def sign_in_as_staff(self, username: str, password: str, otp: str | None = None) -> None:
        self._ask_token(grant_type="password", username=username, password=password, **({"otp": otp} if otp else {}))

    def sign_in_with_vneid(self, vneid: str, personal_id: str) -> None:
        """The whole way round: our start page, the sandbox's form, its redirect, the one-time code."""
        verifier, challenge = pkce()
        start = self._plain("GET", f"{API}/auth/vneid/start?code_challenge={challenge}&state=story")
        page = self.http.get(start.headers["Location"], timeout=TIMEOUT_S)
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.text))
        query = {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}
        code = self.http.get(f"{vneid}/codes.json", timeout=TIMEOUT_S).json()[personal_id]
        form = {**query, "form_token": fields["form_token"], "personal_id": personal_id, "one_time_code": code}
        back = self.http.post(f"{vneid}/authorize", data=form, allow_redirects=False, timeout=TIMEOUT_S)
        if back.status_code != 303:
            raise Unanswered(f"sandbox: {back.status_code}")
        place = urlsplit(back.headers["Location"])
        landed = self._plain("GET", f"{place.path}?{place.query}")
        found = parse_qs(urlsplit(landed.headers.get("Location", "")).query)
        if "signin" not in found:
            raise Unanswered(f"sign-in: {landed.status_code} {found}")
        self._ask_token(grant_type="authorization_code", code=found["signin"][0], code_verifier=verifier)

    def renew(self) -> None:
        """Trade the refresh token, as the phone does before its access token ends."""
        self._ask_token(grant_type="refresh_token", refresh_token=self._refresh)

    def _ask_token(self, **fields: Any) -> None:
        self._access = ""
        found = self.call("POST", "/auth/token", fields)
        self._access, self.user = found["access_token"], found["user"]
        self._refresh = found.get("refresh_token", "")

    # ---- calling ----

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON of an accepted answer, None for one without a body.

        Raises:
            Unanswered, Refused.
        """
        answer = self._send(method, path, body)
        if answer.status_code == 401 and answer.json().get("code") == "access.proof_stale":
            # The clock of the server that answered: learnt from the answer, so this time the proof is right.
            answer = self._send(method, path, body)
        if answer.status_code >= 500:
            self._note(answer, path)
        if not answer.ok:
            raise Refused(answer.status_code, answer.json().get("code", ""))
        return answer.json() if answer.content else None

    def _note(self, answer: requests.Response, path: str) -> None:
        code = answer.json().get("code", "") if "json" in answer.headers.get("Content-Type", "") else ""
        self.unanswered.append(f"{answer.status_code} {code}")
        raise Unanswered(f"{path}: {answer.status_code} {code}")

    def _send(self, method: str, path: str, body: Any) -> requests.Response:
        headers = self.signed_headers(method, path)
        return self._request(method, f"{self.origin}{API}{path}", headers=headers, json=body)

    def signed_headers(self, method: str, path: str) -> dict[str, str]:
        """Proof and token of one request."""
        headers = {"DPoP": self._proof(method, f"{self.origin}{API}{path}")}
        if self._access:
            headers["Authorization"] = f"DPoP {self._access}"
        return headers

    def _plain(self, method: str, path: str) -> requests.Response:
        answer = self._request(method, self.origin + path)
        if answer.status_code >= 500:
            self._note(answer, urlsplit(path).path)
        return answer

    def _request(self, method: str, url: str, **options: Any) -> requests.Response:
        try:
            answer = self.http.request(method, url, timeout=TIMEOUT_S, allow_redirects=False, **options)
        except requests.RequestException as fault:
            self.unanswered.append(type(fault).__name__)
            raise Unanswered(f"{urlsplit(url).path}: {type(fault).__name__}") from fault
        if "Date" in answer.headers:
            self._ahead_s = to_epoch_s(parsedate_to_datetime(answer.headers["Date"])) - to_epoch_s(datetime.now(UTC))
        return answer

    def _proof(self, method: str, url: str) -> str:
        claims: dict[str, Any] = {
            "htm": method,
            "htu": url.partition("?")[0],
            "iat": int(time.time()) + self._ahead_s,
            "jti": secrets.token_urlsafe(18),
        }
        if self._access:
            claims["ath"] = to_base64url(hashlib.sha256(self._access.encode()).digest())
        header = {"alg": "ES256", "typ": "dpop+jwt", "jwk": self.key.as_dict(private=False)}
        return write_jwt(header, claims, self.key)


def persist(act: Callable[[], Any], *, patience_s: float = PATIENCE_S) -> Any:
    """Does ``act`` again until it is answered; the same ids make that harmless. Refusals are not tried again."""
    deadline = time.monotonic() + patience_s
    while True:
        try:
            return act()
        except Unanswered:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.15)
