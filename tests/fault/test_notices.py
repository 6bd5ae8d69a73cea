"""kill -9 of the API and of the database while gateways tell of a thousand payments."""

from random import Random

import pytest

from scripts.supervise.city import City
from tests.support.story.city import kill, supervised, wait_until
from tests.support.story.notices import MIX, Storm

pytestmark = pytest.mark.stack

OVER_WITHIN_S = 180.0


def test_every_payment_has_one_outcome_and_no_receipt_is_missing(city: City, seed: int) -> None:
    storm = Storm(city, Random(seed))
    killed: list[int] = []

    def rage() -> None:
        storm.loose()
        for victim, share in (("api", 0.3), ("database", 0.6)):
            assert storm.wait(share, OVER_WITHIN_S) < 0.95, "it was over before anything was hurt"
            killed.append(kill(city.child(victim)))
        storm.wait(1.0, OVER_WITHIN_S)
        # Our own connections are still those that the database was killed under.
        wait_until(storm.container.database.is_alive, OVER_WITHIN_S)

    try:
        storm.begin()
        supervised(city, rage)
        assert len(storm.notices()) == 1_000 == sum(count * _notices(told) for count, _, told in MIX)
        assert len(set(killed)) == 2
        assert storm.figures() == {"orders_with_one_outcome": 1.0, "receipt_gaps": 0, "money_difference_vnd": 0}
    finally:
        storm.close()


def _notices(told: tuple[str, ...]) -> int:
    return sum({"twice": 2, "failure_after": 2}.get(kind, 1) for kind in told)
