"""A draft of a citizen at home in Hải Châu, on screen."""

from typing import Any

from tests.support.flet_harness import Screen
from tests.support.phone_data import CITIZEN, PIN, PROFILE, Phone, a_licence, serve_citizen, signed_in
from tests.support.phone_screens import enter, opened
from tests.support.phone_services import API, communes, serve_services

HOME = next(place["code"] for place in communes()["items"] if place["agency"])


async def a_draft(code: str) -> tuple[Phone, Screen, str]:
    """Somebody at home in Hải Châu begins."""
    phone = Phone()
    serve_citizen(phone.server, [a_licence(1)], [])
    phone.server.on("GET", f"{API}/me", (200, {**PROFILE, "commune": {"code": HOME, "name": "Hải Châu"}}))
    serve_services(phone.server)
    await signed_in(phone, CITIZEN)
    await phone.web.vault_lock()
    screen = await opened(phone, f"/services/{code}")
    await enter(screen, PIN)
    await screen.settle(20)
    await screen.click("service.start")
    await screen.settle(30)
    (key, _), *_ = await phone.web.vault_list("draft/dossier/")
    return phone, screen, key.removeprefix("draft/dossier/")


async def kept(phone: Phone, draft_id: str) -> dict[str, Any]:
    found = await phone.web.vault_get(f"draft/dossier/{draft_id}")
    assert found is not None
    return found


async def ready(phone: Phone, draft_id: str, screen: Screen, /, **changes: Any) -> None:
    """All answered, at the last look."""
    draft = phone.services.dossiers_state.draft(draft_id)
    data = draft.to_json() | {"phone": "0905123456", "step": "review", **changes}
    await phone.app.paperwork.change(type(draft).from_json(data))
    await screen.settle(20)


async def general(phone: Phone, screen: Screen, draft_id: str) -> None:
    """Every required answer of the general form, as a person would give them, to the last look."""
    form = phone.services.dossiers_state.draft(draft_id).form
    values = {}
    for name, prop in form["schema"]["properties"].items():
        known = {"boolean": True, "integer": 1, "number": 1}.get(prop["type"], "Câu trả lời đầy đủ")
        by_format = {"date": "2026-11-30", "partial-date": "1990", "personal-id": "048192900012", "phone": "0905123456",
                     "email": "thao@example.vn", "commune": HOME, "tax-code": "0401234567"}  # fmt: skip
        value = by_format.get(prop.get("format", ""), known)
        if "enum" in prop:
            value = prop["enum"][0]
        if "pattern" in prop:
            value = "480192004512"
        if prop.get("x-day") == "past":
            value = "2020-01-05"
        values[name] = value
    await ready(phone, draft_id, screen, values=values, origins={})
