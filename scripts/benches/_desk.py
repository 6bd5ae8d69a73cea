"""A city with many dossiers and its API, as the bench of dossiers asks it: over a kept connection, and bare."""

import hashlib
import json
import re
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import Any

from argon2 import PasswordHasher
from joserfc.jwk import ECKey

from backend.bootstrap import Container, Replaced, build
from backend.config import Settings
from backend.identity.services.jose import write_jwt
from backend.infra.key_making import make_keys
from backend.infra.migrations import migrate
from backend.infra.publishing import City, publish
from backend.infra.system import SystemClock, random_bytes
from scripts import seed
from scripts.supervise.child import Child, end_all
from scripts.supervise.city_env import ROOT
from scripts.supervise.ports import free_base, is_listening
from shared_models.access import Duty, Role
from shared_models.schemas.wire import to_base64url
from tests.support.api import API, PUBLIC_URL, STATUS_URI_BASE, Folders, environment_of
from tests.support.builders_identity import new_key

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_PASSWORD = "only-for-measuring-dossiers"
_CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
_TIMEOUT_S = 30


def installed(folder: Path, uri: str) -> tuple[Container, dict[str, str]]:
    """A city of the demonstration in the database of ``uri``, without licences, and its settings."""
    folders = Folders(folder / "keys", folder / "public", folder / "site")
    clock = SystemClock()
    if not folders.keys.exists():
        make_keys(folders.keys, None, clock.now(), random_bytes)
        publish(folders.keys, folders.public, City(PUBLIC_URL, STATUS_URI_BASE, "test"), clock.now())
        folders.site.mkdir()
        (folders.site / "csp.txt").write_text("default-src 'self'", "utf-8")
    env = {**environment_of(folders, uri), "CONGDAN_LOG_LEVEL": "WARNING", "CONGDAN_HOST": "127.0.0.1"}
    city = build(Settings.from_env(env), Replaced(clock=clock, hasher=_CHEAP))
    migrate(city.database, clock)
    seed.add_directory(city)
    seed.add_catalogue(city, print)
    return city, env


@contextmanager
def serving(env: Mapping[str, str], log: Path) -> Iterator[int]:
    """The API under granian as it always runs; its port."""
    port = free_base(1)
    settings = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), **env, "CONGDAN_PORT": str(port)}
    child = Child("api", [sys.executable, "-m", "backend.wsgi"], settings, log, ROOT)
    child.start()
    try:
        _await(child, port)
        yield port
    finally:
        end_all([[child]], 10)


def _await(child: Child, port: int) -> None:
    deadline = time.monotonic() + 120
    while not is_listening(port):
        if not child.is_running() or time.monotonic() > deadline:
            raise RuntimeError(f"{child.name} does not start:\n{child.tail()}")
        time.sleep(0.1)


@dataclass
class Asker:
    """A client on one kept connection; with a token after `sign_in`. Answers come with the seconds they took."""

    port: int
    key: ECKey = field(default_factory=new_key)
    token: str | None = None
    _turns: Iterator[int] = field(default_factory=count)
    _line: socket.socket | None = None

    def sign_in(self, city: Container, agency: str) -> str:
        """Becomes an officer of this agency with every duty; their ``stf_`` id."""
        username = f"bench.{agency.lower()}"
        known = city.identity.staff.of_username(username)
        if known is None:
            city.identity.staff.add(username, _PASSWORD, "Cán bộ Đo Lường", Role.OFFICER, agency, duties=list(Duty))
            known = city.identity.staff.of_username(username)
        assert known is not None, "an account was made and is not there"
        grant = {"grant_type": "password", "username": username, "password": _PASSWORD}
        answer, _ = self.ask("POST", "/auth/token", grant)
        self.token = answer["access_token"]
        return str(known["_id"])

    def ask(self, method: str, path: str, body: Any = None) -> tuple[dict[str, Any], float]:
        """The answer, which must be a good one, and how long it took from the first byte sent to the last read."""
        content = b"" if body is None else json.dumps(body).encode()
        lines = [f"{method} {API}{path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", "Accept: application/json"]
        lines += [f"DPoP: {self._proof(method, path)}"]
        if self.token:
            lines.append(f"Authorization: DPoP {self.token}")
        if content:
            lines += ["Content-Type: application/json", f"Content-Length: {len(content)}"]
        request = "\r\n".join([*lines, "", ""]).encode("ascii") + content
        line = self._line = self._line or self._open()
        began = perf_counter()
        line.sendall(request)
        head, answer = _read(line)
        took = perf_counter() - began
        if head.split(b" ")[1] not in {b"200", b"201"}:
            raise RuntimeError(f"{method} {path}: {answer.decode('utf-8', 'replace')}")
        return json.loads(answer), took

    def _open(self) -> socket.socket:
        line = socket.create_connection(("127.0.0.1", self.port), _TIMEOUT_S)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return line

    def _proof(self, method: str, path: str) -> str:
        claims: dict[str, Any] = {
            "htm": method,
            "htu": f"http://127.0.0.1:{self.port}{API}{path.partition('?')[0]}",
            "iat": int(time.time()),
            "jti": f"{self.key.thumbprint()}-{next(self._turns)}",
        }
        if self.token:
            claims["ath"] = to_base64url(hashlib.sha256(self.token.encode()).digest())
        header: dict[str, Any] = {"alg": "ES256", "typ": "dpop+jwt", "jwk": self.key.as_dict(private=False)}
        return write_jwt(header, claims, self.key)


def _read(line: socket.socket) -> tuple[bytes, bytes]:
    read = line.recv(262_144)
    while b"\r\n\r\n" not in read:
        read += _more(line)
    head, _, body = read.partition(b"\r\n\r\n")
    found = _LENGTH.search(head)
    length = int(found[1]) if found else 0
    parts, have = [body], len(body)
    while have < length:
        parts.append(_more(line))
        have += len(parts[-1])
    return head, b"".join(parts)


def _more(line: socket.socket) -> bytes:
    more = line.recv(262_144)
    if not more:
        raise ConnectionError("hung up")
    return more
