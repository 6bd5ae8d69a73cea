"""The wallet's sync: one request, kept whole or not at all, and the licence of the instant card."""

import asyncio
import json
from datetime import date, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from mobile.services.devices import unpadded
from mobile.state.licence import Licence, Standing, by_attention
from shared_models.errors import DomainError, NotFound
from tests.support.phone import NOW
from tests.support.phone_data import CITIZEN, Phone, a_licence, serve_citizen, signed_in

SYNC = "/api/v1/wallet/sync"


async def a_phone(*licences: dict[str, Any]) -> Phone:
    phone = Phone()
    serve_citizen(phone.server, list(licences), [])
    await signed_in(phone, CITIZEN)
    return phone


def answer(cursor: str, licences: list[dict[str, Any]], removed: list[str] | None = None) -> tuple[int, Any]:
    return 200, {
        "cursor": cursor,
        "server_time": "2026-11-21T02:31:00Z",
        "licences": licences,
        "removed": removed or [],
    }


def test_a_phone_is_registered_under_the_name_that_its_browser_tells():
    async def story() -> None:
        phone = await a_phone(a_licence(1))
        phone.web.answers["device.name"] = "SM-A556E"
        await phone.services.wallet.sync("Điện thoại của tôi")
        body = json.loads(phone.server.asked("POST", "/api/v1/wallet/devices")[0].body or "{}")
        assert body["label"] == "SM-A556E"

    asyncio.run(story())


async def ids(phone: Phone) -> list[str]:
    return [licence.id for licence in (await phone.services.wallet.load())[0]]


def test_the_first_sync_registers_the_holder_key_with_a_proof_and_fetches_everything():
    async def story() -> None:
        phone = await a_phone(a_licence(1), a_licence(2))
        await phone.services.wallet.sync("Máy của Thảo")
        assert await ids(phone) == ["lic_1", "lic_2"]
        body = json.loads(phone.server.asked("POST", "/api/v1/wallet/devices")[0].body or "{}")
        assert (body["label"], body["challenge"]) == ("Máy của Thảo", "c1")
        raw = unpadded(body["proof"])
        numbers = ec.EllipticCurvePublicNumbers(
            int.from_bytes(unpadded(body["x"]), "big"), int.from_bytes(unpadded(body["y"]), "big"), ec.SECP256R1()
        )
        der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        message = f"congdan-device-v1|c1|{body['x']}|{body['y']}".encode()
        numbers.public_key().verify(der, message, ec.ECDSA(hashes.SHA256()))
        assert phone.server.asked("GET", SYNC)[0].path == f"{SYNC}?device_id=dev_1"

    asyncio.run(story())


def test_later_syncs_send_the_cursor_and_change_only_what_changed():
    async def story() -> None:
        phone = await a_phone(a_licence(1), a_licence(2))
        await phone.services.wallet.sync("x")
        phone.server.on("GET", SYNC, answer("8", [a_licence(1, status="revoked")], ["lic_2"]))
        await phone.services.wallet.sync("x")
        licences, synced_at = await phone.services.wallet.load()
        assert [(licence.id, licence.status) for licence in licences] == [("lic_1", "revoked")]
        assert synced_at == "2026-11-21T02:31:00Z"
        assert phone.server.asked("GET", SYNC)[1].path == f"{SYNC}?device_id=dev_1&cursor=7"
        assert len(phone.server.asked("POST", "/api/v1/wallet/devices")) == 1

    asyncio.run(story())


def test_a_full_answer_drops_what_is_no_longer_there():
    async def story() -> None:
        phone = await a_phone(a_licence(2))
        await phone.web.vault_put("wallet/lic_9", a_licence(9))
        await phone.services.wallet.sync("x")
        assert await ids(phone) == ["lic_2"]

    asyncio.run(story())


def test_an_answer_that_cannot_be_read_changes_nothing():
    async def story() -> None:
        phone = await a_phone(a_licence(1))
        await phone.services.wallet.sync("x")
        phone.server.on("GET", SYNC, answer("8", [a_licence(2), {"id": "lic_3"}], ["lic_1"]))
        with pytest.raises(KeyError):
            await phone.services.wallet.sync("x")
        assert await ids(phone) == ["lic_1"]
        assert (await phone.web.vault_get("wallet_state"))["cursor"] == "7"

    asyncio.run(story())


def test_a_device_the_server_no_longer_knows_registers_anew_at_the_next_sync():
    async def story() -> None:
        phone = await a_phone(a_licence(1))
        await phone.services.wallet.sync("x")
        good = phone.server.routes["GET", SYNC]
        phone.server.on("GET", SYNC, (404, {"code": "device.unknown"}))
        with pytest.raises(NotFound):
            await phone.services.wallet.sync("x")
        assert await ids(phone) == ["lic_1"], "what is held stays usable"
        phone.server.routes["GET", SYNC] = good
        await phone.services.wallet.sync("x")
        assert len(phone.server.asked("POST", "/api/v1/wallet/devices")) == 2

    asyncio.run(story())


def test_the_card_shows_the_chosen_licence_or_else_the_first_that_can_be_shown():
    async def story() -> None:
        soon = (date(2026, 11, 21) + timedelta(days=12)).isoformat()
        phone = await a_phone(
            a_licence(1),
            a_licence(2, valid_until=soon),
            a_licence(3, status="revoked"),
            a_licence(4, status="suspended"),
        )
        await phone.services.wallet.sync("x")

        def name(licence: Licence) -> str:
            return f"type {licence.type}"

        assert await phone.services.wallet.pin(["lic_1", None], name) == "lic_1"
        assert await phone.services.wallet.pin([None, None], name) == "lic_2", "the valid one that ends first"
        assert await phone.services.wallet.pin([None, "lic_4"], name) == "lic_4", "the one shown last"
        assert await phone.services.wallet.pin(["lic_3"], name) == "lic_2", "a revoked one is not shown"
        card = await phone.web.public_get("pinned")
        assert card is not None
        assert set(card) == {
            "licence_id", "credential", "type", "title", "number", "holder_name", "place", "valid_until", "status",
            "synced_at",
        }  # fmt: skip
        assert (card["title"], card["status"]) == ("type food_safety", "VALID")

    asyncio.run(story())


def test_the_card_is_emptied_when_nothing_can_be_shown():
    async def story() -> None:
        phone = await a_phone(a_licence(1, credential=None))
        await phone.services.wallet.sync("x")
        await phone.web.public_put("pinned", {"licence_id": "lic_1"})
        assert await phone.services.wallet.pin(["lic_1"], lambda _: "x") is None
        assert await phone.web.public_get("pinned") is None

    asyncio.run(story())


@pytest.mark.parametrize(
    ("changes", "standing"),
    [
        ({}, Standing.VALID),
        ({"valid_until": "2026-12-03"}, Standing.EXPIRING),
        ({"valid_until": "2026-11-21"}, Standing.EXPIRING),
        ({"valid_until": "2026-11-20"}, Standing.EXPIRED),
        ({"valid_until": None, "undated": True}, Standing.VALID),
        ({"valid_from": "2026-11-22"}, Standing.NOT_YET_VALID),
        ({"status": "suspended"}, Standing.SUSPENDED),
        ({"status": "revoked", "valid_until": "2026-11-20"}, Standing.REVOKED),
    ],
)
def test_standing_is_what_holds_today_in_the_city(changes: dict[str, Any], standing: Standing):
    assert Licence.from_json(a_licence(1, **changes)).standing(NOW) is standing


def test_the_last_day_ends_at_midnight_in_the_city():
    licence = Licence.from_json(a_licence(1, valid_until="2026-11-21"))
    assert licence.standing(NOW.replace(hour=16, minute=59)) is Standing.EXPIRING
    assert licence.standing(NOW.replace(hour=17, minute=0)) is Standing.EXPIRED


def test_order_is_by_what_matters_now():
    made = [
        a_licence(1, status="revoked"),
        a_licence(2),
        a_licence(3, status="suspended"),
        a_licence(4, valid_until="2026-12-01"),
        a_licence(5, valid_until="2026-11-30"),
        a_licence(6, valid_until="2026-10-01"),
    ]
    licences = [Licence.from_json(data) for data in made]
    assert [licence.id for licence in by_attention(licences, NOW, None)] == [
        "lic_3", "lic_5", "lic_4", "lic_2", "lic_6", "lic_1",
    ]  # fmt: skip
    assert by_attention(licences, NOW, "lic_2")[0].id == "lic_2"
    assert by_attention(licences, NOW, "lic_1")[0].id == "lic_3", "a finished one is not lifted by a pin"


def test_notices_are_read_here_at_once_and_at_the_server_later():
    async def story() -> None:
        phone = await a_phone()
        notice = {"id": "ntc_1", "kind": "licence.checked", "params": {}, "licence_id": None}
        stored = {**notice, "created_at": "2026-11-21T02:00:00Z", "read_at": None}
        await phone.web.vault_put("notices", {"items": [stored], "unsent_reads": []})
        await phone.services.session.access_token()
        phone.server.is_down = True
        await phone.services.inbox.mark_read("ntc_1")
        assert (await phone.services.inbox.load())[0].is_read
        phone.server.is_down = False
        phone.server.on("POST", "/api/v1/notices/ntc_1/read", (204, None))
        await phone.services.inbox.refresh()
        assert len(phone.server.asked("POST", "/api/v1/notices/ntc_1/read")) == 1

    asyncio.run(story())


def test_a_log_page_asks_for_one_licence_or_for_the_person():
    async def story() -> None:
        phone = await a_phone()
        entry = {
            "at": "2026-11-21T02:00:00Z", "action": "licence.checked", "actor_name": None, "agency_name": "UBND",
            "purpose": "inspection.routine", "place": None, "licence_id": "lic_1",
        }  # fmt: skip
        page = (200, {"items": [entry], "next_cursor": "n"})
        phone.server.on("GET", "/api/v1/wallet/licences/lic_1/access-log", page)
        phone.server.on("GET", "/api/v1/me/access-log", page)
        entries, cursor = await phone.services.wallet.access_log("lic_1")
        assert (entries[0].agency_name, cursor) == ("UBND", "n")
        assert len((await phone.services.wallet.access_log(None))[0]) == 1
        phone.server.is_down = True
        with pytest.raises(DomainError):
            await phone.services.wallet.access_log("lic_1")

    asyncio.run(story())
