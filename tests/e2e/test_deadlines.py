"""Time in dossiers: a supplement and a holiday that move the day, and a day that was missed and apologised for."""

import re
from datetime import date, datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect

from scripts.supervise.city import City
from shared_models.clock import CITY_ZONE
from tests.e2e.conftest import SHOTS
from tests.support.browser.applying import Applying, choose
from tests.support.browser.citizen import REACH, a_citizen, look_again, newest
from tests.support.browser.officer import Officer
from tests.support.dossiers import a_pdf
from tests.support.stack import Addresses
from tests.support.story.days import Rows, weeks_pass
from tests.support.story.desk import Clerk

pytestmark = [pytest.mark.browser, pytest.mark.stack]

TRANG, NGAN = "048192900002", "048190900008"
HERE = SHOTS.with_name("deadlines")
FOOD, HOME = "2.001827", "DEMO-NMC-01"
BUSINESS = {
    "applicant_role": "Chủ cơ sở",
    "business_registration": "147/2023/ĐKHKD",
    "business_tax_code": "0401234567",
    "business_commune": "20242 hải châu",
    "business_phone": "0905 222 333",
}
OPENS, CLOSES = 7 * 60 + 30, 17 * 60 + 30
FOOD_DAYS = 10
"""Working days, filed online."""


def today() -> date:
    return datetime.now(CITY_ZONE).date()


def working(day: date, off: set[str]) -> bool:
    """The obvious rule: a weekday that is not among the days off of this city's calendar."""
    return day.weekday() < 5 and day.isoformat() not in off


def due_day(answered: datetime, days: int, off: set[str]) -> date:
    """The day on which so many working days of eight hours are over, from the next moment at which the office is open.

    Begun in the morning with the office, the first day is a whole one; else its hours end so many working days later.
    """
    local = answered.astimezone(CITY_ZONE)
    found, minute = local.date(), local.hour * 60 + local.minute
    is_whole = not working(found, off) or minute <= OPENS or minute >= CLOSES
    if not working(found, off) or minute >= CLOSES:
        found += timedelta(days=1)
        while not working(found, off):
            found += timedelta(days=1)
    left = days - is_whole
    while left:
        found += timedelta(days=1)
        left -= working(found, off)
    return found


def days_off(rows: Rows) -> set[str]:
    assert rows.calendar_days.count_documents({"works": True, "_id": {"$gte": today().isoformat()}}) == 0
    return {str(row["_id"]) for row in rows.calendar_days.find({"works": False})}


def a_holiday(city: City, rows: Rows) -> date:
    """The administrator makes a working day of next week a day off; returns it."""
    off, day = days_off(rows), today() + timedelta(days=3)
    while not working(day, off):
        day += timedelta(days=1)
    body = {
        "works": False,
        "name": {"vi": "Ngày lễ thử", "en": "A holiday for this test"},
        "legal_basis": "Thông báo thử",
        "needs_review": True,
    }
    Clerk(city, "quantri").caller.call("PUT", f"/catalogue/calendar/{day.isoformat()}", body)
    return day


def shown(day: date) -> re.Pattern[str]:
    return re.compile(rf"{day.day}/{day.month}\b")


def test_a_supplement_and_a_holiday_move_the_day(at: Addresses, browser: Browser, city: City, rows: Rows) -> None:
    # A cook asks for a certificate of food safety; her registration is looked up, one paper she brings.
    cook = a_citizen(browser, at, TRANG, HERE / "food")
    form = Applying(cook, FOOD)
    form.begin(FOOD)
    form.fill(
        {
            "activity_kind": "production",
            "producer_size": "ordinary",
            "direct_workers": "4",
            "trained_workers": "4",
            "water_source": "supply",
            "facilities": ["hand_washing", "cold_storage"],
            "pledge": "true",
        },
        unless_known={**REACH, **BUSINESS},
    )
    form.give({"premises_description": a_pdf("Thuyet minh co so")})
    form.way(return_way="digital")
    form.send()
    cook.see("dossier.due", 30_000)
    dossier_id = newest(rows)

    # The board takes the fee, begins, and a week later asks for one paper, once and with its reason.
    clerk = Clerk(city, "canbo.attp")
    assert clerk.take_fee(dossier_id) == 700_000
    clerk.do(dossier_id, "start")
    weeks_pass(rows, dossier_id, 1)
    desk = Officer(browser, at.app, at.codes, "canbo.attp", HERE / "food")
    desk.open(dossier_id, "mine")
    desk.do("ask_supplement", items={"premises_description": "Bản thuyết minh chưa có sơ đồ mặt bằng."})
    desk.screen.shoot("01-asked")
    asked = clerk.read(dossier_id)
    assert (asked["status"], asked["deadline"]["paused"], asked["deadline"]["due_at"]) == (5, True, None)

    # Her phone says what is wanted; while she prepares it, the clock stands. She answers from the phone.
    look_again(cook, dossier_id)
    cook.see("dossier.asks")
    cook.shoot("02-asks")
    cook.tap("asks.answer")
    choose(cook, "premises_description", a_pdf("Thuyet minh co so, co so do"))
    holiday = a_holiday(city, rows)
    cook.tap("answer.send")
    cook.see("dossier.due", 30_000)

    # The clock begins anew, and the holiday is no working day of it.
    answered = clerk.read(dossier_id)
    off = days_off(rows)
    due = due_day(datetime.now(CITY_ZONE), FOOD_DAYS, off)
    assert answered["deadline"]["due_date"] == due.isoformat()
    assert holiday < due
    assert due != due_day(datetime.now(CITY_ZONE), FOOD_DAYS, off - {holiday.isoformat()})
    look_again(cook, dossier_id)
    cook.read(shown(due))
    cook.shoot("03-new-day")
    assert cook.errors == desk.screen.errors == []


def test_a_day_that_cannot_be_kept_is_apologised_for_and_then_missed(
    at: Addresses, browser: Browser, city: City, rows: Rows
) -> None:
    tenant = a_citizen(browser, at, NGAN, HERE / "late")
    form = Applying(tenant, HOME)
    form.begin(HOME)
    answers = {
        "on_behalf": "self",
        "subject": "Thuê nhà công vụ",
        "details": "Công tác tại Đà Nẵng hai năm.",
        "pledge": "true",
    }
    form.fill(answers, unless_known=REACH)
    form.way(return_way="digital")
    form.send()
    tenant.see("dossier.due", 30_000)
    dossier_id = newest(rows)
    clerk, leader = Clerk(city, "canbo.sxd"), Clerk(city, "lanhdao.sxd")
    clerk.do(dossier_id, "accept")
    clerk.do(dossier_id, "start")
    first = date.fromisoformat(clerk.read(dossier_id)["deadline"]["due_date"])

    # It will not be ready: the officer says so in time, gives a reason and a new day.
    desk = Officer(browser, at.app, at.codes, "canbo.sxd", HERE / "late")
    desk.open(dossier_id, "mine")
    promised, off = first + timedelta(days=7), days_off(rows)
    while not working(promised, off):
        promised += timedelta(days=1)
    desk.do("extend", new_due_date=f"{promised:%d/%m/%Y}", reason="Chờ xác minh nơi công tác.")
    desk.screen.shoot("01-extended")
    again = clerk.read(dossier_id)
    assert "extend" not in again["may"], "one apology is all there is"
    look_again(tenant, dossier_id)
    tenant.read(shown(promised))
    tenant.bring_words("Chờ xác minh nơi công tác.")
    tenant.shoot("02-apology")
    assert "04" in again["slips"]

    # Even that day passes. Owner and officer see it; when it is decided, it was late.
    weeks_pass(rows, dossier_id, 5)
    look_again(tenant, dossier_id)
    tenant.read(re.compile("[Qq]uá hạn"))
    tenant.shoot("03-late")
    desk.open(dossier_id, "mine")
    expect(desk.screen.page.get_by_text(re.compile("[Qq]uá hạn")).first).to_be_attached()
    desk.screen.shoot("04-late-at-the-desk")
    clerk.propose(dossier_id)
    leader.do(dossier_id, "resolve")
    assert clerk.read(dossier_id)["deadline"]["standing"] == "late"
    assert tenant.errors == desk.screen.errors == []
