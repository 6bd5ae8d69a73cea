"""The walk through services and dossiers: finding one, filling in its form, what waits, and what an agency asks."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from shared_models.ids import new_id
from tests.support import phone_services as demo

API = "/api/v1"
DONE, LATE, ASKED, RUNNING = (new_id("dos", bytes([number]) * 17) for number in range(1, 5))
DRAFTS = [new_id("dos", bytes([number]) * 17) for number in range(11, 15)]


class ServicesApi:
    """Answers about the catalogue and one citizen's dossiers: as the tests' server, with the dates of today."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)
        self.dossiers = {data["id"]: data for data in self._dossiers()}

    def _dossiers(self) -> list[dict[str, Any]]:
        running = demo.dossier(1, now=self.now) | {"id": RUNNING}
        asked = demo.dossier(2, now=self.now) | demo.supplement("workers_health", self.now) | {"id": ASKED}
        late = demo.dossier(3, code="3.000347", now=self.now) | {"id": LATE}
        day = (self.now - timedelta(days=2)).date().isoformat()
        late["deadline"] = {**late["deadline"], "due_date": day, "standing": "overdue", "working_days_left": 0}
        done = demo.dossier(4, code=demo.BIRTH, now=self.now) | {"id": DONE, "status": 10, "waits_for": "nobody"}
        done["result"] = {"result_id": None, "licence_id": None, "number": "214/2026/KS", "decision": "approved"}
        done["slips"] = ["01", "05"]
        return [running, asked, late, done]

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, Any] | None:
        """Status and content, or None for what is neither."""
        bare = urlsplit(path).path.removeprefix(API)
        head, _, rest = bare.removeprefix("/").partition("/")
        if method == "GET" and head == "procedures":
            return (200, demo.detail(rest)) if rest else (200, self.cards())
        if method == "GET" and head in {"forms", "communes"}:
            return 200, demo.form(rest) if rest else demo.communes()
        if bare == "/dossiers/preparations":
            asked = json.loads(body)
            due = (self.now + timedelta(days=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
            return 200, demo.preparation(asked["procedure_code"], due_if_sent_now=due)
        if head == "dossiers" and method == "GET":
            return (200, self.dossiers[rest]) if rest else (200, self.cards_of_dossiers())
        return None

    def cards(self) -> dict[str, Any]:
        codes = [code for code, version in demo.versions().items() if version["standing"] == "active"]
        return {"items": [demo.card(code) for code in codes], "next_cursor": None}

    def cards_of_dossiers(self) -> dict[str, Any]:
        return {"items": [demo.as_card(data) for data in self.dossiers.values()], "next_cursor": None}


def draft(number: int, code: str, **more: Any) -> dict[str, Any]:
    """A draft as the vault keeps it."""
    procedure = demo.detail(code)
    prepared = demo.preparation(code)
    now = datetime.now(UTC)
    return {
        "id": DRAFTS[number],
        "procedure": procedure,
        "form": demo.form(procedure["form"]),
        "changed_at": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "prepared_at": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "due_at": (now + timedelta(days=14)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "values": {name: entry["value"] for name, entry in prepared["values"].items()},
        "origins": dict.fromkeys(prepared["values"], "prefilled"),
        "known": prepared["values"],
        "held": {item["key"]: item["held"] for item in prepared["components"] if item["held"]},
        "way": "digital",
        "phone": "0905123456",
        **more,
    }


def half_price() -> dict[str, Any]:
    """A rule that holds for the owner, and another for which no register could be asked."""
    name = {"vi": "Giảm lệ phí cấp giấy phép lái xe nộp trực tuyến", "en": "Reduced fee of driving licences online"}
    rule = {"id": "half", "name": name, "basis": "Thông tư 63/2023/TT-BTC", "from_day": "2023-12-01", "until_day": None}
    rule |= {"procedures": ["*"], "fee_keys": ["*"], "way": "online", "needs": {}, "in_force": True}
    rule |= {"effect": {"kind": "percent", "percent": 50}, "needs_review": True}
    return {"fee_rules": [rule], "fee_unasked": ["five_documents"]}


def a_file(name: str, **more: Any) -> dict[str, Any]:
    whole = {"id": f"upl_{name}", "name": name, "size": 1_412_000, "sha256": "00" * 32}
    return {**whole, "pieces": 0, "piece_bytes": 262_144, **more}


def services(walk: Any) -> None:
    """From the door to a catalogue, then as somebody with an account."""
    walk.enter()
    walk.tap("tab.services")
    walk.wait("services.search", 1500)
    walk.shoot("60-services")
    walk.type("services.search", "khai sinh")
    walk.shoot("61-search")
    for code, name in ((demo.FOOD, "62-procedure"), ("3.000347", "62-driving"), ("1.013420", "63-abolished")):
        at(walk, f"/services/{code}", "nav.back" if walk.look.size[0] < 840 else "services.search", name)
    at(walk, f"/services/{demo.BIRTH}", "service.start", "64-birth")
    walk.tap("service.start")
    walk.wait("draft.progress", 1200)
    walk.shoot("65-known")
    walk.tap("draft.next")
    walk.wait("form.fix", 900)
    walk.shoot("66-faults")
    filled(walk)
    dossiers(walk)


def filled(walk: Any) -> None:
    """Drafts further on."""
    files = {
        "premises_description": a_file("mat-bang.jpg", state="checked"),
        "food_knowledge": a_file("tap-huan.pdf", state="refused", code="file.encrypted"),
    }
    walk.put(f"draft/dossier/{DRAFTS[0]}", draft(0, demo.FOOD, step="papers", files=files))
    walk.put(f"draft/dossier/{DRAFTS[1]}", draft(1, "3.000347", step="review", way="post", **half_price()))
    past = draft(2, demo.FOOD, step="review", error="procedure.version_past")
    past["procedure"] = {**past["procedure"], "components": past["procedure"]["components"][1:], "id": "old"}
    past["procedure"]["deadlines"] = {"online": {"unit": "working_day", "amount": 20}}
    walk.put(f"draft/dossier/{DRAFTS[2]}", past)
    reload_list(walk)
    at(walk, f"/dossiers/drafts/{DRAFTS[0]}", "draft.progress", "67-papers")
    walk.tap("draft.next")
    walk.page.wait_for_timeout(700)
    walk.shoot("67-papers-faults")
    at(walk, f"/dossiers/drafts/{DRAFTS[1]}", "review.send", "68-review")
    walk.tap("nav.back")
    walk.wait("form.phone", 900)
    walk.shoot("68-way")
    at(walk, f"/dossiers/drafts/{DRAFTS[2]}", "version.take", "69-version")
    walk.tap("draft.discard")
    walk.wait("question.yes")
    walk.shoot("69-discard")
    walk.tap("question.no")


def dossiers(walk: Any) -> None:
    """What was sent, what waits, and what is asked."""
    waiting = draft(3, demo.BIRTH, step="review", state="waiting", error="network.unreachable")
    walk.put(f"draft/dossier/{DRAFTS[3]}", waiting)
    reload_list(walk)
    walk.shoot("70-dossiers")
    at(walk, f"/dossiers/drafts/{DRAFTS[3]}", "waiting.state", "71-waiting")
    for identifier, name in ((RUNNING, "72-dossier"), (ASKED, "73-asked"), (LATE, "74-late"), (DONE, "75-done")):
        at(walk, f"/dossiers/{identifier}", "dossier.due", name)
    at(walk, f"/dossiers/{ASKED}/answer", "answer.send", "76-answer")


def reload_list(walk: Any) -> None:
    """The list with what was put into the vault from outside."""
    at(walk, "/dossiers", "dossiers.refresh", "")
    walk.tap("dossiers.refresh")
    walk.page.wait_for_timeout(1500)


def at(walk: Any, path: str, identifier: str, name: str) -> None:
    walk.tell("notification.opened", {"url": path})
    walk.wait(identifier, 1300)
    if name:
        walk.shoot(name)
