"""What happened to a dossier: by whom, where and when; then what is still to come."""

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.i18n.dates import moment_text
from mobile.i18n.names import word
from mobile.screens.citizen.dossiers.cards import status_name
from mobile.state.dossiers import Dossier, Happening
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, glyph, growth, text
from shared_models.dossier_status import DossierStatus

DOT = 28
AHEAD = {
    DossierStatus.SUBMITTED: ("accept", "resolve", "return_result"),
    DossierStatus.ACCEPTED: ("resolve", "return_result"),
    DossierStatus.PROCESSING: ("resolve", "return_result"),
    DossierStatus.SUPPLEMENT_REQUESTED: ("answer_supplement", "resolve", "return_result"),
    DossierStatus.PAYMENT_REQUESTED: ("pay", "resolve", "return_result"),
    DossierStatus.STOPPED: ("resume", "resolve", "return_result"),
    DossierStatus.RESOLVED: ("return_result",),
}


def timeline(dossier: Dossier) -> ft.Control:
    """Newest last, as one reads; what is done is ticked, what is to come is an empty circle."""
    done = [_done(dossier, item, number) for number, item in enumerate(dossier.timeline)]
    ahead = [_ahead(what) for what in AHEAD.get(dossier.status, ())]
    return ft.Column(spacing=0, controls=[*done, *ahead])


def happening_text(item: Happening) -> str:
    """An action in words; one that this version does not know is told by the status it led to."""
    known = word("dossier.action", item.action)
    if known:
        return known
    return status_name(DossierStatus(item.status)) if item.status else t("dossier.action.other")


def _done(dossier: Dossier, item: Happening, number: int) -> ft.Control:
    now = current_app().services.clock.now()
    look = current_app().look
    is_last = number == len(dossier.timeline) - 1
    who = " · ".join(part for part in (item.agency, item.actor) if part)
    lines: list[ft.Control] = [text(happening_text(item), Style.TITLE_MEDIUM)]
    if who:
        lines.append(text(who, Style.BODY_MEDIUM, quiet=True))
    if item.note:
        lines.append(text(item.note, Style.BODY_MEDIUM))
    lines.append(text(moment_text(item.at, now), Style.BODY_MEDIUM, quiet=True))
    running = is_last and not dossier.is_over
    icon = ft.Icons.RADIO_BUTTON_CHECKED if running else ft.Icons.CHECK_CIRCLE
    return _line(f"done-{number}", glyph(icon, color=look.primary if running else look.valid.strong, size=DOT), lines)


def _ahead(what: str) -> ft.Control:
    look = current_app().look
    dot = glyph(ft.Icons.RADIO_BUTTON_UNCHECKED, color=look.text_quiet, size=DOT)
    spoken = ft.Semantics(label=t("dossier.ahead"), content=dot)
    return _line(f"ahead-{what}", spoken, [text(t(f"dossier.action.{what}"), Style.BODY_LARGE, quiet=True)])


def _line(key: str, dot: ft.Control, lines: list[ft.Control]) -> ft.Control:
    row = ft.Row(
        spacing=14,
        vertical_alignment=ft.CrossAxisAlignment.START,
        controls=[
            ft.Container(width=DOT * growth(), content=dot),
            ft.Column(expand=True, tight=True, spacing=2, controls=lines),
        ],
    )
    padding = ft.Padding.only(bottom=theme.SPACE_M)
    return ft.MergeSemantics(key=key, content=ft.Container(padding=padding, content=row))
