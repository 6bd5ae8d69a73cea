"""What every page of a draft has: the draft itself, how it stands with the server, and saving by itself."""

from datetime import date
from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, t
from mobile.i18n.dates import as_of_text, day
from mobile.screens.administrator.version import context_of
from mobile.state.editing import OpenDraft
from mobile.state.procedure_facts import Change, differences
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, chip, glyph, heading, notice_box, text
from mobile.ui.components.buttons import link_button, primary_button
from mobile.ui.components.text_field import text_field
from mobile.ui.errors import action, safely
from mobile.ui.hooks import Failed, Loading, use_async, use_observed

Json = dict[str, Any]


def use_draft(*, fresh: bool = False) -> tuple[str, OpenDraft | Loading | Failed]:
    """The draft of the address, opened if need be, and saved a moment after each change.

    `fresh`: what others have saved meanwhile is fetched.
    """
    app = current_app()
    use_observed(app.services.app_state)
    state = use_observed(app.services.editing_state)
    version_id = ft.use_route_params().get("version_id", "").replace("%40", "@")
    answer = use_async(lambda: app.editing.open(version_id, fresh=fresh), [version_id])
    draft = state.drafts.get(version_id)

    async def settle() -> None:
        await app.editing.settle(version_id)

    ft.use_effect(settle, dependencies=[draft.edits if draft else 0], cleanup=lambda: None)
    if draft is not None:
        return version_id, draft
    return version_id, answer if isinstance(answer, Failed) else Loading()


def waiting(answer: Loading | Failed) -> ft.Control:
    if isinstance(answer, Failed):
        return notice_box(error_text(answer.code), ft.Icons.CLOUD_OFF, current_app().look.neutral)
    return text(t("service.loading"), quiet=True)


def standing(draft: OpenDraft) -> ft.Control:
    """How the draft stands with the server, said aloud when it changes."""
    app = current_app()
    look = app.look
    icons = {
        "saved": (ft.Icons.CLOUD_DONE, look.valid.strong),
        "changed": (ft.Icons.EDIT, look.text_quiet),
        "saving": (ft.Icons.CLOUD_UPLOAD, look.text_quiet),
        "refused": (ft.Icons.ERROR_OUTLINE, look.danger.strong),
        "failed": (ft.Icons.CLOUD_OFF, look.warning.strong),
        "clash": (ft.Icons.PEOPLE_OUTLINE, look.warning.strong),
    }
    icon, color = icons[draft.phase]
    saved = as_of_text(draft.saved_at, app.services.clock.now()) or ""
    why = error_text(draft.error) if draft.error else ""
    words = t(f"draft_edit.phase.{draft.phase}", time=saved, why=why, count=len(draft.faults))
    line: list[ft.Control] = [
        glyph(icon, color=color, size=20),
        ft.Container(expand=True, content=text(words, Style.BODY_MEDIUM, color=color)),
    ]
    if draft.phase == "failed":
        line.append(link_button("draft.again", t("retry"), action(app.editing.save, draft.id)))
    row = ft.Row(spacing=theme.SPACE_S, controls=line)
    return ft.Semantics(identifier="draft.phase", live_region=True, content=row)


def clash_box(draft: OpenDraft) -> list[ft.Control]:
    """Somebody else has saved: theirs is taken, one's own can be carried over by hand; nothing is overwritten."""
    if draft.phase != "clash" or draft.theirs is None:
        return []
    return [Clash(draft, key=f"clash-{draft.theirs['draft_version']}")]


@safely
def Clash(draft: OpenDraft) -> ft.Control:
    app = current_app()
    is_open, set_open = ft.use_state(False)
    theirs = draft.theirs or {}
    at = as_of_text(theirs.get("saved_at"), app.services.clock.now()) or ""
    body = t("draft_edit.clash", who=theirs.get("saved_by_name") or "", time=at)
    controls: list[ft.Control] = [
        heading(t("draft_edit.clash_title"), Style.TITLE_MEDIUM),
        text(body, Style.BODY_LARGE),
    ]
    if is_open:
        mine = ft.TextField(value=mine_in_words(draft), read_only=True, multiline=True, min_lines=3, max_lines=12)
        controls += [text(t("draft_edit.mine_body"), Style.BODY_MEDIUM, quiet=True), text_field("draft.mine", mine)]
    else:
        controls.append(link_button("draft.keep_mine", t("draft_edit.keep_mine"), action(set_open, True)))
    take = primary_button("draft.take", t("draft_edit.take"), action(app.editing.take_theirs, draft.id))
    controls.append(ft.Row(wrap=True, controls=[take]))
    box = card(ft.Column(spacing=12, horizontal_alignment=ft.CrossAxisAlignment.STRETCH, controls=controls))
    box.border = ft.Border.all(2, app.look.warning.strong)
    return box


def mine_in_words(draft: OpenDraft) -> str:
    """One's own changes against what the other has saved, as text to be copied."""
    theirs = (draft.theirs or {}).get("procedure")
    changes = differences(theirs, draft.procedure, context_of(draft.procedure))
    return "\n".join(f"{one.label}: {one.after or t('draft_edit.gone')}" for one in changes) or t("draft_edit.same")


def change_rows(changes: list[Change]) -> ft.Control:
    """What becomes another, the old beside the new."""
    rows = [ft.Container(key=one.path, content=_change_row(one)) for one in changes]
    stretch = ft.CrossAxisAlignment.STRETCH
    return card(ft.Column(spacing=16, horizontal_alignment=stretch, controls=list[ft.Control](rows)))


def _change_row(change: Change) -> ft.Control:
    look = current_app().look
    head: list[ft.Control] = [text(change.label, Style.TITLE_SMALL)]
    turn = change.turn or ("" if change.before and change.after else "added" if change.after else "removed")
    if turn:
        tone = look.valid if turn in {"shorter", "cheaper"} else look.neutral
        head.append(chip(t(f"draft_edit.turn.{turn}"), TURNS[turn], tone))
    lines: list[ft.Control] = [ft.Row(wrap=True, spacing=theme.SPACE_S, run_spacing=4, controls=head)]
    if change.before:
        lines.append(text(t("draft_edit.before", value=change.before), Style.BODY_MEDIUM, quiet=True))
    if change.after:
        lines.append(text(t("draft_edit.after", value=change.after), Style.BODY_LARGE))
    return ft.Column(spacing=4, tight=True, controls=lines)


TURNS = {
    "shorter": ft.Icons.TRENDING_DOWN,
    "longer": ft.Icons.TRENDING_UP,
    "cheaper": ft.Icons.TRENDING_DOWN,
    "dearer": ft.Icons.TRENDING_UP,
    "added": ft.Icons.ADD,
    "removed": ft.Icons.REMOVE,
}


def from_day(draft: OpenDraft) -> str:
    return day(date.fromisoformat(draft.procedure["effective_from"]))
