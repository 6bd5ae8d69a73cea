"""The simulator, the calendar and forms on an administrator's screen."""

import json
from typing import Any

import pytest

from mobile.state.trial import Moment, Trial, line_of
from shared_models.errors import Invalid
from tests.support.phone_catalogue import DRAFT, FOOD, a_form, an_administrator, published
from tests.support.phone_screens import run

SIMULATOR = f"/drafts/{DRAFT}/simulator"


async def go(screen: Any, path: str) -> None:
    screen.page.navigate(path)
    await screen.settle(30)


async def at(path: str, width: int = 390) -> tuple[Any, Any, Any]:
    phone, screen, server = await an_administrator("/", width=width)
    server.begin()
    await go(screen, path)
    return phone, screen, server


def test_a_deadline_is_tried_over_a_holiday_with_a_supplement():
    async def story() -> None:
        _, screen, server = await at(SIMULATOR)
        await screen.type("form.received.day", "2/11/2026")
        await screen.type("form.received.time", "9h30")
        await screen.click("trial.more")
        await screen.type("form.supplements.0.asked.day", "5/11/2026")
        await screen.type("form.supplements.0.asked.time", "10:00")
        await screen.type("form.supplements.0.answered.day", "9/11/2026")
        await screen.type("form.supplements.0.answered.time", "08:00")
        await screen.click("trial.go")
        trial = server.trials[-1]
        assert (trial["agency"], trial["received_at"]) == ("H17.08", "2026-11-02T02:30:00Z")
        assert trial["supplements"] == [{"asked_at": "2026-11-05T03:00:00Z", "answered_at": "2026-11-09T01:00:00Z"}]
        # Fifteen working days anew from 9 November; the 24th is off.
        assert screen.shows("Hẹn trả Thứ Ba 01/12")
        assert screen.shows("yêu cầu bổ sung, tạm dừng tính")
        assert screen.shows("24/11/2026 · nghỉ: Ngày Văn hóa Việt Nam")
        await screen.type("form.supplements.0.answered.day", "")
        await screen.type("form.supplements.0.answered.time", "")
        await screen.click("trial.go")
        assert screen.shows("Chưa có ngày hẹn: đang chờ bổ sung")

    run(story)


def test_a_trial_that_cannot_be_says_where():
    async def story() -> None:
        _, screen, server = await at(SIMULATOR)
        await screen.type("form.received.time", "25:00")
        await screen.click("trial.go")
        assert screen.has("form.received.time.fault")
        assert server.trials == []
        await screen.type("form.received.time", "08:00")
        await screen.click("trial.more")
        await screen.type("form.supplements.0.asked.day", "1/1/2026")
        await screen.type("form.supplements.0.asked.time", "08:00")
        await screen.click("trial.go")
        assert screen.has("form.supplements.0.asked.day.fault")
        await screen.click("trial.fewer")
        await screen.type("form.received.day", "4/1/2029")
        await screen.click("trial.go")
        assert screen.shows("Lịch nghỉ năm 2029 chưa được nhập")

    run(story)


def test_the_line_has_whole_weeks_and_what_falls_on_them():
    steps = [{"at": "2026-11-20T02:00:00Z", "what": "received"}, {"at": "2026-11-25T10:30:00Z", "what": "due"}]
    rows = {"2026-11-24": {"works": False, "name": {"vi": "Nghỉ", "en": "Off"}}}
    weeks = line_of(steps, rows)
    assert [len(week) for week in weeks] == [7, 7]
    days = {day.on.isoformat(): day for week in weeks for day in week}
    assert next(iter(days)) == "2026-11-16"
    assert (days["2026-11-20"].steps, days["2026-11-25"].steps) == (("received",), ("due",))
    assert [days[f"2026-11-{number}"].kind for number in (20, 21, 24)] == ["working", "weekend", "holiday"]


@pytest.mark.parametrize(
    ("moment", "field"),
    [
        (Moment("2026-11-31", "08:00"), "received.day"),
        (Moment("2026-11-30", "8 giờ"), "received.time"),
        (Moment(), "received.day"),
    ],
)
def test_a_moment_that_is_none(moment: Moment, field: str):
    with pytest.raises(Invalid) as refused:
        Trial(moment).on_the_wire(published())
    assert list(refused.value.fields) == [field]


def test_a_day_off_is_entered_changed_and_removed():
    async def story() -> None:
        _, screen, server = await at("/calendar")
        server.serve_day("2026-12-24")
        assert screen.has("day.2026-11-24")
        await go(screen, "/calendar/months/2026-12")
        await screen.click("day.2026-12-24")
        assert screen.shows("Ngày này đang là ngày làm việc")
        await screen.type("form.name.vi", "Nghỉ bão")
        await screen.type("form.name.en", "Storm")
        await screen.click("day.save")
        assert screen.has("form.legal_basis.fault")
        await screen.type("form.legal_basis", "Công điện 12")
        await screen.click("form.checked.true")
        await screen.click("day.save")
        row = server.days["2026-12-24"]
        assert (row["works"], row["needs_review"], row["name"]["vi"]) == (False, False, "Nghỉ bão")
        assert screen.page.route == "/calendar"
        assert screen.has("day.2026-12-24")
        await screen.click("day.2026-12-24")
        await screen.click("day.remove")
        await screen.click("question.yes")
        assert not screen.has("day.2026-12-24")

    run(story)


def test_a_year_without_tet_says_so():
    async def story() -> None:
        _, screen, _ = await at("/calendar")
        await screen.click("calendar.after")
        await screen.click("calendar.after")
        assert screen.shows("Năm 2028 chưa có đủ ngày nghỉ Tết")

    run(story)


def test_office_hours_are_eight_and_may_be_an_agencys_own():
    async def story() -> None:
        _, screen, server = await at("/calendar/hours/new")
        server.serve_hours("H17.05")
        await screen.click("form.agency.H17.05")
        await screen.type("form.morning_from", "7h")
        await screen.type("form.morning_to", "11:30")
        assert screen.shows("Cần đúng 8 giờ.")
        await screen.type("form.afternoon_to", "17:00")
        assert not screen.shows("Cần đúng 8 giờ.")
        await screen.type("form.afternoon_to", "sau 5 giờ")
        assert screen.shows("Giờ ghi như 07:30")
        await screen.type("form.afternoon_to", "17:00")
        await screen.click("hours.save")
        assert server.hours["H17.05"]["sessions"] == [["07:00", "11:30"], ["13:30", "17:00"]]
        assert screen.has("hours.H17.05")

    run(story)


def test_a_form_is_written_with_its_faults_and_its_looks_beside():
    async def story() -> None:
        _, screen, server = await at("/forms/food_safety@1")
        assert screen.shows("Biểu mẫu này đã công bố")
        await screen.click("form.next")
        await screen.settle(30)
        assert (screen.page.route, server.forms["food_safety@2"]["published_at"]) == ("/forms/food_safety@2", None)
        typed = next(one for one in screen.controls() if getattr(one, "multiline", False))
        assert json.loads(typed.value)["id"] == "food_safety@2"
        form = a_form() | {"id": "food_safety@2", "version": 2}
        await screen.type("form.json", "{")
        assert screen.shows("Không đọc được")
        await screen.type("form.json", json.dumps(form | {"layout": []}))
        assert screen.shows("layout:")
        with pytest.raises(LookupError):
            await screen.click("form.save")
        form["title"] = {"vi": "Đơn mới", "en": "New"}
        await screen.type("form.json", json.dumps(form))
        assert screen.shows("Đơn mới")
        await screen.click("form.save")
        assert server.forms["food_safety@2"]["form"]["title"]["vi"] == "Đơn mới"
        await screen.click("preview.after")
        assert screen.shows("Bước 2/")

    run(story)


def test_a_new_procedure_needs_its_code_name_field_and_day():
    async def story() -> None:
        _, screen, server = await at("/new")
        server.serve_drafts("2.000999", "2027-01-01")
        server.server.on("GET", "/api/v1/procedures/2.000999", (404, {"code": "procedure.unknown"}))
        await screen.click("new.begin")
        assert screen.has("form.code.fault")
        await screen.type("form.code", "2.999")
        await screen.type("form.name.vi", "Cấp phép thử")
        await screen.type("form.name.en", "Trial permit")
        await screen.type("form.field", "thu_nghiem")
        await screen.click("form.field.thu_nghiem")
        await screen.type("form.day", "1/1/2027")
        server.serve_drafts("2.999", "2027-01-01")
        await screen.click("new.begin")
        assert screen.has("form.code.fault")
        await screen.type("form.code", "2.000999")
        await screen.click("new.begin")
        await screen.settle(30)
        kept = server.drafts["2.000999@2027-01-01"]["procedure"]
        assert (kept["field"]["key"], kept["name"]["vi"]) == ("thu_nghiem", "Cấp phép thử")
        assert screen.page.route == "/drafts/2.000999@2027-01-01"
        await go(screen, "/drafts/2.000999@2027-01-01/publish")
        assert screen.shows("Thủ tục này mới")

    run(story)


def test_on_a_wide_screen_pages_stand_beside_one_another():
    async def story() -> None:
        _, screen, _ = await at(f"/drafts/{DRAFT}/fees", width=1280)
        assert screen.has("draft.components")
        assert screen.has("form.pay_at.reception")
        await go(screen, "/calendar")
        assert screen.has("month.12")
        await go(screen, f"/versions/{FOOD}@2025-07-01")
        assert screen.shows("20 ngày làm việc")

    run(story)
