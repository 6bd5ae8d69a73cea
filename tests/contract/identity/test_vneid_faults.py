"""The VNeID adapter against a provider that misbehaves: every fault becomes a code, none an exception of ours."""

import base64
import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from backend.identity.adapters.vneid import VneidEndpoints, VneidProvider
from backend.identity.ports import VerifiedIdentity
from shared_models.errors import Invalid, Unauthenticated, Upstream

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
BACK = "https://congdan.danang.gov.vn/api/v1/auth/vneid/callback"
CLAIMS: dict[str, Any] = {
    "citizenPid": "048192900002",
    "fullName": "Trần Thị Thu Trang",
    "birthDate": "12/03/1992",
    "accountType": 1,
    "accountLevel": 2,
}
TOKEN = {"access_token": "at-1", "token_type": "Bearer", "expires_in": 300}


def seal(content: bytes, size: int = 32) -> dict[str, str]:
    """The provider's envelope around some bytes."""
    secret = os.urandom(size)
    padder = PKCS7(128).padder()
    padded = padder.update(content) + padder.finalize()
    closer = Cipher(algorithms.AES(secret), modes.ECB()).encryptor()
    wrapped = KEY.public_key().encrypt(secret, padding.PKCS1v15())
    data = closer.update(padded) + closer.finalize()
    return {"data": base64.b64encode(data).decode(), "key": base64.b64encode(wrapped).decode()}


def envelope(content: Any, size: int = 32) -> bytes:
    return json.dumps(seal(json.dumps(content).encode(), size)).encode()


@dataclass
class Provider:
    """What the other side answers next, and what it was asked."""

    token: tuple[int, bytes] = (200, b"")
    userinfo: tuple[int, bytes] = (200, b"")
    asked: list[tuple[str, str, dict[str, list[str]]]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def provider() -> Iterator[Provider]:
    told = Provider((200, envelope(TOKEN)), (200, envelope(CLAIMS)))

    class Handler(BaseHTTPRequestHandler):
        def answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            if status in {301, 302, 307}:
                self.send_header("Location", f"{told.url}/stolen")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            told.asked.append((self.path, self.headers["Content-Type"], form))
            self.answer(*told.token)

        def do_GET(self) -> None:
            told.asked.append((self.path, self.headers.get("Authorization", ""), {}))
            self.answer(*told.userinfo)

        def log_message(self, *_arguments: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield told
    server.shutdown()
    server.server_close()
    thread.join()


def adapter(provider: Provider) -> VneidProvider:
    endpoints = VneidEndpoints(
        f"{provider.url}/authorize", f"{provider.url}/token", f"{provider.url}/userinfo", "congdan"
    )
    return VneidProvider(endpoints, "our secret", KEY)


def test_the_browser_is_sent_with_everything_and_nothing_more(provider: Provider) -> None:
    address = urlsplit(adapter(provider).authorize_url("s+1", BACK))
    assert address.path == "/authorize"
    assert parse_qs(address.query) == {
        "response_type": ["code"],
        "client_id": ["congdan"],
        "redirect_uri": [BACK],
        "scope": ["openid"],
        "state": ["s+1"],
    }


def test_the_exchange_is_a_form_and_the_userinfo_a_bearer_request(provider: Provider) -> None:
    identity = adapter(provider).identify("c+1/=", BACK)
    assert identity == VerifiedIdentity("048192900002", "Trần Thị Thu Trang", "1992-03-12", 2)
    form = {
        "grant_type": ["authorization_code"],
        "code": ["c+1/="],
        "redirect_uri": [BACK],
        "client_id": ["congdan"],
        "client_secret": ["our secret"],
    }
    assert provider.asked == [
        ("/token", "application/x-www-form-urlencoded", form),
        ("/userinfo", "Bearer at-1", {}),
    ]


@pytest.mark.parametrize("size", [16, 24, 32])
def test_an_encrypted_code_is_opened_also_when_its_plus_became_a_space(provider: Provider, size: int) -> None:
    sealed = seal(b"the-real-code", size)
    adapter(provider).identify(sealed["data"].replace("+", " "), BACK, sealed["key"].replace("+", " "))
    assert provider.asked[0][2]["code"] == ["the-real-code"]


@pytest.mark.parametrize(("code", "key"), [("x", "x"), ("AAAA", "AAAA"), ("é", "é"), ("", "")])
def test_an_encrypted_code_that_cannot_be_opened_is_refused(provider: Provider, code: str, key: str) -> None:
    with pytest.raises(Unauthenticated, match=r"identity\.code_refused"):
        adapter(provider).identify(code, BACK, key)
    assert provider.asked == []


@pytest.mark.parametrize("status", [400, 401])
def test_a_refused_code_is_told_as_such(provider: Provider, status: int) -> None:
    provider.token = (status, b"{}")
    with pytest.raises(Unauthenticated, match=r"identity\.code_refused"):
        adapter(provider).identify("c", BACK)


@pytest.mark.parametrize(
    ("status", "transient"),
    [(500, True), (503, True), (403, False), (404, False), (302, False), (307, False)],
)
def test_a_provider_that_fails_is_an_upstream_fault(provider: Provider, status: int, transient: bool) -> None:
    provider.token = (status, b"oops")
    with pytest.raises(Upstream, match=r"identity\.provider_unreachable") as caught:
        adapter(provider).identify("c", BACK)
    assert caught.value.transient is transient
    assert [path for path, _, _ in provider.asked] == ["/token"]


def test_a_provider_that_is_away_is_a_passing_fault() -> None:
    with pytest.raises(Upstream) as caught:
        adapter(Provider(url="http://127.0.0.1:1")).identify("c", BACK)
    assert caught.value.transient


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b"{}",
        b'{"data": "AAAA", "key": "AAAA"}',
        b'{"data": 1, "key": 2}',
        b'{"data": null, "key": null}',
        json.dumps(seal(b"not json")).encode(),
        envelope([]),
        envelope({}),
        envelope({"access_token": ""}),
        envelope({"access_token": 7}),
        envelope({"x": "y" * 100_000}),
    ],
    ids=[
        "empty",
        "not json",
        "a list",
        "no members",
        "not encrypted to us",
        "numbers",
        "nulls",
        "not json inside",
        "a list inside",
        "no token",
        "an empty token",
        "a number for a token",
        "too large",
    ],
)
def test_an_answer_that_cannot_be_understood_is_an_upstream_fault(provider: Provider, body: bytes) -> None:
    provider.token = (200, body)
    with pytest.raises(Upstream, match=r"identity\.provider_answer") as caught:
        adapter(provider).identify("c", BACK)
    assert not caught.value.transient


def test_a_tampered_envelope_is_an_upstream_fault(provider: Provider) -> None:
    sealed = seal(json.dumps(TOKEN).encode())
    data = bytearray(base64.b64decode(sealed["data"]))
    data[-1] ^= 1
    provider.token = (200, json.dumps({**sealed, "data": base64.b64encode(bytes(data)).decode()}).encode())
    with pytest.raises(Upstream):
        adapter(provider).identify("c", BACK)


@pytest.mark.parametrize(
    ("claims", "error", "code"),
    [
        ({"citizenPid": None}, Upstream, "identity.provider_answer"),
        ({"citizenPid": "12345"}, Upstream, "identity.provider_answer"),
        ({"citizenPid": 48192900002}, Upstream, "identity.provider_answer"),
        ({"accountType": 2}, Unauthenticated, "identity.not_a_citizen"),
        ({"accountType": None}, Unauthenticated, "identity.not_a_citizen"),
        ({"fullName": "x1"}, Invalid, "person.name_malformed"),
        ({"fullName": None}, Invalid, "person.name_malformed"),
    ],
)
def test_claims_that_cannot_be_are_refused(
    provider: Provider,
    claims: dict[str, Any],
    error: type[Exception],
    code: str,
) -> None:
    provider.userinfo = (200, envelope(CLAIMS | claims))
    with pytest.raises(error, match=code.replace(".", r"\.")):
        adapter(provider).identify("c", BACK)


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ({"accountLevel": "1"}, 1),
        ({"accountLevel": 2}, 2),
        ({"accountLevel": "high"}, 0),
        ({"accountLevel": None}, 0),
        ({"accountLevel": -1}, 0),
    ],
)
def test_a_level_that_is_not_said_is_none(provider: Provider, given: dict[str, Any], read: int) -> None:
    provider.userinfo = (200, envelope(CLAIMS | given))
    assert adapter(provider).identify("c", BACK).level == read


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("12/03/1992", "1992-03-12"),
        ("1950", "1950"),
        ("31/02/1990", None),
        (None, None),
        ("", None),
        ("1990-01-01", None),
    ],
)
def test_birth_dates_may_be_partial(provider: Provider, given: str | None, read: str | None) -> None:
    provider.userinfo = (200, envelope(CLAIMS | {"birthDate": given}))
    assert adapter(provider).identify("c", BACK).birth_date == read
