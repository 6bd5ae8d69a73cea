"""Services and dossiers as the server tells a phone of them: the demonstration's catalogue, one citizen's dossiers."""

import json
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from shared_models.clock import to_wire
from tests.support.phone import NOW, MemoryServer

SEEDS = Path(__file__).resolve().parents[2] / "scripts/seed_data"
API = "/api/v1"
WARD = {"code": "H17.30.05", "name": "Ủy ban nhân dân phường Hải Châu"}
BIRTH, FOOD = "1.001193", "1.013855"
Json = dict[str, Any]


@cache
def versions() -> dict[str, Json]:
    """The newest version of every seeded procedure, by code."""
    found: dict[str, Json] = {}
    for file in sorted((SEEDS / "procedures").glob("*.json")):
        for version in json.loads(file.read_text(encoding="utf-8")):
            old = found.get(version["code"])
            if old is None or old["effective_from"] < version["effective_from"] <= "2026-11-21":
                found[version["code"]] = version
    return found


@cache
def agencies() -> dict[str, str]:
    rows = json.loads((SEEDS / "agencies.json").read_text(encoding="utf-8"))
    return {row["code"]: row["name"] for row in rows}


def detail(code: str, **changes: Any) -> Json:
    """One `GET /procedures/<code>`."""
    version = versions()[code]
    named = {version["competent"], *version["receiving"]} - {"commune"}
    replaced = versions().get(version["replaced_by"] or "")
    replacement = {"code": replaced["code"], "name": replaced["name"]} if replaced else None
    names = {key: agencies().get(key, key) for key in sorted(named)}
    return {**version, "agencies": names, "replacement": replacement, "upcoming": None, **changes}


def card(code: str) -> Json:
    """One card of `GET /procedures`."""
    version = versions()[code]
    competent = version["competent"]
    same = ("code", "name", "summary", "field", "level", "life_events", "standing", "replaced_by")
    return {
        **{name: version[name] for name in same},
        "version": version["id"],
        "agency": None if competent == "commune" else {"code": competent, "name": agencies().get(competent, competent)},
        "deadline": version["deadlines"]["online"],
        "fee": sum(line["amount"] for line in version["fees"]["online"] if not line.get("when")),
        "fee_varies": any(line.get("when") for line in version["fees"]["online"]),
    }


def form(form_id: str) -> Json:
    file = SEEDS / "forms" / f"{form_id.replace('@', '-')}.json"
    found: Json = json.loads(file.read_text(encoding="utf-8"))
    return found


def communes() -> Json:
    rows = json.loads((SEEDS / "communes.json").read_text(encoding="utf-8"))
    ward = next(row["code"] for row in rows if row["name"] == "Hải Châu")
    return {"items": [{**row, "agency": WARD if row["code"] == ward else None} for row in rows]}


def preparation(code: str = BIRTH, **changes: Any) -> Json:
    """What the city knows of Trần Thị Thu Thảo when she begins."""
    version = versions()[code]
    as_of = to_wire(NOW - timedelta(days=30))
    known = {
        "applicant_name": ("Trần Thị Thu Thảo", "person.full_name"),
        "applicant_id": ("048192900012", "person.personal_id"),
        "applicant_birth_date": ("1992-08-14", "person.birth_date"),
        "applicant_gender": ("female", "person.gender"),
        "applicant_phone": ("0905123456", "person.phone"),
    }
    asked = form(version["form"])["schema"]["properties"] if version["form"] else {}
    values = {
        name: {"value": value, "source": source, "as_of": as_of}
        for name, (value, source) in known.items()
        if name in asked
    }
    held = {"source": "registry", "key": "population", "id": "evd_1", "label": "Cơ sở dữ liệu dân cư", "as_of": as_of}
    ways = {item["key"]: bool(item["held_by"]) for item in version["components"]}
    return {
        "procedure_version": version["id"],
        "form_id": version["form"],
        "values": values,
        "components": [{"key": key, "held": held if is_held else None} for key, is_held in ways.items()],
        "fee": 0,
        "fee_rules": [],
        "fee_unasked": [],
        "due_if_sent_now": to_wire(NOW + timedelta(days=5)),
        **changes,
    }


def dossier(number: int = 1, /, *, code: str = FOOD, now: datetime = NOW, **changes: Any) -> Json:
    """A `Dossier` that its agency is working on, due in three working days."""
    version, agency = versions()[code], {"code": "H17.08", "name": "Ban Quản lý An toàn thực phẩm Đà Nẵng"}
    due = now + timedelta(days=5)

    return {
        "id": f"dos_{number}",
        "code": f"H17.08-261120-000{number}",
        "reference": f"REF{number}",
        "version": 3,
        "procedure": {"code": code, "version": version["id"], "name": version["name"]},
        "status": 4,
        "status_since": to_wire(now - timedelta(days=1)),
        "payment": "none", "delivery": "none", "sync": "local",
        "channel": 2,
        "owner": {"name": "Trần Thị Thu Thảo"},
        "assisted_by": None,
        "receiving_agency": agency,
        "competent_agency": agency,
        "support_agency": None,
        "handler": {"name": "Nguyễn Văn Hải", "unit": "Phòng Cấp phép"},
        "received_at": to_wire(now - timedelta(days=2)),
        "accepted_at": to_wire(now - timedelta(days=1.9)),
        "changed_at": to_wire(now - timedelta(days=1)),
        "ended_at": None,
        "deadline": {
            "due_at": to_wire(due), "due_date": due.date().isoformat(), "original_due_date": due.date().isoformat(),
            "standing": "within", "level": "none", "paused": False, "working_days_left": 3, "policy": "reset",
            "intake_due_at": None,
        },
        "waits_for": "agency",
        "asks": None,
        "form_id": version["form"],
        "values": {},
        "components": [],
        "fee": {"amount": 700_000, "lines": [], "paid_at": None, "receipt_number": None},
        "result": None,
        "return": {"way": "digital", "address": None, "carrier": None, "tracking": None},
        "apologies": [],
        "slips": ["01"],
        "rating": None,
        "timeline": [
            _line(now - timedelta(days=2), "submit", 1, None, None),
            _line(now - timedelta(days=1.9), "accept", 2, "Nguyễn V. H.", agency),
            _line(now - timedelta(days=1), "start", 4, "Nguyễn V. H.", agency),
        ],
        **changes,
    }  # fmt: skip


def _line(at: datetime, action: str, status: int, actor: str | None, where: Json | None) -> Json:
    return {"at": to_wire(at), "action": action, "actor": actor, "agency": where, "note": None, "status": status}


def supplement(key: str, now: datetime = NOW) -> Json:
    """What makes a dossier wait for one paper of its owner."""
    name = {"vi": "Sơ đồ mặt bằng cơ sở", "en": "Floor plan"}
    asks = {
        "kind": "supplement",
        "asked_at": to_wire(now - timedelta(hours=5)),
        "answer_by": to_wire(now + timedelta(days=20)),
        "items": [{"component": key, "name": name, "reason": "Ảnh gửi lên bị mờ, không đọc được kích thước."}],
        "note": "Chị chụp lại giúp em, đủ bốn góc nhé.",
        "amount": None,
    }
    paused = {
        **dossier(now=now)["deadline"],
        "paused": True,
        "due_at": None,
        "due_date": None,
        "working_days_left": None,
    }
    return {"status": 5, "waits_for": "supplement", "asks": asks, "deadline": paused, "slips": ["01", "02"]}


def as_card(data: Json) -> Json:
    """The same in the list: without what only the page tells."""
    left_out = {"asks", "timeline", "values", "components", "fee", "result", "return", "apologies", "slips", "rating"}
    left_out |= {"owner", "assisted_by", "support_agency", "handler", "accepted_at", "ended_at", "form_id"}
    return {name: value for name, value in data.items() if name not in left_out}


def serve_services(server: MemoryServer, *dossiers: Json) -> None:
    """The public catalogue and a citizen's dossiers."""
    codes = [code for code, version in versions().items() if version["standing"] == "active"]
    server.on("GET", f"{API}/procedures", (200, {"items": [card(code) for code in codes], "next_cursor": None}))
    for code in versions():
        server.on("GET", f"{API}/procedures/{code}", (200, detail(code)))
    for form_id in {version["form"] for version in versions().values() if version["form"]}:
        server.on("GET", f"{API}/forms/{form_id}", (200, form(form_id)))
    server.on("GET", f"{API}/communes", (200, communes()))
    server.on("POST", f"{API}/dossiers/preparations", lambda body, _query: (200, preparation(body["procedure_code"])))
    server.on("GET", f"{API}/dossiers", (200, {"items": [as_card(data) for data in dossiers], "next_cursor": None}))
    for data in dossiers:
        server.on("GET", f"{API}/dossiers/{data['id']}", (200, data))
