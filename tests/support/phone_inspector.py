"""An inspector's phone: what waits in its queue, and the server that takes it."""

import json
from typing import Any

from tests.support.flet_harness import Screen
from tests.support.phone_data import INSPECTOR, Phone, signed_in
from tests.support.phone_screens import opened

BATCH = "/api/v1/inspections:batch"


def store_all(body: Any, _query: Any) -> tuple[int, Any]:
    """A server that keeps every record of a batch."""
    results = [{"id": record["id"], "state": "stored"} for record in body["records"]]
    return 200, {"results": results, "server_time": "2026-11-21T02:30:00Z"}


async def inspectors_phone(*scans: dict[str, Any]) -> Phone:
    """Signed in, and these scans are waiting."""
    phone = Phone()
    phone.server.on("GET", "/api/v1/notices", (200, {"items": [], "next_cursor": None}))
    await signed_in(phone, INSPECTOR)
    for scan in scans:
        await phone.web.vault_put(f"queue/{scan['record']['id']}", scan)
    return phone


async def a_desk(*scans: dict[str, Any], route: str = "/") -> tuple[Phone, Screen]:
    """An inspector's phone, open, without a network; with one, its server keeps everything."""
    phone = await inspectors_phone(*scans)
    phone.server.on("POST", BATCH, store_all)
    phone.server.is_down = True
    screen = await opened(phone, route)
    await screen.settle(40)
    return phone, screen


def records_sent(phone: Phone) -> list[dict[str, Any]]:
    return [
        record
        for request in phone.server.asked("POST", BATCH)
        for record in json.loads(request.body or "{}")["records"]
    ]
