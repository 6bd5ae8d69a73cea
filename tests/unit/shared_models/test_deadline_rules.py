"""When a dossier is due: every vector of the domain's table, the 15:00 rule, and amounts that cannot be."""

import pytest

from shared_models.deadline import (
    INTAKE_RULE,
    DeadlineRule,
    TimeUnit,
    due_at,
    intake_due_at,
)
from shared_models.working_time import UnknownYear, WorkingCalendar
from tests.support.working_days import CALENDAR, DAYS, OTHER_HOURS, day, moment

DAY, HOUR, CALENDAR_DAY = TimeUnit.WORKING_DAY, TimeUnit.WORKING_HOUR, TimeUnit.CALENDAR_DAY
SAME_DAY, INSTANT = DeadlineRule(TimeUnit.SAME_DAY), DeadlineRule(TimeUnit.INSTANT)


@pytest.mark.parametrize(
    ("received", "rule", "due"),
    [
        pytest.param("Fri 2026-11-20 09:00", DeadlineRule(DAY, 3), "Thu 2026-11-26", id="3 wd over 24/11"),
        pytest.param("Sat 2026-11-21 10:00", DeadlineRule(DAY, 1), "Mon 2026-11-23", id="1 wd from a Saturday"),
        pytest.param("Mon 2026-11-23 15:30", SAME_DAY, "Wed 2026-11-25", id="same-day after 15:00 before 24/11"),
        pytest.param("Fri 2026-08-21 15:30", DeadlineRule(DAY, 1), "Sat 2026-08-22", id="1 wd to a swapped Saturday"),
        pytest.param("Fri 2026-08-28 08:00", DeadlineRule(DAY, 5), "Wed 2026-09-09", id="5 wd over 31/8-2/9"),
        pytest.param("Fri 2026-02-13 14:00", DeadlineRule(DAY, 2), "Tue 2026-02-24", id="2 wd over Tet"),
        pytest.param("Thu 2026-01-01 09:00", DeadlineRule(DAY, 5), "Fri 2026-01-09", id="5 wd online on a holiday"),
        pytest.param(
            "Fri 2026-11-20 16:30", DeadlineRule(HOUR, 8), "Mon 2026-11-23 16:30", id="8 hours over a weekend"
        ),
        pytest.param("Mon 2026-11-23 12:00", DeadlineRule(HOUR, 8), "Wed 2026-11-25 11:30", id="8 hours from lunch"),
        pytest.param("Mon 2026-11-09 08:00", DeadlineRule(CALENDAR_DAY, 15), "Wed 2026-11-25", id="15 days to 24/11"),
    ],
)
def test_vectors_of_the_domain(received, rule, due):
    found = due_at(moment(received), rule, CALENDAR)
    if len(due) > len("Thu 2026-11-26"):
        assert found == moment(due)
    assert found.date() == day(due[:14])


@pytest.mark.parametrize(
    ("received", "same_day", "instant"),
    [
        pytest.param("Mon 2026-11-09 08:00", "Mon 2026-11-09", "Mon 2026-11-09", id="morning"),
        pytest.param("Mon 2026-11-09 12:00", "Mon 2026-11-09", "Mon 2026-11-09", id="in the lunch break"),
        pytest.param("Mon 2026-11-09 15:00", "Mon 2026-11-09", "Mon 2026-11-09", id="at 15:00"),
        pytest.param("Mon 2026-11-09 15:01", "Tue 2026-11-10", "Mon 2026-11-09", id="after 15:00"),
        pytest.param("Mon 2026-11-09 17:29", "Tue 2026-11-10", "Mon 2026-11-09", id="just before closing"),
        pytest.param("Mon 2026-11-09 17:30", "Tue 2026-11-10", "Tue 2026-11-10", id="at closing"),
        pytest.param("Mon 2026-11-09 23:00", "Tue 2026-11-10", "Tue 2026-11-10", id="after closing"),
        pytest.param("Mon 2026-11-09 05:00", "Mon 2026-11-09", "Mon 2026-11-09", id="before opening"),
        pytest.param("Fri 2026-11-13 16:00", "Mon 2026-11-16", "Fri 2026-11-13", id="Friday after 15:00"),
        pytest.param("Sat 2026-11-14 10:00", "Mon 2026-11-16", "Mon 2026-11-16", id="on a weekend"),
        pytest.param("Sat 2026-08-22 09:00", "Sat 2026-08-22", "Sat 2026-08-22", id="on a swapped Saturday"),
        pytest.param("Sat 2026-08-22 15:30", "Mon 2026-08-24", "Sat 2026-08-22", id="late on a swapped Saturday"),
        pytest.param("Fri 2026-08-21 15:30", "Sat 2026-08-22", "Fri 2026-08-21", id="late before a swapped Saturday"),
        pytest.param("Fri 2026-02-13 16:00", "Mon 2026-02-23", "Fri 2026-02-13", id="late before Tet"),
    ],
)
def test_same_day_and_instant_are_due_when_that_day_closes(received, same_day, instant):
    assert due_at(moment(received), SAME_DAY, CALENDAR) == moment(f"{same_day} 17:30")
    assert due_at(moment(received), INSTANT, CALENDAR) == moment(f"{instant} 17:30")


def test_the_office_s_own_hours_decide_when_a_day_closes():
    other = WorkingCalendar(OTHER_HOURS, DAYS)
    assert due_at(moment("Mon 2026-11-09 09:00"), SAME_DAY, other) == moment("Mon 2026-11-09 17:00")
    # 17:00 is after closing there, and in a session in the city's own hours.
    assert due_at(moment("Mon 2026-11-09 17:00"), INSTANT, other) == moment("Tue 2026-11-10 17:00")
    assert due_at(moment("Mon 2026-11-09 17:00"), INSTANT, CALENDAR) == moment("Mon 2026-11-09 17:30")
    assert due_at(moment("Mon 2026-11-09 17:00"), DeadlineRule(DAY, 1), other) == moment("Tue 2026-11-10 17:00")


@pytest.mark.parametrize(
    ("received", "amount", "due"),
    [
        ("Mon 2026-11-09 17:30", 1, "Wed 2026-11-11"),  # counts as received on Tuesday
        ("Sat 2026-11-07 09:00", 1, "Tue 2026-11-10"),  # on Monday
        ("Mon 2026-11-09 09:00", 5, "Mon 2026-11-16"),  # Saturday rolls forward
        ("Fri 2026-08-21 09:00", 1, "Sat 2026-08-22"),  # a swapped Saturday does not
    ],
)
def test_calendar_days_do_not_count_the_day_of_receipt(received, amount, due):
    assert due_at(moment(received), DeadlineRule(CALENDAR_DAY, amount), CALENDAR) == moment(f"{due} 17:30")


def test_half_working_days_are_four_hours():
    received = moment("Mon 2026-11-09 07:30")
    assert due_at(received, DeadlineRule(DAY, 3.5), CALENDAR) == moment("Thu 2026-11-12 11:30")
    assert due_at(received, DeadlineRule(HOUR, 28), CALENDAR) == moment("Thu 2026-11-12 11:30")


def test_online_intake_is_answered_within_eight_working_hours():
    assert DeadlineRule(HOUR, 8) == INTAKE_RULE
    assert intake_due_at(moment("Sat 2026-11-21 20:00"), CALENDAR) == moment("Mon 2026-11-23 17:30")
    assert intake_due_at(moment("Mon 2026-11-23 16:30"), CALENDAR) == moment("Wed 2026-11-25 16:30")


@pytest.mark.parametrize("rule", [DeadlineRule(unit, 20) for unit in (DAY, CALENDAR_DAY)], ids=lambda rule: rule.unit)
def test_a_deadline_in_an_unknown_year_is_not_guessed(rule):
    with pytest.raises(UnknownYear) as refused:
        due_at(moment("Mon 2027-12-20 09:00"), rule, CALENDAR)
    assert refused.value.params == {"year": 2028}


def test_same_day_on_the_last_evening_of_the_last_year():
    with pytest.raises(UnknownYear):
        due_at(moment("Fri 2027-12-31 15:30"), SAME_DAY, CALENDAR)
    assert due_at(moment("Fri 2027-12-31 14:30"), SAME_DAY, CALENDAR) == moment("Fri 2027-12-31 17:30")


@pytest.mark.parametrize(
    ("unit", "amount"),
    [
        *((unit, amount) for unit in (DAY, HOUR, CALENDAR_DAY) for amount in (0, -1, 0.3, float("nan"), float("inf"))),
        *((unit, amount) for unit in (HOUR, CALENDAR_DAY) for amount in (0.5, 10_001)),
        *((unit, 1) for unit in (TimeUnit.SAME_DAY, TimeUnit.INSTANT)),
    ],
)
def test_amounts_that_cannot_be_are_refused(unit, amount):
    with pytest.raises(ValueError, match="no deadline of"):
        DeadlineRule(unit, amount)


@pytest.mark.parametrize("rule", [DeadlineRule(DAY, 3.5), DeadlineRule(HOUR, 8), SAME_DAY])
def test_rules_round_trip(rule):
    assert DeadlineRule.from_json(rule.to_json()) == rule


def test_whole_amounts_are_written_as_such():
    assert repr(DeadlineRule(DAY, 5.0).to_json()["amount"]) == "5"
    assert DeadlineRule.from_json({"unit": "working_day", "amount": 5}) == DeadlineRule(DAY, 5)
    with pytest.raises(ValueError, match="fortnight"):
        DeadlineRule.from_json({"unit": "fortnight", "amount": 1})


def test_even_the_longest_amount_ends_in_an_unknown_year_and_not_in_an_overflow():
    for unit in (DAY, HOUR, CALENDAR_DAY):
        with pytest.raises(UnknownYear):
            due_at(moment("Mon 2026-11-23 09:00"), DeadlineRule(unit, 10_000), CALENDAR)
