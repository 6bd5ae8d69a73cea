"""What the phone reads and sends, held against the schemas of the API: a fake that lies makes every test lie."""

import asyncio
import json
from typing import Any

from marshmallow import Schema

from shared_models.ids import RANDOM_BYTES, new_id
from shared_models.schemas.identity import ProfileSchema
from shared_models.schemas.inspections import RECORD_SCHEMAS, BatchSchema
from shared_models.schemas.notices import NoticeSchema, SubscriptionCreateSchema
from shared_models.schemas.wallet import DeviceCreateSchema, SyncSchema, WalletLicenceSchema
from tests.support.phone import counting_bytes
from tests.support.phone_data import (
    CITIZEN,
    INSPECTOR,
    PROFILE,
    Phone,
    a_licence,
    a_notice,
    a_scan,
    serve_citizen,
    signed_in,
)

# Short ids read better in tests; everything else must be as the server sends it.
IDS = {"id", "result_id", "licence_id", "scan_id", "credential"}


def faults(schema: Schema, data: Any) -> dict[str, Any]:
    return {name: fault for name, fault in schema.validate(data).items() if name not in IDS}


def test_the_builders_are_what_the_server_sends():
    assert faults(WalletLicenceSchema(), a_licence(1)) == {}
    assert faults(WalletLicenceSchema(), a_licence(1, status="suspended", valid_until=None, place=None)) == {}
    assert faults(NoticeSchema(), a_notice(1)) == {}
    assert faults(ProfileSchema(), PROFILE) == {}
    answer = {"cursor": "1", "server_time": "2026-11-21T02:30:00Z", "licences": [], "removed": []}
    assert faults(SyncSchema(), answer) == {}
    assert faults(RECORD_SCHEMAS["scan"], a_scan(1)["record"]) == {}


def test_the_device_registration_is_what_the_server_takes():
    async def story() -> None:
        phone = Phone()
        serve_citizen(phone.server, [], [])
        await signed_in(phone, CITIZEN)
        await phone.services.wallet.sync("Máy của Thảo")
        body = json.loads(phone.server.asked("POST", "/api/v1/wallet/devices")[0].body or "{}")
        assert DeviceCreateSchema().validate(body) == {}

    asyncio.run(story())


def test_the_inspection_record_is_what_the_server_takes():
    async def story() -> None:
        phone = Phone()
        await signed_in(phone, INSPECTOR)
        scan_id = new_id("scn", counting_bytes()(RANDOM_BYTES))
        draft = await phone.services.queue.draft(scan_id)
        checklist = [{"key": "food_source", "state": "fail"}]
        place = {"lat": 16.06, "lon": 108.22, "accuracy_m": 9.0}
        filled = {**draft, "result": "violation", "note": "Không hóa đơn", "checklist": checklist, "place": place}
        await phone.services.queue.add_inspection(filled, {})
        (item,) = await phone.services.queue.items()
        assert RECORD_SCHEMAS["inspection"].validate(item.record) == {}
        assert BatchSchema().validate({"records": [item.record]}) == {}

    asyncio.run(story())


def test_the_push_subscription_is_what_the_server_takes():
    async def story() -> None:
        phone = Phone()
        await signed_in(phone, CITIZEN)
        keys = {"p256dh": "A" * 87, "auth": "A" * 22}
        phone.web.answers["push.subscribe"] = {"endpoint": "https://fcm.googleapis.com/fcm/send/x", "keys": keys}
        phone.server.on("POST", "/api/v1/push/subscriptions", (201, {"id": "sub_1"}))
        await phone.services.push.turn_on("key", "vi")
        body = json.loads(phone.server.asked("POST", "/api/v1/push/subscriptions")[0].body or "{}")
        assert SubscriptionCreateSchema().validate(body) == {}

    asyncio.run(story())
