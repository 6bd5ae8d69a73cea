"""The demonstration city's calendar is the announced one that all vectors are computed with."""

import json
from datetime import date
from pathlib import Path

from shared_models.working_time import OfficeHours, WorkingCalendar
from tests.support.working_days import CITY_HOURS, DAYS

CALENDAR_FILE = Path(__file__).parents[3] / "scripts" / "seed_data" / "calendar.json"


def test_the_seeded_days_are_those_that_were_announced():
    seeded = json.loads(CALENDAR_FILE.read_text("utf-8"))
    days = {date.fromisoformat(entry["day"]): entry["works"] for entry in seeded["days"]}
    assert days == DAYS
    assert OfficeHours.from_json(seeded["office_hours"]["default"]["sessions"]) == CITY_HOURS
    assert WorkingCalendar(CITY_HOURS, days).years == {2025, 2026, 2027}
