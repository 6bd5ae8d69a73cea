"""What a step of a draft looks like, whether its owner fills it in or an officer for somebody who is present."""

from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.i18n.names import said
from mobile.screens.citizen.dossiers.way import CONTACT_FAULTS
from mobile.state.draft import PAPERS, Draft
from mobile.state.steps import contact_values, group_in
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, heading, notice_box, text
from mobile.ui.form.asking import OnAnswer
from mobile.ui.form.group import Filled, GroupView

Json = dict[str, Any]
Wrong = dict[str, list[str]]


def progress(identifier: str, at: int, of: int, promise: str) -> ft.Control:
    """How far one has come, and what becomes of it (`promise`)."""
    look = current_app().look
    words = t("draft.step", at=at, of=of)
    bar = ft.ProgressBar(
        value=at / of, color=look.primary, bgcolor=look.line, bar_height=6, border_radius=theme.RADIUS_PILL
    )
    lines: list[ft.Control] = [text(line, Style.BODY_MEDIUM, quiet=True) for line in (words, promise)]
    row = ft.Row(wrap=True, alignment=ft.MainAxisAlignment.SPACE_BETWEEN, controls=lines)
    column = ft.Column(spacing=6, controls=[ft.Semantics(exclude_semantics=True, content=bar), row])
    return ft.Semantics(identifier=identifier, label=words, content=column)


def group_body(draft: Draft, step: str, wrong: Wrong, on_answer: OnAnswer) -> list[ft.Control]:
    """The questions of one of the form's groups."""
    group = group_in(draft, step)
    if group is None or draft.form is None:
        return []
    filled = Filled(draft.form, draft.values, draft.known, draft.origins, wrong, on_answer, f"{draft.id}-{step}")
    return _titled(group, GroupView(filled, group, key=f"group-{draft.id}-{step}"))


def way_body(draft: Draft, contact: Json, wrong: Wrong, on_answer: OnAnswer) -> list[ft.Control]:
    """The last questions, `contact` (`contact_form`)."""
    asked = contact["schema"]["properties"]
    found = {name if name in asked else CONTACT_FAULTS.get(name, name): codes for name, codes in wrong.items()}
    filled = Filled(contact, contact_values(draft, contact), {}, {}, found, on_answer, f"{draft.id}-way")
    group = contact["layout"][0]
    return _titled(group, GroupView(filled, group, key=f"group-{draft.id}-way"))


def _titled(group: Json, view: ft.Control) -> list[ft.Control]:
    return [heading(said(group["title"]), Style.HEADLINE_SMALL), view]


def to_fix(draft: Draft, step: str, group: Json | None, wrong: Wrong) -> list[ft.Control]:
    """What still needs an answer, in the order in which it is asked; `group` is the step's, unless it is the papers."""
    if not wrong:
        return []
    if step == PAPERS:
        asked = [(item["key"], item["name"]) for item in draft.procedure["components"]]
    else:
        asked = [(field["name"], field["label"]) for field in (group or {"fields": []})["fields"]]
    what = ", ".join(said(name) for key, name in asked if key in wrong)
    box = notice_box(t("form.fix", what=what), ft.Icons.ERROR_OUTLINE, current_app().look.danger)
    return [ft.Semantics(identifier="form.fix", live_region=True, content=box)]


def step_footer(step: str, above: list[ft.Control], button: ft.Control) -> ft.Control:
    """The button that leads on from a step."""
    # A key of its own: Flutter does not tell assistive software of a node's new identifier.
    row = ft.Row(key=f"next-{step}", controls=[button])
    return ft.Column(key=f"footer-{step}", tight=True, spacing=theme.SPACE_S, controls=[*above, row])
