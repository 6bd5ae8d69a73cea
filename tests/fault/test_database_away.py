"""The database is gone and nobody brings it back: who asks is told so, soon, and all is well once it is there again."""

import time

import pytest
import requests

from tests.support.story.caller import Unanswered
from tests.support.story.city import kill, wait_until
from tests.support.story.telling import Story

pytestmark = pytest.mark.stack

TOLD_WITHIN_S = 20.0


def test_who_asks_is_told_and_nothing_is_lost(story: Story) -> None:
    city, inspector, owner = story.city, story.inspectors[0], story.owners[0]
    inspector.act()
    database = city.child("database")
    # Between two tellings nobody watches over the city: what dies stays dead.
    kill(database)
    wait_until(lambda: not database.is_running())

    for caller, method, path, body in (
        (inspector.caller, "POST", "/inspections:batch", {"records": [inspector.scan(story.journal.codes()[0])]}),
        (owner.caller, "GET", f"/wallet/sync?device_id={owner.device_id}", None),
    ):
        began = time.monotonic()
        with pytest.raises(Unanswered, match=r"503 server\.unavailable"):
            caller.call(method, path, body)
        assert time.monotonic() - began < TOLD_WITHIN_S
    assert requests.get(f"{city.origin}/healthz", timeout=20).status_code == 503
    answer = requests.get(f"{city.origin}/api/v1/trust", timeout=20)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.headers["Content-Type"] == "application/problem+json"

    story.heal()
    inspector.act()
    assert story.findings() == []
