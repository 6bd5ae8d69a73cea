"""The API for tests: a container on the real database, and phones that sign their proofs."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from joserfc.jwk import ECKey
from werkzeug.test import TestResponse

from backend.app import create_app
from backend.bootstrap import Container, Replaced, build
from backend.config import Settings
from backend.identity.services.jose import write_jwt
from backend.infra.key_making import make_keys
from backend.infra.mongo import Database
from backend.infra.publishing import City, publish
from backend.infra.system import Ids, random_bytes
from shared_models.access import Role, Scope
from shared_models.clock import FixedClock, to_epoch_s
from shared_models.schemas.wire import to_base64url
from tests.support.builders_identity import (
    PASSWORD,
    TRANG,
    CountingBytes,
    FakeIdentityProvider,
    a_machine,
    a_staff_member,
    new_key,
    pkce,
)
from tests.support.database import uri_of
from tests.support.gateway import some_gateways

PUBLIC_URL = "http://localhost:8000"
STATUS_URI_BASE = "https://congdan.example/s"
NOW = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
API = "/api/v1"
CHEAP_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass(frozen=True)
class Folders:
    """Where an installation under test keeps its files."""

    keys: Path
    public: Path
    site: Path


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    """Keys and public files made once, as `congdan keys init` and `keys publish` make them; a site of three files."""
    root = tmp_path_factory.mktemp("installation")
    made = Folders(root / "keys", root / "public", root / "site")
    make_keys(made.keys, None, NOW, random_bytes)
    publish(made.keys, made.public, City(PUBLIC_URL, STATUS_URI_BASE, "test"), NOW)
    (made.site / "q").mkdir(parents=True)
    (made.site / "pay").mkdir()
    (made.site / "pay" / "index.html").write_text("<!doctype html><title>Kết quả nộp</title>", encoding="utf-8")
    (made.site / "index.html").write_text("<!doctype html><title>Công Dân</title>", encoding="utf-8")
    (made.site / "q" / "index.html").write_text("<!doctype html><title>Kiểm tra</title>", encoding="utf-8")
    (made.site / "csp.txt").write_text("default-src 'self';\n object-src 'none'\n", encoding="utf-8")
    (made.site / "app.0123456789abcdef.js").write_text("export const x = 1;\n" * 100, encoding="utf-8")
    (made.site / "app.0123456789abcdef.js.br").write_bytes(b"not really brotli, but its bytes are what is sent")
    return made


def environment_of(folders: Folders, mongodb_uri: str) -> dict[str, str]:
    """The environment of an installation under test."""
    return {
        "CONGDAN_ENV": "test",
        "MONGODB_URI": mongodb_uri,
        "CONGDAN_PUBLIC_URL": PUBLIC_URL,
        "CONGDAN_KEYS_DIR": str(folders.keys),
        "CONGDAN_PUBLIC_DIR": str(folders.public),
        "CONGDAN_SITE_DIR": str(folders.site),
        "CONGDAN_STATUS_URI_BASE": STATUS_URI_BASE,
        "CONGDAN_VNEID_AUTHORIZE_URL": "http://localhost:8001/authorize",
        "CONGDAN_VNEID_TOKEN_URL": "http://localhost:8001/token",
        "CONGDAN_VNEID_USERINFO_URL": "http://localhost:8001/userinfo",
        "CONGDAN_VNEID_CLIENT_ID": "congdan",
        "CONGDAN_VNEID_CLIENT_SECRET_FILE": str(folders.keys / "vneid-client.secret"),
        "CONGDAN_VNEID_KEY_FILE": str(folders.keys / "vneid.pem"),
        "CONGDAN_PUSH_SUBJECT": "mailto:congdan@danang.example",
        "CONGDAN_STAFF_TOTP": "optional",
    }


def type_in(monkeypatch: pytest.MonkeyPatch, environment: Mapping[str, str]) -> None:
    """Sets this process's environment until the test ends, for what reads it as the `congdan` command does."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def provider() -> FakeIdentityProvider:
    return FakeIdentityProvider()


@pytest.fixture
def container(
    database: Database,
    folders: Folders,
    clock: FixedClock,
    provider: FakeIdentityProvider,
    request: pytest.FixtureRequest,
) -> Iterator[Container]:
    """The whole backend on an empty database at a fixed time, with ids that are the same in every run."""
    settings = Settings.from_env(environment_of(folders, uri_of(database)))
    ids = Ids(CountingBytes(request.node.name))
    replaced = Replaced(clock=clock, ids=ids, provider=provider, hasher=CHEAP_HASHER, gateways=dict(some_gateways()))
    built = build(settings, replaced)
    yield built
    built.database.close()


@pytest.fixture
def app(container: Container) -> Flask:
    return create_app(container)


@dataclass
class Phone:
    """A client with a session key: signs a DPoP proof for each request, as the phone does."""

    app: Flask
    container: Container
    key: ECKey = field(default_factory=new_key)
    access_token: str | None = None
    refresh_token: str | None = None
    user: dict[str, Any] = field(default_factory=dict)
    _turns: Any = field(default_factory=count)

    def proof(self, method: str, path: str, **changes: Any) -> str:
        """A proof for one request; ``changes`` replace claims or, with None, remove them."""
        claims: dict[str, Any] = {
            "htm": method,
            "htu": PUBLIC_URL + path.partition("?")[0],
            "iat": to_epoch_s(self.container.clock.now()),
            "jti": f"{self.key.thumbprint()}-{next(self._turns)}",
        }
        if self.access_token:
            claims["ath"] = to_base64url(hashlib.sha256(self.access_token.encode()).digest())
        claims = {name: value for name, value in (claims | changes).items() if value is not None}
        header = {"alg": "ES256", "typ": "dpop+jwt", "jwk": self.key.as_dict(private=False)}
        return write_jwt(header, claims, self.key)

    def request(
        self, method: str, path: str, *, body: Any = None, headers: dict[str, str] | None = None
    ) -> TestResponse:
        """Sends a request to ``/api/v1`` + ``path``."""
        full = API + path
        sent = {"DPoP": self.proof(method, full)}
        if self.access_token:
            sent["Authorization"] = f"DPoP {self.access_token}"
        return self.app.test_client().open(full, method=method, json=body, headers=sent | (headers or {}))

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.request("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> TestResponse:
        return self.request("POST", path, body=body, **options)

    def delete(self, path: str, **options: Any) -> TestResponse:
        return self.request("DELETE", path, **options)

    def ask_token(self, **fields: Any) -> TestResponse:
        """``POST /auth/token``; on success the phone keeps the tokens."""
        self.access_token = None
        answer = self.post("/auth/token", fields)
        if answer.status_code == 200:
            found = answer.get_json()
            self.access_token, self.user = found["access_token"], found["user"]
            self.refresh_token = found.get("refresh_token")
        return answer


def problem_of(answer: TestResponse) -> tuple[int, str]:
    """Status and code of a problem+json answer."""
    assert answer.content_type == "application/problem+json", answer.get_data(as_text=True)
    body = json.loads(answer.get_data())
    assert body["status"] == answer.status_code
    assert body["request_id"] == answer.headers["X-Request-Id"]
    return answer.status_code, body["code"]


@dataclass
class Cast:
    """Who can be signed in, in one line each."""

    app: Flask
    container: Container
    provider: FakeIdentityProvider

    def nobody(self) -> Phone:
        """A client with a key and no token."""
        return Phone(self.app, self.container)

    def citizen(self, identity: Any = TRANG) -> Phone:
        """Signed in with VNeID, by the whole way round."""
        phone = self.nobody()
        verifier, challenge = pkce()
        start = self.app.test_client().get(f"{API}/auth/vneid/start?code_challenge={challenge}&state=app-state")
        assert start.status_code == 302, start.get_data(as_text=True)
        state = start.location.split("state=")[1].split("&")[0]
        code = f"vneid-{len(self.provider.codes)}-{identity.personal_id}"
        self.provider.codes[code] = identity
        back = self.app.test_client().get(f"{API}/auth/vneid/callback?code={code}&state={state}")
        signin = back.location.split("signin=")[1].split("&")[0]
        answer = phone.ask_token(grant_type="authorization_code", code=signin, code_verifier=verifier)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return phone

    def staff(self, role: Role = Role.INSPECTOR) -> Phone:
        username = f"{role.value}.demo"
        if self.container.identity.staff.of_username(username) is None:
            a_staff_member(self.container, role, username)
        phone = self.nobody()
        answer = phone.ask_token(grant_type="password", username=username, password=PASSWORD)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return phone

    def machine(self, *scopes: Scope) -> Phone:
        machine = a_machine(self.container, scopes=scopes) if scopes else a_machine(self.container)
        phone = self.nobody()
        answer = phone.ask_token(grant_type="client_credentials", client_assertion=machine.assertion())
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return phone


@pytest.fixture
def sign_in(app: Flask, container: Container, provider: FakeIdentityProvider) -> Cast:
    return Cast(app, container, provider)
