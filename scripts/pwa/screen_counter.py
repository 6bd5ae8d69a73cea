"""The walk through the counter: who is present, their form, papers, the last look, and the code with its slip."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support import phone_counter as counter_demo
from tests.support import phone_desk as demo

OWN = {"code": "H17.08", "name": "Ban Quản lý An toàn thực phẩm Đà Nẵng"}
COUNTER = f"{demo.DESK}/dossiers"
REQUEST = "DEMO-ATTP-05"
UPLOADS = "/api/v1/uploads"


class CounterApi:
    """Answers about one counter: as the tests' server, with the dates of today."""

    def __init__(self) -> None:
        self._routes: dict[tuple[str, str], Callable[[Any, Any], tuple[int, Any]]] = {}
        server = counter_demo.CounterServer(self, OWN)
        fee = {"amount": 500_000, "lines": [], "paid_at": None, "receipt_number": None}
        server.dossier = {"fee": fee, "payment": "due", "may": ["refuse", "record_payment"]}
        now = datetime.now(UTC)
        self._today = [demo.to_receive(number, now=now, hours=8 - number) for number in (7, 8)]

    def on(self, method: str, path: str, answer: Any) -> None:
        self._routes[method, path] = answer if callable(answer) else lambda _body, _query: answer

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, Any] | None:
        """Status and content, or None for what is not about the counter."""
        parts = urlsplit(path)
        if not parts.path.startswith((demo.DESK, UPLOADS)):
            return None
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == COUNTER and query.get("view") == "counter":
            return 200, {"items": self._today, "next_cursor": None}
        if parts.path == f"{COUNTER}/search" and "code" in query:
            return 200, {"items": [demo.desk_card(6, now=datetime.now(UTC), status=9, waits_for="nobody")]}
        route = self._routes.get((method, parts.path))
        for (known, pattern), candidate in self._routes.items():
            if route is None and known == method and pattern.endswith("*") and parts.path.startswith(pattern[:-1]):
                route, query = candidate, {**query, "*": parts.path.removeprefix(pattern[:-1])}
        if route is None:
            return None
        is_piece = method == "PATCH"
        return route(body if is_piece else json.loads(body) if body else None, query)


def counter(walk: Any) -> None:
    """From the counter's page to the slip, wherever the walk stands."""
    walk.tell("notification.opened", {"url": "/counter"})
    walk.wait("counter.search", 1500)
    walk.shoot("90-counter")
    walk.type("counter.code_field", "H17.08-261120-0006")
    walk.tap("counter.look_up")
    walk.wait("counter.hand_out", 900)
    walk.shoot("91-look-up")
    walk.tap("counter.hand_out")
    walk.wait("question.yes", 700)
    walk.shoot("91-hand-out")
    walk.tap("question.no")
    for path, there in (("/me", "me.signout"), ("/counter", "counter.search")):
        walk.tell("notification.opened", {"url": path})  # back at the top of the page
        walk.wait(there, 900)
    walk.type("counter.search", "cong bo")
    walk.tap(f"counter.procedure.{REQUEST}")
    walk.wait("counter.progress", 1500)
    walk.shoot("92-who")
    walk.tap("counter.next")
    walk.wait("form.fix", 700)
    walk.shoot("92-faults")
    walk.type("form.personal_id", counter_demo.NUMBER)
    walk.type("form.full_name", "Tran Thi Thu Trang")
    walk.tap("counter.next")
    walk.wait("counter.summary", 1500)
    walk.shoot("93-known")
    fill_in(walk)
    scan(walk)
    send(walk)


def fill_in(walk: Any) -> None:
    """The answers that nobody knew."""
    walk.type("form.applicant_commune", "hai chau")
    walk.tap("form.applicant_commune.20242")
    walk.type("form.applicant_address", "12 Tran Phu")
    walk.tap("counter.next")
    walk.wait("form.subject", 900)
    walk.tap("form.on_behalf.self")
    walk.type("form.subject", "Cong bo nuoc mam Nam O")
    walk.type("form.details", "Dang ky ban cong bo san pham theo ho so kem theo.")
    walk.shoot("94-answers")
    walk.tap("counter.next")
    walk.wait("form.pledge.true", 900)
    walk.tap("form.pledge.true")
    walk.tap("counter.next")


def scan(walk: Any) -> None:
    """Both papers, one after the other."""
    for key in ("declaration", "test_report"):
        with walk.page.expect_file_chooser() as chooser:
            walk.tap(f"paper.{key}.choose")
        chooser.value.set_files({"name": "ban-cong-bo.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 x"})
        walk.wait(f"paper.{key}.file", 900)
    walk.shoot("95-papers")


def send(walk: Any) -> None:
    """How the result comes back, the last look, the question of who would leave, the fee, and the code."""
    walk.tap("counter.next")
    walk.wait("form.return_way.digital", 900)
    walk.shoot("96-way")
    walk.tap("form.return_way.digital")
    walk.type("form.phone", "0905123456")
    walk.tap("counter.next")
    walk.wait("counter.send", 1200)
    walk.shoot("97-review")
    walk.tap("tab.me" if walk.look.size[0] >= 840 else "nav.back")
    walk.page.wait_for_timeout(900)
    if walk.look.size[0] >= 840:
        walk.shoot("97-leave")
        walk.tap("question.no")
        walk.page.wait_for_timeout(500)
    else:
        walk.tap("counter.next")
        walk.wait("counter.send", 900)
    walk.tap("counter.send")
    walk.wait("counter.pay", 2500)
    walk.shoot("98-fee")
    walk.type("counter.receipt", "BL-0012")
    walk.tap("counter.pay")
    walk.wait("counter.slip", 1500)
    walk.shoot("99-filed")
