"""A published version to be read whole, and a draft begun from it for a day."""

from datetime import date, timedelta
from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, t
from mobile.i18n.dates import day
from mobile.i18n.names import said
from mobile.state.answers import date_to_type, typed_date
from mobile.state.editor_choices import Context
from mobile.state.editor_fields import GROUPS
from mobile.state.procedure_facts import facts_of, mark_text
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, empty, fact, heading, notice_box, text
from mobile.ui.components.buttons import primary_button, second_button
from mobile.ui.components.frame import Frame, framed
from mobile.ui.components.text_field import text_field
from mobile.ui.errors import action, action_with, safely, screen
from mobile.ui.hooks import Failed, Loaded, use_async, use_observed
from shared_models.errors import Invalid

Json = dict[str, Any]


@screen
def VersionView() -> ft.View:
    """`/versions/<id>`."""
    app = current_app()
    use_observed(app.services.app_state)
    state = use_observed(app.services.editing_state)
    tries, set_tries = ft.use_state(0)
    version_id = ft.use_route_params().get("version_id", "").replace("%40", "@")

    async def fetch() -> Json:
        version = await app.editing.read(version_id)
        if state.terms is None:
            await app.editing.know_terms()
        await app.editing.know_form(version["form"])
        return version

    answer = use_async(fetch, [version_id, tries])
    route = ft.use_view_path() or f"/versions/{version_id}"
    # What was fetched for the version before this one is still there while this one is on its way.
    if not isinstance(answer, Loaded) or answer.value["id"] != version_id:
        return framed(Frame(route=route, title=t("catalogue.version"), body=[_waiting(answer, set_tries, tries)]))
    version = answer.value
    body = [Begin(version, key=f"begin-{version_id}"), *version_body(version, context_of(version))]
    return framed(Frame(route=route, title=said(version["name"]), body=body))


def _waiting(answer: Any, set_tries: Any, tries: int) -> ft.Control:
    if isinstance(answer, Failed):
        again = second_button("version.again", t("retry"), action(set_tries, tries + 1))
        return empty(ft.Icons.CLOUD_OFF, t("service.unavailable"), error_text(answer.code), again)
    return text(t("service.loading"), quiet=True)


def context_of(procedure: Json, row: Json | None = None) -> Context:
    """What the words of a procedure's members hang on, as far as it is known."""
    state = current_app().services.editing_state
    form = state.forms.get(procedure["form"] or "")
    return Context(state.terms, form, row or {}) if state.terms else Context(form=form, row=row or {})


def version_body(procedure: Json, context: Context) -> list[ft.Control]:
    """All that a version says, group by group."""
    since = t("catalogue.since", code=procedure["code"], day=day(date.fromisoformat(procedure["effective_from"])))
    body: list[ft.Control] = [text(since, Style.BODY_LARGE, quiet=True)]
    if procedure["needs_review"]:
        what = "; ".join(mark_text(procedure, path, context) for path in procedure["needs_review"])
        body.append(notice_box(t("version.unchecked", what=what), ft.Icons.RULE, current_app().look.warning))
    for group in GROUPS:
        facts = [one for one in facts_of(group, procedure, context) if one.text != "–"]
        if not facts:
            continue
        lines = [ft.Container(key=one.path, content=fact(one.label, one.text)) for one in facts]
        section = [
            heading(t(f"edit.group.{group.key}"), Style.TITLE_MEDIUM),
            card(ft.Column(spacing=12, controls=list[ft.Control](lines))),
        ]
        stretch = ft.CrossAxisAlignment.STRETCH
        column = ft.Column(spacing=theme.SPACE_S, horizontal_alignment=stretch, controls=section)
        body.append(ft.Container(key=f"group-{group.key}", content=column))
    return body


@safely
def Begin(version: Json) -> ft.Control:
    """The day from which the new version shall hold."""
    app = current_app()
    first = max(app.editing.today(), date.fromisoformat(version["effective_from"])) + timedelta(days=1)
    typed, set_typed = ft.use_state(date_to_type(first.isoformat()))
    busy, set_busy = ft.use_state(False)

    async def begin() -> None:
        chosen = day_typed(typed)
        if chosen < app.editing.today():
            raise Invalid("catalogue.date_past")
        set_busy(True)
        try:
            draft_id = await app.editing.begin(version["id"], chosen)
        finally:
            set_busy(False)
        app.go(f"/drafts/{draft_id}")

    control = ft.TextField(
        value=typed,
        label=t("version.from_day"),
        hint_text=t("form.hint.date"),
        keyboard_type=ft.KeyboardType.DATETIME,
        on_change=action_with(lambda event: set_typed(lambda _: event.control.value)),
    )
    button = primary_button("version.begin", t("version.begin"), action(begin), icon=ft.Icons.EDIT_NOTE, busy=busy)
    content = [
        text(t("version.begin_body"), Style.BODY_MEDIUM, quiet=True),
        text_field("version.day", control),
        ft.Row(controls=[button], wrap=True),
    ]
    stretch = ft.CrossAxisAlignment.STRETCH
    return card(ft.Column(spacing=12, horizontal_alignment=stretch, controls=content))


def day_typed(typed: str) -> date:
    """Raises Invalid `date.impossible` for what is no day."""
    try:
        return date.fromisoformat(typed_date(typed.replace(" ", ""), partial=False))
    except ValueError as impossible:
        raise Invalid("date.impossible") from impossible
