"""Biểu mẫu: every form, and one being written: its JSON with what is wrong at its path, and how people will see it."""

import json
from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, t
from mobile.i18n.names import said
from mobile.state.answers import groups
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, chip, empty, heading, notice_box, text
from mobile.ui.components.buttons import link_button, primary_button, second_button, tappable
from mobile.ui.components.confirm import Question, use_question
from mobile.ui.components.frame import Frame, framed
from mobile.ui.components.panes import LIST_AND_DETAIL, two_panes
from mobile.ui.components.text_field import text_field
from mobile.ui.errors import action, action_with, safely, screen
from mobile.ui.form.group import Filled, GroupView
from mobile.ui.hooks import Failed, Loaded, use_async, use_observed
from shared_models.errors import Invalid
from shared_models.form_source import read_form

Json = dict[str, Any]
MOST_FAULTS = 12


@screen
def FormsView() -> ft.View:
    """`/forms`."""
    app = current_app()
    use_observed(app.services.app_state)
    state = use_observed(app.services.editing_state)
    answer = use_async(app.services.catalogue_desk.forms, [len(state.forms)])
    if isinstance(answer, Loaded):
        body = [text(t("forms.body"), Style.BODY_LARGE, quiet=True), *(_row(one) for one in answer.value)]
    elif isinstance(answer, Failed):
        body = [empty(ft.Icons.CLOUD_OFF, t("forms.unavailable"), error_text(answer.code))]
    else:
        body = [text(t("service.loading"), quiet=True)]
    return framed(Frame(route="/forms", title=t("forms.title"), body=body))


def _row(one: Json) -> ft.Control:
    look = current_app().look
    title = said(one["title"])
    told = t("forms.told", id=one["id"], count=one["fields"])
    used = t("forms.used", count=len(one["used_by"])) if one["used_by"] else t("forms.unused")
    if one["published_at"]:
        mark = chip(t("forms.published"), ft.Icons.LOCK_OUTLINE, look.neutral)
    else:
        mark = chip(t("catalogue.mark.draft"), ft.Icons.EDIT_NOTE, look.warning)
    lines: list[ft.Control] = [
        text(title, Style.TITLE_MEDIUM),
        text(f"{told} · {used}", Style.BODY_MEDIUM, quiet=True),
        ft.Row(wrap=True, controls=[mark]),
    ]
    stretch = ft.CrossAxisAlignment.STRETCH
    content = card(ft.Column(spacing=theme.SPACE_XS, horizontal_alignment=stretch, controls=lines))
    to_page = action(current_app().go, f"/forms/{one['id']}")
    return ft.Container(key=f"form-{one['id']}", content=tappable(f"form.{one['id']}", content, to_page, label=title))


@screen
def FormView() -> ft.View:
    """`/forms/<id>`."""
    app = current_app()
    use_observed(app.services.app_state)
    form_id = ft.use_route_params().get("form_id", "").replace("%40", "@")
    answer = use_async(lambda: app.services.catalogue_desk.form(form_id), [form_id])
    route = ft.use_view_path() or f"/forms/{form_id}"
    if not isinstance(answer, Loaded) or answer.value["form"]["id"] != form_id:
        words = error_text(answer.code) if isinstance(answer, Failed) else t("service.loading")
        return framed(Frame(route=route, title=form_id, back="/forms", body=[text(words, quiet=True)]))
    wide = LIST_AND_DETAIL if app.services.app_state.is_wide else theme.CONTENT_WIDTH
    editor = FormEditor(answer.value, key=f"editor-{form_id}")
    return framed(Frame(route=route, title=form_id, back="/forms", body=[editor], width=wide))


@safely
def FormEditor(held: Json) -> ft.Control:
    """A published form is read, and may begin a new version; a draft is written here."""
    app = current_app()
    is_draft = held["published_at"] is None
    form, set_form = ft.use_state(held["form"])
    typed, set_typed = ft.use_state(pretty(held["form"]))
    version, set_version = ft.use_state(held["draft_version"])
    faults, set_faults = ft.use_state(dict[str, list[str]]())
    ask = use_question()

    def write(event: Any) -> None:
        value = str(event.control.value)
        set_typed(lambda _: value)
        found, wrong = checked(value)
        set_faults(lambda _: wrong)
        if found is not None:
            set_form(lambda _: found)

    async def save() -> None:
        found, wrong = checked(typed)
        if found is None:
            set_faults(lambda _: wrong)
            return
        try:
            answer = await app.services.catalogue_desk.save_form(found, version)
        except Invalid as error:
            told = {path.removeprefix("form."): codes for path, codes in error.fields.items()}
            set_faults(lambda _: told)
            return
        set_version(lambda _: answer["draft_version"])
        state = app.services.editing_state
        state.forms, state.terms = {**state.forms, found["id"]: found}, None
        app.say("forms.saved")

    async def discard() -> None:
        await app.services.catalogue_desk.discard_form(held["form"]["id"])
        app.say("forms.discarded")
        app.go("/forms")

    async def begin() -> None:
        app.go(f"/forms/{await next_version(held['form'])}")

    if is_draft:
        control = ft.TextField(value=typed, multiline=True, min_lines=12, max_lines=24, on_change=action_with(write))
        throw = action(ask, Question("forms.throw", discard))
        left = [
            text(t("forms.write"), Style.BODY_MEDIUM, quiet=True),
            text_field("form.json", control),
            *fault_rows(faults),
            ft.Row(
                wrap=True,
                controls=[
                    primary_button("form.save", t("forms.save"), action(save) if not faults else None),
                    second_button("form.discard", t("forms.discard"), throw, danger=True),
                ],
            ),
        ]
    else:
        go = primary_button("form.next", t("forms.next"), action(begin), icon=ft.Icons.EDIT_NOTE)
        left = [
            notice_box(t("forms.fixed"), ft.Icons.LOCK_OUTLINE, app.look.neutral),
            ft.Row(wrap=True, controls=[go]),
        ]
    right = Preview(form, key="preview")
    if app.services.app_state.is_wide:
        return two_panes(left, [right], t("forms.preview"), [])
    stretch = ft.CrossAxisAlignment.STRETCH
    controls = [*left, heading(t("forms.preview"), Style.TITLE_LARGE), right]
    return ft.Column(spacing=theme.SPACE_M, horizontal_alignment=stretch, controls=controls)


def fault_rows(faults: dict[str, list[str]]) -> list[ft.Control]:
    """What is wrong, each at its path."""
    look = current_app().look
    rows: list[ft.Control] = [
        notice_box(f"{path}: {'; '.join(error_text(code) for code in codes)}", ft.Icons.ERROR_OUTLINE, look.danger)
        for path, codes in list(faults.items())[:MOST_FAULTS]
    ]
    if len(faults) > MOST_FAULTS:
        rows.append(text(t("draft_edit.faults", count=len(faults)), Style.BODY_MEDIUM, quiet=True))
    return [ft.Semantics(identifier="form.faults", live_region=True, content=ft.Column(spacing=8, controls=rows))]


def pretty(form: Json) -> str:
    return json.dumps(form, ensure_ascii=False, indent=1)


def checked(typed: str) -> tuple[Json | None, dict[str, list[str]]]:
    """The form that was typed, or what is wrong with it by path."""
    try:
        data = json.loads(typed)
    except (ValueError, RecursionError) as fault:
        at = getattr(fault, "lineno", 0)
        return None, {t("forms.line", line=at): ["form.no_json"]}
    try:
        read_form(data)
    except Invalid as fault:
        return None, dict(fault.fields)
    return data, {}


async def next_version(form: Json) -> str:
    """Begin the form's next version as a draft with the same content; one that is there is opened."""
    app = current_app()
    rows = await app.services.catalogue_desk.forms()
    own = [row for row in rows if row["id"].partition("@")[0] == form["key"]]
    drafts = [row["id"] for row in own if row["published_at"] is None]
    if drafts:
        return str(drafts[0])
    number = max(int(row["id"].partition("@")[2]) for row in own) + 1
    new_id = f"{form['key']}@{number}"
    await app.services.catalogue_desk.save_form({**form, "id": new_id, "version": number}, 0)
    return new_id


@safely
def Preview(form: Json) -> ft.Control:
    """The form as people fill it in, group by group; what is typed here goes nowhere."""
    values, set_values = ft.use_state(dict[str, Any]())
    at, set_at = ft.use_state(0)

    async def answer(name: str, value: Any) -> None:
        set_values(lambda old: {k: v for k, v in {**old, name: value}.items() if v is not None})

    shown = groups(form, values)
    place = min(at, len(shown) - 1)
    group = shown[place]
    filled = Filled(form, values, {}, {}, {}, answer, f"preview-{form['id']}-{group['key']}")
    ways: list[ft.Control] = []
    if place:
        ways.append(link_button("preview.before", t("forms.before"), action(set_at, place - 1)))
    if place < len(shown) - 1:
        ways.append(link_button("preview.after", t("forms.after"), action(set_at, place + 1)))
    controls = [
        text(said(form["title"]), Style.TITLE_LARGE),
        heading(t("forms.group", place=place + 1, count=len(shown), title=said(group["title"])), Style.TITLE_MEDIUM),
        GroupView(filled, group, key=f"preview-{group['key']}"),
        ft.Row(wrap=True, controls=ways),
    ]
    stretch = ft.CrossAxisAlignment.STRETCH
    return card(ft.Column(spacing=theme.SPACE_M, horizontal_alignment=stretch, controls=controls))
