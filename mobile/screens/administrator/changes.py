"""What has changed in the catalogue within a year: how much of each kind, and the list behind each number."""

from datetime import date
from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.i18n.dates import day
from mobile.i18n.names import money, said, span, word
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, empty, has_large_text, heading, text
from mobile.ui.components.buttons import tappable
from mobile.ui.components.frame import Frame, framed
from mobile.ui.errors import action, screen
from mobile.ui.hooks import use_observed
from shared_models.procedure_terms import ChangeKind

Json = dict[str, Any]
TILE = 113


def change_counts(changes: Json) -> ft.Control:
    """A tile for each kind; its number opens its list."""
    since = day(date.fromisoformat(changes["since"]))
    tiles = [_tile(kind.value, changes["counts"].get(kind.value, 0)) for kind in ChangeKind]
    return ft.Column(
        spacing=theme.SPACE_S,
        controls=[
            heading(t("changes.since", day=since), Style.TITLE_MEDIUM),
            ft.Row(wrap=True, spacing=theme.SPACE_S, run_spacing=theme.SPACE_S, controls=tiles),
        ],
    )


def _tile(kind: str, count: int) -> ft.Control:
    look = current_app().look
    name = t(f"changes.kind.{kind}")
    content = card(
        ft.Column(
            spacing=0,
            tight=True,
            controls=[
                text(str(count), Style.HEADLINE_SMALL, color=look.primary if count else look.text_quiet),
                text(name, Style.BODY_MEDIUM, quiet=True),
            ],
        ),
        padding=12,
    )
    content.width = None if has_large_text() else TILE
    label = t("catalogue.counted", name=name, count=count)
    to_list = action(current_app().go, f"/changes/{kind}")
    return ft.Container(key=f"change-{kind}", content=tappable(f"changes.{kind}", content, to_list, label=label))


@screen
def ChangesView() -> ft.View:
    """`/changes/<kind>`."""
    app = current_app()
    use_observed(app.services.app_state)
    state = use_observed(app.services.editing_state)
    kind = ft.use_route_params().get("kind", "")
    rows = [row for row in (state.changes or {}).get("items", ()) if row["kind"] == kind]
    count = ((state.changes or {}).get("counts") or {}).get(kind, 0)
    body = [_change(row) for row in rows] or [empty(ft.Icons.HISTORY, t("changes.none"), t("changes.none_body"))]
    if count > len(rows):
        body.append(text(t("changes.newest", count=len(rows), total=count), Style.BODY_MEDIUM, quiet=True))
    title = t("catalogue.counted", name=word("changes.kind", kind, t("changes.title")), count=count)
    return framed(Frame(route=ft.use_view_path() or f"/changes/{kind}", title=title, body=body))


def _change(row: Json) -> ft.Control:
    name = said(row["summary"]["name"])
    since = t("catalogue.since", code=row["code"], day=day(date.fromisoformat(row["effective_from"])))
    lines: list[ft.Control] = [text(name, Style.TITLE_MEDIUM, lines=3), text(since, Style.BODY_MEDIUM, quiet=True)]
    if told := change_words(row["summary"]):
        lines.append(text(told, Style.BODY_MEDIUM))
    stretch = ft.CrossAxisAlignment.STRETCH
    content = card(ft.Column(spacing=theme.SPACE_XS, horizontal_alignment=stretch, controls=lines))
    to_page = action(current_app().go, f"/versions/{row['to_version']}")
    target = tappable(f"change.{row['id']}", content, to_page, label=f"{name}. {since}. {told}")
    return ft.Container(key=f"change-{row['id']}", content=target)


def change_words(summary: Json) -> str:
    """What became another, as far as the log says it in full."""
    told = []
    for one in summary["members"]:
        member = word("edit.member", one["member"], one["member"])
        before, after = (_value(one["member"], one[side]) for side in ("before", "after"))
        told.append(t("changes.from_to", what=member, before=before, after=after) if before and after else member)
    if replaced := summary.get("replaced_by"):
        told.append(t("changes.replaced", by=t("edit.store") if replaced == "store" else replaced))
    return ". ".join(told)


def _value(member: str, value: Any) -> str:
    """Deadlines and fees of filing online; other members by their own words."""
    if not value:
        return ""
    if member == "deadlines":
        return span(value["online"])
    if member == "fees":
        return money(sum(line["amount"] for line in value["online"]))
    return word(f"edit.{member}", str(value), str(value))
