"""Due times against the obvious count, and what pauses may and may not do to them, on random calendars."""

from datetime import datetime, time, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from shared_models.clock import CITY_ZONE, city_date
from shared_models.deadline import (
    DeadlineClock,
    DeadlineRule,
    PauseReason,
    Segment,
    Standing,
    SupplementPolicy,
    TimeUnit,
    due_at,
    standing,
)
from shared_models.dossier_statistics import DossierSpan, period_report
from tests.support.any_calendar import CALENDARS, FIRST, HALF_HOURS, INSTANTS, LAST, SECONDS
from tests.support.working_days import CALENDAR, is_open, slow_add

RESET, RESUME = SupplementPolicy.RESET, SupplementPolicy.RESUME
SUPPLEMENT = PauseReason.SUPPLEMENT
COUNTED = (TimeUnit.WORKING_DAY, TimeUnit.WORKING_HOUR, TimeUnit.CALENDAR_DAY)
COUNTED_RULES = st.builds(DeadlineRule, st.sampled_from(COUNTED), st.integers(1, 10))
RULES = COUNTED_RULES | st.sampled_from([DeadlineRule(TimeUnit.SAME_DAY), DeadlineRule(TimeUnit.INSTANT)])
POLICIES = st.sampled_from(SupplementPolicy)
PAUSES = st.lists(st.tuples(SECONDS, SECONDS).map(sorted), max_size=3)


def slow_due(received, rule, calendar):
    """The same, by looking at every half hour."""
    start = slow_add(calendar, received, 0, step=30)
    if rule.unit is TimeUnit.WORKING_DAY:
        return slow_add(calendar, start, int(rule.amount * 480), step=30)
    if rule.unit is TimeUnit.WORKING_HOUR:
        return slow_add(calendar, start, int(rule.amount * 60), step=30)
    day = start.date()
    if rule.unit is TimeUnit.CALENDAR_DAY:
        day += timedelta(days=int(rule.amount))
    if rule.unit is TimeUnit.SAME_DAY and start.time() > time(15):
        day += timedelta(days=1)
    at = slow_add(calendar, datetime.combine(day, time(), CITY_ZONE), 0, step=30)
    last = [
        half for half in range(48) if is_open(calendar, datetime.combine(at.date(), time(), CITY_ZONE) + half * HALF)
    ]
    return datetime.combine(at.date(), time(), CITY_ZONE) + (last[-1] + 1) * HALF


HALF = timedelta(minutes=30)


def clock_with(pauses, rule, policy, reason=SUPPLEMENT):
    """A clock that started before all pauses; pauses that overlap an earlier one are left out."""
    clock = DeadlineClock.start(rule, policy, pauses[0][0] if pauses else START)
    for asked, answered in pauses:
        if asked >= clock.segments[-1].started_at:
            clock = clock.pause(asked, reason).resume(answered)
    return clock


START = datetime.combine(FIRST, time(9), CITY_ZONE)


@given(CALENDARS, HALF_HOURS, RULES)
def test_due_is_what_one_counts_by_hand(calendar, received, rule):
    assert due_at(received, rule, calendar) == slow_due(received, rule, calendar)


@given(st.datetimes(datetime.fromisoformat("2025-01-01"), datetime.fromisoformat("2027-10-01")), RULES)
def test_due_is_what_one_counts_by_hand_in_the_announced_years(received, rule):
    received = received.replace(minute=received.minute // 30 * 30, second=0, microsecond=0, tzinfo=CITY_ZONE)
    assert due_at(received, rule, CALENDAR) == slow_due(received, rule, CALENDAR)


@given(CALENDARS, INSTANTS, INSTANTS, RULES)
def test_who_comes_later_is_not_due_earlier(calendar, one, other, rule):
    first, second = sorted((one, other))
    assert due_at(first, rule, calendar) <= due_at(second, rule, calendar)


@given(CALENDARS, INSTANTS, st.sampled_from(COUNTED), st.integers(1, 20), st.integers(1, 20))
def test_more_days_are_not_due_earlier(calendar, received, unit, one, other):
    less, more = sorted((one, other))
    assert due_at(received, DeadlineRule(unit, less), calendar) <= due_at(received, DeadlineRule(unit, more), calendar)


@given(CALENDARS, INSTANTS, RULES)
def test_due_lies_in_office_time_and_after_receipt(calendar, received, rule):
    due = due_at(received, rule, calendar)
    assert due >= received
    assert is_open(calendar, due - timedelta.resolution) or is_open(calendar, due)


@given(CALENDARS, SECONDS, COUNTED_RULES)
def test_eight_hours_are_a_day(calendar, received, rule):
    assume(rule.unit is TimeUnit.WORKING_DAY)
    assert due_at(received, rule, calendar) == due_at(
        received, DeadlineRule(TimeUnit.WORKING_HOUR, rule.amount * 8), calendar
    )


@given(CALENDARS, SECONDS, PAUSES, RULES)
def test_going_on_is_never_due_earlier_than_without_the_pauses(calendar, start, pauses, rule):
    clock = DeadlineClock.start(rule, RESUME, start)
    due = clock.due(calendar)
    for asked, answered in pauses:
        if asked < clock.segments[-1].started_at:
            continue
        clock = clock.pause(asked, SUPPLEMENT).resume(answered)
        later = clock.due(calendar)
        assert later >= due
        due = later
    assert due >= clock.original_due(calendar)


@given(CALENDARS, SECONDS, st.lists(SECONDS, min_size=3, max_size=3).map(sorted), RULES)
def test_a_later_answer_is_never_due_earlier(calendar, start, instants, rule):
    asked, sooner, later = instants
    assume(start <= asked)
    asked_for = DeadlineClock.start(rule, RESUME, start).pause(asked, SUPPLEMENT)
    assert asked_for.resume(sooner).due(calendar) <= asked_for.resume(later).due(calendar)


@given(CALENDARS, SECONDS, SECONDS, RULES, POLICIES)
def test_pausing_and_resuming_at_once_changes_nothing(calendar, one, other, rule, policy):
    start, at = sorted((one, other))
    clock = DeadlineClock.start(rule, policy, start)
    again = clock.pause(at, SUPPLEMENT).resume(at)
    assert again == clock
    assert again.due(calendar) == clock.due(calendar)


@given(CALENDARS, SECONDS, SECONDS, RULES)
def test_the_arithmetic_of_a_pause_of_no_length_changes_nothing_either(calendar, one, other, rule):
    """The same with both segments kept, as another system may send them."""
    start, at = sorted((one, other))
    plain = DeadlineClock.start(rule, RESUME, start)
    due = plain.due(calendar)
    assume(at < due)
    split = DeadlineClock(rule, RESUME, (Segment(start, at, SUPPLEMENT), Segment(at)))
    assert split.due(calendar) == due
    assert split.used_minutes(calendar, due) == plain.used_minutes(calendar, due)


@given(CALENDARS, SECONDS, SECONDS, st.timedeltas(timedelta(seconds=1), timedelta(days=4)), COUNTED_RULES)
def test_a_pause_while_the_office_is_closed_costs_no_working_time(calendar, one, other, length, rule):
    start, asked = sorted((one, other))
    answered = (asked + length).replace(microsecond=0)
    assume(rule.unit is not TimeUnit.CALENDAR_DAY and calendar.between(asked, answered) == timedelta())
    clock = DeadlineClock.start(rule, RESUME, start)
    due = clock.due(calendar)
    assume(asked < due)
    assert clock.pause(asked, SUPPLEMENT).resume(answered).due(calendar) == due


@given(CALENDARS, SECONDS, st.tuples(SECONDS, SECONDS).map(sorted), COUNTED_RULES)
def test_starting_anew_is_never_due_before_going_on(calendar, start, pause, rule):
    asked, answered = pause
    assume(start <= asked < answered)
    dues = {
        policy: DeadlineClock.start(rule, policy, start).pause(asked, SUPPLEMENT).resume(answered).due(calendar)
        for policy in SupplementPolicy
    }
    assert dues[RESET] >= dues[RESUME]
    assert dues[RESET] == due_at(answered, rule, calendar)


@given(CALENDARS, SECONDS, st.dates(FIRST, LAST + timedelta(days=30)), RULES)
def test_an_extension_is_due_on_its_day(calendar, start, new_due_date, rule):
    assume(new_due_date > city_date(start))
    due = DeadlineClock.start(rule, RESUME, start).extend(new_due_date).due(calendar)
    assert due.date() == calendar.roll_forward(new_due_date)
    assert due == calendar.close_of(new_due_date)


@given(INSTANTS, INSTANTS, INSTANTS)
def test_standing_is_about_dates_only(due, finished, now):
    moved = [datetime.combine(city_date(at), time(12), CITY_ZONE) for at in (due, now, finished)]
    assert standing(due, now, finished) is standing(*moved)
    assert standing(due, now) is standing(*moved[:2])
    assert (standing(due, now, now) is Standing.LATE) is (standing(due, now) is Standing.OVERDUE)


SPANS = st.builds(
    DossierSpan, received_at=INSTANTS, due_at=st.none() | INSTANTS, finished_at=st.none() | INSTANTS
).filter(lambda span: span.finished_at is None or span.received_at <= span.finished_at)


@given(st.lists(SPANS, max_size=8), st.tuples(st.dates(FIRST, LAST), st.dates(FIRST, LAST)).map(sorted))
def test_both_sides_of_a_period_are_equal(dossiers, period):
    report = period_report(dossiers, *period)
    assert report.carried_over + report.received == sum(report[2:])


@given(st.lists(SPANS, max_size=8), st.dates(FIRST, LAST - timedelta(days=1)))
def test_what_is_pending_on_one_day_is_carried_over_to_the_next(dossiers, day):
    today = period_report(dossiers, day, day)
    tomorrow = period_report(dossiers, day + timedelta(days=1), day + timedelta(days=1))
    assert today.within + today.overdue == tomorrow.carried_over
