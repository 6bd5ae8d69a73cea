"""One city for the faults that it survives as a whole; how long and with which seed is asked of the environment.

``CONGDAN_FAULT_SEED`` (1) decides every choice and moment, ``CONGDAN_FAULT_ROUNDS`` (1) how often each story is told,
each time with the next seed.
"""

import os
from collections.abc import Iterator

import pytest

from scripts.supervise.city import City
from tests.support.push_service import PushService, running_push_service
from tests.support.story.city import fault_city
from tests.support.story.telling import Story, accounts_of

FIRST_SEED = int(os.environ.get("CONGDAN_FAULT_SEED", "1"))
ROUNDS = int(os.environ.get("CONGDAN_FAULT_ROUNDS", "1"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", range(FIRST_SEED, FIRST_SEED + ROUNDS))


@pytest.fixture(scope="session")
def service() -> Iterator[PushService]:
    with running_push_service() as running:
        yield running


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with fault_city(tmp_path_factory.mktemp("fault")) as running:
        yield running


@pytest.fixture
def story(city: City, service: PushService, seed: int, request: pytest.FixtureRequest) -> Story:
    """A telling of its own in the one city: nobody in it is the same from one test to the next, only the database."""
    for child in city._running:
        # What an earlier test did to it makes no wait longer.
        child.deaths.clear()
    told = Story(city, service, accounts_of(city.data), hash_of(request.node.name, seed))
    told.begin()
    return told


def hash_of(name: str, seed: int) -> int:
    """A seed for one test of one round, the same in every process."""
    return seed * 1_000_003 + sum(place * ord(letter) for place, letter in enumerate(name, 1))
