"""Changing a rule of fees, or making one: the rule as questions, what becomes another in words, and asked twice."""

from typing import Any

import flet as ft

from mobile import theme
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
from mobile.ui.errors import action, safely, screen
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
    is_new = rule_id == NEW
    route = ft.use_view_path() or ("/rules/new" if is_new else f"/rules/{rule_id}/edit")
    back = "/rules" if is_new else f"/rules/{rule_id}"
    title = t("rules.new" if is_new else "rules.change")
    if not isinstance(answer, Loaded) or (answer.value["rule"]["id"] or NEW) != rule_id:
        words = error_text(answer.code) if isinstance(answer, Failed) else t("rules.loading")
        return framed(Frame(route=route, title=title, back=back, body=[text(words, quiet=True)]))
    held = answer.value
    name = heading(said(held["rule"]["name"]), Style.TITLE_LARGE)
    form = RuleForm(held, lambda: set_turn(turn + 1), key=f"rule-form-{rule_id}-{held['version']}-{turn}")
    return framed(Frame(route=route, title=title, back=back, body=[form] if is_new else [name, form]))


async def _begun(rule_id: str) -> Json:
    if rule_id != NEW:
        return await read(rule_id)
    whole = await current_app().services.catalogue_desk.fee_rules()
    rule = blank(current_app().editing.today().isoformat())
    return {"rule": rule, "version": 0, "procedures": whole["procedures"]}


@safely
def RuleForm(held: Json, read_again: Any) -> ft.Control:
    app = current_app()
    before, procedures, is_new = held["rule"], held["procedures"], held["version"] == 0
    values, set_values = ft.use_state(answers_of(before))
    faults, set_faults = ft.use_state(dict[str, list[str]]())
    is_stale, set_stale = ft.use_state(False)
    ask = use_question()

    async def answer(name: str, value: Any) -> None:
        set_values(lambda old: {key: kept for key, kept in {**old, name: value}.items() if kept is not None})
        set_faults(lambda old: {path: codes for path, codes in old.items() if path != name})

    rule = rule_of(values, before)

    async def save() -> None:
        try:
            await app.services.catalogue_desk.save_fee_rule(rule, held["version"])
        except Invalid as error:
            wrong = by_question(error.fields)
            set_faults(lambda _: wrong)
            app.say("rules.look_again")
            return
        except Stale:
            set_stale(lambda _: True)
            return
        app.services.editing_state.rules_turn += 1
        app.say("rules.done")
        app.go(f"/rules/{rule['id']}")

    async def look_over() -> None:
        wrong = check(rule)
        set_faults(lambda _: wrong)
        if wrong:
            app.say("rules.look_again")
        else:
            ask(_question(None if is_new else before, rule, procedures, save))

    form = rule_form(procedures, values, is_new=is_new)
    filled = Filled(form, values, {}, {}, faults, answer, f"rule-{before['id']}")
    told = changes(None if is_new else before, rule, procedures) if not check(rule) else []
    button = primary_button(
        "rule.save",
        t("rules.make" if is_new else "rules.save"),
        action(look_over) if is_new or rule != before else None,
    )
    controls: list[ft.Control] = [
        *_clash(is_stale, read_again),
        GroupView(filled, form["layout"][0], key=f"form-{before['id']}"),
        *([] if is_new or not told else [heading(t("rules.will_change"), Style.TITLE_LARGE), change_rows(told)]),
        notice_box(t("rules.filed_keep"), ft.Icons.INFO_OUTLINE, app.look.neutral),
        ft.Row(wrap=True, controls=[button]),
    ]
    return ft.Column(spacing=theme.SPACE_L, horizontal_alignment=ft.CrossAxisAlignment.STRETCH, controls=controls)


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
