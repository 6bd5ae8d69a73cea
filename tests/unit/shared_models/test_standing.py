"""Early, on time, late, within, overdue; near due, last day: by the dates in the city. And the report of a period."""

from datetime import UTC, date, datetime

import pytest

from shared_models.deadline import Standing, WarningLevel, WarningThresholds, standing, warning_level
from shared_models.dossier_statistics import DossierSpan, PeriodReport, period_report
from tests.support.working_days import CALENDAR, moment

DUE = moment("Thu 2026-11-26 09:00")


@pytest.mark.parametrize(
    ("finished", "expected"),
    [
        pytest.param("Wed 2026-11-25 23:59", Standing.EARLY, id="the evening before"),
        pytest.param("Thu 2026-11-26 00:00", Standing.ON_TIME, id="the due day begins"),
        pytest.param("Thu 2026-11-26 16:00", Standing.ON_TIME, id="hours after the due hour"),
        pytest.param("Fri 2026-11-27 00:00", Standing.LATE, id="the day after"),
    ],
)
def test_a_finished_dossier_stands_by_dates(finished, expected):
    assert standing(DUE, moment("Mon 2026-12-28 09:00"), moment(finished)) is expected


def test_dates_are_those_of_the_city():
    finished = datetime(2026, 11, 25, 17, 30, tzinfo=UTC)  # 00:30 on the 26th in the city
    assert standing(DUE.astimezone(UTC), finished, finished) is Standing.ON_TIME
    assert standing(datetime(2026, 11, 25, 17, 30, tzinfo=UTC), DUE, DUE) is Standing.ON_TIME


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("Thu 2026-11-26 23:59", Standing.WITHIN),
        ("Fri 2026-11-27 00:00", Standing.OVERDUE),
        ("Mon 2026-11-23 09:00", Standing.WITHIN),
    ],
)
def test_a_running_dossier_is_within_or_overdue(now, expected):
    assert standing(DUE, moment(now)) is expected


def test_without_a_due_time_it_is_within_its_limit():
    assert standing(None, DUE) is Standing.WITHIN
    assert standing(None, DUE, DUE) is Standing.ON_TIME


TEN_DAYS = (moment("Mon 2026-11-02 08:00"), moment("Mon 2026-11-16 08:00"))


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param("Mon 2026-11-02 08:00", WarningLevel.NONE, id="just received"),
        pytest.param("Wed 2026-11-11 07:59", WarningLevel.NONE, id="a minute more than 30 % left"),
        pytest.param("Wed 2026-11-11 08:00", WarningLevel.NEAR_DUE, id="30 % left"),
        pytest.param("Sun 2026-11-15 23:00", WarningLevel.NEAR_DUE, id="the evening before"),
        pytest.param("Mon 2026-11-16 00:00", WarningLevel.LAST_DAY, id="the due day begins"),
        pytest.param("Mon 2026-11-16 17:00", WarningLevel.LAST_DAY, id="after the due hour"),
        pytest.param("Tue 2026-11-17 00:00", WarningLevel.OVERDUE, id="the day after"),
    ],
)
def test_warning_levels(now, expected):
    assert warning_level(*TEN_DAYS, moment(now), CALENDAR) is expected


def test_a_short_one_is_near_due_a_working_day_before_though_more_than_30_percent_is_left():
    received, due = moment("Mon 2026-11-09 08:00"), moment("Wed 2026-11-11 08:00")
    assert warning_level(received, due, moment("Mon 2026-11-09 09:00"), CALENDAR) is WarningLevel.NONE
    assert warning_level(received, due, moment("Tue 2026-11-10 07:30"), CALENDAR) is WarningLevel.NEAR_DUE


def test_the_working_day_before_lies_before_the_holiday():
    received, due = moment("Mon 2026-11-16 08:00"), moment("Wed 2026-11-25 08:00")
    late_share = WarningThresholds(share_left=0)
    assert warning_level(received, due, moment("Fri 2026-11-20 16:00"), CALENDAR, late_share) is WarningLevel.NONE
    assert warning_level(received, due, moment("Mon 2026-11-23 07:30"), CALENDAR, late_share) is WarningLevel.NEAR_DUE


def test_thresholds_are_data():
    earlier = WarningThresholds(share_left=0.5, working_days_left=0)
    assert warning_level(*TEN_DAYS, moment("Mon 2026-11-09 08:00"), CALENDAR, earlier) is WarningLevel.NEAR_DUE
    assert warning_level(*TEN_DAYS, moment("Mon 2026-11-09 07:59"), CALENDAR, earlier) is WarningLevel.NONE


def test_a_paused_one_warns_nobody():
    assert warning_level(TEN_DAYS[0], None, moment("Tue 2026-12-01 09:00"), CALENDAR) is WarningLevel.NONE


def test_an_overdue_one_is_overdue_even_in_a_year_that_the_calendar_does_not_know():
    assert warning_level(*TEN_DAYS, datetime(2030, 1, 1, tzinfo=UTC), CALENDAR) is WarningLevel.OVERDUE


NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))


def span(received, due, finished=None):
    return DossierSpan(moment(received), due and moment(due), finished and moment(finished))


@pytest.mark.parametrize(
    ("dossier", "expected"),
    [
        pytest.param(
            span("Fri 2026-10-30 09:00", "Tue 2026-11-03 09:00", "Mon 2026-11-02 09:00"),
            PeriodReport(1, 0, 1, 0, 0, 0, 0),
            id="carried over, early",
        ),
        pytest.param(
            span("Sun 2026-11-01 00:00", "Tue 2026-11-03 09:00", "Tue 2026-11-03 17:00"),
            PeriodReport(0, 1, 0, 1, 0, 0, 0),
            id="received on the first day, on time",
        ),
        pytest.param(
            span("Mon 2026-11-02 09:00", "Tue 2026-11-03 09:00", "Mon 2026-11-30 23:59"),
            PeriodReport(0, 1, 0, 0, 1, 0, 0),
            id="late on the last day",
        ),
        pytest.param(
            span("Mon 2026-11-02 09:00", "Mon 2026-11-30 09:00", "Tue 2026-12-01 09:00"),
            PeriodReport(0, 1, 0, 0, 0, 1, 0),
            id="pending at the end, due that day",
        ),
        pytest.param(
            span("Fri 2026-10-30 09:00", "Fri 2026-11-27 09:00", "Tue 2026-12-01 09:00"),
            PeriodReport(1, 0, 0, 0, 0, 0, 1),
            id="pending at the end, overdue",
        ),
        pytest.param(span("Mon 2026-11-02 09:00", None), PeriodReport(0, 1, 0, 0, 0, 1, 0), id="no due time"),
        pytest.param(
            span("Thu 2026-10-01 09:00", "Mon 2026-10-05 09:00", "Sat 2026-10-31 23:59"),
            PeriodReport(0, 0, 0, 0, 0, 0, 0),
            id="finished before",
        ),
        pytest.param(span("Tue 2026-12-01 00:00", None), PeriodReport(0, 0, 0, 0, 0, 0, 0), id="received after"),
    ],
)
def test_one_dossier_in_the_report_of_a_month(dossier, expected):
    assert period_report([dossier], *NOVEMBER) == expected


def test_a_period_does_not_end_before_it_starts():
    with pytest.raises(ValueError, match="before it starts"):
        period_report([], NOVEMBER[1], NOVEMBER[0])
