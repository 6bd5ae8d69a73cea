"""No room under the database: the city says so, keeps what it acknowledged, and goes on by itself when there is room.

The phone's full disk is in tests/web/test_full_disk.py and tests/e2e/test_room_and_leaving.py.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from scripts.supervise.city import City
from tests.fault.conftest import hash_of
from tests.support.push_service import PushService, running_push_service
from tests.support.story.city import fault_city, wait_until
from tests.support.story.small_disk import SmallDisk, small_disk
from tests.support.story.telling import Story, accounts_of

pytestmark = pytest.mark.stack

SIZE = "160M"
FULL_FOR_S = 6.0
ILL_WITHIN_S = 60.0


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "data" / "db", SIZE) as mounted:
        yield mounted


@pytest.fixture
def cramped_city(tmp_path: Path, disk: SmallDisk) -> Iterator[City]:
    with fault_city(tmp_path, disk.put) as running:
        yield running


@pytest.fixture
def own_service() -> Iterator[PushService]:
    """What the other city sends is not asked about here."""
    with running_push_service() as running:
        yield running


def test_a_full_disk_is_said_and_survived(
    cramped_city: City, disk: SmallDisk, own_service: PushService, seed: int
) -> None:
    story = Story(cramped_city, own_service, accounts_of(cramped_city.data), hash_of("full disk", seed))
    story.begin()
    said: list[int] = []

    def hurt() -> None:
        time.sleep(2)
        disk.fill()
        wait_until(lambda: cramped_city.health().get("status") == "down", ILL_WITHIN_S)
        time.sleep(FULL_FOR_S)
        said.append(requests.get(f"{cramped_city.origin}/healthz", timeout=60).status_code)
        disk.make_room()

    story.tell(5, hurt)
    story.heal()

    assert said == [503]
    heard = set(story.journal.unanswered)
    assert "503 server.unavailable" in heard
    assert not {what for what in heard if what.startswith("500")}, "a full disk is said to be a fault of the program"
    assert all(story.journal.counts().values())
    assert story.findings() == []
