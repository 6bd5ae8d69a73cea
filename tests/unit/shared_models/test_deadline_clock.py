"""The clock of a dossier: supplements under both policies, payments, stops, extensions, and what it keeps."""

from datetime import UTC, date, datetime, timedelta

import pytest

from shared_models.deadline import (
    DeadlineClock,
    DeadlineRule,
    PauseReason,
    Segment,
    SupplementPolicy,
    TimeUnit,
)
from shared_models.working_time import WorkingCalendar
from tests.support.working_days import CALENDAR, CITY_HOURS, DAYS, day, moment

RESET, RESUME = SupplementPolicy.RESET, SupplementPolicy.RESUME
SUPPLEMENT, PAYMENT, STOPPED = PauseReason.SUPPLEMENT, PauseReason.PAYMENT, PauseReason.STOPPED
FIVE_DAYS = DeadlineRule(TimeUnit.WORKING_DAY, 5)
RECEIVED = moment("Mon 2026-10-05 08:00")
ASKED, ANSWERED = moment("Wed 2026-10-07 10:00"), moment("Mon 2026-10-12 09:00")
ORIGINAL = moment("Mon 2026-10-12 08:00")


def started(policy=RESUME, rule=FIVE_DAYS, at=RECEIVED):
    return DeadlineClock.start(rule, policy, at)


def due(clock):
    return clock.due(CALENDAR)


def paused_from(clock, asked, answered, reason=SUPPLEMENT):
    return clock.pause(moment(asked), reason).resume(moment(answered))


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        pytest.param(RESUME, "Wed 2026-10-14 17:00", id="RESUME"),
        pytest.param(RESET, "Mon 2026-10-19 09:00", id="RESET"),
    ],
)
def test_vector_of_the_domain_one_supplement(policy, expected):
    running = started(policy)
    assert due(running) == ORIGINAL
    asked = running.pause(ASKED, SUPPLEMENT)
    assert asked.paused
    assert due(asked) is None
    assert asked.used_minutes(CALENDAR, ANSWERED) == 18 * 60
    answered = asked.resume(ANSWERED)
    assert not answered.paused
    assert due(answered) == moment(expected)
    assert answered.original_due(CALENDAR) == ORIGINAL


@pytest.mark.parametrize("policy", [RESET, RESUME])
@pytest.mark.parametrize("reason", [PAYMENT, STOPPED])
def test_only_a_supplement_starts_the_clock_anew(policy, reason):
    clock = started(policy).pause(ASKED, reason).resume(ANSWERED)
    assert due(clock) == moment("Wed 2026-10-14 17:00")


def test_a_payment_after_a_supplement_does_not_undo_its_restart():
    clock = paused_from(
        started(RESET).pause(ASKED, SUPPLEMENT).resume(ANSWERED),
        "Tue 2026-10-13 09:00",
        "Wed 2026-10-14 09:00",
        PAYMENT,
    )
    assert due(clock) == moment("Tue 2026-10-20 09:00")
    assert clock.used_minutes(CALENDAR, moment("Wed 2026-10-14 10:00")) == 480 + 60


def test_a_second_supplement_starts_it_anew_again():
    clock = paused_from(
        started(RESET).pause(ASKED, SUPPLEMENT).resume(ANSWERED), "Tue 2026-10-13 09:00", "Wed 2026-10-14 09:00"
    )
    assert due(clock) == moment("Wed 2026-10-21 09:00")
    assert len(clock.segments) == 3


def test_a_supplement_across_a_holiday():
    clock = paused_from(started(at=moment("Fri 2026-11-20 08:00")), "Mon 2026-11-23 16:30", "Wed 2026-11-25 07:30")
    # An hour of office time was lost on Monday; Tuesday was off anyway.
    assert due(started(at=moment("Fri 2026-11-20 08:00"))) == moment("Mon 2026-11-30 08:00")
    assert due(clock) == moment("Mon 2026-11-30 09:00")


def test_a_dossier_that_is_stopped_while_something_is_asked_stays_paused_since_then():
    clock = started(RESET).pause(ASKED, SUPPLEMENT).pause(moment("Thu 2026-10-08 10:00"), STOPPED)
    assert clock.segments == (Segment(RECEIVED, ASKED, STOPPED),)
    # Nobody has answered the supplement, so the clock goes on where it was.
    assert due(clock.resume(ANSWERED)) == moment("Wed 2026-10-14 17:00")


def test_a_clock_that_runs_cannot_be_resumed_and_time_does_not_run_backwards():
    clock = started()
    with pytest.raises(ValueError, match="runs"):
        clock.resume(ASKED)
    with pytest.raises(ValueError, match="before it starts"):
        clock.pause(RECEIVED - timedelta(seconds=1), SUPPLEMENT)
    with pytest.raises(ValueError, match="follow one another"):
        clock.pause(ASKED, SUPPLEMENT).resume(ASKED - timedelta(seconds=1))


@pytest.mark.parametrize("policy", [RESET, RESUME])
def test_a_pause_of_no_length_leaves_no_trace(policy):
    clock = started(policy)
    assert clock.pause(ASKED, SUPPLEMENT).resume(ASKED) == clock


class TestPausedTooLate:
    """The due day (Monday 12/10) was over when the supplement was asked for."""

    LATE = started().pause(moment("Tue 2026-10-13 07:30"), SUPPLEMENT)

    def test_the_due_day_stays_while_paused_and_after(self):
        assert due(self.LATE) == ORIGINAL
        assert due(self.LATE.resume(moment("Mon 2026-10-19 08:00"))) == ORIGINAL

    def test_the_law_s_restart_restarts_even_then_and_the_first_promise_is_kept_beside_it(self):
        late = started(RESET).pause(moment("Tue 2026-10-13 07:30"), SUPPLEMENT)
        again = late.resume(moment("Mon 2026-10-19 08:00"))
        assert due(again) == moment("Mon 2026-10-26 08:00")
        assert again.original_due(CALENDAR) == ORIGINAL

    def test_on_the_due_day_itself_nothing_is_late_yet(self):
        clock = started().pause(moment("Mon 2026-10-12 16:00"), SUPPLEMENT)
        assert due(clock) is None
        assert due(clock.resume(moment("Thu 2026-10-15 14:00"))) == moment("Thu 2026-10-15 14:00")


class TestOtherUnits:
    def test_calendar_days_are_shifted_by_the_days_of_the_pause(self):
        rule = DeadlineRule(TimeUnit.CALENDAR_DAY, 15)
        clock = started(rule=rule, at=moment("Mon 2026-11-02 09:00"))
        assert due(clock) == moment("Tue 2026-11-17 17:30")
        assert due(paused_from(clock, "Thu 2026-11-05 09:00", "Sun 2026-11-08 09:00")) == moment("Mon 2026-11-23 17:30")
        assert due(paused_from(clock, "Thu 2026-11-05 09:00", "Thu 2026-11-05 16:00")) == moment("Tue 2026-11-17 17:30")
        # Four days more: Saturday 21/11, which rolls forward.
        assert due(paused_from(clock, "Thu 2026-11-05 09:00", "Mon 2026-11-09 09:00")) == moment("Mon 2026-11-23 17:30")

    def test_a_pause_of_calendar_days_over_night_costs_nothing_when_it_ends_at_opening(self):
        rule = DeadlineRule(TimeUnit.CALENDAR_DAY, 3)
        clock = paused_from(
            started(rule=rule, at=moment("Mon 2026-11-02 09:00")), "Mon 2026-11-02 17:30", "Tue 2026-11-03 07:30"
        )
        assert due(clock) == moment("Fri 2026-11-06 17:30")

    def test_calendar_days_that_start_at_closing_time_are_not_used_up_by_a_pause_then(self):
        rule = DeadlineRule(TimeUnit.CALENDAR_DAY, 3)
        clock = started(rule=rule, at=moment("Mon 2026-11-02 17:30"))
        assert due(clock) == moment("Fri 2026-11-06 17:30")
        assert due(paused_from(clock, "Mon 2026-11-02 17:30", "Tue 2026-11-03 08:00")) == moment("Fri 2026-11-06 17:30")

    def test_same_day_goes_on_with_the_office_time_that_was_left(self):
        rule = DeadlineRule(TimeUnit.SAME_DAY)
        clock = started(rule=rule, at=moment("Mon 2026-11-09 10:00"))
        assert due(clock) == moment("Mon 2026-11-09 17:30")
        assert due(paused_from(clock, "Mon 2026-11-09 11:00", "Wed 2026-11-11 16:00")) == moment("Thu 2026-11-12 10:30")

    def test_same_day_starts_anew_under_its_own_rule(self):
        rule = DeadlineRule(TimeUnit.SAME_DAY)
        clock = started(RESET, rule, moment("Mon 2026-11-09 10:00"))
        assert due(paused_from(clock, "Mon 2026-11-09 11:00", "Wed 2026-11-11 14:00")) == moment("Wed 2026-11-11 17:30")
        assert due(paused_from(clock, "Mon 2026-11-09 11:00", "Wed 2026-11-11 16:00")) == moment("Thu 2026-11-12 17:30")


class TestExtended:
    def test_it_is_due_when_the_new_day_closes_and_the_first_promise_stays(self):
        clock = started().extend(date(2026, 10, 16))
        assert due(clock) == moment("Fri 2026-10-16 17:30")
        assert clock.original_due(CALENDAR) == ORIGINAL

    def test_a_day_off_rolls_forward(self):
        assert due(started().extend(date(2026, 10, 17))) == moment("Mon 2026-10-19 17:30")

    def test_the_promise_is_a_date_whatever_becomes_of_the_calendar(self):
        clock = started().extend(date(2026, 10, 16))
        changed = WorkingCalendar(CITY_HOURS, {**DAYS, day("Wed 2026-10-14"): False})
        assert clock.due(changed) == moment("Fri 2026-10-16 17:30")

    @pytest.mark.parametrize(
        ("unit", "expected"),
        [
            pytest.param(TimeUnit.WORKING_DAY, "Tue 2026-10-20 17:30", id="two working days"),
            pytest.param(TimeUnit.CALENDAR_DAY, "Mon 2026-10-19 17:30", id="two days, and Sunday rolls forward"),
        ],
    )
    def test_a_later_pause_shifts_the_promise(self, unit, expected):
        clock = started(rule=DeadlineRule(unit, 5)).extend(date(2026, 10, 16))
        answered = paused_from(clock, "Tue 2026-10-13 07:30", "Thu 2026-10-15 07:30", PAYMENT)
        assert due(answered) == moment(expected)

    def test_an_earlier_lateness_is_not_brought_up_again(self):
        late = started().pause(moment("Tue 2026-10-13 07:30"), PAYMENT).resume(moment("Wed 2026-10-14 08:00"))
        assert due(late) == ORIGINAL
        assert due(late.extend(date(2026, 10, 20))) == moment("Tue 2026-10-20 17:30")

    def test_a_later_supplement_starts_from_zero_under_the_law(self):
        clock = started(RESET).extend(date(2026, 10, 16))
        answered = paused_from(clock, "Tue 2026-10-13 07:30", "Mon 2026-10-19 08:00")
        assert due(answered) == moment("Mon 2026-10-26 08:00")

    def test_one_that_is_paused_has_no_date_to_move(self):
        with pytest.raises(ValueError, match="paused"):
            started().pause(ASKED, SUPPLEMENT).extend(date(2026, 10, 16))

    def test_it_is_promised_for_a_later_day_than_that_of_its_start(self):
        with pytest.raises(ValueError, match="no later day"):
            started().extend(date(2026, 10, 5))
        assert due(started().extend(date(2026, 10, 6))) == moment("Tue 2026-10-06 17:30")

    def test_it_may_start_again_in_the_evening_and_be_promised_for_the_day_after(self):
        clock = paused_from(started(), "Wed 2026-10-07 10:00", "Mon 2026-10-12 20:00")
        assert due(clock.extend(date(2026, 10, 13))) == moment("Tue 2026-10-13 17:30")


def test_the_clock_keeps_whole_seconds_in_any_zone():
    at = datetime(2026, 10, 5, 1, 0, 0, 999_000, tzinfo=UTC)
    clock = started(at=at)
    assert clock.segments[0].started_at == RECEIVED
    assert DeadlineClock.from_json(clock.to_json()) == clock


def test_json_is_what_it_says():
    clock = started(RESET).pause(ASKED, SUPPLEMENT).resume(ANSWERED).extend(date(2026, 10, 23))
    assert clock.to_json() == {
        "rule": {"unit": "working_day", "amount": 5},
        "policy": "reset",
        "segments": [
            {"started_at": "2026-10-05T01:00:00Z", "ended_at": "2026-10-07T03:00:00Z", "reason": "supplement"},
            {"started_at": "2026-10-12T02:00:00Z", "ended_at": None, "reason": None},
        ],
        "extension": {"new_due_date": "2026-10-23", "segment": 1},
    }
    assert DeadlineClock.from_json(clock.to_json()) == clock


@pytest.mark.parametrize(
    "segments",
    [
        pytest.param((), id="none"),
        pytest.param((Segment(RECEIVED), Segment(ANSWERED)), id="two that run"),
        pytest.param((Segment(RECEIVED, ANSWERED, SUPPLEMENT), Segment(ASKED)), id="one inside the other"),
    ],
)
def test_segments_that_cannot_be_are_refused(segments):
    with pytest.raises(ValueError, match="segment"):
        DeadlineClock(FIVE_DAYS, RESUME, segments)


@pytest.mark.parametrize(("ended_at", "reason"), [(ASKED, None), (None, SUPPLEMENT)])
def test_a_segment_ends_for_a_reason(ended_at, reason):
    with pytest.raises(ValueError, match="both an end and its reason"):
        Segment(RECEIVED, ended_at, reason)


def test_a_segment_has_a_zone():
    with pytest.raises(ValueError, match="zone"):
        Segment(RECEIVED.replace(tzinfo=None))


def test_used_minutes_before_the_clock_started_are_none():
    assert started().used_minutes(CALENDAR, RECEIVED - timedelta(days=1)) == 0
