"""Days as cells, a week to a line: working or not, and what falls on them. Never a colour alone."""

from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.i18n.dates import day
from mobile.i18n.names import said
from mobile.state.trial import Day
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, glyph, growth, has_large_text, text

Json = dict[str, Any]
CELL = 46
MARKS = {
    "received": ft.Icons.INBOX,
    "clock_starts": ft.Icons.PLAY_ARROW,
    "intake_due": ft.Icons.HOW_TO_REG,
    "original_due": ft.Icons.FLAG_OUTLINED,
    "supplement_asked": ft.Icons.PAUSE,
    "supplement_answered": ft.Icons.REPLAY,
    "due": ft.Icons.FLAG,
}


def week_head() -> ft.Control:
    """Mon to Sun, short."""
    cells = [
        ft.Container(
            key=f"head-{number}",
            expand=1,
            alignment=ft.Alignment.CENTER,
            content=text(t(f"weekday.short.{number}"), Style.LABEL_SMALL, quiet=True),
        )
        for number in range(1, 8)
    ]
    return ft.Row(spacing=4, controls=list[ft.Control](cells))


def tint(kind: str) -> tuple[str | None, str]:
    """The ground and the ink of a day."""
    look = current_app().look
    return {
        "working": (look.card, look.text),
        "weekend": (look.neutral.soft, look.neutral.on_soft),
        "holiday": (look.warning.soft, look.warning.on_soft),
        "swap": (look.primary_soft, look.on_primary_soft),
    }[kind]


def day_words(one: Day) -> str:
    """What a cell says aloud: `Thứ Ba 24/11/2026, nghỉ: Ngày Văn hóa. Hẹn trả`."""
    said_day = t("days.cell", weekday=t(f"weekday.{one.on.isoweekday()}"), day=day(one.on), kind=kind_words(one))
    steps = ", ".join(t(f"simulator.step.{step}") for step in one.steps)
    return f"{said_day}. {steps}" if steps else said_day


def kind_words(one: Day) -> str:
    words = t(f"days.kind.{one.kind}")
    return f"{words}: {said(one.name)}" if one.name else words


def week_of(days: list[Day]) -> ft.Control:
    return ft.Row(
        key=f"week-{days[0].on.isoformat()}",
        spacing=4,
        controls=[_cell(one, is_first=not i) for i, one in enumerate(days)],
    )


def _cell(one: Day, *, is_first: bool) -> ft.Control:
    look = current_app().look
    ground, ink = tint(one.kind)
    is_due = "due" in one.steps
    if is_due:
        ground, ink = look.primary, look.on_primary
    says_month = (is_first or one.on.day == 1) and not has_large_text()
    number = f"{one.on.day}/{one.on.month}" if says_month else str(one.on.day)
    icons = [glyph(MARKS[step], size=14, color=ink) for step in one.steps[:3]]
    return ft.Container(
        key=one.on.isoformat(),
        expand=1,
        height=CELL * growth(),
        bgcolor=ground,
        border=ft.Border.all(2 if one.steps else 1, look.primary if one.steps else look.line),
        border_radius=8,
        alignment=ft.Alignment.CENTER,
        content=ft.Semantics(
            label=day_words(one),
            content=ft.Semantics(
                exclude_semantics=True,
                content=ft.Column(
                    tight=True,
                    spacing=0,
                    alignment=ft.MainAxisAlignment.CENTER,
                    horizontal_alignment=ft.CrossAxisAlignment.CENTER,
                    controls=[
                        text(number, Style.LABEL_MEDIUM, color=ink, lines=1),
                        ft.Row(tight=True, spacing=0, controls=list[ft.Control](icons)),
                    ],
                ),
            ),
        ),
    )


def line_of_days(weeks: list[list[Day]]) -> ft.Control:
    """The weeks, what the tints mean, and the names of days off."""
    named = [one for week in weeks for one in week if one.name]
    rows: list[ft.Control] = [week_head(), *(week_of(week) for week in weeks), legend()]
    rows += [text(f"{day(one.on)} · {kind_words(one)}", Style.BODY_SMALL, quiet=True) for one in named]
    return ft.Column(spacing=4, controls=rows)


def legend() -> ft.Control:
    """What each tint means."""
    look = current_app().look
    items: list[ft.Control] = []
    for kind in ("working", "weekend", "holiday", "swap"):
        ground, _ = tint(kind)
        swatch = ft.Container(width=16, height=16, border_radius=4, bgcolor=ground, border=ft.Border.all(1, look.line))
        words = text(t(f"days.kind.{kind}"), Style.BODY_SMALL, quiet=True)
        items.append(ft.Row(key=f"legend-{kind}", tight=True, spacing=6, controls=[swatch, words]))
    return ft.Container(
        padding=ft.Padding.only(top=theme.SPACE_S),
        content=ft.Row(wrap=True, spacing=theme.SPACE_M, run_spacing=4, controls=items),
    )
