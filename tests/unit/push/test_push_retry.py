from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from push.retry import LONGEST_DELAY, OriginGate, backoff, retry_after
from shared_models.clock import FixedClock

NOW = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("attempts", "seconds"),
    [(1, 5), (2, 10), (3, 20), (9, 1280), (10, 2560), (11, 3600), (500, 3600)],
)
def test_backoff_doubles_from_five_seconds_to_an_hour(attempts: int, seconds: int) -> None:
    assert backoff(attempts, 0.0) == timedelta(seconds=seconds / 2)
    assert backoff(attempts, 0.999999) == pytest.approx(timedelta(seconds=seconds), abs=timedelta(milliseconds=10))


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_backoff_never_leaves_its_bounds(attempts: int, chance: float) -> None:
    assert timedelta(seconds=2.5) <= backoff(attempts, chance) <= LONGEST_DELAY


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("999999999999", 3600),
        ("Sat, 21 Nov 2026 02:31:30 GMT", 90),
        ("Sat, 21 Nov 2026 02:00:00 GMT", 0),
        ("Sun, 22 Nov 2026 02:00:00 GMT", 3600),
    ],
)
def test_retry_after_reads_seconds_and_dates(header: str, seconds: int) -> None:
    assert retry_after(header, NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize("header", [None, "", "soon", "-5", "1.5", "١٢"])
def test_retry_after_ignores_what_it_cannot_read(header: str | None) -> None:
    assert retry_after(header, NOW) is None


@given(st.text(max_size=60))
def test_retry_after_survives_any_header(header: str) -> None:
    wait = retry_after(header, NOW)
    assert wait is None or timedelta() <= wait <= LONGEST_DELAY


def test_gate_closes_an_origin_for_as_long_as_it_asked() -> None:
    clock = FixedClock(NOW)
    gate = OriginGate(clock.now)
    gate.pause("https://a", timedelta(seconds=60))
    gate.pause("https://a", timedelta(seconds=10))
    assert gate.closed_until("https://a") == NOW + timedelta(seconds=60)
    assert gate.closed_until("https://b") is None
    clock.advance(timedelta(seconds=60))
    assert gate.closed_until("https://a") is None


def test_gate_closes_after_three_faults_in_a_row() -> None:
    clock = FixedClock(NOW)
    gate = OriginGate(clock.now)
    for _ in range(2):
        gate.fault("https://a")
    gate.answered("https://a")
    for _ in range(2):
        gate.fault("https://a")
    assert gate.closed_until("https://a") is None
    gate.fault("https://a")
    assert gate.closed_until("https://a") == NOW + timedelta(seconds=30)
