"""Sao kê: a gateway's list of a day is brought in, and what does not match is shown first."""

from typing import Any

import flet as ft

from mobile.i18n.catalogue import t
from mobile.i18n.dates import day_of, moment_text
from mobile.i18n.names import money, word
from mobile.screens.officer.payments.importing import import_body, use_import
from mobile.screens.officer.payments.sections import Section, line, not_read, section_view, told_fault
from mobile.state.payments_desk import all_right, problems
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, empty, facts, heading, notice_box, text
from mobile.ui.components.buttons import primary_button, second_button
from mobile.ui.errors import action, screen
from mobile.ui.hooks import Loaded, use_async, use_observed
from shared_models.clock import from_wire

Json = dict[str, Any]


@screen
def StatementsView() -> ft.View:
    """`/collect/statements`."""
    _use_list()
    route = ft.use_view_path() or "/collect/statements"
    refresh = action(current_app().services.payments_desk.read_statements)
    return section_view(Section("statements", route, t("collect.title"), _list(None), refresh=refresh))


@screen
def ImportView() -> ft.View:
    """`/collect/statements/new`."""
    _use_list()
    route = ft.use_view_path() or "/collect/statements/new"
    body = import_body(use_import())
    return section_view(Section("statements", route, t("collect.import"), _list("new"), body))


@screen
def StatementView() -> ft.View:
    """`/collect/statements/of/<id>`."""
    _use_list()
    desk = current_app().services.payments_desk
    statement_id = ft.use_route_params().get("statement_id", "")
    route = ft.use_view_path() or f"/collect/statements/of/{statement_id}"
    loading = use_async(lambda: desk.statement(statement_id), [statement_id])
    body = _page(loading.value) if isinstance(loading, Loaded) else not_read(loading)
    title = _name(loading.value) if isinstance(loading, Loaded) else t("collect.statement")
    return section_view(Section("statements", route, title, _list(statement_id), body))


def _use_list() -> None:
    app = current_app()
    use_observed(app.services.app_state)
    use_observed(app.services.payments_desk.state)
    ft.use_effect(app.services.payments_desk.read_statements, dependencies=[], cleanup=lambda: None)


def _name(statement: Json) -> str:
    """`VNPAY · 21/11/2026`."""
    shown = "/".join(reversed(statement["day"].split("-")))
    return f"{word('pay.way', statement['gateway'], statement['gateway'])} · {shown}"


def _list(selected: str | None) -> list[ft.Control]:
    app = current_app()
    state = app.services.payments_desk.state
    begin = action(app.go, "/collect/statements/new")
    button = primary_button("collect.import", t("collect.import"), begin, icon=ft.Icons.UPLOAD_FILE)
    body: list[ft.Control] = [ft.Row(wrap=True, controls=[button])]
    if state.error is not None:
        body.append(told_fault(state.error))
    if state.statements is None:
        return body if state.error else [*body, text(t("collect.loading"), quiet=True)]
    if not state.statements:
        nothing = empty(
            ft.Icons.REQUEST_QUOTE_OUTLINED, t("collect.empty.statements"), t("collect.empty_body.statements")
        )
        return [*body, nothing]
    body += [_line(one, is_selected=one["id"] == selected) for one in state.statements]
    if state.statements_cursor is not None:
        more = action(app.services.payments_desk.read_statements, state.statements_cursor)
        body.append(second_button("collect.more", t("collect.more"), more))
    return body


def _line(statement: Json, *, is_selected: bool) -> ft.Control:
    app = current_app()
    odd = sum(count for _, count in problems(statement["counts"]))
    came_of_it = t("collect.odd", count=odd) if odd else t("collect.all_match")
    if statement["state"] != "done":
        came_of_it = t("collect.unfinished")
    words = [
        text(_name(statement), Style.TITLE_MEDIUM),
        text(t("collect.rows", count=statement["total"]), Style.BODY_MEDIUM),
        text(came_of_it, Style.BODY_MEDIUM, color=app.look.warning.strong if odd and not is_selected else None),
    ]
    label = ". ".join((_name(statement), t("collect.rows", count=statement["total"]), came_of_it))
    go = action(app.go, f"/collect/statements/of/{statement['id']}")
    return line(f"collect.{statement['id']}", list(words), go, label=label, is_selected=is_selected)


def _page(statement: Json) -> list[ft.Control]:
    app = current_app()
    odd, calm = problems(statement["counts"]), all_right(statement["counts"])
    when = moment_text(from_wire(statement["imported_at"]), app.services.clock.now())
    brought = [(t("collect.file"), statement["name"]), (t("collect.brought"), f"{statement['imported_by']} · {when}")]
    body: list[ft.Control] = [facts(brought)]
    if statement["state"] != "done":
        return [*body, notice_box(t("collect.unfinished_body"), ft.Icons.HOURGLASS_BOTTOM, app.look.warning)]
    if odd:
        body.append(notice_box(t("collect.odd_body"), ft.Icons.RULE, app.look.warning))
        go = action(app.go, "/collect")
        body.append(_counts("collect.to_look", odd))
        to_tasks = second_button("collect.to_tasks", t("collect.to_tasks"), go, icon=ft.Icons.INBOX_OUTLINED)
        body.append(ft.Row(wrap=True, controls=[to_tasks]))
    else:
        body.append(notice_box(t("collect.all_match_body"), ft.Icons.TASK_ALT, app.look.valid))
    if calm:
        body.append(_counts("collect.calm", calm))
    if statement["rows"]:
        body.append(heading(t("collect.rows_odd"), Style.TITLE_LARGE))
        body += [_row(row) for row in statement["rows"]]
    return body


def _counts(key: str, counts: list[tuple[str, int]]) -> ft.Control:
    rows = [
        ft.Row(
            key=f"count-{name}",
            controls=[
                ft.Container(expand=True, content=text(t(f"collect.match.{name}"), Style.BODY_LARGE)),
                text(str(count), Style.TITLE_MEDIUM),
            ],
        )
        for name, count in counts
    ]
    return card(ft.Column(spacing=8, controls=[heading(t(key), Style.TITLE_MEDIUM), *rows]))


def _row(row: Json) -> ft.Control:
    at = f" · {day_of(from_wire(row['at']))}" if row["at"] else ""
    match = t(f"collect.match.{row['match']}")
    words = [
        text(f"{match} · {t('collect.row_line', line=row['line'])}", Style.TITLE_SMALL),
        text(f"{money(row['amount'])} · {row['provider_ref']}{at}", Style.BODY_LARGE),
    ]
    if row["reference"]:
        words.append(text(t("collect.row_of", reference=row["reference"]), Style.BODY_MEDIUM))
    if row["text"]:
        words.append(text(row["text"], Style.BODY_MEDIUM, quiet=True))
    if row["task_id"] is None:
        return card(ft.Column(spacing=3, tight=True, controls=list(words)), padding=12)
    go = action(current_app().go, f"/collect/tasks/{row['task_id']}")
    said = [match, money(row["amount"]), row["provider_ref"]]
    label = ". ".join([*said, t("collect.row_of", reference=row["reference"])] if row["reference"] else said)
    return line(f"collect.row.{row['line']}", list(words), go, label=label, is_selected=False)
