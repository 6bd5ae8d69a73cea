"""An officer's machine: who works there, what lies on the desk, and the server that tells of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from shared_models.clock import to_wire
from tests.support import phone_services as services
from tests.support.flet_harness import Screen
from tests.support.phone import NOW, MemoryServer
from tests.support.phone_data import Phone, signed_in
from tests.support.phone_screens import opened

DESK = f"{services.API}/desk"
WIDE = 1280
Json = dict[str, Any]
Rows = list[Json]


def an_officer(*duties: str, **changes: Any) -> Json:
    """`receive`, `process`, `approve`; all three when none is named."""
    named = duties or ("receive", "process", "approve")
    scopes = ["notices", "profile", "second-step", "dossiers:read", *(f"dossiers:{duty}" for duty in named)]
    agency = {"code": "H17.08", "name": "Ban Quản lý An toàn thực phẩm Đà Nẵng"}
    return {"id": "stf_9", "role": "officer", "name": "Nguyễn Văn Hải", "agency": agency, "scopes": scopes, **changes}


def desk_card(number: int = 1, /, *, now: datetime = NOW, **changes: Any) -> Json:
    """A `DeskCard`: the dossier of `phone_services.dossier` as a line of the queue."""
    whole = services.dossier(number, now=now)
    card = {**services.as_card(whole), "owner": "Trần T. T. T.", "assigned_to": None, "proposed": False}
    deadline = {**card["deadline"], **changes.pop("deadline", {})}
    return {**card, "deadline": deadline, **changes}


def to_receive(number: int = 1, /, *, now: datetime = NOW, hours: float = 3, **changes: Any) -> Json:
    """A card of what somebody has just sent, to be answered within `hours`."""
    deadline = {"due_at": None, "due_date": None, "original_due_date": None, "working_days_left": None, "policy": ""}
    deadline["intake_due_at"] = to_wire(now + timedelta(hours=hours))
    return desk_card(number, now=now, status=1, code=None, deadline=deadline, **changes)


def serve_desk(server: MemoryServer, rows: dict[str, Rows], page: int = 100) -> None:
    """The views of a queue, `page` lines at a time."""

    def queue(_body: Any, query: dict[str, str]) -> tuple[int, Any]:
        found, start = rows.get(query["view"], []), int(query.get("cursor") or 0)
        end = start + min(page, int(query["limit"]))
        return 200, {"items": found[start:end], "next_cursor": str(end) if end < len(found) else None}

    server.on("GET", f"{DESK}/dossiers", queue)
    server.on("GET", f"{DESK}/colleagues", (200, {"items": []}))
    server.on("GET", f"{services.API}/notices", (200, {"items": [], "next_cursor": None}))


async def a_desk(
    rows: dict[str, Rows],
    *,
    user: Json | None = None,
    route: str = "/",
    width: int = 390,
    serve: Callable[[MemoryServer], None] = lambda _server: None,
) -> tuple[Phone, Screen]:
    """An officer's machine, open, with this on the desk; `serve` puts more onto the server."""
    phone = Phone()
    serve_desk(phone.server, rows)
    serve(phone.server)
    await signed_in(phone, user or an_officer())
    screen = await opened(phone, route, width)
    await screen.settle(40)
    return phone, screen


ANSWERS = {
    "applicant_name": "Trần Thị Thu Thảo",
    "applicant_id": "048192900012",
    "applicant_phone": "0905123456",
    "business_name": "Quán mì Quảng Bà Mua",
    "business_address": "44 Lê Đình Dương, phường Hải Châu",
    "activity_kind": "catering",
    "activity": "Dịch vụ ăn uống, bán mì Quảng và nước giải khát",
    "daily_servings": "under_200",
    "direct_workers": 6,
    "trained_workers": 6,
    "water_source": "supply",
    "facilities": ["one_way_kitchen", "cold_storage", "hand_washing"],
    "pledge": True,
}


def desk_dossier(number: int = 1, /, *, now: datetime = NOW, **changes: Any) -> Json:
    """A `DeskDossier` of food safety: two papers uploaded, one held by a licence, and what may be done with it."""
    whole = services.dossier(number, now=now)
    terms = services.versions()[whole["procedure"]["code"]]
    held = {"source": "licence", "label": "Đăng ký hộ kinh doanh 147/2023/ĐKHKD", "media_type": None, "size": None}
    sent = {"source": "upload", "label": "mat-bang.pdf", "media_type": "application/pdf", "size": 412_000}
    components = [
        {"key": one["key"], "name": one["name"], **(held if one["held_by"] else sent)} for one in terms["components"]
    ]
    evidence = {"source": "licence", "key": "business_household", "id": "lic_6", "sha256": "ab" * 32}
    had = {"source": "licence", "label": held["label"]}
    asked_at = to_wire(now - timedelta(days=2))
    demands = [
        {"component": one["key"], "name": one["name"], "held": None if one["source"] == "upload" else had}
        for one in components
    ]
    may = ["assign", "hand_over", "ask_supplement", "ask_opinion", "propose", "stop", "extend"]
    return {
        **whole,
        "owner": {"id": "per_1", "name": "Trần Thị Thu Thảo", "masked_personal_id": "048•••••••12"},
        "contact": {"phone": "0905123456", "email": None},
        "assigned_to": {"id": "stf_9", "name": "Nguyễn Văn Hải"},
        "values": ANSWERS,
        "origins": {name: "prefilled" if name.startswith("applicant") else "typed" for name in ANSWERS},
        "components": components,
        "held_evidence": [
            {"component": "business_registration", "label": held["label"], "asked_at": asked_at, **evidence}
        ],
        "fee_reason": {"rules": [], "evidence": [], "unasked": []},
        "proposal": None,
        "opinions": [],
        "refused_demands": [],
        "demands": {"notices_left": 1, "items": demands},
        "clash": None,
        "may": may,
        **changes,
    }
