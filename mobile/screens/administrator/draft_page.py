"""One page of a draft: its questions, its lists, and what of it has been checked against the law."""

from dataclasses import replace
from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, t
from mobile.i18n.names import said
from mobile.screens.administrator.draft import ICONS, overview
from mobile.screens.administrator.draft_parts import clash_box, standing, use_draft, waiting
from mobile.screens.administrator.version import context_of
from mobile.state.editing import OpenDraft
from mobile.state.editor_choices import Context
from mobile.state.editor_fields import Group, Rows, Spec, group_of, rows_of
from mobile.state.editor_form import answers_of, form_of, with_answer
from mobile.state.editor_rules import BLANKS, with_own_key
from mobile.state.paths import own_key, value_at, with_value
from mobile.state.procedure_facts import mark_text, row_text, row_title
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, empty, glyph, heading, text
from mobile.ui.components.buttons import link_button, second_button
from mobile.ui.components.frame import Frame, framed
from mobile.ui.components.panes import LIST_AND_DETAIL, two_panes
from mobile.ui.components.settings_rows import row as line
from mobile.ui.errors import action, screen
from mobile.ui.form.group import Filled, GroupView

Json = dict[str, Any]


@screen
def DraftPageView() -> ft.View:
    """`/drafts/<version id>/<group>`; on wide screens with the draft's other pages beside it."""
    app = current_app()
    version_id, draft = use_draft()
    key = ft.use_route_params().get("group", "")
    group = group_of(key)
    route = ft.use_view_path() or f"/drafts/{version_id}/{key}"
    back = f"/drafts/{version_id}"
    if group is None or not isinstance(draft, OpenDraft):
        body = [waiting(draft)] if not isinstance(draft, OpenDraft) else [_no_page()]
        return framed(Frame(route=route, title=t("draft_edit.title"), back=back, body=body))
    title = t(f"edit.group.{key}")
    page = page_body(draft, group)
    if app.services.app_state.is_wide:
        name = said(draft.procedure["name"])
        panes = two_panes(overview(draft, key), [*clash_box(draft), *page], title, [])
        return framed(Frame(route, name, [panes], back=back, width=LIST_AND_DETAIL, part=key))
    return framed(Frame(route, title, [*clash_box(draft), standing(draft), *page], back=back, part=key))


def _no_page() -> ft.Control:
    return empty(ft.Icons.EXPLORE_OFF, t("notfound.title"), t("notfound.body"))


def page_body(draft: OpenDraft, group: Group) -> list[ft.Control]:
    """Questions that stand together are drawn as one form; between them the lists."""
    body: list[ft.Control] = []
    together: list[Spec] = []
    for part in group.parts:
        if isinstance(part, Spec):
            together.append(part)
            continue
        body += _questions(draft, together, group)
        together = []
        body.append(_list(draft, part))
    body += _questions(draft, together, group)
    return [*body, _checked(draft, group)]


def _questions(draft: OpenDraft, specs: list[Spec], group: Group) -> list[ft.Control]:
    if not specs:
        return []
    return [questions(draft, specs, "", f"{group.key}-{specs[0].path}")]


def questions(draft: OpenDraft, specs: Any, under: str, scope: str) -> ft.Control:
    """A part of the procedure by the form renderer; `under`: the path of the row it belongs to."""
    data = value_at(draft.procedure, under) if under else draft.procedure
    context = context_of(draft.procedure, data)
    form = form_of(specs, data, under, context)

    async def on_answer(name: str, value: Any) -> None:
        editing = current_app().editing
        changed = with_answer((specs, under), editing.draft(draft.id).procedure, name, value, context)
        part = rows_of(under) if under else None
        if part is not None and part.is_keyed and name == f"{under}.name.vi":
            changed = with_own_key(changed, draft.base, under)
        editing.change(draft.id, changed)

    filled = Filled(
        form=form,
        values=answers_of(specs, data, under),
        known={},
        origins={},
        faults=faults_of(draft, form),
        on_answer=on_answer,
        scope=f"{draft.id}-{draft.turn}-{scope}",
    )
    return GroupView(filled, form["layout"][0], key=f"questions-{draft.turn}-{scope}")


def faults_of(draft: OpenDraft, form: Json) -> dict[str, list[str]]:
    """Faults at the question that they belong to: its own, or what lies within it (`receiving.2`)."""
    found: dict[str, list[str]] = {}
    for name in form["schema"]["properties"]:
        codes = [code for codes in draft.faults_under(name).values() for code in codes]
        if codes:
            found[name] = codes
    return found


def _list(draft: OpenDraft, part: Rows) -> ft.Control:
    """Rows with a page each; what is wrong in a row is said at it."""
    app = current_app()
    rows: list[Json] = value_at(draft.procedure, part.path) or []
    context = context_of(draft.procedure)
    lines: list[ft.Control] = [heading(t(part.label), Style.TITLE_MEDIUM)]
    if part.hint:
        lines.append(text(t(part.hint), Style.BODY_MEDIUM, quiet=True))
    wrong = draft.faults.get(part.path, ())
    lines += [text(error_text(code), Style.BODY_MEDIUM, color=app.look.danger.strong) for code in wrong]
    shown: list[ft.Control] = []
    for place, item in enumerate(rows):
        if place:
            shown.append(ft.Divider(key=f"line-{place}", height=1, thickness=1, color=app.look.line))
        shown.append(_row(draft, part, place, item, context))
    if shown:
        lines.append(card(ft.Column(spacing=0, controls=shown), padding=0))
    else:
        lines.append(text(t("draft_edit.no_rows"), Style.BODY_MEDIUM, quiet=True))
    add = second_button(f"add.{part.path}", t(part.add), action(add_row, draft.id, part), icon=ft.Icons.ADD)
    buttons: list[ft.Control] = [add]
    if part.path == "fees.online" and not rows and draft.procedure["fees"]["direct"]:
        copy = link_button("fees.copy", t("edit.fees_copy"), action(_copy_fees, draft.id), icon=ft.Icons.COPY_ALL)
        buttons.append(copy)
    lines.append(ft.Row(wrap=True, controls=buttons))
    stretch = ft.CrossAxisAlignment.STRETCH
    return ft.Column(key=f"list-{part.path}", spacing=theme.SPACE_S, horizontal_alignment=stretch, controls=lines)


def _row(draft: OpenDraft, part: Rows, place: int, item: Json, context: Context) -> ft.Control:
    path = f"{part.path}.{place}"
    faults = draft.faults_under(path)
    told = t("draft_edit.faults", count=len(faults)) if faults else row_text(part, item, replace(context, row=item))
    group = ft.use_route_params().get("group", "")
    to_page = action(current_app().go, f"/drafts/{draft.id}/{group}/{path}")
    icon = ft.Icons.ERROR_OUTLINE if faults else ICONS.get(group, ft.Icons.DESCRIPTION_OUTLINED)
    return line(f"row.{path}", icon, row_title(part, item, context), told, to_page, danger=bool(faults))


def add_row(draft_id: str, part: Rows) -> None:
    """A new row at the end, and its page."""
    app = current_app()
    procedure = app.editing.draft(draft_id).procedure
    rows = list(value_at(procedure, part.path) or ())
    blank = dict(BLANKS[part.path])
    if part.is_keyed:
        blank["key"] = own_key("", {str(one["key"]) for one in rows}, part.path.replace(".", "_"))
    app.editing.change(draft_id, with_value(procedure, part.path, [*rows, blank]))
    group = ft.context.page.route.rstrip("/").rsplit("/", 1)[-1]
    app.go(f"/drafts/{draft_id}/{group}/{part.path}.{len(rows)}")


def _copy_fees(draft_id: str) -> None:
    editing = current_app().editing
    procedure = editing.draft(draft_id).procedure
    fees = procedure["fees"]
    editing.change(draft_id, {**procedure, "fees": {**fees, "online": fees["direct"]}}, anew=True)


def _checked(draft: OpenDraft, group: Group) -> ft.Control:
    """Which members have been held against the law, each to be ticked or unticked."""
    marks = draft.procedure["needs_review"]
    inner = [path for path in marks if "." in path and path.partition(".")[0] in group.about]
    context = context_of(draft.procedure)
    rows = [_mark(draft, path, path in marks, context) for path in [*group.about, *inner]]
    stretch = ft.CrossAxisAlignment.STRETCH
    content = [
        heading(t("draft_edit.checked_title"), Style.TITLE_MEDIUM),
        text(t("draft_edit.checked_body"), Style.BODY_MEDIUM, quiet=True),
        *rows,
    ]
    return card(ft.Column(spacing=theme.SPACE_S, horizontal_alignment=stretch, controls=content))


def _mark(draft: OpenDraft, path: str, is_open: bool, context: Context) -> ft.Control:
    look = current_app().look
    icon = glyph(
        ft.Icons.RADIO_BUTTON_UNCHECKED if is_open else ft.Icons.CHECK_CIRCLE,
        color=look.warning.strong if is_open else look.valid.strong,
    )

    def turn() -> None:
        editing = current_app().editing
        procedure = editing.draft(draft.id).procedure
        marks = [one for one in procedure["needs_review"] if one != path]
        editing.change(draft.id, {**procedure, "needs_review": marks if is_open else [*marks, path]})

    label = t("draft_edit.check" if is_open else "draft_edit.uncheck")
    words = ft.Container(expand=True, content=text(mark_text(draft.procedure, path, context), Style.BODY_LARGE))
    button = link_button(f"mark.{path}", label, action(turn))
    return ft.Row(key=f"mark-{path}", spacing=12, controls=[icon, words, button])
