"""What a dossier consists of: the answers of its form with where each is from, and the published papers with theirs."""

from collections.abc import Callable
from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.i18n.names import said, size_text, word
from mobile.state.answers import fields_of, groups
from mobile.state.desk_case import Case
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, glyph, has_large_text, heading, text
from mobile.ui.components.buttons import tappable
from mobile.ui.errors import action
from mobile.ui.form.group import in_words

Json = dict[str, Any]
Open = Callable[..., Any]
ORIGIN_ICONS = {
    "prefilled": ft.Icons.VERIFIED_OUTLINED,
    "changed": ft.Icons.EDIT_NOTE,
    "typed": ft.Icons.KEYBOARD_OUTLINED,
}


def answers(case: Case) -> list[ft.Control]:
    """The answers in the order of the form; as they came when the form cannot be read now."""
    values = case.raw["values"]
    if not values:
        return []
    if case.form is None:
        rows = [_row(name, name, str(value), "") for name, value in values.items()]
        return [heading(t("case.answers"), Style.TITLE_LARGE), card(ft.Column(spacing=10, controls=rows))]
    controls: list[ft.Control] = [heading(t("case.answers"), Style.TITLE_LARGE)]
    for group in groups(case.form, values):
        rows = [_answer(case, field) for field in fields_of(case.form, group, values) if field["name"] in values]
        if rows:
            title = text(said(group["title"]), Style.TITLE_MEDIUM)
            controls.append(ft.Container(key=f"group-{group['key']}", content=card(_column([title, *rows]))))
    return controls


def _column(rows: list[ft.Control]) -> ft.Control:
    return ft.Column(spacing=10, horizontal_alignment=ft.CrossAxisAlignment.STRETCH, controls=rows)


def _answer(case: Case, field: Json) -> ft.Control:
    name = field["name"]
    value = in_words(case.form or {}, field, case.raw["values"][name])
    return _row(name, said(field["label"]), value, str(case.raw["origins"].get(name) or "typed"))


def _row(name: str, label: str, value: str, origin: str) -> ft.Control:
    words = ft.Column(
        expand=True,
        tight=True,
        spacing=0,
        controls=[text(label, Style.BODY_SMALL, quiet=True), text(value, Style.BODY_LARGE)],
    )
    told = [_origin(origin)] if origin else []
    if has_large_text():
        words.expand = None
        return ft.Column(key=f"answer-{name}", spacing=2, tight=True, controls=[words, *told])
    return ft.Row(key=f"answer-{name}", vertical_alignment=ft.CrossAxisAlignment.START, controls=[words, *told])


def _origin(origin: str) -> ft.Control:
    look = current_app().look
    ink = {"prefilled": look.valid.strong, "changed": look.warning.strong}.get(origin, look.text_quiet)
    icon = glyph(ORIGIN_ICONS.get(origin, ft.Icons.KEYBOARD_OUTLINED), size=16, color=ink)
    return ft.Row(tight=True, spacing=4, controls=[icon, text(t(f"case.origin.{origin}"), Style.BODY_SMALL, color=ink)])


def papers(case: Case, shown: str, open_paper: Open) -> list[ft.Control]:
    """The published list, each with its source; what was uploaded opens."""
    given = {one["key"]: one for one in case.raw["components"]}
    published: list[Json] = list(case.terms.get("components") or ())
    listed = {one["key"] for one in published}
    rows = [_paper(one, given.get(one["key"]), shown, open_paper) for one in published]
    rows += [_paper(one, one, shown, open_paper) for key, one in given.items() if key not in listed]
    if not rows:
        return [heading(t("case.papers"), Style.TITLE_LARGE), text(t("case.papers_none"), quiet=True)]
    return [
        heading(t("case.papers"), Style.TITLE_LARGE),
        text(t("case.papers_only"), Style.BODY_MEDIUM, quiet=True),
        card(_lined(rows), padding=0),
    ]


def _lined(rows: list[ft.Control]) -> ft.Control:
    look = current_app().look
    lines: list[ft.Control] = []
    for number, row in enumerate(rows):
        if number:
            lines.append(ft.Divider(key=f"line-{number}", height=1, thickness=1, color=look.line))
        lines.append(row)
    return ft.Column(spacing=0, horizontal_alignment=ft.CrossAxisAlignment.STRETCH, controls=lines)


def _paper(published: Json, given: Json | None, shown: str, open_paper: Open) -> ft.Control:
    look, key = current_app().look, published["key"]
    name = said(published["name"])
    if given is None:
        needed = t("case.paper.missing" if published.get("required") else "case.paper.optional")
        return _line(key, glyph(ft.Icons.REMOVE_CIRCLE_OUTLINE, color=look.text_quiet), name, needed)
    if given["source"] != "upload":
        source = word("case.source", given["source"], given["source"])
        told = t("case.paper.held", source=source, label=given["label"])
        return _line(key, glyph(ft.Icons.CHECK_CIRCLE, color=look.valid.strong), name, told)
    told = t("case.paper.upload", label=given["label"], size=size_text(int(given["size"] or 0)))
    is_shown = shown == f"file.{key}"
    row = _line(key, glyph(ft.Icons.ATTACH_FILE, color=look.primary), name, told, opens=True)
    row.bgcolor = look.primary_soft if is_shown else None
    label = f"{name}. {told}. {t('case.paper.open')}"
    opened = action(open_paper, "file", key, name)
    button = tappable(f"case.paper.{key}", row, opened, label=label, selected=is_shown or None)
    return ft.Container(key=f"paper-{key}", content=button)


def _line(key: str, sign: ft.Control, name: str, told: str, *, opens: bool = False) -> ft.Container:
    words: list[ft.Control] = [text(name, Style.BODY_LARGE), text(told, Style.BODY_MEDIUM, quiet=True)]
    controls = [sign, ft.Column(expand=True, tight=True, spacing=2, controls=words)]
    if opens:
        controls.append(glyph(ft.Icons.CHEVRON_RIGHT, color=current_app().look.text_quiet))
    return ft.Container(
        key=f"line-{key}",
        padding=ft.Padding.symmetric(vertical=12, horizontal=theme.SPACE_M),
        content=ft.Row(spacing=14, vertical_alignment=ft.CrossAxisAlignment.START, controls=controls),
    )
