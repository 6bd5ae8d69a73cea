"""Asking for a supplement: ticks on the published list, a reason for each, and why some cannot be asked for."""

from collections.abc import Callable
from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.i18n.names import said, word
from mobile.state.desk_case import Case
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, glyph, notice_box, text
from mobile.ui.components.text_field import text_field
from mobile.ui.errors import action, action_with, safely
from mobile.ui.form.asking import fault_line
from mobile.ui.form.options import option

Json = dict[str, Any]
Answer = Callable[[str, Any], None]
LONGEST = 1_000


@safely
def Demands(case: Case, reasons: dict[str, str], codes: dict[str, list[str]], answer: Answer) -> ft.Control:
    """The list with its ticks; `reasons` by component are what is asked for."""
    look = current_app().look
    demands = case.raw.get("demands") or {"notices_left": 0, "items": []}
    left = int(demands["notices_left"])
    tone, icon = (look.neutral, ft.Icons.INFO_OUTLINE) if left else (look.danger, ft.Icons.BLOCK)
    told = t("case.demands.one" if left else "case.demands.none")
    rows: list[ft.Control] = [notice_box(told, icon, tone)]
    if "items" in codes:
        rows.append(fault_line("case.items", tuple(codes["items"])))

    def tick(key: str) -> None:
        rest = {name: reason for name, reason in reasons.items() if name != key}
        answer("items", rest if key in reasons else {**rest, key: ""})

    def write(key: str, event: Any) -> None:
        answer("items", {**reasons, key: event.control.value})

    for item in demands["items"] if left else ():
        rows += _item(item, reasons, codes, tick, write)
    return ft.Column(spacing=theme.SPACE_S, horizontal_alignment=ft.CrossAxisAlignment.STRETCH, controls=rows)


def _item(
    item: Json,
    reasons: dict[str, str],
    codes: dict[str, list[str]],
    tick: Callable[[str], None],
    write: Callable[[str, Any], None],
) -> list[ft.Control]:
    key, name = item["component"], said(item["name"])
    fault = codes.get(f"items.{key}") or []
    if item["held"] is not None:
        return [_held(key, name, item["held"])]
    is_ticked = key in reasons
    rows = [option(f"case.demand.{key}", name, action(tick, key), is_chosen=is_ticked, many=True)]
    if fault:
        rows.append(fault_line(f"case.demand.{key}", tuple(fault)))
    if is_ticked:
        control = ft.TextField(
            value=reasons[key],
            label=t("case.demand.reason"),
            hint_text=t("case.demand.hint"),
            multiline=True,
            min_lines=2,
            max_lines=5,
            max_length=LONGEST,
            on_change=action_with(write, key),
        )
        rows.append(ft.Container(key=f"reason-{key}", content=text_field(f"case.reason.{key}", control)))
    return rows


def _held(key: str, name: str, held: Json) -> ft.Control:
    """What the city has already: it stands in the list, so that nobody looks for it, and cannot be ticked."""
    look = current_app().look
    source = word("case.source", held["source"], held["source"])
    words: list[ft.Control] = [
        text(name, Style.BODY_LARGE),
        text(t("case.demand.held", source=source, label=held["label"]), Style.BODY_MEDIUM, quiet=True),
    ]
    return ft.Container(
        key=f"held-{key}",
        padding=ft.Padding.symmetric(vertical=12, horizontal=theme.SPACE_M),
        content=ft.Row(
            spacing=12,
            vertical_alignment=ft.CrossAxisAlignment.START,
            controls=[
                glyph(ft.Icons.CHECK_CIRCLE, color=look.valid.strong),
                ft.Column(expand=True, tight=True, spacing=2, controls=words),
            ],
        ),
    )
