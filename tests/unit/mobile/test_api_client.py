"""Proofs, tokens, retries and problem+json."""

import asyncio
import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from shared_models.errors import (
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    NotFound,
    RateLimited,
    Stale,
    TooLarge,
    Unauthenticated,
    Upstream,
)
from tests.support.phone import NOW
from tests.support.phone_data import CITIZEN, Phone, signed_in, tokens

ME = "/api/v1/me"


def part(text: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


async def a_phone() -> Phone:
    phone = Phone()
    await signed_in(phone, CITIZEN)
    phone.server.on("GET", ME, (200, {"name": "A"}))
    return phone


def test_a_call_carries_a_proof_that_the_server_can_check():
    async def story() -> None:
        phone = await a_phone()
        await phone.services.api.call("GET", "/me?x=1")
        request = phone.server.asked("GET", ME)[0]
        head, body, signature = request.headers["DPoP"].split(".")
        header, claims = part(head), part(body)
        assert header["typ"] == "dpop+jwt"
        assert header["alg"] == "ES256"
        assert set(header["jwk"]) == {"kty", "crv", "x", "y"}
        assert (claims["htm"], claims["htu"]) == ("GET", f"http://localhost{ME}")
        assert request.headers["Authorization"] == "DPoP access-1"
        raw = base64.urlsafe_b64decode(signature + "==")
        x, y = (int.from_bytes(base64.urlsafe_b64decode(header["jwk"][name] + "="), "big") for name in "xy")
        key = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
        der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        key.verify(der, f"{head}.{body}".encode(), ec.ECDSA(hashes.SHA256()))

    asyncio.run(story())


def test_proofs_follow_the_servers_clock():
    async def story() -> None:
        phone = await a_phone()
        phone.server.clock_offset = timedelta(hours=3)
        await phone.services.api.public("/api/v1/me")
        await phone.services.api.call("GET", "/me")
        iat = part(phone.server.requests[-1].headers["DPoP"].split(".")[1])["iat"]
        assert abs(iat - (NOW + timedelta(hours=3)).timestamp()) <= 1

    asyncio.run(story())


def test_a_refused_token_is_renewed_once_and_the_call_repeated():
    async def story() -> None:
        phone = await a_phone()
        await phone.services.session.access_token()
        phone.server.on("POST", "/api/v1/auth/token", (200, tokens(CITIZEN, 2)))
        seen: list[str] = []

        def me(_body: Any, _query: Any) -> tuple[int, Any]:
            seen.append(phone.server.requests[-1].headers["Authorization"])
            return (401, {"code": "access.token_expired"}) if len(seen) == 1 else (200, {"name": "A"})

        phone.server.on("GET", ME, me)
        assert await phone.services.api.call("GET", "/me") == {"name": "A"}
        assert seen == ["DPoP access-1", "DPoP access-2"]

    asyncio.run(story())


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, Unauthenticated),
        (403, Forbidden),
        (404, NotFound),
        (409, Conflict),
        (412, Stale),
        (413, TooLarge),
        (422, Invalid),
        (429, RateLimited),
        (500, Upstream),
        (503, Upstream),
    ],
)
def test_problems_become_the_error_that_was_raised(status: int, kind: type[DomainError]):
    async def story() -> None:
        phone = await a_phone()
        problem = {"code": "some.code", "status": status, "params": {"number": "1"}, "errors": {"x": ["field.length"]}}
        phone.server.on("GET", ME, (status, problem))
        with pytest.raises(kind) as caught:
            await phone.services.api.call("GET", "/me")
        assert caught.value.code == "some.code"
        assert caught.value.params["number"] == "1"

    asyncio.run(story())


def test_an_answer_that_is_no_problem_document_still_has_a_code():
    async def story() -> None:
        phone = await a_phone()
        phone.server.on("GET", ME, (502, b"<html>"))
        with pytest.raises(Upstream) as caught:
            await phone.services.api.call("GET", "/me")
        assert caught.value.code == "http.502"
        phone.server.on("GET", ME, (200, b"<html>a wifi portal"))
        with pytest.raises(Upstream) as caught:
            await phone.services.api.call("GET", "/me")
        assert caught.value.code == "network.answer_unreadable"

    asyncio.run(story())


def test_reads_are_tried_again_after_a_cut_connection_and_writes_are_not():
    async def story() -> None:
        phone = await a_phone()
        await phone.services.session.access_token()
        phone.server.on("POST", "/api/v1/things", (201, {"id": 1}))
        phone.server.loses_answers = 1
        await phone.services.api.call("GET", "/me")
        assert len(phone.server.asked("GET", ME)) == 2
        phone.server.loses_answers = 1
        with pytest.raises(Upstream):
            await phone.services.api.call("POST", "/things", {})
        assert len(phone.server.asked("POST", "/api/v1/things")) == 1

    asyncio.run(story())


def test_a_call_without_a_session_is_not_sent():
    async def story() -> None:
        phone = Phone()
        with pytest.raises(Unauthenticated) as caught:
            await phone.services.api.call("GET", "/me")
        assert caught.value.code == "session.none"
        assert phone.server.requests == []

    asyncio.run(story())
