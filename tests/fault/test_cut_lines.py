"""Everything over a line that breaks: before the body, within it, after the commit, within the answer."""

import pytest

from scripts.supervise.city import City
from tests.support.story.cutting import Where, breaking_line
from tests.support.story.telling import Story

pytestmark = pytest.mark.stack

SHARE = 0.4
SECONDS = 8


def test_a_broken_line_loses_nothing_and_repeats_nothing(story: Story, city: City) -> None:
    with breaking_line(city.ports.app, story.chance, SHARE) as line:
        story.go_by(line.origin)
        story.tell(SECONDS)
        line.is_breaking = False
        story.heal()

        assert all(story.journal.counts().values())
        assert min(line.broken[where] for where in Where) > 0, line.broken
        assert story.findings() == []
