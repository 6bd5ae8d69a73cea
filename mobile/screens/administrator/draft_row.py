"""One row of a list of a draft: a paper, a fee, a law. It can be moved and taken out."""

from typing import Any

import flet as ft

from mobile.i18n.catalogue import t
from mobile.i18n.names import said
from mobile.screens.administrator.draft import overview
from mobile.screens.administrator.draft_page import questions
from mobile.screens.administrator.draft_parts import clash_box, standing, use_draft, waiting
from mobile.screens.administrator.version import context_of
from mobile.state.editing import OpenDraft
from mobile.state.editor_fields import rows_of
from mobile.state.paths import moved_item, value_at, without_item
from mobile.state.procedure_facts import row_title
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, empty, text
from mobile.ui.components.buttons import Handler, icon_button, second_button
from mobile.ui.components.confirm import Question, use_question
from mobile.ui.components.frame import Frame, framed
from mobile.ui.components.panes import LIST_AND_DETAIL, two_panes
from mobile.ui.errors import action, screen

Json = dict[str, Any]


@screen
def DraftRowView() -> ft.View:
    """`/drafts/<version id>/<group>/<path of the row>`."""
    app = current_app()
    version_id, draft = use_draft()
    ask = use_question()
    params = ft.use_route_params()
    group, path = params.get("group", ""), params.get("row", "")
    part = rows_of(path)
    route = ft.use_view_path() or f"/drafts/{version_id}/{group}/{path}"
    back = f"/drafts/{version_id}/{group}"
    if not isinstance(draft, OpenDraft):
        return framed(Frame(route=route, title=t("draft_edit.title"), back=back, body=[waiting(draft)]))
    row = value_at(draft.procedure, path)
    if part is None or not isinstance(row, dict):
        gone = empty(ft.Icons.EXPLORE_OFF, t("draft_edit.row_gone"), t("draft_edit.row_gone_body"))
        return framed(Frame(route=route, title=t("draft_edit.title"), back=back, body=[gone]))

    async def take_out() -> None:
        now = app.editing.draft(version_id).procedure
        app.editing.change(version_id, without_item(now, path), anew=True)
        app.go(back)

    title = row_title(part, row, context_of(draft.procedure, row))
    actions = [
        icon_button("row.up", ft.Icons.ARROW_UPWARD, t("draft_edit.up"), action(_move, draft, path, -1)),
        icon_button("row.down", ft.Icons.ARROW_DOWNWARD, t("draft_edit.down"), action(_move, draft, path, 1)),
    ]
    bin_ = action(ask, Question("draft_edit.take_out", take_out))
    body = [
        *clash_box(draft),
        questions(draft, part.specs, path, path),
        *([text(t("edit.key", code=row["key"]), Style.BODY_SMALL, quiet=True)] if part.is_keyed else []),
        _ways_out(back, bin_),
    ]
    if app.services.app_state.is_wide:
        panes = two_panes(overview(draft, group), body, title, actions)
        name = said(draft.procedure["name"])
        return framed(Frame(route, name, [panes], back=back, width=LIST_AND_DETAIL, part=path))
    return framed(Frame(route, title, [standing(draft), *body], back=back, actions=actions, part=path))


def _ways_out(back: str, remove: Handler) -> ft.Control:
    done = second_button("row.done", t("draft_edit.row_done"), action(current_app().go, back), icon=ft.Icons.CHECK)
    label = t("draft_edit.take_out")
    bin_ = second_button("row.remove", label, remove, icon=ft.Icons.DELETE_OUTLINE, danger=True)
    return ft.Row(wrap=True, controls=[done, bin_])


def _move(draft: OpenDraft, path: str, by: int) -> None:
    """The page goes with the row."""
    app = current_app()
    above, _, place = path.rpartition(".")
    to = min(max(int(place) + by, 0), len(value_at(draft.procedure, above)) - 1)
    if to == int(place):
        return
    app.editing.change(draft.id, moved_item(draft.procedure, path, by), anew=True)
    group = ft.context.page.route.rstrip("/").rsplit("/", 2)[-2]
    app.go(f"/drafts/{draft.id}/{group}/{above}.{to}")
