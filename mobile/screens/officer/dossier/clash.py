"""A dossier that the city and the one-stop software have changed differently: both versions side by side."""

from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.i18n.dates import moment_text
from mobile.i18n.names import money, said, word
from mobile.state.desk_case import Case
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, glyph, heading, side_by_side, text
from shared_models.clock import from_wire
from shared_models.dossier_status import DossierStatus

Json = dict[str, Any]
SIDES = ("ours", "theirs")
MEMBERS = ("status", "status_at", "code", "due_at", "fee", "paid_at", "asked", "decision", "number")
TIMES = frozenset({"status_at", "due_at", "paid_at"})


def clash(case: Case) -> list[ft.Control]:
    """What differs, and what each side says; settling it is one of the actions."""
    found = case.clash
    if not found:
        return []
    look = current_app().look
    differs = set(found.get("differs") or ())
    head = ft.Row(
        spacing=12,
        controls=[
            glyph(ft.Icons.CALL_SPLIT, color=look.danger.strong),
            ft.Container(expand=True, content=heading(t("case.clash"), Style.TITLE_LARGE)),
        ],
    )
    names = {one["key"]: said(one["name"]) for one in case.terms.get("components") or ()}
    sides = [_side(side, found[side], differs, names) for side in SIDES]
    lines = [head, text(t("case.clash_body"), Style.BODY_MEDIUM, quiet=True), side_by_side(sides)]
    box = card(ft.Column(spacing=theme.SPACE_M, controls=lines))
    box.border = ft.Border.all(2, look.danger.strong)
    return [ft.Semantics(identifier="case.clash", container=True, content=box)]


def _side(side: str, told: Json, differs: set[str], names: dict[str, str]) -> ft.Control:
    now = current_app().services.clock.now()
    rows: list[ft.Control] = [
        text(t(f"case.side.{side}"), Style.TITLE_MEDIUM),
        text(t("case.side_at", time=moment_text(from_wire(told["at"]), now)), Style.BODY_SMALL, quiet=True),
    ]
    rows += [_member(name, told.get(name), names) for name in MEMBERS if name in differs]
    if told.get("note"):
        rows.append(text(told["note"], Style.BODY_MEDIUM))
    column = ft.Column(spacing=6, horizontal_alignment=ft.CrossAxisAlignment.STRETCH, controls=rows)
    return ft.Container(key=f"side-{side}", content=column)


def _member(name: str, value: Any, names: dict[str, str]) -> ft.Control:
    ink = current_app().look.danger.strong
    words: list[ft.Control] = [
        text(word("case.member", name, name), Style.BODY_SMALL, quiet=True),
        text(_said(name, value, names), Style.BODY_LARGE, color=ink),
    ]
    return ft.Column(key=f"member-{name}", spacing=0, tight=True, controls=words)


def _said(name: str, value: Any, names: dict[str, str]) -> str:
    if value in (None, "", []):
        return t("case.clash_nothing")
    if name == "status":
        return word("case.status", DossierStatus(value).name)
    if name in TIMES:
        return moment_text(from_wire(value), current_app().services.clock.now())
    if name == "fee":
        return money(int(value))
    if isinstance(value, list):
        return ", ".join(names.get(item, str(item)) for item in value)
    return word("case.decision", str(value), str(value)) if name == "decision" else str(value)
