"""An agency's software as a client of the city: private_key_jwt (RFC 7523) for tokens, DPoP (RFC 9449) with each call.

One key does both: the city knows its public half.
"""

import base64
import hashlib
import json
import secrets
import socket
import ssl
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import requests
from joserfc import jwt
from joserfc.jwk import ECKey

TIMEOUT_S = 30
API = "/api/v1"


class ApiRefused(Exception):
    """The city answered with a problem (RFC 9457). ``code`` is a dotted code, ``errors`` codes by field."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        self.status = status
        self.code = str(problem.get("code", f"http.{status}"))
        self.errors: dict[str, Any] = problem.get("errors") or {}
        self.request_id = problem.get("request_id")
        super().__init__(f"{status} {self.code}")


class ApiUnreachable(Exception):
    """No answer: whether the request was carried out is not known. The same one may be sent again."""


@dataclass(frozen=True)
class Credentials:
    """The client's id (``cli_…``), given at registration, and its key."""

    client_id: str
    key: ECKey

    @classmethod
    def read(cls, client_id: str, key_file: Path) -> "Credentials":
        return cls(client_id, ECKey.import_key(key_file.read_bytes()))


class MachineClient:
    """Calls the city's API for one agency. Safe to use from several threads."""

    def __init__(self, origin: str, credentials: Credentials, authority: Path | None = None) -> None:
        self._origin = origin.rstrip("/")
        self._credentials = credentials
        self._token = ""
        self._token_until = 0.0
        self._lock = Lock()
        self._http = requests.Session()
        self._http.trust_env = False
        self._authority = None if authority is None else str(authority)
        if authority is not None:
            self._http.verify = str(authority)

    def get(self, path: str) -> Any:
        return self._call("GET", path).json()

    def get_file(self, path: str) -> bytes:
        return self._call("GET", path).content

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return self._call("POST", path, body).json()

    def post_and_hang_up(self, path: str, body: dict[str, Any]) -> None:
        """Send a request and cut the connection when the answer comes, unread: it was carried out and nobody knows."""
        token = self._access_token()
        url = f"{self._origin}{API}{path}"
        place = urlsplit(url)
        host, content = place.hostname or "", json.dumps(body).encode()
        context = ssl.create_default_context(cafile=self._authority) if place.scheme == "https" else None
        line = HTTPSConnection(host, place.port, context=context) if context else HTTPConnection(host, place.port)
        line.timeout = TIMEOUT_S
        proof = {"Authorization": f"DPoP {token}", "DPoP": self._proof("POST", url, token)}
        try:
            line.request("POST", place.path, content, {"Content-Type": "application/json", **proof})
            line.sock.recv(1, socket.MSG_PEEK)
        except OSError as fault:
            raise ApiUnreachable(type(fault).__name__) from fault
        finally:
            line.close()

    def add_key(self, key: ECKey) -> None:
        """Make another key known to the city: signed in with the present one, proved with the new one."""
        claims = {"sub": self._credentials.client_id, "aud": self._origin, "iat": int(time.time())}
        proof = jwt.encode({"alg": "ES256", "typ": "congdan-machine-key+jwt"}, claims, key)
        self.post("/machine/keys", {"jwk": key.as_dict(private=False), "proof": proof})

    def use_key(self, key: ECKey) -> None:
        """Sign in with another key from now on, and take the others away from the city."""
        with self._lock:
            self._credentials = Credentials(self._credentials.client_id, key)
            self._token_until = 0.0
        for known in self.known_keys():
            if not known["is_current"]:
                self._call("DELETE", f"/machine/keys/{known['jkt']}")

    def known_keys(self) -> list[dict[str, Any]]:
        """``jkt, created_at, last_used_at, retires_at, is_current`` of each key that the city knows."""
        found: list[dict[str, Any]] = self.get("/machine/keys")["items"]
        return found

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> requests.Response:
        """Raises ApiRefused or ApiUnreachable."""
        token = self._access_token()
        url = f"{self._origin}{API}{path}"
        headers = {"Authorization": f"DPoP {token}", "DPoP": self._proof(method, url, token)}
        answer = self._send(method, url, headers, body)
        if answer.status_code == 401:
            # The token may have been ended early (the server restarted with another secret): once more with a new one.
            with self._lock:
                self._token_until = 0.0
            token = self._access_token()
            headers = {"Authorization": f"DPoP {token}", "DPoP": self._proof(method, url, token)}
            answer = self._send(method, url, headers, body)
        return _accepted(answer)

    def _access_token(self) -> str:
        with self._lock:
            if time.time() < self._token_until:
                return self._token
            url = f"{self._origin}{API}/auth/token"
            answer = _accepted(self._send("POST", url, {"DPoP": self._proof("POST", url)}, self._grant(url))).json()
            self._token = str(answer["access_token"])
            self._token_until = time.time() + answer["expires_in"] - 60
            return self._token

    def _grant(self, url: str) -> dict[str, str]:
        """What is shown for a token."""
        return {"grant_type": "client_credentials", "client_assertion": self._assertion(url)}

    def _assertion(self, audience: str) -> str:
        now = int(time.time())
        client_id = self._credentials.client_id
        claims = {"iss": client_id, "sub": client_id, "aud": audience, "iat": now, "exp": now + 120, "jti": _nonce()}
        header = {"alg": "ES256", "typ": "JWT", "kid": self._credentials.key.thumbprint()}
        return jwt.encode(header, claims, self._credentials.key)

    def _proof(self, method: str, url: str, token: str | None = None) -> str:
        claims = {"jti": _nonce(), "htm": method, "htu": url.partition("?")[0], "iat": int(time.time())}
        if token is not None:
            digest = hashlib.sha256(token.encode()).digest()
            claims["ath"] = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        header = {"alg": "ES256", "typ": "dpop+jwt", "jwk": self._credentials.key.as_dict(private=False)}
        return jwt.encode(header, claims, self._credentials.key)

    def _send(self, method: str, url: str, headers: dict[str, str], body: Any) -> requests.Response:
        try:
            return self._http.request(method, url, headers=headers, json=body, timeout=TIMEOUT_S, allow_redirects=False)
        except requests.RequestException as fault:
            raise ApiUnreachable(type(fault).__name__) from fault


class OfficerClient(MachineClient):
    """The same for a member of staff, who signs in with user name and password (no second step)."""

    def __init__(self, origin: str, username: str, password: str, authority: Path | None = None) -> None:
        super().__init__(origin, Credentials("", ECKey.generate_key("P-256")), authority)
        self._username, self._password = username, password

    def _grant(self, url: str) -> dict[str, str]:  # noqa: ARG002 - an assertion would name it
        return {"grant_type": "password", "username": self._username, "password": self._password}


def _accepted(answer: requests.Response) -> requests.Response:
    if answer.ok:
        return answer
    try:
        problem = answer.json()
    except ValueError:
        problem = {}
    raise ApiRefused(answer.status_code, problem if isinstance(problem, dict) else {})


def _nonce() -> str:
    return secrets.token_urlsafe(18)
