"""Every question that a desk asks of many dossiers goes by an index, and reads little more than it shows."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

from pymongo import monitoring

from backend.bootstrap import Container
from backend.dossiers.documents import DOSSIERS
from backend.dossiers.services.reading import CARD
from backend.infra.mongo import Database, Document
from backend.infra.order import order_key
from backend.infra.ordered import OrderedPages
from shared_models.access import Duty
from shared_models.clock import FixedClock
from tests.support.api import NOW, Cast, Phone
from tests.support.catalogue import a_catalogue
from tests.support.dossiers import an_officer, good

VIEWS = {
    "intake": "dossiers_by_desk",
    "unit": "dossiers_by_desk",
    "approval": "dossiers_by_desk",
    "waiting": "dossiers_by_desk",
    "ready": "dossiers_by_desk",
    "done": "dossiers_by_desk",
    "mine": "dossiers_by_assignee",
    "counter": "dossiers_by_counter",
}
SIZE, BATCH = 200, 100
AT_MOST_BESIDES = 60


class Asked(monitoring.CommandListener):
    """The finds on dossiers that were sent to the server."""

    def __init__(self) -> None:
        self.finds: list[dict[str, Any]] = []

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if event.command_name == "find" and event.command["find"] == DOSSIERS:
            self.finds.append(dict(event.command))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Not looked at."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Not looked at."""


LISTENER = Asked()
monitoring.register(LISTENER)


def explained(container: Container) -> Iterator[tuple[dict[str, Any], str, int]]:
    """Each find that was sent, its plan as text, and how many documents it looked at."""
    asked, LISTENER.finds = LISTENER.finds, []
    for find in asked:
        command = {name: value for name, value in find.items() if name in {"find", "filter", "sort", "limit"}}
        told = container.database.database.command({"explain": command, "verbosity": "executionStats"})
        yield find, str(told["queryPlanner"]["winningPlan"]), int(told["executionStats"]["totalDocsExamined"])


def test_what_a_desk_asks_of_many_goes_by_an_index(container: Container, sign_in: Cast) -> None:
    a_catalogue(container)
    container.dossiers.scale_seed(BATCH).run(SIZE, lambda _said: None)
    rows = container.database.collection(DOSSIERS).find({"stage": "done"})
    known = next(row for row in rows if row.get("code"))
    desk = an_officer(container, sign_in, known["agency_code"], *Duty)
    every_view_goes_by_its_index(container, desk)
    a_code_and_a_name_are_found_by_theirs(container, desk, known)


def every_view_goes_by_its_index(container: Container, desk: Phone) -> None:
    for view, index in VIEWS.items():
        LISTENER.finds.clear()
        shown = good(desk.get(f"/desk/dossiers?view={view}"))["items"]
        plans = list(explained(container))
        assert plans, view
        for find, plan, looked_at in plans:
            assert index in plan, find
            assert "COLLSCAN" not in plan, find
            assert looked_at <= len(shown) + AT_MOST_BESIDES, find


def a_code_and_a_name_are_found_by_theirs(container: Container, desk: Phone, known: Document) -> None:
    words = known["owner_name"].split()
    questions = [
        (f"/desk/dossiers/search?code={known['code']}", "dossiers_by_given_code"),
        (f"/desk/dossiers/search?name={known['owner_name']}", "dossiers_by_token_change"),
        (f"/desk/dossiers/search?name={words[-1]} {words[-2]}", "dossiers_by_token_change"),
    ]
    for path, index in questions:
        LISTENER.finds.clear()
        found = good(desk.get(path))["items"]
        assert known["_id"] in {one["id"] for one in found}, path
        for find, plan, looked_at in explained(container):
            assert index in plan, find
            assert looked_at <= len(found) + AT_MOST_BESIDES, find
    LISTENER.finds.clear()
    assert good(desk.post("/dossier-lookups", {"code": known["code"]}))["status"] == known["status"]
    (asked,) = explained(container)
    assert "dossiers_by_given_code" in asked[1]
    assert asked[2] == 1


def test_pages_are_the_same_as_of_the_whole_list(database: Database, clock: FixedClock) -> None:
    """Rows come and go between pages, crowded into moments or far apart; a page is always the true one."""
    rows, dice = database.collection(DOSSIERS), Random("ordered pages")
    pages = OrderedPages(database, DOSSIERS, "queue")
    held: dict[str, str] = {}
    for turn in range(60):
        for _ in range(dice.randint(0, 12)):
            moment = NOW + timedelta(hours=dice.choice((-4000, -30, 0, 0, 0, 5, 5, 90, 3000)))
            key = order_key(moment, dice.randbytes(6))
            name = f"dos_{turn}_{key}"
            held[name] = key
            rows.insert_one({"_id": name, "agency_code": "A", "stage": "unit", "queue": key})
        for name in dice.sample(sorted(held), k=min(len(held), dice.randint(0, 9))):
            del held[name]
            rows.delete_one({"_id": name})
        size = dice.choice((3, 10))
        after = dice.choice([None, None, *held.values(), "zzz", order_key(NOW, b"")])
        found = pages.first({"agency_code": "A", "stage": "unit"}, after, size, clock.now(), CARD)
        true = sorted(key for key in held.values() if after is None or key > after)[:size]
        assert [row["queue"] for row in found] == true
