"""Calls of a phone to its wallet."""

from typing import Any

from shared_models.schemas.wallet import SyncSchema
from tests.support.api import Phone


def challenge_of(phone: Phone) -> str:
    return str(phone.post("/wallet/devices/challenges").get_json()["challenge"])


def sync(phone: Phone, **query: Any) -> dict[str, Any]:
    text = "&".join(f"{name}={value}" for name, value in query.items() if value is not None)
    answer = phone.get(f"/wallet/sync?{text}" if text else "/wallet/sync")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    found: dict[str, Any] = answer.get_json()
    assert not SyncSchema().validate(found)
    return found
