"""When a gateway is asked: soon while somebody waits on its page, ever more rarely afterwards, and then no more."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from backend.payments.asking_rules import ASKED_ON, GRACE, PATIENCE, first_question, next_question

START = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
PAGE = {"started_at": START, "expires_at": START + timedelta(minutes=15)}
TRANSFER = {"started_at": START, "expires_at": START + timedelta(days=30)}


def questions(attempt: dict[str, datetime], *, is_page: bool, sends_notices: bool = True) -> list[datetime]:
    """All of them, if the jobs ask at once and hear nothing."""
    found, at = [], first_question(START, sends_notices=sends_notices)
    while at is not None:
        found.append(at)
        at = next_question(attempt, at, is_page=is_page)
    return found


def test_a_gateway_that_tells_is_waited_for_and_one_that_does_not_is_asked_at_once() -> None:
    assert questions(PAGE, is_page=True)[0] == START + PATIENCE
    silent = questions(PAGE, is_page=True, sends_notices=False)
    assert silent[:2] == [START, START + timedelta(seconds=2)]


def test_a_page_is_asked_about_each_minute_at_least_and_less_than_twenty_times_in_the_week_after_it() -> None:
    asked = questions(PAGE, is_page=True)
    over = PAGE["expires_at"] + GRACE
    while_open = [at for at in asked if at <= over]
    assert max(after - before for before, after in pairwise(while_open)) <= timedelta(minutes=1)
    assert 12 <= len(asked) - len(while_open) < 20
    assert PAGE["expires_at"] + ASKED_ON - timedelta(days=1) < asked[-1] <= PAGE["expires_at"] + ASKED_ON


def test_a_transfer_is_asked_about_ever_more_rarely_and_once_a_day_at_last() -> None:
    asked = questions(TRANSFER, is_page=False)
    gaps = [after - before for before, after in pairwise(asked)]
    assert gaps == sorted(gaps)
    assert (gaps[0], gaps[-1]) == (timedelta(minutes=1), timedelta(days=1))
    assert len(asked) < 60


@given(waited=st.timedeltas(timedelta(0), timedelta(days=60)), is_page=st.booleans())
def test_the_next_is_always_later_and_never_beyond_the_end(waited: timedelta, is_page: bool) -> None:
    now, attempt = START + waited, PAGE if is_page else TRANSFER
    later = next_question(attempt, now, is_page=is_page)
    assert later is None or now + timedelta(seconds=2) <= later <= attempt["expires_at"] + ASKED_ON
