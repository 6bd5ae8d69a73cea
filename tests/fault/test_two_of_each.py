"""Two servers, two senders, two processes of timed work on one database; the clock of one machine jumps meanwhile."""

import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
import requests

from scripts.supervise.city import City
from scripts.supervise.ports import is_listening
from tests.support.story.city import Another, beside, kill, wait_until
from tests.support.story.judging import Verifier
from tests.support.story.schedules import watched_schedules
from tests.support.story.telling import Story

pytestmark = pytest.mark.stack

HOUR_S = 3600
PHASE_S = 4.0
CLOSE_S = 3.0


def seconds_off(origin: str) -> float:
    """How far the clock of a server is from ours, by its own word."""
    answer = requests.get(f"{origin}/api/v1/trust", timeout=10)
    return abs((parsedate_to_datetime(answer.headers["Date"]) - datetime.now(UTC)).total_seconds())


def test_each_thing_is_done_once_whatever_one_clock_says(story: Story, city: City, tmp_path: Path) -> None:
    offset = tmp_path / "offset"
    verifier = Verifier(city.origin)
    off: list[float] = []

    def jump(others: dict[str, Another]) -> None:
        # An hour ahead, an hour behind, right again; in between processes die and start under the wrong clock.
        for ahead_s in (HOUR_S, -HOUR_S, 0):
            offset.write_text(str(ahead_s), "ascii")
            time.sleep(PHASE_S / 2)
            for other in others.values():
                other.child.deaths.clear()
                kill(other.child)
            wait_until(lambda: not is_listening(others["api"].port))
            wait_until(lambda: all(is_listening(other.port) for other in others.values()))
            time.sleep(PHASE_S / 2)
            verifier.update()
            off.append(seconds_off(others["api"].origin))
            newest_s = max(held.issued_at_s for held in verifier.lists.values())
            assert newest_s <= time.time() + 1

    with watched_schedules(city) as schedules, beside(city, CONGDAN_CLOCK_OFFSET_FILE=str(offset)) as others:
        story.go_by(city.origin, others["api"].origin)
        story.tell(PHASE_S * 4, lambda: jump(others))
        story.heal()
        wait_until(lambda: len(schedules.turns["status_lists.sign"]) >= 2)

        assert max(off) < CLOSE_S, off
        assert schedules.too_soon() == []
        assert story.findings() == []
