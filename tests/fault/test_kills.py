"""kill -9 of any process, at moments that the seed decides, while everybody goes on."""

import time

import pytest

from tests.support.story.city import kill, wait_until
from tests.support.story.telling import Story

pytestmark = pytest.mark.stack


@pytest.mark.parametrize("victims", [["database"] * 3, ["api", "push", "jobs", "api", "database"]], ids="-".join)
def test_what_was_acknowledged_is_there_once(story: Story, victims: list[str]) -> None:
    killed = []

    def hurt() -> None:
        for victim in victims:
            time.sleep(story.chance.uniform(0.5, 1.5))
            wait_until(story.city.child(victim).is_running)
            killed.append(kill(story.city.child(victim)))

    story.tell(8, hurt)
    story.heal()

    counts = story.journal.counts()
    assert all(counts.values()), counts
    assert len(set(killed)) == len(victims)
    assert not set(killed) & {child.process.pid for child in map(story.city.child, victims) if child.process}
    assert story.findings() == []
