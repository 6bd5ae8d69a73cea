"""The walk through an administrator's day: the catalogue, a draft to its publishing, the calendar, forms."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

from shared_models.clock import FixedClock, city_date
from tests.support.phone import MemoryServer
from tests.support.phone_catalogue import ADMINISTRATOR, FOOD, CatalogueServer

CODES = (FOOD, "1.001193", "1.000894", "1.000656", "1.000662")
RULE = "tt_244_2016_merit"
USER = ADMINISTRATOR


class Visit(Protocol):
    """What the walk needs of `scripts/screens.py`."""

    page: Any

    def open(self, path: str = "/") -> None: ...
    def tap(self, identifier: str) -> None: ...
    def type(self, identifier: str, text: str) -> None: ...
    def wait(self, identifier: str, ms: int = 700) -> None: ...
    def shoot(self, name: str) -> None: ...
    def pin(self) -> None: ...
    def tell(self, name: str, data: Any) -> None: ...


class CatalogueApi:
    """The tests' catalogue server, with the dates of today."""

    def __init__(self) -> None:
        now = datetime.now(UTC)
        self.table = MemoryServer(FixedClock(now))
        self.draft_id = f"{FOOD}@{city_date(now) + timedelta(days=9)}"
        self.city = CatalogueServer(self.table, *CODES)
        self.city.rules.begin_history(RULE)
        self.city.serve_drafts(FOOD, self.draft_id.partition("@")[2])
        deadlines = {"direct": {"unit": "working_day", "amount": 15}, "online": {"unit": "working_day", "amount": 12}}
        self.city.begin(self.draft_id, deadlines=deadlines)

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, Any] | None:
        """Status and content, or None for what is not of the catalogue."""
        parts = urlsplit(path)
        route = self.table.routes.get((method, parts.path))
        if route is None or parts.path.endswith("/notices"):
            return None
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        return route(json.loads(body) if body else None, query)


def catalogue(walk: Visit) -> None:
    """From the list to a published version, and the calendar beside it."""
    draft = f"/drafts/{CatalogueApi().draft_id}"
    walk.open()
    walk.tap("signin.staff")
    walk.wait("staff.submit")
    walk.type("staff.username", "quantri")
    walk.type("staff.password", "secret-for-the-demo")
    walk.tap("staff.submit")
    walk.wait("pin.1")
    walk.pin()
    walk.page.wait_for_timeout(600)
    walk.pin()
    walk.wait("catalogue.search", 1500)
    walk.shoot("50-catalogue")
    go(walk, "/changes/shortened", "nav.back", "51-changes")
    go(walk, f"/versions/{FOOD}@2025-07-01", "version.begin", "52-version")
    go(walk, draft, "draft.about", "53-draft")
    for number, page in enumerate(("about", "agencies", "deadlines", "fees", "components", "result"), start=1):
        go(walk, f"{draft}/{page}", "draft.phase", f"54-{number}-{page}")
    go(walk, f"{draft}/components/components.1", "row.done", "55-paper")
    go(walk, f"{draft}/simulator", "trial.go", "56-simulator")
    walk.tap("trial.go")
    walk.wait("trial.due", 1500)
    walk.page.mouse.move(300, 400)
    walk.page.mouse.wheel(0, 2000)
    walk.page.wait_for_timeout(700)
    walk.shoot("56-simulator-due")
    go(walk, f"{draft}/publish", "publish.go", "57-publish")
    walk.tap("publish.go")
    walk.wait("question.yes", 600)
    walk.shoot("57-publish-asked")
    walk.tap("question.no")
    go(walk, "/calendar", "tab.calendar", "58-calendar")
    go(walk, "/calendar/months/2026-11", "day.2026-11-24", "58-month")
    go(walk, "/calendar/days/2026-11-24", "day.save", "58-day")
    go(walk, "/calendar/hours/default", "hours.save", "58-hours")
    go(walk, "/forms", "nav.back", "59-forms")
    go(walk, "/forms/food_safety@1", "form.next", "59-form")
    go(walk, "/new", "new.begin", "59-new")
    rules(walk)


def rules(walk: Visit) -> None:
    """Who pays less: the list, a rule with its past, a change and what it is asked about, and a new one."""
    go(walk, "/rules", "rules.search", "5a-rules")
    walk.tap("rules.filter.all")
    walk.page.wait_for_timeout(700)
    walk.shoot("5a-rules-all")
    go(walk, f"/rules/{RULE}", "rule.change", "5b-rule")
    go(walk, f"/rules/{RULE}/edit", "form.name.vi", "5c-rule-edit")
    walk.type("form.until_day", "31/12/2027")
    walk.tap("rule.save")
    walk.wait("question.yes", 600)
    walk.shoot("5c-rule-asked")
    walk.tap("question.no")
    walk.page.wait_for_timeout(500)
    walk.shoot("5c-rule-changes")
    go(walk, "/rules/new", "form.id", "5d-rule-new")


def go(walk: Visit, path: str, identifier: str, name: str) -> None:
    """Open an address inside the running app."""
    walk.tell("notification.opened", {"url": path})
    walk.wait(identifier, 1300)
    if name:
        walk.shoot(name)
