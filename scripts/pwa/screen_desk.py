"""The walk through an officer's day: the queue, a dossier beside it, the keys, the search, and what `PAGES` adds."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pwa.screen_case import cases
from pwa.screen_counter import counter

from shared_models.clock import CITY_ZONE, to_wire
from tests.support import phone_desk as demo

DESK = "/api/v1/desk"
OVERDUE = {"level": "overdue", "standing": "overdue", "working_days_left": -2}
OTHERS = {
    2: ("3.000347", "Lê V. B."),
    3: ("1.001193", "Phạm T. H."),
    4: ("1.013225", "Công ty TNHH X. D. M. T."),
    5: ("2.000591", "Nguyễn T. M. L."),
    6: ("1.001612", "Hồ V. P."),
}


class DeskApi:
    """Answers about one desk: as the tests' server, with the dates of today."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)
        self.rows = self._rows()

    def _card(self, number: int, days: float | None, **more: Any) -> dict[str, Any]:
        """A line that is due in so many days."""
        deadline = dict(more.pop("deadline", {}))
        if days is not None:
            due = self.now + timedelta(days=days)
            deadline = {"due_at": to_wire(due), "due_date": due.astimezone(CITY_ZONE).date().isoformat(), **deadline}
        card = demo.desk_card(number, now=self.now, deadline=deadline, **more)
        code, owner = OTHERS.get(number, ("", card["owner"]))
        if code:
            name = demo.services.versions()[code]["name"]
            card |= {"owner": owner, "procedure": {**card["procedure"], "code": code, "name": name}}
        return card

    def _rows(self) -> dict[str, list[dict[str, Any]]]:
        hai = {"assigned_to": "Nguyễn Văn Hải"}
        running = [
            self._card(1, -3, deadline=OVERDUE, **hai),
            self._card(2, 0, deadline={"level": "last_day", "working_days_left": 0}, **hai),
            self._card(3, 2, deadline={"level": "near_due", "working_days_left": 1}),
            self._card(4, 9, deadline={"working_days_left": 6}, assigned_to="Lê Thị Mai"),
            self._card(5, 13, deadline={"working_days_left": 9}),
        ]
        asked = {"paused": True, "due_at": None, "due_date": None, "working_days_left": None}
        paused = [
            self._card(5, None, status=5, waits_for="supplement", deadline=asked, **hai),
            self._card(6, None, status=6, waits_for="payment", deadline=asked),
            self._card(2, None, status=8, waits_for="agency", deadline=asked),
        ]
        new = [demo.to_receive(number, now=self.now, hours=hours) for number, hours in ((6, -1), (3, 2), (4, 26))]
        for card in new:
            code, owner = OTHERS[int(card["id"].removeprefix("dos_"))]
            card |= {"owner": owner, "procedure": {**card["procedure"], "name": demo.services.versions()[code]["name"]}}
        signed = self._card(4, 6, proposed=True, assigned_to="Lê Thị Mai")
        return {
            "intake": new,
            "mine": running[:2],
            "unit": running,
            "approval": [signed],
            "waiting": paused,
            "ready": [self._card(6, 1, status=9, waits_for="nobody", **hai)],
            "done": [],
        }

    def answer(self, method: str, path: str, _body: bytes) -> tuple[int, Any] | None:
        """Status and content, or None for what is not about the desk."""
        parts = urlsplit(path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        bare = parts.path.removeprefix(DESK)
        if parts.path == bare or method != "GET":
            return None
        if bare == "/dossiers":
            return 200, {"items": self.rows[query["view"]], "next_cursor": None}
        if bare == "/dossiers/search":
            return 200, {"items": self.rows["unit"][:2] if "name" in query else []}
        if bare == "/colleagues":
            people = [("stf_9", "Nguyễn Văn Hải"), ("stf_10", "Lê Thị Mai"), ("stf_11", "Trần Quốc Việt")]
            return 200, {"items": [{"id": key, "name": name, "duties": ["process"]} for key, name in people]}
        number = bare.removeprefix("/dossiers/dos_")
        return (200, demo.desk_dossier(int(number), now=self.now)) if number.isdigit() else None


def desk(walk: Any) -> None:
    """From the staff door through the queue and what is reached from it."""
    walk.enter_staff()
    width, height = walk.look.size
    walk.pointer = (300, height / 2) if width >= 840 else walk.pointer
    walk.wait("desk.view.unit", 1500)
    walk.shoot("80-intake")
    walk.tap("desk.view.unit")
    walk.wait("desk.dos_2", 900)
    walk.shoot("81-queue")
    walk.tap("desk.tick")
    walk.wait("desk.take_ticked", 500)
    walk.tap("desk.dos_3")
    walk.page.wait_for_timeout(500)
    walk.shoot("81-ticking")
    walk.tap("desk.untick")
    walk.tap("desk.view.waiting")
    walk.page.wait_for_timeout(900)
    walk.shoot("82-paused")
    if walk.look.size[0] >= 840:
        keys(walk)
    back_to(walk, "/search", "search.go", "")
    walk.type("search.text", "tran thao")
    walk.tap("search.go")
    walk.wait("desk.dos_2", 900)
    walk.shoot("84-search")
    walk.pointer = (width / 2, height / 2)
    for page in PAGES:
        page(walk)
    back_to(walk, "/me", "me.signout", "89-me")


def keys(walk: Any) -> None:
    """What a keyboard does: the sheet, moving, and never while somebody types."""
    press = walk.page.keyboard.press
    press("?")
    walk.wait("keys.close", 700)
    walk.shoot("83-keys")
    walk.tap("keys.close")
    walk.page.wait_for_timeout(500)
    press("3")
    walk.wait("desk.dos_4", 700)
    for _ in range(2):
        press("j")
    walk.page.wait_for_timeout(400)
    press("Enter")
    walk.page.wait_for_timeout(1500)
    walk.shoot("83-beside")


def back_to(walk: Any, path: str, identifier: str, name: str) -> None:
    """Open an address inside the running app, as a notification does."""
    walk.tell("notification.opened", {"url": path})
    walk.wait(identifier, 1300)
    if name:
        walk.shoot(name)


PAGES: list[Callable[[Any], None]] = [cases, counter]
"""Walks of the rooms that are reached from the desk, each from wherever the last one ended."""
