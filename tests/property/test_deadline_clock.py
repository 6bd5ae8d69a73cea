"""A clock that anything may be done to, in any order, against a ledger of what was done."""

from datetime import datetime, time, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from shared_models.clock import CITY_ZONE, city_date
from shared_models.deadline import DeadlineClock, DeadlineRule, PauseReason, SupplementPolicy, TimeUnit
from tests.support.any_calendar import CALENDARS, FIRST
from tests.support.working_days import slow_between

RULES = st.builds(
    DeadlineRule,
    st.sampled_from([TimeUnit.WORKING_DAY, TimeUnit.WORKING_HOUR, TimeUnit.CALENDAR_DAY]),
    st.integers(1, 6),
) | st.sampled_from([DeadlineRule(TimeUnit.SAME_DAY), DeadlineRule(TimeUnit.INSTANT)])


class AnyClock(RuleBasedStateMachine):
    @initialize(calendar=CALENDARS, deadline=RULES, policy=st.sampled_from(SupplementPolicy))
    def start(self, calendar, deadline, policy):
        self.calendar = calendar
        self.now = datetime.combine(FIRST, time(8), CITY_ZONE)
        self.clock = DeadlineClock.start(deadline, policy, self.now)
        self.running_since = self.now
        self.counted = 0
        self.reason = None

    @rule(minutes=st.integers(1, 3000))
    def time_passes(self, minutes):
        self.now += timedelta(minutes=minutes)

    @precondition(lambda self: not self.clock.paused)
    @rule(reason=st.sampled_from(PauseReason))
    def pause(self, reason):
        before = self.clock
        self.clock = self.clock.pause(self.now, reason)
        self.counted += slow_between(self.calendar, self.running_since, self.now)
        self.reason = reason
        self.before = before

    @precondition(lambda self: self.clock.paused)
    @rule(reason=st.sampled_from(PauseReason))
    def pause_again(self, reason):
        paused = self.clock
        self.clock = self.clock.pause(self.now, reason)
        assert self.clock.segments[-1].ended_at == paused.segments[-1].ended_at
        self.reason = reason

    @precondition(lambda self: self.clock.paused)
    @rule()
    def resume(self):
        at_once = self.clock.segments[-1].ended_at == self.now
        self.clock = self.clock.resume(self.now)
        if at_once:
            assert self.clock == self.before
        elif self.clock.policy is SupplementPolicy.RESET and self.reason is PauseReason.SUPPLEMENT:
            self.counted = 0
        if at_once:
            self.counted -= slow_between(self.calendar, self.running_since, self.now)
        else:
            self.running_since = self.now

    @precondition(lambda self: not self.clock.paused)
    @rule(days=st.integers(1, 10))
    def extend(self, days):
        new_due_date = city_date(self.now) + timedelta(days=days)
        self.clock = self.clock.extend(new_due_date)
        assert self.clock.due(self.calendar) == self.calendar.close_of(new_due_date)

    @invariant()
    def what_was_kept_comes_back(self):
        assert DeadlineClock.from_json(self.clock.to_json()) == self.clock

    @invariant()
    def it_has_a_due_time_exactly_while_it_runs_or_when_that_day_is_over(self):
        due = self.clock.due(self.calendar)
        if not self.clock.paused:
            assert due is not None
        elif due is not None:
            assert city_date(due) < city_date(self.clock.segments[-1].ended_at)

    @invariant()
    def it_has_used_the_minutes_that_it_ran(self):
        running = 0 if self.clock.paused else slow_between(self.calendar, self.running_since, self.now)
        assert self.clock.used_minutes(self.calendar, self.now) == self.counted + running

    @invariant()
    def the_first_promise_stays(self):
        first = DeadlineClock.start(self.clock.rule, self.clock.policy, self.clock.segments[0].started_at)
        assert self.clock.original_due(self.calendar) == first.due(self.calendar)


AnyClock.TestCase.settings = settings(max_examples=40, stateful_step_count=12, deadline=None)
TestAnyClock = AnyClock.TestCase
