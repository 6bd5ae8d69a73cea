"""Office hours, days off, swapped Saturdays, and years that nobody has entered."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from shared_models.clock import CITY_ZONE
from shared_models.errors import Conflict
from shared_models.working_time import OfficeHours, UnknownYear, WorkingCalendar
from tests.support.working_days import CALENDAR, CITY_HOURS, DAYS, OTHER_HOURS, day, moment

WEEKENDS_OFF_IN_TET = [date(2026, 2, 14) + timedelta(days=step) for step in range(9)]


@pytest.mark.parametrize(
    ("sessions", "why"),
    [
        ([], "eight hours"),
        ([["07:30", "11:30"]], "eight hours"),
        ([["07:30", "11:30"], ["13:30", "17:31"]], "eight hours"),
        ([["13:30", "17:30"], ["07:30", "11:30"]], "ascending"),
        ([["07:30", "12:30"], ["12:00", "15:00"]], "ascending"),
        ([["11:30", "07:30"], ["13:30", "17:30"]], "ascending"),
        ([["07:30", "07:30"], ["08:00", "16:00"]], "ascending"),
        ([["07:30:30", "11:30:30"], ["13:30", "17:30"]], "whole minutes"),
        ([["07:30+07:00", "11:30+07:00"], ["13:30", "17:30"]], "local times"),
        ([["07:30", "11:30", "12:00"]], "too many values"),
        ([["half past seven", "11:30"]], "isoformat"),
    ],
)
def test_hours_that_cannot_be_are_refused(sessions, why):
    with pytest.raises(ValueError, match=why):
        OfficeHours.from_json(sessions)


def test_hours_round_trip_and_name_their_edges():
    assert OfficeHours.from_json(OTHER_HOURS.to_json()) == OTHER_HOURS
    assert OTHER_HOURS.to_json() == [["07:00", "11:30"], ["13:30", "17:00"]]
    assert (OTHER_HOURS.opening, OTHER_HOURS.closing) == (time(7), time(17))


def test_one_long_session_is_a_day_too():
    hours = OfficeHours(((time(8), time(16)),))
    assert WorkingCalendar(hours, DAYS).add_minutes(moment("Mon 2026-11-09 15:00"), 61) == moment(
        "Tue 2026-11-10 08:01"
    )


@pytest.mark.parametrize(
    "text", ["Thu 2026-01-01", "Fri 2026-01-02", "Tue 2026-11-24", "Mon 2026-08-31", "Sun 2026-11-22"]
)
def test_days_off(text):
    assert not CALENDAR.is_working(day(text))


@pytest.mark.parametrize("text", ["Sat 2026-01-10", "Sat 2026-08-22", "Sat 2025-04-26", "Mon 2026-11-23"])
def test_working_days_and_swapped_saturdays(text):
    assert CALENDAR.is_working(day(text))


def test_tet_of_2026_is_nine_days_in_a_row():
    assert not any(map(CALENDAR.is_working, WEEKENDS_OFF_IN_TET))
    assert CALENDAR.is_working(day("Fri 2026-02-13"))
    assert CALENDAR.is_working(day("Mon 2026-02-23"))


@pytest.mark.parametrize(
    ("at", "next_instant"),
    [
        pytest.param("Mon 2026-11-23 09:15", "Mon 2026-11-23 09:15", id="in a session"),
        pytest.param("Mon 2026-11-23 07:30", "Mon 2026-11-23 07:30", id="at opening"),
        pytest.param("Mon 2026-11-23 05:00", "Mon 2026-11-23 07:30", id="before opening"),
        pytest.param("Mon 2026-11-23 11:30", "Mon 2026-11-23 13:30", id="when the morning ends"),
        pytest.param("Mon 2026-11-23 12:10", "Mon 2026-11-23 13:30", id="in the lunch break"),
        pytest.param("Mon 2026-11-23 17:30", "Wed 2026-11-25 07:30", id="at closing before a holiday"),
        pytest.param("Fri 2026-11-20 19:00", "Mon 2026-11-23 07:30", id="on a Friday evening"),
        pytest.param("Fri 2026-08-21 20:00", "Sat 2026-08-22 07:30", id="before a swapped Saturday"),
        pytest.param("Sat 2026-08-22 12:00", "Sat 2026-08-22 13:30", id="at lunch on a swapped Saturday"),
        pytest.param("Fri 2026-02-13 18:00", "Mon 2026-02-23 07:30", id="before Tet"),
    ],
)
def test_next_instant(at, next_instant):
    assert CALENDAR.next_instant(moment(at)) == moment(next_instant)


def test_instants_come_back_in_the_city_whatever_they_came_in():
    late_in_utc = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)  # Monday 06:00 in the city
    found = CALENDAR.next_instant(late_in_utc)
    assert found == moment("Mon 2026-11-23 07:30")
    assert found.date() == date(2026, 11, 23)
    assert found.tzinfo is CITY_ZONE
    assert CALENDAR.add_minutes(late_in_utc, 1).tzinfo is CITY_ZONE


@pytest.mark.parametrize(
    ("first", "last", "minutes"),
    [
        ("Mon 2026-11-23 11:00", "Mon 2026-11-23 14:00", 60),
        ("Mon 2026-11-23 17:00", "Wed 2026-11-25 08:00", 60),
        ("Sat 2026-11-21 00:00", "Mon 2026-11-23 07:30", 0),
        ("Fri 2026-08-21 07:30", "Sat 2026-08-22 17:30", 960),
        ("Mon 2026-11-23 14:00", "Mon 2026-11-23 11:00", -60),
    ],
)
def test_minutes_between(first, last, minutes):
    assert CALENDAR.minutes_between(moment(first), moment(last)) == minutes


def test_seconds_are_kept_and_part_minutes_are_not_counted():
    at = moment("Mon 2026-11-23 11:29") + timedelta(seconds=30)
    assert CALENDAR.add_minutes(at, 1) == moment("Mon 2026-11-23 13:30") + timedelta(seconds=30)
    almost = moment("Mon 2026-11-23 09:01") - timedelta(microseconds=1)
    assert CALENDAR.minutes_between(moment("Mon 2026-11-23 09:00"), almost) == 0
    assert CALENDAR.minutes_between(almost, moment("Mon 2026-11-23 09:00")) == 0


def test_working_days_are_counted_without_the_first():
    assert CALENDAR.add_working_days(day("Fri 2026-11-20"), 3) == day("Thu 2026-11-26")
    assert CALENDAR.add_working_days(day("Fri 2026-11-20"), 0) == day("Fri 2026-11-20")
    assert CALENDAR.add_working_days(day("Sat 2026-11-21"), 0) == day("Mon 2026-11-23")
    assert CALENDAR.working_days_between(day("Fri 2026-11-20"), day("Thu 2026-11-26")) == 3
    assert CALENDAR.working_days_between(day("Thu 2026-11-26"), day("Fri 2026-11-20")) == -3
    assert CALENDAR.working_days_between(day("Sat 2026-11-21"), day("Sat 2026-11-21")) == 0


def test_each_agency_has_its_own_hours():
    other = WorkingCalendar(OTHER_HOURS, DAYS)
    received = moment("Mon 2026-11-09 16:30")
    assert CALENDAR.add_minutes(received, 60) == moment("Mon 2026-11-09 17:30")
    assert other.add_minutes(received, 60) == moment("Tue 2026-11-10 07:30")
    assert other.close_of(day("Sat 2026-11-07")) == moment("Mon 2026-11-09 17:00")


@pytest.mark.parametrize("years", [None, (2025, 2026, 2027)])
@pytest.mark.parametrize(
    "count",
    [
        pytest.param(lambda calendar: calendar.is_working(date(2028, 1, 3)), id="is_working"),
        pytest.param(lambda calendar: calendar.is_working(date(2024, 12, 31)), id="before the first"),
        pytest.param(lambda calendar: calendar.roll_forward(date(2028, 1, 1)), id="roll_forward"),
        pytest.param(lambda calendar: calendar.add_working_days(date(2027, 12, 30), 2), id="add_working_days"),
        pytest.param(lambda calendar: calendar.next_instant(moment("Fri 2027-12-31 17:30")), id="next_instant"),
        pytest.param(lambda calendar: calendar.add_minutes(moment("Fri 2027-12-31 17:00"), 31), id="add_minutes"),
        pytest.param(
            lambda calendar: calendar.minutes_between(moment("Fri 2027-12-31 17:00"), moment("Sat 2028-01-01 00:00")),
            id="minutes_between",
        ),
    ],
)
def test_a_year_that_nobody_entered_is_never_counted_through(years, count):
    with pytest.raises(UnknownYear) as refused:
        count(WorkingCalendar(CITY_HOURS, DAYS, years))
    assert refused.value.code == "calendar.unknown_year"
    assert refused.value.params["year"] in {2024, 2028}
    assert isinstance(refused.value, ValueError)
    assert isinstance(refused.value, Conflict)


def test_the_last_minute_of_the_last_year_still_counts():
    assert CALENDAR.add_minutes(moment("Fri 2027-12-31 17:00"), 30) == moment("Fri 2027-12-31 17:30")


def test_a_year_without_its_tet_is_not_known():
    tet = {one for one in DAYS if one.year == 2026 and one.month == 2}
    one_day_short = {one: works for one, works in DAYS.items() if one != min(tet)}
    only_new_year = {date(2028, 1, 3): False}
    calendar = WorkingCalendar(CITY_HOURS, {**one_day_short, **only_new_year})
    assert calendar.years == {2025, 2027}
    with pytest.raises(UnknownYear):
        calendar.add_minutes(moment("Mon 2026-11-23 09:00"), 1)


def test_weekends_that_are_entered_as_days_off_do_not_make_up_for_a_missing_day_of_tet():
    weekend = {one: False for one in WEEKENDS_OFF_IN_TET if one.weekday() > 4}
    one_day_short = {one: works for one, works in DAYS.items() if one != date(2026, 2, 18)}
    assert 2026 not in WorkingCalendar(CITY_HOURS, {**one_day_short, **weekend}).years
    assert 2026 in WorkingCalendar(CITY_HOURS, {**DAYS, **weekend}).years


def test_instants_without_a_zone_are_refused():
    naive = datetime(2026, 11, 23, 9, 0)  # noqa: DTZ001 - that is the fault
    for count in (CALENDAR.next_instant, lambda at: CALENDAR.add_minutes(at, 1), lambda at: CALENDAR.between(at, at)):
        with pytest.raises(ValueError, match="zone"):
            count(naive)


def test_time_is_not_added_backwards():
    with pytest.raises(ValueError, match="forward"):
        CALENDAR.add_minutes(moment("Mon 2026-11-23 09:00"), -1)
    with pytest.raises(ValueError, match="forward"):
        CALENDAR.add_working_days(day("Mon 2026-11-23"), -1)


def test_the_calendar_does_not_follow_later_changes_of_the_mapping():
    days = dict(DAYS)
    calendar = WorkingCalendar(CITY_HOURS, days)
    days[date(2026, 11, 23)] = False
    assert calendar.is_working(date(2026, 11, 23))
