"""Office arithmetic against a calendar that looks at every minute, on random calendars and receipts."""

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared_models.clock import CITY_ZONE
from shared_models.working_time import WorkingCalendar
from tests.support.any_calendar import CALENDARS, FIRST, HALF_HOURS, INSTANTS, LAST, MINUTES
from tests.support.working_days import CALENDAR, CITY_HOURS, is_open, slow_add, slow_between

ALL_OF_IT = [date(2025, 1, 1) + timedelta(days=step) for step in range(3 * 365)]
SPANS = st.timedeltas(timedelta(), timedelta(hours=60))


@given(CALENDARS, MINUTES, st.integers(0, 12 * 60))
def test_adding_minutes_is_as_looking_at_every_minute(calendar, at, minutes):
    assert calendar.add_minutes(at, minutes) == slow_add(calendar, at, minutes)


@given(CALENDARS, HALF_HOURS, st.integers(0, 160))
def test_adding_days_is_as_looking_at_every_half_hour(calendar, at, half_hours):
    assert calendar.add_minutes(at, half_hours * 30) == slow_add(calendar, at, half_hours * 30, step=30)


@given(CALENDARS, MINUTES, st.integers(0, 6000))
def test_minutes_between_are_those_that_one_can_count(calendar, first, minutes):
    last = first + timedelta(minutes=minutes)
    assert calendar.minutes_between(first, last) == slow_between(calendar, first, last)
    assert calendar.minutes_between(last, first) == -slow_between(calendar, first, last)


@given(CALENDARS, MINUTES)
def test_next_instant_is_the_first_open_minute(calendar, at):
    found = calendar.next_instant(at)
    assert is_open(calendar, found)
    assert slow_between(calendar, at, found) == 0


@given(CALENDARS, INSTANTS, SPANS)
def test_adding_and_measuring_are_inverse(calendar, at, span):
    assert calendar.between(at, calendar.add(at, span)) == span


@given(CALENDARS, INSTANTS, st.integers(0, 3000))
def test_they_are_in_minutes_too(calendar, at, minutes):
    assert calendar.minutes_between(at, calendar.add_minutes(at, minutes)) == minutes


@given(CALENDARS, INSTANTS, st.timedeltas(timedelta(), timedelta(days=20)))
def test_measuring_and_adding_are_inverse_but_for_time_off(calendar, first, span):
    last = first + span
    assert calendar.next_instant(calendar.add(first, calendar.between(first, last))) == calendar.next_instant(last)


@given(CALENDARS, st.lists(INSTANTS, min_size=3, max_size=3))
def test_measures_add_up(calendar, instants):
    one, two, three = instants
    assert calendar.between(one, two) + calendar.between(two, three) == calendar.between(one, three)


@given(CALENDARS, INSTANTS, INSTANTS, SPANS)
def test_who_comes_later_is_not_done_earlier(calendar, one, other, span):
    first, second = sorted((one, other))
    assert calendar.add(first, span) <= calendar.add(second, span)


@given(CALENDARS, INSTANTS, SPANS, SPANS)
def test_more_takes_longer(calendar, at, one, other):
    less, more = sorted((one, other))
    assert calendar.add(at, less) <= calendar.add(at, more)
    assert calendar.between(at, calendar.add(calendar.add(at, less), more - less)) == more


@given(CALENDARS, INSTANTS, st.integers(1, 10))
def test_480_minutes_are_one_working_day_on_the_same_hour(calendar, at, days):
    start = calendar.next_instant(at)
    done = calendar.add_minutes(at, 480 * days)
    opening = calendar.hours.opening
    if start.time() == opening:
        assert done == datetime.combine(done.date(), calendar.hours.closing, CITY_ZONE)
        assert calendar.working_days_between(start.date(), done.date()) == days - 1
    else:
        assert done.date() == calendar.add_working_days(start.date(), days)
        assert calendar.next_instant(done).time() == start.time() or done.time() == start.time()


@given(CALENDARS, st.dates(FIRST, LAST), st.integers(0, 20))
def test_working_days_are_counted_as_one_counts_them(calendar, day, count):
    works = [one for one in (day + timedelta(days=step) for step in range(200)) if is_open_at_all(calendar, one)]
    expected = works[0] if count == 0 else [one for one in works if one > day][count - 1]
    found = calendar.add_working_days(day, count)
    assert found == expected
    assert calendar.working_days_between(day, found) == sum(day < one <= found for one in works)
    assert calendar.roll_forward(day) == works[0]


@given(st.sampled_from(ALL_OF_IT))
def test_the_announced_years_are_counted_to_the_minute(day):
    opening = datetime.combine(day, CITY_HOURS.opening, CITY_ZONE)
    evening = datetime.combine(day, CITY_HOURS.closing, CITY_ZONE) + timedelta(hours=1)
    assert CALENDAR.minutes_between(opening, evening) == (480 if is_open(CALENDAR, opening) else 0)


def is_open_at_all(calendar: WorkingCalendar, day: date) -> bool:
    return is_open(calendar, datetime.combine(day, calendar.hours.opening, CITY_ZONE))
