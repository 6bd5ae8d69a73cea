"""A draft: its pages with what is missing on each, what it changes, trying its deadlines, publishing, throwing away."""

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.i18n.names import said
from mobile.screens.administrator.draft_parts import clash_box, from_day, standing, use_draft, waiting
from mobile.screens.administrator.version import context_of
from mobile.state.editing import OpenDraft
from mobile.state.editor_fields import GROUPS, Group, group_with
from mobile.state.procedure_facts import differences
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, text
from mobile.ui.components.buttons import icon_button, primary_button
from mobile.ui.components.confirm import Question, use_question
from mobile.ui.components.frame import Frame, framed
from mobile.ui.components.settings_rows import row, section
from mobile.ui.errors import action, screen
from mobile.ui.leaving import use_leaving

ICONS = {
    "about": ft.Icons.LABEL_OUTLINE,
    "standing": ft.Icons.TOGGLE_ON_OUTLINED,
    "agencies": ft.Icons.ACCOUNT_BALANCE_OUTLINED,
    "level": ft.Icons.DEVICES,
    "deadlines": ft.Icons.SCHEDULE,
    "fees": ft.Icons.PAYMENTS_OUTLINED,
    "components": ft.Icons.DESCRIPTION_OUTLINED,
    "form": ft.Icons.DYNAMIC_FORM,
    "result": ft.Icons.VERIFIED_OUTLINED,
    "law": ft.Icons.GAVEL,
}


@screen
def DraftEditView() -> ft.View:
    """`/drafts/<version id>`."""
    app = current_app()
    version_id, draft = use_draft(fresh=True)
    leaving = use_leaving("draft_edit.leave")
    ask = use_question()
    is_kept = not isinstance(draft, OpenDraft) or draft.is_kept

    async def note() -> None:
        await leaving.note(not is_kept)

    ft.use_effect(note, dependencies=[is_kept], cleanup=lambda: None)
    route = ft.use_view_path() or f"/drafts/{version_id}"
    if not isinstance(draft, OpenDraft):
        return framed(Frame(route=route, title=t("draft_edit.title"), body=[waiting(draft)]))

    async def discard() -> None:
        await app.editing.discard(version_id)
        await leaving.note(False)
        app.say("draft_edit.discarded")
        app.go("/")

    throw = action(ask, Question("draft_edit.throw", discard))
    bin_ = icon_button("draft.discard", ft.Icons.DELETE_OUTLINE, t("draft_edit.discard"), throw)
    footer = primary_button(
        "draft.to_publish",
        t("draft_edit.to_publish"),
        action(app.go, f"/drafts/{version_id}/publish"),
        icon=ft.Icons.PUBLISH,
        expand=True,
    )
    return framed(
        Frame(
            route=route,
            title=said(draft.procedure["name"]),
            body=[*clash_box(draft), *overview(draft)],
            actions=[bin_],
            footer=ft.Row(controls=[footer]),
            leave=leaving.to,
        )
    )


def overview(draft: OpenDraft, selected: str = "") -> list[ft.Control]:
    """The pages of a draft, each with what is to be done on it."""
    app = current_app()
    context = context_of(draft.procedure)
    changed = {change.path.partition(".")[0] for change in differences(draft.base, draft.procedure, context)}
    since = t("draft_edit.since", code=draft.procedure["code"], day=from_day(draft))
    rows = [
        _page_row(draft, group, _told(draft, group, changed), is_selected=group.key == selected) for group in GROUPS
    ]
    trial = row(
        "draft.simulator",
        ft.Icons.EVENT_AVAILABLE,
        t("simulator.title"),
        t("simulator.body"),
        action(app.go, f"/drafts/{draft.id}/simulator"),
    )
    return [
        ft.Column(
            tight=True, spacing=theme.SPACE_S, controls=[text(since, Style.BODY_LARGE, quiet=True), standing(draft)]
        ),
        section(t("draft_edit.pages"), rows),
        section(t("draft_edit.before_publishing"), [trial]),
    ]


def _page_row(draft: OpenDraft, group: Group, told: str, *, is_selected: bool) -> ft.Control:
    app = current_app()
    to_page = action(app.go, f"/drafts/{draft.id}/{group.key}")
    line = row(f"draft.{group.key}", ICONS[group.key], t(f"edit.group.{group.key}"), told, to_page)
    ground = app.look.primary_soft if is_selected else None
    return ft.Container(key=f"page-{group.key}", bgcolor=ground, border_radius=theme.RADIUS_CARD, content=line)


def _told(draft: OpenDraft, group: Group, changed: set[str]) -> str:
    """`2 chỗ cần sửa · 1 mục chưa đối chiếu · có thay đổi`."""
    faults = sum(group_with(path) is group for path in draft.faults)
    marks = sum(path.partition(".")[0] in group.about for path in draft.procedure["needs_review"])
    told = []
    if faults:
        told.append(t("draft_edit.faults", count=faults))
    if marks:
        told.append(t("draft_edit.marks", count=marks))
    if changed & set(group.about):
        told.append(t("draft_edit.changed"))
    return " · ".join(told)
