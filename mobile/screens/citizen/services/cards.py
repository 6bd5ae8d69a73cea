"""What stands for a procedure in a list, and how a procedure's facts are worded."""

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.i18n.names import money, said, span, word
from mobile.state.procedures import Agency, ProcedureCard
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, chip, glyph, text
from mobile.ui.components.buttons import tappable
from mobile.ui.errors import action

EVENT_ICONS = {
    "birth": ft.Icons.CHILD_CARE,
    "marriage": ft.Icons.FAVORITE_BORDER,
    "death": ft.Icons.LOCAL_FLORIST_OUTLINED,
    "moving_home": ft.Icons.MOVING,
    "driving": ft.Icons.DIRECTIONS_CAR_OUTLINED,
    "going_abroad": ft.Icons.FLIGHT_TAKEOFF,
    "working": ft.Icons.WORK_OUTLINE,
    "studying": ft.Icons.SCHOOL_OUTLINED,
    "health": ft.Icons.HEALTH_AND_SAFETY_OUTLINED,
    "starting_business": ft.Icons.STOREFRONT,
    "running_business": ft.Icons.RESTAURANT,
    "building": ft.Icons.HOME_WORK_OUTLINED,
    "papers": ft.Icons.DESCRIPTION_OUTLINED,
}


def event_name(key: str) -> str:
    return word("life_event", key)


def agency_name(agency: Agency | None) -> str:
    return agency.name if agency else t("service.commune")


def fee_text(fee: int | None) -> str:
    return money(fee) if fee is not None else ""


def fact_line(icon: ft.IconData, value: str) -> ft.Control:
    """An icon and its words; they wrap as one."""
    return ft.Row(
        tight=True,
        spacing=6,
        controls=[glyph(icon, size=20, color=current_app().look.text_quiet), text(value, Style.BODY_MEDIUM)],
    )


def procedure_card(found: ProcedureCard, *, is_selected: bool = False) -> ft.Control:
    """One procedure: what you get, how long, how much."""
    app = current_app()
    name = said(found.name)
    facts: list[ft.Control] = []
    if not found.is_active:
        facts.append(chip(t("service.abolished"), ft.Icons.BLOCK, app.look.neutral))
    else:
        if how_long := span(found.deadline):
            facts.append(fact_line(ft.Icons.SCHEDULE, how_long))
        if how_much := fee_text(found.fee):
            facts.append(fact_line(ft.Icons.PAYMENTS_OUTLINED, how_much))
    spoken = [name, *(span(found.deadline), fee_text(found.fee) if found.is_active else t("service.abolished"))]
    content = card(
        ft.Column(
            spacing=6,
            controls=[
                text(name, Style.TITLE_MEDIUM),
                text(agency_name(found.agency), Style.BODY_MEDIUM, quiet=True),
                ft.Row(wrap=True, spacing=theme.SPACE_M, run_spacing=6, controls=facts),
            ],
        )
    )
    if is_selected:
        content.border = ft.Border.all(2, app.look.primary)
    to_page = action(app.go, f"/services/{found.code}")
    label = ". ".join(part for part in spoken if part)
    return ft.Container(
        key=f"procedure-{found.code}",
        content=tappable(f"service.{found.code}", content, to_page, label=label, selected=is_selected or None),
    )
