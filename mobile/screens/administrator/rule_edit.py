"""Changing a rule of fees, or making one: the rule as questions, what becomes another in words, and asked twice."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import flet as ft

from mobile.i18n.catalogue import error_text, t
from mobile.i18n.names import said
from mobile.screens.administrator.draft_parts import change_rows
from mobile.screens.administrator.rules import read
from mobile.state.fee_rule_form import answers_of, blank, by_question, check, rule_form, rule_of
from mobile.state.fee_rules import changes, takes_effect
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, heading, notice_box, text
from mobile.ui.components.buttons import link_button, primary_button
from mobile.ui.components.confirm import Question, use_question
from mobile.ui.components.frame import Frame, framed
from mobile.ui.errors import action, screen
from mobile.ui.form.asking import OnAnswer
from mobile.ui.form.group import Filled, GroupView
from mobile.ui.hooks import Failed, Loaded, use_async, use_observed
from shared_models.errors import Invalid, Stale

Json = dict[str, Any]
NEW = "new"


@screen
def RuleEditView() -> ft.View:
    """`/rules/<id>/edit`, and `/rules/new`."""
    app = current_app()
    use_observed(app.services.app_state)
    rule_id = ft.use_route_params().get("rule_id", NEW)
    turn, set_turn = ft.use_state(0)
    answer = use_async(lambda: _begun(rule_id), [rule_id, turn])
    found = answer.value if isinstance(answer, Loaded) else None
    # What was asked for before stands in the hook until the new answer is there.
    is_this = found is not None and (found["rule"]["id"] or NEW) == rule_id
    writing = use_writing(found if is_this else None, lambda: set_turn(turn + 1))
    is_new = rule_id == NEW
    route = ft.use_view_path() or ("/rules/new" if is_new else f"/rules/{rule_id}/edit")
    back = "/rules" if is_new else f"/rules/{rule_id}"
    title = t("rules.new" if is_new else "rules.change")
    if writing is None:
        words = error_text(answer.code) if isinstance(answer, Failed) else t("rules.loading")
        return framed(Frame(route=route, title=title, back=back, body=[text(words, quiet=True)]))
    body = _body(writing, f"rule-{rule_id}-{writing.held['version']}-{turn}")
    can = action(writing.look_over) if is_new or writing.rule != writing.held["rule"] else None
    label = t("rules.make" if is_new else "rules.save")
    button = primary_button("rule.save", label, can, icon=ft.Icons.CHECK, expand=True)
    return framed(Frame(route=route, title=title, back=back, body=body, footer=ft.Row(controls=[button])))


@dataclass(frozen=True, slots=True)
class Writing:
    """A rule being written: as it was read (`held`), as it would be (`rule`), and what to do with it."""

    held: Json
    rule: Json
    values: Json
    faults: dict[str, list[str]]
    is_stale: bool
    on_answer: OnAnswer
    look_over: Callable[[], Awaitable[None]]
    read_again: Callable[[], Awaitable[None]]


def use_writing(held: Json | None, begin_again: Callable[[], None]) -> Writing | None:
    """None before there is something to write on."""
    typed, set_typed = ft.use_state(dict[str, Any]())
    faults, set_faults = ft.use_state(dict[str, list[str]]())
    is_stale, set_stale = ft.use_state(False)
    ask = use_question()
    if held is None:
        return None
    before = held["rule"]
    # What was typed lies over the rule as it was read; None stands for what was emptied.
    values = {name: value for name, value in {**answers_of(before), **typed}.items() if value is not None}
    rule = rule_of(values, before)

    async def on_answer(name: str, value: Any) -> None:
        set_typed(lambda old: {**old, name: value})
        set_faults(lambda old: {path: codes for path, codes in old.items() if path != name})

    async def save() -> None:
        outcome = await _save(rule, held["version"])
        set_faults(lambda _: outcome.faults)
        set_stale(lambda _: outcome.is_stale)

    async def look_over() -> None:
        wrong = check(rule)
        set_faults(lambda _: wrong)
        if wrong:
            current_app().say("rules.look_again")
        else:
            ask(_question(before if held["version"] else None, rule, held["procedures"], save))

    async def read_again() -> None:
        set_typed(lambda _: {})
        set_stale(lambda _: False)
        begin_again()

    return Writing(held, rule, values, faults, is_stale, on_answer, look_over, read_again)


def _body(writing: Writing, scope: str) -> list[ft.Control]:
    before, procedures = writing.held["rule"], writing.held["procedures"]
    is_new = writing.held["version"] == 0
    form = rule_form(procedures, writing.values, is_new=is_new)
    filled = Filled(form, writing.values, {}, {}, writing.faults, writing.on_answer, scope)
    return [
        *([] if is_new else [heading(said(before["name"]), Style.TITLE_LARGE)]),
        *_clash(writing.is_stale, writing.read_again),
        GroupView(filled, form["layout"][0], key=f"form-{scope}"),
        *([] if is_new else _will_change(before, writing.rule, procedures)),
        notice_box(t("rules.filed_keep"), ft.Icons.INFO_OUTLINE, current_app().look.neutral),
    ]


async def _begun(rule_id: str) -> Json:
    if rule_id != NEW:
        return await read(rule_id)
    whole = await current_app().services.catalogue_desk.fee_rules()
    rule = blank(current_app().editing.today().isoformat())
    return {"rule": rule, "version": 0, "procedures": whole["procedures"]}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a saving that did not lead away: faults by question, or somebody else was quicker."""

    faults: dict[str, list[str]]
    is_stale: bool = False


async def _save(rule: Json, version: int) -> Outcome:
    """Save it and show it; what was refused stays open."""
    app = current_app()
    try:
        await app.services.catalogue_desk.save_fee_rule(rule, version)
    except Invalid as error:
        app.say("rules.look_again")
        return Outcome(by_question(error.fields))
    except Stale:
        return Outcome({}, is_stale=True)
    app.services.editing_state.rules_turn += 1
    app.say("rules.done")
    app.go(f"/rules/{rule['id']}")
    return Outcome({})


def _will_change(before: Json, rule: Json, procedures: list[Json]) -> list[ft.Control]:
    told = [] if check(rule) else changes(before, rule, procedures)
    return [heading(t("rules.will_change"), Style.TITLE_LARGE), change_rows(told)] if told else []


def _question(before: Json | None, rule: Json, procedures: list[Json], save: Any) -> Question:
    """What will be another, in a line each, and from when."""
    lines = [
        t("rules.line", label=one.label, before=one.before, after=one.after)
        if one.before
        else t("rules.line_new", label=one.label, after=one.after)
        for one in changes(before, rule, procedures)
        if before is not None or one.path in {"rules.name", "rules.effect", "rules.needs", "rules.days"}
    ]
    when = takes_effect(before, rule, current_app().editing.today())
    params = {"changes": "".join(f"{line}\n\n" for line in lines), "when": when}
    return Question("rules.question", save, danger=False, params=params)


def _clash(is_stale: bool, read_again: Any) -> list[ft.Control]:
    """Somebody changed the rule while it was being written: nothing is overwritten."""
    if not is_stale:
        return []
    again = link_button("rule.again", t("rules.read_again"), action(read_again))
    box = notice_box(error_text("catalogue.fee_rule_changed"), ft.Icons.SYNC_PROBLEM, current_app().look.danger, again)
    return [ft.Semantics(identifier="rule.clash", live_region=True, content=box)]
