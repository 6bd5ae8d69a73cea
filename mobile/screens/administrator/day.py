"""One day of the calendar, and the office hours of an agency: entered with the paper that says so."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import flet as ft

from mobile.i18n.catalogue import t
from mobile.i18n.dates import day
from mobile.state.calendar import is_weekend, minutes_of, rows_by_day, tidy_time
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, empty, notice_box, text
from mobile.ui.components.buttons import primary_button, second_button
from mobile.ui.components.confirm import Question, use_question
from mobile.ui.components.frame import Frame, framed
from mobile.ui.errors import action, safely, screen
from mobile.ui.form.group import Filled, GroupView
from mobile.ui.hooks import use_async, use_observed
from shared_models.errors import Invalid

Json = dict[str, Any]
EDGES = ("morning_from", "morning_to", "afternoon_from", "afternoon_to")


@screen
def DayView() -> ft.View:
    """`/calendar/days/<day>`."""
    app = current_app()
    use_observed(app.services.app_state)
    state = use_observed(app.services.editing_state)
    wanted = ft.use_route_params().get("day", "")
    on = _day(wanted)
    year = on.year if on else 0
    use_async(lambda: app.editing.calendar.know(year), [year])
    route = ft.use_view_path() or f"/calendar/days/{wanted}"
    back = "/calendar"
    if on is None:
        gone = empty(ft.Icons.EXPLORE_OFF, t("notfound.title"), t("notfound.body"))
        return framed(Frame(route=route, title=t("calendar.title"), back=back, body=[gone]))
    title = f"{t(f'weekday.{on.isoweekday()}')} {day(on)}"
    known = state.years.get(year)
    if known is None:
        return framed(Frame(route=route, title=title, back=back, body=[text(t("calendar.loading"), quiet=True)]))
    row = rows_by_day(known).get(on.isoformat())
    body: list[ft.Control] = [DayForm(on, row, key=f"day-{on}-{row is None}")]
    return framed(Frame(route=route, title=title, back=back, body=body))


def _day(wanted: str) -> date | None:
    try:
        return date.fromisoformat(wanted)
    except ValueError:
        return None


@safely
def DayForm(on: date, row: Json | None) -> ft.Control:
    """A weekday can be off, a Saturday or Sunday can be worked: what a day may become follows from the day."""
    app = current_app()
    start = {
        "name.vi": (row or {}).get("name", {}).get("vi", ""),
        "name.en": (row or {}).get("name", {}).get("en", ""),
        "legal_basis": (row or {}).get("legal_basis", ""),
        "checked": not (row or {}).get("needs_review", True),
    }
    values, set_values = ft.use_state(start)
    faults, set_faults = ft.use_state(dict[str, list[str]]())
    ask = use_question()
    works = is_weekend(on)

    async def answer(name: str, value: Any) -> None:
        set_values(lambda old: {**old, name: value})
        set_faults(lambda old: {path: codes for path, codes in old.items() if path != name})

    async def save() -> None:
        sent = {
            "works": works,
            "name": {"vi": values["name.vi"] or "", "en": values["name.en"] or ""},
            "legal_basis": values["legal_basis"] or "",
            "needs_review": not values["checked"],
        }
        try:
            await app.editing.calendar.put_day(on, sent)
        except Invalid as error:
            wrong = error.fields
            set_faults(lambda _: wrong)
            return
        app.say("calendar.saved")
        app.go("/calendar")

    async def remove() -> None:
        await app.editing.calendar.remove_day(on)
        app.say("calendar.removed")
        app.go("/calendar")

    form = day_form()
    filled = Filled(form, {k: v for k, v in values.items() if v != ""}, {}, {}, faults, answer, f"day-{on}")
    about = t(f"calendar.{'swap' if works else 'holiday'}_{'is' if row else 'make'}")
    label = t("calendar.save_swap" if works else "calendar.save_holiday")
    buttons: list[ft.Control] = [primary_button("day.save", label, action(save), icon=ft.Icons.CHECK)]
    if row is not None:
        bin_ = action(ask, Question("calendar.remove", remove))
        remove_label = t("calendar.remove_day")
        buttons.append(second_button("day.remove", remove_label, bin_, icon=ft.Icons.DELETE_OUTLINE, danger=True))
    controls: list[ft.Control] = [
        text(about, Style.BODY_LARGE),
        GroupView(filled, form["layout"][0], key=f"form-{on}"),
        notice_box(t("calendar.moves_dates"), ft.Icons.INFO_OUTLINE, app.look.neutral),
        ft.Row(wrap=True, controls=buttons),
    ]
    return ft.Column(spacing=16, horizontal_alignment=ft.CrossAxisAlignment.STRETCH, controls=controls)


def day_form() -> Json:
    fields: list[tuple[str, str, str, Json]] = [
        ("name.vi", "edit.name_vi", "text", {"type": "string"}),
        ("name.en", "edit.name_en", "text", {"type": "string"}),
        ("legal_basis", "calendar.legal_basis", "text", {"type": "string"}),
        ("checked", "calendar.checked", "switch", {"type": "boolean"}),
    ]
    return _form(fields)


def _form(fields: list[tuple[str, str, str, Json]]) -> Json:
    names = [name for name, *_ in fields]
    layout = [
        {"name": name, "label": t(label), "hint": None, "widget": widget, "options": None}
        for name, label, widget, _ in fields
    ]
    properties = {name: rule for name, _, _, rule in fields}
    return {"schema": {"properties": properties, "required": names}, "layout": [{"key": "form", "fields": layout}]}


@screen
def HoursView() -> ft.View:
    """`/calendar/hours/<agency>`, `default` for everybody else, `new` for an agency to be chosen."""
    app = current_app()
    use_observed(app.services.app_state)
    state = use_observed(app.services.editing_state)
    agency = ft.use_route_params().get("agency", "")
    year = app.editing.today().year

    async def know() -> None:
        await app.editing.calendar.know(year)
        await app.editing.know_terms()

    use_async(know, [agency])
    known, terms = state.years.get(year), state.terms
    route = ft.use_view_path() or f"/calendar/hours/{agency}"
    if known is None or terms is None:
        waiting = text(t("calendar.loading"), quiet=True)
        return framed(Frame(route=route, title=t("calendar.hours"), back="/calendar", body=[waiting]))
    hours = {one["agency"]: one for one in known["office_hours"] or ()}
    name = t("calendar.hours_default") if agency == "default" else terms.agencies.get(agency, t("calendar.hours_add"))
    body: list[ft.Control] = [HoursForm(agency, hours, terms.agencies, key=f"hours-{agency}")]
    return framed(Frame(route=route, title=name, back="/calendar", body=body))


@safely
def HoursForm(agency: str, hours: dict[str, Json], agencies: dict[str, str]) -> ft.Control:
    app = current_app()
    row = hours.get(agency) or hours.get("default") or {"sessions": [], "needs_review": True}
    edges = [edge for session in row["sessions"][:2] for edge in session]
    start = {**dict(zip(EDGES, edges, strict=False)), "checked": not row["needs_review"]}
    values, set_values = ft.use_state(start)
    faults, set_faults = ft.use_state(dict[str, list[str]]())
    ask = use_question()

    async def answer(name: str, value: Any) -> None:
        set_values(lambda old: {**old, name: value})
        set_faults(lambda _: {})

    sessions = sessions_of(values)

    async def save() -> None:
        whose = values.get("agency") if agency == "new" else agency
        if not whose:
            set_faults(lambda _: {"agency": ["field.required"]})
            return
        try:
            await app.editing.calendar.put_hours(whose, {"sessions": sessions, "needs_review": not values["checked"]})
        except Invalid as error:
            wrong = [code for codes in error.fields.values() for code in codes]
            set_faults(lambda _: {EDGES[0]: wrong})
            return
        app.say("calendar.hours_saved")
        app.go("/calendar")

    form = hours_form(agency, {code: name for code, name in agencies.items() if code not in hours})
    shown = {name: value for name, value in values.items() if value not in ("", None)}
    filled = Filled(form, shown, {}, {}, faults, answer, f"hours-{agency}")
    minutes = minutes_of(sessions)
    told = t("calendar.hours_unreadable") if minutes is None else hours_told(minutes)
    tone = app.look.valid if minutes == 480 else app.look.warning
    buttons: list[ft.Control] = [primary_button("hours.save", t("calendar.hours_save"), action(save))]
    if agency in hours and agency != "default":
        buttons.append(_usual(agency, ask))
    controls: list[ft.Control] = [
        text(t("calendar.hours_body"), Style.BODY_LARGE, quiet=True),
        GroupView(filled, form["layout"][0], key=f"form-{agency}"),
        notice_box(told, ft.Icons.SCHEDULE, tone),
        notice_box(t("calendar.moves_dates"), ft.Icons.INFO_OUTLINE, app.look.neutral),
        ft.Row(wrap=True, controls=buttons),
    ]
    return ft.Column(spacing=16, horizontal_alignment=ft.CrossAxisAlignment.STRETCH, controls=controls)


def _usual(agency: str, ask: Callable[[Question | None], Any]) -> ft.Control:
    async def remove() -> None:
        app = current_app()
        await app.editing.calendar.remove_hours(agency)
        app.say("calendar.hours_saved")
        app.go("/calendar")

    gone: Callable[[], Awaitable[None]] = remove
    label = t("calendar.hours_usual")
    return second_button("hours.remove", label, action(ask, Question("calendar.usual", gone)), danger=True)


def sessions_of(values: Json) -> list[list[str]]:
    """Half days of which something is typed."""
    edges = [tidy_time(str(values.get(name) or "")) for name in EDGES]
    pairs = [edges[:2], edges[2:]]
    return [pair for pair in pairs if any(pair)]


def hours_told(minutes: int) -> str:
    """`8 giờ 00, đủ một ngày làm việc`."""
    told = t("calendar.hours_sum", hours=minutes // 60, minutes=f"{minutes % 60:02d}")
    return told if minutes == 480 else f"{told} {t('calendar.hours_short')}"


def hours_form(agency: str, agencies: dict[str, str]) -> Json:
    edges: list[tuple[str, str, str, Json]] = [(name, f"calendar.{name}", "text", {"type": "string"}) for name in EDGES]
    form = _form([*edges, ("checked", "calendar.checked", "switch", {"type": "boolean"})])
    if agency == "new":
        form["schema"]["properties"]["agency"] = {"type": "string", "enum": list(agencies)}
        form["schema"]["required"].append("agency")
        whose = {"name": "agency", "label": t("calendar.whose"), "hint": None, "widget": "sought", "options": agencies}
        form["layout"][0]["fields"].insert(0, whose)
    return form
