"""The clock that processes share: nothing that happens to one machine's own clock shows in it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from shared_models.agreed_clock import AgreedClock
from shared_models.clock import FixedClock

NOW = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class Counter:
    """Seconds since some start, moved by the test; ``each_look_s`` passes with every look at it."""

    at_s: float = 1000.0
    each_look_s: float = 0.0

    def __call__(self) -> float:
        self.at_s += self.each_look_s
        return self.at_s


def test_its_own_clock_answers_until_the_source_is_heard() -> None:
    own = FixedClock(NOW)
    clock = AgreedClock(own, Counter())
    assert clock.now() == NOW
    own.advance(HOUR)
    assert clock.now() == NOW + HOUR


@pytest.mark.parametrize("ahead", [HOUR, -HOUR, timedelta()])
def test_it_is_the_sources_time_however_wrong_its_own_is(ahead: timedelta) -> None:
    own = FixedClock(NOW + ahead)
    counter = Counter()
    clock = AgreedClock(own, counter)
    assert clock.agree(lambda: NOW) == ahead
    assert clock.now() == NOW
    counter.at_s += 90
    assert clock.now() == NOW + timedelta(seconds=90)


def test_a_jump_of_its_own_clock_changes_nothing() -> None:
    own, counter = FixedClock(NOW), Counter()
    clock = AgreedClock(own, counter)
    clock.agree(lambda: NOW)
    own.advance(HOUR)
    counter.at_s += 5
    assert clock.now() == NOW + timedelta(seconds=5)
    assert clock.agree(lambda: NOW + timedelta(seconds=5)) == HOUR - timedelta(seconds=5)


def test_half_of_the_way_there_and_back_counts() -> None:
    clock = AgreedClock(FixedClock(NOW), counter := Counter(each_look_s=0.2))
    clock.agree(lambda: NOW)
    counter.each_look_s = 0.0
    # Asked at 0.2 s, heard at 0.4 s, looked at at 0.6 s: the answer was made at 0.3 s.
    assert clock.now() == NOW + timedelta(seconds=0.3)


def test_a_slow_answer_counts_only_when_there_is_nothing_better() -> None:
    counter = Counter(each_look_s=3.0)
    clock = AgreedClock(FixedClock(NOW - HOUR), counter)
    clock.agree(lambda: NOW)
    assert abs(clock.now() - NOW) < timedelta(seconds=10)
    counter.each_look_s = 0.0
    clock.agree(lambda: NOW)
    assert clock.now() == NOW
    counter.each_look_s = 3.0
    clock.agree(lambda: NOW + HOUR)
    counter.each_look_s = 0.0
    assert clock.now() < NOW + timedelta(minutes=1)


def test_without_an_answer_it_goes_on_as_before() -> None:
    counter = Counter()
    clock = AgreedClock(FixedClock(NOW), counter)
    clock.agree(lambda: NOW)

    def away() -> datetime:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        clock.agree(away)
    counter.at_s += 1
    assert clock.now() == NOW + timedelta(seconds=1)


def test_it_keeps_whole_milliseconds() -> None:
    counter = Counter()
    clock = AgreedClock(FixedClock(NOW), counter)
    clock.agree(lambda: NOW)
    counter.at_s += 0.0123456
    assert clock.now().microsecond == 12_000
