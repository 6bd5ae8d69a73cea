"""Random calendars of 2026 and random moments in it, for property tests."""

from datetime import date, datetime, time, timedelta

from hypothesis import strategies as st

from shared_models.clock import CITY_ZONE
from shared_models.working_time import OfficeHours, WorkingCalendar
from tests.support.working_days import CITY_HOURS, OTHER_HOURS

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)


def _hours_of(slots: set[int]) -> OfficeHours:
    """Sixteen half hours of a day: those that touch are one session."""
    starts = sorted(slot for slot in slots if slot - 1 not in slots)
    ends = sorted(slot + 1 for slot in slots if slot + 1 not in slots)
    return OfficeHours(tuple((_half_hour(start), _half_hour(end)) for start, end in zip(starts, ends, strict=True)))


def _half_hour(index: int) -> time:
    return time(index // 2, index % 2 * 30)


HOURS = st.one_of(
    st.sampled_from([CITY_HOURS, OTHER_HOURS, OfficeHours(((time(8), time(16)),))]),
    st.sets(st.integers(0, 46), min_size=16, max_size=16).map(_hours_of),
)
EXCEPTIONS = st.dictionaries(st.dates(FIRST, LAST + timedelta(days=60)), st.booleans(), max_size=25)
CALENDARS = st.builds(WorkingCalendar, HOURS, EXCEPTIONS, st.just({2026}))
INSTANTS = st.datetimes(
    datetime.combine(FIRST, time()), datetime.combine(LAST, time(23, 59)), timezones=st.just(CITY_ZONE)
)
SECONDS = INSTANTS.map(lambda at: at.replace(microsecond=0))
MINUTES = INSTANTS.map(lambda at: at.replace(second=0, microsecond=0))
HALF_HOURS = MINUTES.map(lambda at: at.replace(minute=at.minute // 30 * 30))
