"""Lịch: the days of a year on which the city works, the days that are not as every week, and office hours."""

from datetime import date
from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, t
from mobile.i18n.dates import day
from mobile.i18n.names import said
from mobile.screens.administrator.days import kind_words, legend, tint, week_head
from mobile.state.calendar import month_days, rows_by_day, tet_is_known, weeks_of, working_days
from mobile.state.trial import Day
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, empty, has_large_text, notice_box, text
from mobile.ui.components.buttons import icon_button, second_button, tappable
from mobile.ui.components.frame import Frame, framed
from mobile.ui.components.settings_rows import row, section
from mobile.ui.errors import action, screen
from mobile.ui.hooks import Failed, use_async, use_observed

Json = dict[str, Any]
MONTH_WIDTH, SMALL = 228, 26


@screen
def CalendarView() -> ft.View:
    """`/calendar`."""
    app = current_app()
    use_observed(app.services.app_state)
    state = use_observed(app.services.editing_state)
    year, set_year = ft.use_state(app.editing.today().year)
    tries, set_tries = ft.use_state(0)
    answer = use_async(lambda: app.editing.calendar.know(year), [year, tries])
    known = state.years.get(year)
    before = icon_button(
        "calendar.before", ft.Icons.CHEVRON_LEFT, t("calendar.year", year=year - 1), action(set_year, year - 1)
    )
    after = icon_button(
        "calendar.after", ft.Icons.CHEVRON_RIGHT, t("calendar.year", year=year + 1), action(set_year, year + 1)
    )
    body = [_waiting(answer, set_tries, tries)] if known is None else year_body(year, known)
    return framed(
        Frame(
            route="/calendar",
            title=t("calendar.year", year=year),
            tab="calendar",
            body=body,
            actions=[before, after],
            width=4 * MONTH_WIDTH + 5 * theme.SPACE_M,
            part=str(year),
        )
    )


def _waiting(answer: Any, set_tries: Any, tries: int) -> ft.Control:
    if isinstance(answer, Failed):
        again = second_button("calendar.again", t("retry"), action(set_tries, tries + 1))
        return empty(ft.Icons.CLOUD_OFF, t("calendar.unavailable"), error_text(answer.code), again)
    return text(t("calendar.loading"), quiet=True)


def year_body(year: int, known: Json) -> list[ft.Control]:
    app = current_app()
    rows = rows_by_day(known)
    months = [month_days(year, month, rows) for month in range(1, 13)]
    worked = sum(working_days(days) for days in months)
    body: list[ft.Control] = [text(t("calendar.worked", count=worked), Style.BODY_LARGE, quiet=True)]
    if not tet_is_known(known["days"]):
        body.append(notice_box(t("calendar.no_tet", year=year), ft.Icons.EVENT_BUSY, app.look.warning))
    if app.services.app_state.is_wide and not has_large_text():
        tiles = [_tile(year, month, days) for month, days in enumerate(months, start=1)]
        body.append(ft.Row(wrap=True, spacing=theme.SPACE_M, run_spacing=theme.SPACE_M, controls=tiles))
        body.append(legend())
    else:
        body.append(section(t("calendar.months"), [_line(year, n, days) for n, days in enumerate(months, start=1)]))
    return [*body, _exceptions(known["days"]), _hours(known["office_hours"])]


def month_name(year: int, month: int) -> str:
    return t("calendar.month", month=month, year=year)


def _line(year: int, month: int, days: list[Day]) -> ft.Control:
    """A month as a row: how much is worked, and which days are not as every week."""
    named = [t("calendar.day_of", day=one.on.day, name=said(one.name)) for one in days if one.name]
    told = " · ".join([t("calendar.worked", count=working_days(days)), *named])
    to_month = action(current_app().go, f"/calendar/months/{year}-{month:02d}")
    return row(f"month.{month}", ft.Icons.CALENDAR_MONTH_OUTLINED, month_name(year, month), told, to_month)


def _tile(year: int, month: int, days: list[Day]) -> ft.Control:
    """A month small, to see the year at once."""
    lines = [
        ft.Row(key=f"small-{number}", spacing=3, controls=[_small(one) for one in week])
        for number, week in enumerate(weeks_of(days))
    ]
    name = month_name(year, month)
    told = t("calendar.worked", count=working_days(days))
    content = card(
        ft.Column(
            spacing=3,
            controls=[text(name, Style.TITLE_SMALL), *lines, text(told, Style.BODY_SMALL, quiet=True)],
        ),
        padding=12,
    )
    content.width = MONTH_WIDTH
    content.height = 250
    to_month = action(current_app().go, f"/calendar/months/{year}-{month:02d}")
    return ft.Container(
        key=f"month-{month}", content=tappable(f"month.{month}", content, to_month, label=f"{name}. {told}")
    )


def _small(one: Day | None) -> ft.Control:
    if one is None:
        return ft.Container(width=SMALL, height=SMALL)
    look = current_app().look
    ground, ink = tint(one.kind)
    is_own = one.kind in {"holiday", "swap"}
    return ft.Container(
        width=SMALL,
        height=SMALL,
        bgcolor=None if one.kind == "working" else ground,
        border=ft.Border.all(1, ink) if is_own else None,
        border_radius=6,
        alignment=ft.Alignment.CENTER,
        content=text(str(one.on.day), Style.LABEL_SMALL, color=look.text if one.kind == "working" else ink),
    )


def _exceptions(days: list[Json]) -> ft.Control:
    """The days that are not what their weekday says, with the paper behind each."""
    if not days:
        return text(t("calendar.no_days"), Style.BODY_LARGE, quiet=True)
    return section(t("calendar.exceptions"), [_exception(one) for one in days])


def _exception(one: Json) -> ft.Control:
    on = date.fromisoformat(one["day"])
    kind = t("days.kind.swap" if one["works"] else "days.kind.holiday")
    told: list[str] = [f"{t(f'weekday.{on.isoweekday()}')} · {kind}", one["legal_basis"]]
    if one["needs_review"]:
        told.append(t("calendar.unchecked"))
    icon = ft.Icons.WORK_OUTLINE if one["works"] else ft.Icons.WEEKEND_OUTLINED
    to_day = action(current_app().go, f"/calendar/days/{one['day']}")
    return row(f"day.{one['day']}", icon, f"{day(on)} · {said(one['name'])}", " · ".join(told), to_day)


def _hours(hours: list[Json] | None) -> ft.Control:
    app = current_app()
    terms = app.services.editing_state.terms
    names = terms.agencies if terms else {}
    if hours is None:
        return text(t("calendar.hours_elsewhere"), Style.BODY_MEDIUM, quiet=True)
    rows = []
    for one in hours:
        is_default = one["agency"] == "default"
        name = t("calendar.hours_default") if is_default else str(names.get(one["agency"], one["agency"]))
        told = hours_text(one["sessions"]) + (f" · {t('calendar.unchecked')}" if one["needs_review"] else "")
        to_hours = action(app.go, f"/calendar/hours/{one['agency']}")
        rows.append(row(f"hours.{one['agency']}", ft.Icons.SCHEDULE, name, told, to_hours))
    add = action(app.go, "/calendar/hours/new")
    rows.append(row("hours.new", ft.Icons.ADD, t("calendar.hours_add"), t("calendar.hours_add_body"), add))
    return section(t("calendar.hours"), rows)


def hours_text(sessions: list[list[str]]) -> str:
    """`07:30–11:30, 13:30–17:30`."""
    return ", ".join(f"{start}–{end}" for start, end in sessions)


@screen
def MonthView() -> ft.View:
    """`/calendar/months/<year>-<month>`: each day opens its page."""
    app = current_app()
    use_observed(app.services.app_state)
    state = use_observed(app.services.editing_state)
    wanted = ft.use_route_params().get("month", "")
    year, month = _numbers(wanted)
    use_async(lambda: app.editing.calendar.know(year), [year])
    days = month_days(year, month, rows_by_day(state.years.get(year)))
    lines: list[ft.Control] = [
        ft.Row(key=f"week-{number}", spacing=4, controls=[_big(one) for one in week])
        for number, week in enumerate(weeks_of(days))
    ]
    named = [text(f"{day(one.on)} · {said(one.name)}", Style.BODY_LARGE) for one in days if one.name]
    body: list[ft.Control] = [
        text(t("calendar.month_body"), Style.BODY_MEDIUM, quiet=True),
        week_head(),
        ft.Column(spacing=4, controls=lines),
        legend(),
        *named,
    ]
    route = ft.use_view_path() or f"/calendar/months/{wanted}"
    return framed(Frame(route=route, title=month_name(year, month), back="/calendar", body=body))


def _numbers(wanted: str) -> tuple[int, int]:
    """Year and month of an address; this month for what is none."""
    try:
        first = date.fromisoformat(f"{wanted}-01")
    except ValueError:
        first = current_app().editing.today()
    return first.year, first.month


def _big(one: Day | None) -> ft.Control:
    if one is None:
        return ft.Container(expand=1, height=theme.TOUCH)
    look = current_app().look
    ground, ink = tint(one.kind)
    content = ft.Container(
        height=theme.TOUCH,
        bgcolor=ground,
        border=ft.Border.all(2 if one.name else 1, ink if one.name else look.line),
        border_radius=theme.RADIUS_CARD,  # that of what is tapped, or its corners are cut
        alignment=ft.Alignment.CENTER,
        content=text(str(one.on.day), Style.TITLE_SMALL, color=ink),
    )
    label = t("days.cell", weekday=t(f"weekday.{one.on.isoweekday()}"), day=day(one.on), kind=kind_words(one))
    to_day = action(current_app().go, f"/calendar/days/{one.on.isoformat()}")
    target = tappable(f"day.{one.on.isoformat()}", content, to_day, label=label)
    return ft.Container(key=one.on.isoformat(), expand=1, content=target)
