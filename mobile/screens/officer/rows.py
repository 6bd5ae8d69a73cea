"""One line of the queue: what it is, whose, who has it, and how pressing it is, in words beside the colour."""

from datetime import date, datetime
from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.i18n.dates import clock_time
from mobile.i18n.names import said, weekday_date, weekday_moment
from mobile.screens.citizen.dossiers.cards import status_name
from mobile.state.desk import DeskRow, Heat
from mobile.state.dossiers import Dossier
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, glyph, has_large_text, text
from mobile.ui.components.buttons import Handler, icon_button, tappable
from mobile.ui.errors import action
from shared_models.clock import city_date

STRIP = 5
# Its class is made at run time, which type checkers cannot follow.
SCROLL_KEY: Any = ft.ScrollKey
ICONS = {
    Heat.OVERDUE: ft.Icons.ERROR_OUTLINE,
    Heat.LAST_DAY: ft.Icons.TODAY,
    Heat.NEAR_DUE: ft.Icons.SCHEDULE,
    Heat.CALM: ft.Icons.EVENT_OUTLINED,
    Heat.PAUSED: ft.Icons.PAUSE_CIRCLE_OUTLINE,
    Heat.OVER: ft.Icons.TASK_ALT,
}


def heat_colors(heat: Heat) -> tuple[str, str]:
    """The strip's colour and that of the words; what is not pressing stays quiet."""
    look = current_app().look
    return {
        Heat.OVERDUE: (look.danger.strong, look.danger.strong),
        Heat.LAST_DAY: (look.warning.strong, look.warning.strong),
        Heat.NEAR_DUE: (look.warning.soft, look.warning.strong),
    }.get(heat, (look.line, look.text_quiet))


def heat_text(row: DeskRow, now: datetime) -> str:
    """`Quá hạn từ Thứ Sáu 20/11`, `Thứ Năm 26/11 · còn 3 ngày làm việc`, `Tạm dừng · chờ người nộp bổ sung`."""
    dossier, heat, today = row.dossier, row.heat(now), city_date(now)
    if heat is Heat.OVER:
        return status_name(dossier.status)
    if heat is Heat.PAUSED:
        return t(f"desk.paused.{dossier.status.name.lower()}")
    if row.intake_due_at is not None:
        return _intake_text(row.intake_due_at, now)
    if dossier.due_date is None:
        return status_name(dossier.status)
    return _due_text(dossier, heat, today)


def _due_text(dossier: Dossier, heat: Heat, today: date) -> str:
    day = weekday_date(dossier.due_date or today, today)
    if heat is Heat.OVERDUE:
        return t("desk.due.overdue", day=day)
    if heat is Heat.LAST_DAY:
        return t("desk.due.today")
    left = dossier.working_days_left
    return t("desk.due.left", day=day, count=left) if left else t("due.on", day=day)


def _intake_text(by: datetime, now: datetime) -> str:
    """When the agency has to say whether it takes a dossier (8 working hours)."""
    is_late = now > by
    if city_date(by) == city_date(now):
        return t("desk.intake.late" if is_late else "desk.intake.today", time=clock_time(by))
    day = weekday_moment(by, now)
    return t("desk.intake.missed" if is_late else "desk.intake.by", time=clock_time(by), day=day)


def holder_text(row: DeskRow) -> str:
    """Who has it; with a proposal also that somebody has to sign."""
    who = row.assigned_to or t("desk.nobody")
    return f"{who} · {t('desk.proposed')}" if row.is_proposed else who


def spoken(row: DeskRow, now: datetime) -> str:
    """What a screen reader says of the line."""
    parts = [said(row.dossier.name), heat_text(row, now), row.dossier.code or "", row.owner, holder_text(row)]
    return ". ".join(part for part in parts if part)


def desk_row(
    row: DeskRow,
    on_open: Handler,
    *,
    is_selected: bool = False,
    is_at: bool = False,
    is_ticked: bool | None = None,
    take: Handler | None = None,
) -> ft.Control:
    """A line as one button; `is_ticked` not None: it is chosen instead of opened. `take`: what its own button does."""
    look, now = current_app().look, current_app().services.clock.now()
    strip, ink = heat_colors(row.heat(now))
    if is_selected:
        ink = look.on_primary_soft  # amber cannot be read on the blue of what is open; the strip keeps it
    words = ft.Column(
        expand=True,
        tight=True,
        spacing=3,
        controls=[
            _line(ICONS[row.heat(now)], heat_text(row, now), ink),
            text(said(row.dossier.name), Style.TITLE_MEDIUM, lines=None if has_large_text() else 3),
            text(" · ".join(part for part in (row.owner, row.dossier.code) if part), Style.BODY_MEDIUM),
            _line(ft.Icons.PERSON_OUTLINE, holder_text(row), look.text_quiet),
        ],
    )
    inside: list[ft.Control] = [words]
    if is_ticked is not None:
        tick = ft.Icons.CHECK_BOX if is_ticked else ft.Icons.CHECK_BOX_OUTLINE_BLANK
        inside.insert(0, glyph(tick, color=look.primary if is_ticked else look.text_quiet))
    content = ft.Container(
        padding=ft.Padding(left=12, top=12, right=12, bottom=12),
        border=ft.Border.only(left=ft.BorderSide(STRIP, strip)),
        content=ft.Row(spacing=12, vertical_alignment=ft.CrossAxisAlignment.START, controls=inside),
    )
    label = f"{t('desk.ticked')} {spoken(row, now)}" if is_ticked else spoken(row, now)
    button = tappable(f"desk.{row.id}", content, on_open, label=label, selected=is_selected or bool(is_ticked))
    parts: list[ft.Control] = [ft.Container(expand=True, content=button)]
    if take is not None:
        parts.append(icon_button(f"desk.take.{row.id}", ft.Icons.PERSON_ADD_ALT, t("desk.take"), take))
    edge = look.primary if is_selected or is_at else look.line
    return ft.Container(
        key=SCROLL_KEY(f"row-{row.id}"),
        bgcolor=look.primary_soft if is_selected else look.card,
        border=ft.Border.all(2 if is_at else 1, edge),
        border_radius=theme.RADIUS_FIELD,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
        content=ft.Row(spacing=0, controls=parts),
    )


def _line(icon: ft.IconData, words: str, ink: str) -> ft.Control:
    return ft.Row(
        spacing=6,
        vertical_alignment=ft.CrossAxisAlignment.START,
        controls=[
            glyph(icon, size=18, color=ink),
            ft.Container(expand=True, content=text(words, Style.BODY_MEDIUM, color=ink)),
        ],
    )


async def open_dossier(dossier_id: str) -> None:
    """Beside the list where there is room, else on a page of its own."""
    app = current_app()
    app.desk.select(dossier_id)
    if not app.desk.has_room:
        app.go(f"/dossiers/{dossier_id}")
    elif ft.context.page.route not in {"/", "/search"}:
        app.go("/")


def opening(dossier_id: str) -> Handler:
    return action(open_dossier, dossier_id)
