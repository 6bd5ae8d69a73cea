"""Việc cần xử lý: tasks grouped by what they are, each with its amount, its gateway and how long it has waited."""

from datetime import datetime

import flet as ft

from mobile.i18n.catalogue import t
from mobile.i18n.names import money, word
from mobile.screens.officer.payments.list_keys import use_task_keys
from mobile.screens.officer.payments.sections import Section, line, section_view, told_fault
from mobile.screens.officer.payments.task import task_body, use_task
from mobile.state.payments_desk import Task, by_kind
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, empty, heading, text
from mobile.ui.components.buttons import link_button, second_button
from mobile.ui.errors import action, screen
from mobile.ui.hooks import use_observed


@screen
def CollectView() -> ft.View:
    """`/collect`; the first screen of an officer who collects and has no dossiers."""
    app = current_app()
    use_observed(app.services.app_state)
    use_observed(app.services.payments_desk.state)
    ft.use_effect(app.services.payments_desk.refresh, dependencies=[], cleanup=lambda: None)
    route = ft.use_view_path() or "/collect"
    use_task_keys(route, None)
    refresh = action(app.services.payments_desk.refresh)
    return section_view(Section("tasks", route, t("collect.title"), task_list(None), refresh=refresh))


@screen
def TaskView() -> ft.View:
    """`/collect/tasks/<id>`."""
    app = current_app()
    use_observed(app.services.app_state)
    state = use_observed(app.services.payments_desk.state)
    task_id = ft.use_route_params().get("task_id", "")
    route = ft.use_view_path() or f"/collect/tasks/{task_id}"
    use_task_keys(route, task_id)
    read = use_task(task_id)
    known = next((task for task in state.tasks or () if task.id == task_id), None)
    kind = read.task["kind"] if read.task else known.kind if known else ""
    title = word("collect.kind", kind, t("collect.task")) if kind else t("collect.task")
    refresh = action(app.services.payments_desk.refresh)
    return section_view(Section("tasks", route, title, task_list(task_id), task_body(read), refresh))


def task_list(selected: str | None) -> list[ft.Control]:
    app = current_app()
    desk = app.services.payments_desk
    state, now = desk.state, app.services.clock.now()
    body: list[ft.Control] = [_switch(state.shown)]
    if state.error is not None:
        body.append(told_fault(state.error))
    if state.tasks is None:
        return body if state.error else [*body, text(t("collect.loading"), quiet=True)]
    if not state.tasks:
        shown = state.shown
        return [*body, empty(ft.Icons.TASK_ALT, t(f"collect.empty.{shown}"), t(f"collect.empty_body.{shown}"))]
    for kind, tasks in by_kind(state.tasks):
        name = word("collect.kind", kind, t("collect.kind.other"))
        body.append(heading(t("collect.group", name=name, count=len(tasks)), Style.TITLE_MEDIUM))
        body += [_line(task, now, is_selected=task.id == selected) for task in tasks]
    if state.cursor is not None:
        body.append(second_button("collect.more", t("collect.more"), action(desk.more)))
    return body


def _switch(shown: str) -> ft.Control:
    """Open or settled; the one that is not shown is a button."""
    other = "settled" if shown == "open" else "open"
    show = action(current_app().services.payments_desk.show, other)
    icon = ft.Icons.HISTORY if other == "settled" else ft.Icons.INBOX_OUTLINED
    return ft.Row(controls=[link_button(f"collect.show.{other}", t(f"collect.show.{other}"), show, icon=icon)])


def _line(task: Task, now: datetime, *, is_selected: bool) -> ft.Control:
    app = current_app()
    way = word("pay.way", task.raw["gateway"], task.raw["gateway"])
    what = task.reference or t("collect.no_order")
    waits = waited(task.age_days(now)) if task.is_open else word("collect.way", task.raw["settled"]["way"])
    words = [
        text(money(task.amount), Style.TITLE_MEDIUM),
        text(f"{way} · {what}", Style.BODY_MEDIUM),
        text(waits, Style.BODY_MEDIUM, quiet=not is_selected, color=app.look.on_primary_soft if is_selected else None),
    ]
    label = ". ".join((money(task.amount), way, what, waits))
    go = action(app.go, f"/collect/tasks/{task.id}")
    return line(f"collect.{task.id}", list(words), go, label=label, is_selected=is_selected)


def waited(days: int) -> str:
    """`Mới hôm nay`, `Đã chờ 3 ngày`."""
    return t("collect.waited", count=days) if days > 0 else t("collect.today")
