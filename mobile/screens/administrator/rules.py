"""Miễn, giảm phí: every rule with where it stands today, and one with all that it has said."""

from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, t
from mobile.i18n.dates import moment_text
from mobile.i18n.names import said
from mobile.screens.administrator.draft_parts import change_rows
from mobile.screens.administrator.pills import pills
from mobile.state.fee_rules import (
    FILTERS,
    changes,
    days_words,
    effect_words,
    facts_of,
    fits,
    found,
    way_words,
    who_words,
)
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, chip, empty, facts, heading, notice_box, text
from mobile.ui.components.buttons import icon_button, primary_button, second_button, tappable
from mobile.ui.components.frame import Frame, framed
from mobile.ui.components.text_field import text_field
from mobile.ui.errors import action, action_with, screen
from mobile.ui.hooks import Failed, Loaded, use_async, use_observed
from shared_models.clock import from_wire

Json = dict[str, Any]
MARKED = frozenset({"in_force", "needs_review"})
ICONS = {
    "in_force": ft.Icons.CHECK_CIRCLE,
    "coming": ft.Icons.SCHEDULE,
    "draft": ft.Icons.EDIT_NOTE,
    "over": ft.Icons.HISTORY,
}


@screen
def RulesView() -> ft.View:
    """`/rules`."""
    app = current_app()
    use_observed(app.services.app_state)
    state = use_observed(app.services.editing_state)
    query, set_query = ft.use_state("")
    wanted, set_wanted = ft.use_state(FILTERS[0])
    tries, set_tries = ft.use_state(0)
    answer = use_async(app.services.catalogue_desk.fee_rules, [state.rules_turn, tries])
    to_new = icon_button("rules.new", ft.Icons.ADD, t("rules.new"), action(app.go, "/rules/new"))
    if not isinstance(answer, Loaded):
        return framed(Frame(route="/rules", title=t("rules.title"), body=[_waiting(answer, set_tries, tries)]))
    rows = answer.value["items"]
    on_query = action_with(lambda event: set_query(lambda _: event.control.value))
    search = ft.TextField(value=query, hint_text=t("rules.search"), prefix_icon=ft.Icons.SEARCH, on_change=on_query)
    counted = [(key, _counted(key, rows)) for key in FILTERS]
    here = found(rows, query, wanted)
    nothing = empty(ft.Icons.SEARCH_OFF, t("rules.none"), t("rules.none_body"))
    body: list[ft.Control] = [
        text(t("rules.body"), Style.BODY_LARGE, quiet=True),
        text_field("rules.search", search),
        pills("rules.filter", counted, wanted, lambda key: set_wanted(lambda _: key)),
        *([_row(one) for one in here] or [nothing]),
    ]
    return framed(Frame(route="/rules", title=t("rules.title"), body=body, actions=[to_new]))


def _counted(key: str, rows: list[Json]) -> str:
    return t("catalogue.counted", name=t(f"rules.filter.{key}"), count=sum(fits(row, key) for row in rows))


def _waiting(answer: Any, set_tries: Any, tries: int) -> ft.Control:
    if isinstance(answer, Failed):
        again = second_button("rules.again", t("retry"), action(set_tries, tries + 1))
        return empty(ft.Icons.CLOUD_OFF, t("rules.unavailable"), error_text(answer.code), again)
    return text(t("rules.loading"), quiet=True)


def marks(row: Json) -> list[ft.Control]:
    look = current_app().look
    standing = row["standing"]
    tones = {"in_force": look.valid, "draft": look.warning}
    shown: list[ft.Control] = [
        chip(t(f"rules.standing.{standing}"), ICONS[standing], tones.get(standing, look.neutral))
    ]
    if row["rule"]["needs_review"]:
        shown.append(chip(t("rules.unchecked"), ft.Icons.RULE, look.neutral))
    return shown


def _row(row: Json) -> ft.Control:
    """One rule: what it does, for whom, from when, and on what basis."""
    rule = row["rule"]
    name, effect = said(rule["name"]), effect_words(rule["effect"])
    whom = f"{who_words(rule['needs'])} · {way_words(rule['way'])}"
    lines: list[ft.Control] = [
        text(name, Style.TITLE_MEDIUM, lines=3),
        text(f"{effect} · {whom}", Style.BODY_LARGE),
        text(f"{days_words(rule)} · {rule['basis']}", Style.BODY_MEDIUM, quiet=True),
        ft.Row(wrap=True, spacing=theme.SPACE_S, run_spacing=theme.SPACE_XS, controls=marks(row)),
    ]
    stretch = ft.CrossAxisAlignment.STRETCH
    content = card(ft.Column(spacing=theme.SPACE_S, horizontal_alignment=stretch, controls=lines))
    to_page = action(current_app().go, f"/rules/{rule['id']}")
    label = f"{name}. {effect}. {t('rules.standing.' + row['standing'])}"
    target = tappable(f"rule.{rule['id']}", content, to_page, label=label)
    return ft.Container(key=f"rule-{rule['id']}", content=target)


@screen
def RuleView() -> ft.View:
    """`/rules/<id>`."""
    app = current_app()
    use_observed(app.services.app_state)
    state = use_observed(app.services.editing_state)
    rule_id = ft.use_route_params().get("rule_id", "")
    tries, set_tries = ft.use_state(0)
    answer = use_async(lambda: read(rule_id), [rule_id, state.rules_turn, tries])
    route = ft.use_view_path() or f"/rules/{rule_id}"
    if not isinstance(answer, Loaded) or answer.value["rule"]["id"] != rule_id:
        return framed(
            Frame(route=route, title=t("rules.title"), back="/rules", body=[_waiting(answer, set_tries, tries)])
        )
    row = answer.value
    rule, procedures = row["rule"], row["procedures"]
    change = primary_button(
        "rule.change", t("rules.change"), action(app.go, f"/rules/{rule_id}/edit"), icon=ft.Icons.EDIT, expand=True
    )
    now = app.services.clock.now()
    saved = t("rules.saved", by=row["saved_by"], at=moment_text(from_wire(row["saved_at"]), now))
    told = [
        (label, words)
        for member, label, words in facts_of(rule, procedures)
        if member not in {"in_force", "needs_review"}
    ]
    body: list[ft.Control] = [
        ft.Row(wrap=True, spacing=theme.SPACE_S, run_spacing=theme.SPACE_XS, controls=marks(row)),
        ft.Semantics(identifier="rule.facts", container=True, content=card(facts(told))),
        text(f"{saved} · {t('rules.code', code=rule_id)}", Style.BODY_MEDIUM, quiet=True),
        *history(row, procedures),
    ]
    return framed(
        Frame(route=route, title=said(rule["name"]), back="/rules", body=body, footer=ft.Row(controls=[change]))
    )


async def read(rule_id: str) -> Json:
    """A rule with its past, and what rules may name beside it. Raises DomainError."""
    desk = current_app().services.catalogue_desk
    whole = await desk.fee_rules()
    return {**await desk.fee_rule(rule_id), "procedures": whole["procedures"]}


def history(row: Json, procedures: list[Json]) -> list[ft.Control]:
    """Every change, the last first: who made it, when, and what the rule said before."""
    title = heading(t("rules.history"), Style.TITLE_LARGE)
    if not row["history"]:
        return [title, notice_box(t("rules.no_history"), ft.Icons.INFO_OUTLINE, current_app().look.neutral)]
    now = current_app().services.clock.now()
    parts: list[ft.Control] = [title]
    after = row
    for place, before in enumerate(row["history"]):
        said_otherwise = changes(before["rule"], after["rule"], procedures)
        who = t("rules.changed", by=after["saved_by"], at=moment_text(from_wire(after["saved_at"]), now))
        parts.append(
            ft.Column(
                key=f"past-{place}",
                spacing=theme.SPACE_S,
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                controls=[
                    text(who, Style.TITLE_SMALL),
                    change_rows(said_otherwise),
                ],
            )
        )
        after = before
    first = t("rules.made", by=after["saved_by"], at=moment_text(from_wire(after["saved_at"]), now))
    return [*parts, text(first, Style.BODY_MEDIUM, quiet=True)]
