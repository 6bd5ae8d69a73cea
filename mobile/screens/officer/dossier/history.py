"""Everything that was done to a dossier, the newest first: what, by whom, where, when, and in which words."""

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.i18n.dates import moment_text
from mobile.i18n.names import word
from mobile.state.desk_case import Case
from mobile.state.dossiers import Happening
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, heading, text


def history(case: Case) -> list[ft.Control]:
    lines = [line(item, number) for number, item in enumerate(case.dossier.timeline)]
    return [heading(t("case.history"), Style.TITLE_LARGE), ft.Column(spacing=theme.SPACE_M, controls=lines[::-1])]


def line(item: Happening, number: int) -> ft.Control:
    """One line of the timeline."""
    look, now = current_app().look, current_app().services.clock.now()
    who = " · ".join(part for part in (item.actor or _owner_or_system(item), item.agency) if part)
    words: list[ft.Control] = [
        text(word("case.happened", item.action, item.action), Style.TITLE_MEDIUM),
        text(f"{moment_text(item.at, now)} · {who}", Style.BODY_MEDIUM, quiet=True),
    ]
    if item.note:
        words.append(text(item.note, Style.BODY_MEDIUM))
    return ft.MergeSemantics(
        key=f"happened-{number}",
        content=ft.Container(
            padding=ft.Padding.only(left=theme.SPACE_M),
            border=ft.Border.only(left=ft.BorderSide(3, look.line)),
            content=ft.Column(spacing=2, tight=True, controls=words),
        ),
    )


def _owner_or_system(item: Happening) -> str:
    return t("case.by_system") if not item.agency else ""
