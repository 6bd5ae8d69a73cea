"""Sign-in, renewal under the shared lock, and sign-out."""

import asyncio
import json
from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from mobile.services.dpop import b64url
from shared_models.errors import DomainError, Unauthenticated
from tests.support.phone import MemoryWeb
from tests.support.phone_data import CITIZEN, INSPECTOR, PIN, Phone, signed_in, tokens

TOKEN = "/api/v1/auth/token"


def grants(phone: Phone) -> list[dict[str, Any]]:
    return [json.loads(request.body or "{}") for request in phone.server.asked("POST", TOKEN)]


def test_signin_sends_a_challenge_and_later_its_verifier():
    async def story() -> None:
        phone = Phone()
        phone.server.on("POST", TOKEN, (200, tokens(CITIZEN)))
        url = urlsplit(await phone.services.session.start_signin())
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        assert url.path == "/api/v1/auth/vneid/start"
        user = await phone.services.session.finish_signin("one-time", query["state"])
        (grant,) = grants(phone)
        assert user.name == CITIZEN["name"]
        assert b64url(sha256(grant["code_verifier"].encode()).digest()) == query["code_challenge"]
        assert grant["code"] == "one-time"

    asyncio.run(story())


def test_a_code_that_was_not_asked_for_is_refused_without_a_request():
    async def story() -> None:
        phone = Phone()
        with pytest.raises(Unauthenticated) as caught:
            await phone.services.session.finish_signin("code", "state")
        assert caught.value.code == "signin.not_started_here"
        await phone.services.session.start_signin()
        with pytest.raises(Unauthenticated):
            await phone.services.session.finish_signin("code", "another state")
        assert phone.server.requests == []

    asyncio.run(story())


def test_a_signin_that_took_too_long_is_refused():
    async def story() -> None:
        phone = Phone()
        url = await phone.services.session.start_signin()
        phone.clock.advance(timedelta(minutes=16))
        with pytest.raises(Unauthenticated) as caught:
            await phone.services.session.finish_signin("code", parse_qs(urlsplit(url).query)["state"][0])
        assert caught.value.code == "signin.too_late"

    asyncio.run(story())


def test_an_access_token_is_used_until_just_before_its_end():
    async def story() -> None:
        phone = Phone()
        await signed_in(phone, CITIZEN)
        first = await phone.services.session.access_token()
        phone.server.on("POST", TOKEN, (200, tokens(CITIZEN, 2)))
        phone.clock.advance(timedelta(minutes=9))
        assert await phone.services.session.access_token() == first
        phone.clock.advance(timedelta(seconds=40))
        assert await phone.services.session.access_token() == "access-2"
        assert (await phone.web.vault_get("session"))["refresh_token"] == "refresh-2"
        assert [grant["refresh_token"] for grant in grants(phone)] == ["refresh-0", "refresh-1"]

    asyncio.run(story())


def test_two_tabs_renew_with_the_newest_refresh_token():
    async def story() -> None:
        phone = Phone()
        await signed_in(phone, CITIZEN)
        other = Phone(MemoryWeb(phone.clock, phone.web.disk), phone.server)
        other.web.is_open = True
        used: list[str] = []

        def rotate(body: Any, _query: Any) -> tuple[int, Any]:
            used.append(body["refresh_token"])
            return 200, tokens(CITIZEN, len(used))

        phone.server.on("POST", TOKEN, rotate)
        await asyncio.gather(phone.services.session.access_token(), other.services.session.access_token())
        assert used == ["refresh-0", "refresh-1"], "never the same one twice"

    asyncio.run(story())


def test_many_calls_at_once_renew_once():
    async def story() -> None:
        phone = Phone()
        await signed_in(phone, CITIZEN)
        await asyncio.gather(*(phone.services.session.access_token() for _ in range(5)))
        assert len(grants(phone)) == 1

    asyncio.run(story())


def test_a_session_that_ended_says_so_and_asks_no_more():
    async def story() -> None:
        phone = Phone()
        await signed_in(phone, CITIZEN)
        phone.server.on("POST", TOKEN, (401, {"code": "session.token_reused"}))
        for _ in range(2):
            with pytest.raises(Unauthenticated) as caught:
                await phone.services.session.access_token()
            assert caught.value.code == "session.ended"
        assert len(grants(phone)) == 1

    asyncio.run(story())


def test_no_network_does_not_end_a_session():
    async def story() -> None:
        phone = Phone()
        await signed_in(phone, CITIZEN)
        phone.server.is_down = True
        with pytest.raises(DomainError) as caught:
            await phone.services.session.access_token()
        assert caught.value.code == "network.unreachable"
        phone.server.is_down = False
        assert await phone.services.session.access_token() == "access-1"

    asyncio.run(story())


def test_sign_out_forgets_everything_even_without_a_network():
    async def story() -> None:
        phone = Phone()
        await signed_in(phone, INSPECTOR)
        await phone.services.session.restore()
        await phone.web.public_put("pinned", {"licence_id": "lic_1"})
        phone.server.is_down = True
        await phone.app.lifecycle.sign_out()
        assert phone.web.disk["vault"] is None
        assert await phone.web.public_get("pinned") is None
        assert phone.services.session.user is None

    asyncio.run(story())


def test_sign_out_tells_the_server_which_session_ends():
    async def story() -> None:
        phone = Phone()
        await signed_in(phone, CITIZEN)
        phone.server.on("POST", "/api/v1/auth/revoke", (204, None))
        await phone.services.session.restore()
        await phone.app.lifecycle.sign_out()
        (request,) = phone.server.asked("POST", "/api/v1/auth/revoke")
        assert json.loads(request.body or "{}") == {"refresh_token": "refresh-1"}
        assert not (await phone.web.vault_status())["exists"]

    asyncio.run(story())


def test_a_password_is_sent_once_and_kept_nowhere():
    async def story() -> None:
        phone = Phone()
        phone.server.on("POST", TOKEN, (401, {"code": "signin.wrong_password"}))
        with pytest.raises(Unauthenticated):
            await phone.services.session.sign_in_staff(" hai ", "not-the-one")
        assert grants(phone) == [{"grant_type": "password", "username": "hai", "password": "not-the-one"}]
        assert "not-the-one" not in json.dumps(phone.web.disk["public"])
        assert PIN not in json.dumps(phone.web.disk["public"])

    asyncio.run(story())
