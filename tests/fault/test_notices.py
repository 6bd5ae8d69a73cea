"""kill -9 of the API and of the database while gateways tell of a thousand payments."""

from random import Random

import pytest

from scripts.supervise.city import City
from tests.support.story.notices import MIX, Storm

pytestmark = pytest.mark.stack


def test_every_payment_has_one_outcome_and_no_receipt_is_missing(city: City, seed: int) -> None:
    storm = Storm(city, Random(seed))
    try:
        storm.begin()
        storm.rage()
        assert len(storm.notices()) == 1_000 == sum(count * _notices(told) for count, _, told in MIX)
        assert storm.figures() == {"orders_with_one_outcome": 1.0, "receipt_gaps": 0, "money_difference_vnd": 0}
        assert storm.container.payments.proving.books().problems == []
    finally:
        storm.close()


def _notices(told: tuple[str, ...]) -> int:
    return sum({"twice": 2, "failure_after": 2}.get(kind, 1) for kind in told)
