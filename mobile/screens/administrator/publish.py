"""Before a version is published: what it changes, what nobody has checked, its deadline tried out; asked twice."""

from datetime import date
from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, t
from mobile.i18n.dates import day
from mobile.i18n.names import said
from mobile.screens.administrator.draft_parts import (
    change_rows,
    clash_box,
    from_day,
    standing,
    use_draft,
    waiting,
)
from mobile.screens.administrator.simulator import Simulator
from mobile.screens.administrator.version import context_of
from mobile.state.editing import OpenDraft
from mobile.state.editor_fields import group_with
from mobile.state.procedure_facts import differences, mark_text
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, heading, notice_box, text
from mobile.ui.components.buttons import link_button, primary_button
from mobile.ui.components.confirm import Question, use_question
from mobile.ui.components.frame import Frame, framed
from mobile.ui.errors import action, screen
from shared_models.errors import Conflict

RULE_ORPHANED = "catalogue.rule_orphaned"


@screen
def PublishView() -> ft.View:
    """`/drafts/<version id>/publish`."""
    app = current_app()
    version_id, draft = use_draft()
    ask = use_question()
    busy, set_busy = ft.use_state(False)
    orphan, set_orphan = ft.use_state(dict[str, Any]())
    route = ft.use_view_path() or f"/drafts/{version_id}/publish"
    back = f"/drafts/{version_id}"
    if not isinstance(draft, OpenDraft):
        return framed(Frame(route=route, title=t("publish.title"), back=back, body=[waiting(draft)]))

    async def publish() -> None:
        set_busy(True)
        set_orphan(lambda _: {})
        try:
            await app.editing.publish(version_id)
        except Conflict as error:
            if error.code != RULE_ORPHANED:
                raise
            found = dict(error.params)
            set_orphan(lambda _: found)
            return
        finally:
            set_busy(False)
        app.say("publish.done")
        app.go(f"/versions/{version_id}")

    question = Question("publish.question", publish, danger=False, params={"day": from_day(draft)})
    can = draft.phase in {"saved", "changed"} and not is_past(draft)
    button = primary_button(
        "publish.go",
        t("publish.going" if busy else "publish.go", day=from_day(draft)),
        action(ask, question) if can else None,
        icon=ft.Icons.PUBLISH,
        expand=True,
        busy=busy,
    )
    body = [
        *clash_box(draft),
        standing(draft),
        *_orphaned(orphan),
        *_hindrances(draft),
        *_changes(draft),
        *_unchecked(draft),
    ]
    body += [
        heading(t("simulator.title"), Style.TITLE_LARGE),
        text(t("simulator.about"), Style.BODY_MEDIUM, quiet=True),
        Simulator(draft.procedure, key=f"simulator-{version_id}"),
    ]
    return framed(Frame(route=route, title=t("publish.title"), back=back, body=body, footer=ft.Row(controls=[button])))


def _orphaned(orphan: dict[str, Any]) -> list[ft.Control]:
    """The rule that names a fee which this version drops, and the way to it."""
    if not orphan:
        return []
    app = current_app()
    words = t("publish.orphan", rule=said(orphan["name"]), fee=orphan["key"])
    to_rule = link_button("publish.rule", t("publish.to_rule"), action(app.go, f"/rules/{orphan['rule']}"))
    box = notice_box(words, ft.Icons.SAVINGS_OUTLINED, app.look.danger)
    column = ft.Column(spacing=0, controls=[box, to_rule])
    return [ft.Semantics(identifier="publish.orphan", live_region=True, container=True, content=column)]


def is_past(draft: OpenDraft) -> bool:
    """A version may not change what was in force before today."""
    return bool(draft.procedure["effective_from"] < current_app().editing.today().isoformat())


def _hindrances(draft: OpenDraft) -> list[ft.Control]:
    """What keeps it from being published, each with the way to mend it."""
    app = current_app()
    found: list[ft.Control] = []
    if is_past(draft):
        found.append(notice_box(error_text("catalogue.date_past"), ft.Icons.EVENT_BUSY, app.look.danger))
    if draft.faults:
        pages = [group for group in {group_with(path) for path in draft.faults} if group]
        links = [
            link_button(
                f"publish.mend.{group.key}",
                t("publish.mend", page=t(f"edit.group.{group.key}")),
                action(app.go, f"/drafts/{draft.id}/{group.key}"),
            )
            for group in sorted(pages, key=lambda one: one.key)
        ]
        words = t("draft_edit.faults", count=len(draft.faults))
        found += [notice_box(words, ft.Icons.ERROR_OUTLINE, app.look.danger), ft.Row(wrap=True, controls=links)]
    return found


def _changes(draft: OpenDraft) -> list[ft.Control]:
    if draft.base is None:
        return [notice_box(t("publish.is_new"), ft.Icons.FIBER_NEW, current_app().look.neutral)]
    changes = differences(draft.base, draft.procedure, context_of(draft.procedure))
    title = heading(t("publish.changes", day=day(date.fromisoformat(draft.base["effective_from"]))), Style.TITLE_LARGE)
    if not changes:
        return [title, notice_box(t("publish.no_changes"), ft.Icons.INFO_OUTLINE, current_app().look.neutral)]
    return [title, change_rows(changes)]


def _unchecked(draft: OpenDraft) -> list[ft.Control]:
    marks = draft.procedure["needs_review"]
    if not marks:
        return []
    context = context_of(draft.procedure)
    what = "; ".join(mark_text(draft.procedure, path, context) for path in marks)
    box = notice_box(t("version.unchecked", what=what), ft.Icons.RULE, current_app().look.warning)
    return [ft.Container(padding=ft.Padding.only(top=theme.SPACE_S), content=box)]
