"""Filing for somebody who is present, one step at a time. Nothing of it is kept: whoever leaves is asked first."""

from dataclasses import replace
from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, t
from mobile.i18n.names import said
from mobile.screens.citizen.dossiers.way import CONTACT_FAULTS, contact_words, with_contact
from mobile.screens.officer.counter.papers import papers_body
from mobile.screens.officer.counter.review import review_body, review_footer
from mobile.screens.officer.counter.summary import brief, summary
from mobile.screens.officer.counter.who import Who, who_form, who_values
from mobile.state.answers import faults
from mobile.state.counter import WHO, Filing, given_contact
from mobile.state.draft import PAPERS, REVIEW, WAY
from mobile.state.steps import group_in
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, empty, heading, notice_box, text
from mobile.ui.components.buttons import primary_button
from mobile.ui.components.frame import Frame, framed
from mobile.ui.components.panes import LIST_AND_DETAIL
from mobile.ui.errors import action, screen
from mobile.ui.form.group import Filled, GroupView
from mobile.ui.hooks import use_observed
from mobile.ui.leaving import use_leaving
from shared_models.clock import city_date

Json = dict[str, Any]
ROUTE = "/counter/filing"
# Beneath the tab's own path, so that the arrow can be told from the tab.
BACK = "/counter/filing/back"
SUMMARY_WIDTH = 340


@screen
def CounterFilingView() -> ft.View:
    """`/counter/filing`."""
    app = current_app()
    state = use_observed(app.services.app_state)
    counter = use_observed(app.services.counter_state)
    use_observed(app.services.catalogue_state)
    use_observed(app.services.dossiers_state)
    looked, set_looked = ft.use_state(frozenset[str]())
    leaving = use_leaving("counter.leave", "/counter")
    filing = counter.filing
    holds = filing is not None and filing.holds_something

    async def note() -> None:
        await leaving.note(holds)

    ft.use_effect(note, dependencies=[holds], cleanup=lambda: None)
    ft.use_effect(lambda: None, dependencies=[], cleanup=_forget)
    if filing is None:
        return framed(Frame(route=ROUTE, title=t("counter.title"), back="/counter", body=[_nothing()]))

    async def leave(path: str) -> None:
        before = filing.neighbour(-1) if path == BACK else None
        if before is not None:
            app.counter.change(app.counter.filing.at(before))
        else:
            await leaving.to("/counter" if path == BACK else path)

    def look(of: str) -> None:
        set_looked(lambda old: old | {of})

    step = filing.step
    wrong = faults_at(filing, step) if step in looked else {}
    left = [_progress(filing), *_problem(filing), *_body(filing, step, wrong)]
    footer = review_footer(filing) if step == REVIEW else _next(filing, step, wrong, look)
    title = said(filing.draft.procedure["name"])
    part = f"{filing.draft.id}{step}"
    if state.is_wide:
        fill = _two_panes(left, footer, summary(filing), part)
        return framed(Frame(ROUTE, title, [], back=BACK, leave=leave, width=LIST_AND_DETAIL, fill=fill))
    body = [brief(filing), *left] if step != WHO else left
    return framed(Frame(ROUTE, title, body, back=BACK, footer=footer, leave=leave, part=part))


async def _forget() -> None:
    await current_app().counter.drop()


def _two_panes(left: list[ft.Control], footer: ft.Control, right: ft.Control, part: str) -> ft.Control:
    """The step scrolls over its button; whom it is for stays in sight."""
    side, scroll = theme.SPACE_M, ft.ScrollMode.AUTO
    steps = ft.ListView(
        key=f"step-{part}",  # another step starts at its top
        expand=True,
        spacing=theme.SPACE_M,
        padding=ft.Padding(left=side, top=0, right=side, bottom=theme.SPACE_L),
        controls=left,
    )
    whole = ft.Column(
        expand=True,
        spacing=0,
        controls=[steps, ft.Container(padding=ft.Padding.symmetric(vertical=12, horizontal=side), content=footer)],
    )
    beside = ft.Column(width=SUMMARY_WIDTH, scroll=scroll, controls=[right])
    panes = ft.Row(
        spacing=theme.SPACE_M,
        vertical_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[whole, ft.Container(padding=ft.Padding(left=0, top=0, right=side, bottom=side), content=beside)],
    )
    row = ft.Row(
        expand=True,
        alignment=ft.MainAxisAlignment.CENTER,
        vertical_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[ft.Container(width=LIST_AND_DETAIL, content=panes)],
    )
    return ft.Container(expand=True, content=row)


def _nothing() -> ft.Control:
    app = current_app()
    button = primary_button("counter.home", t("counter.to_counter"), action(app.go, "/counter"))
    return empty(ft.Icons.STOREFRONT_OUTLINED, t("counter.nothing"), t("counter.nothing_body"), button)


def _problem(filing: Filing) -> list[ft.Control]:
    """What the server said at the last try; what it says of one answer stands beside it."""
    if filing.draft.error is None:
        return []
    box = notice_box(error_text(filing.draft.error), ft.Icons.ERROR_OUTLINE, current_app().look.danger)
    return [ft.Semantics(identifier="counter.problem", live_region=True, content=box)]


def faults_at(filing: Filing, step: str) -> dict[str, list[str]]:
    """What keeps one from going on."""
    today = city_date(current_app().services.clock.now())
    if step == WHO:
        of_owner = {name.removeprefix("owner."): codes for name, codes in filing.owner.faults(today).items()}
        return {**faults(who_form(filing), who_values(filing), today), **of_owner}
    if step == PAPERS:
        return {key: ["field.required"] for key in filing.missing_papers()}
    if step == WAY:
        return faults(filing.contact(contact_words()), given_contact(filing.draft), today)
    group = group_in(filing.draft, step)
    names = {field["name"] for field in group["fields"]} if group else set()
    found = faults(filing.draft.form, filing.draft.values, today) if filing.draft.form else {}
    return {name: codes for name, codes in found.items() if name in names}


def _body(filing: Filing, step: str, wrong: dict[str, list[str]]) -> list[ft.Control]:
    draft = filing.draft
    if step == WHO:
        return [Who(filing, wrong, key=f"who-{draft.id}")]
    if step == PAPERS:
        return [heading(t("draft.papers"), Style.HEADLINE_SMALL), *papers_body(filing, wrong)]
    if step == REVIEW:
        return review_body(filing)
    if step == WAY:
        return _way(filing, {**wrong, **draft.faults})
    group = group_in(draft, step)
    if group is None or draft.form is None:
        return []

    def answer(name: str, value: Any) -> None:
        counter = current_app().counter
        counter.change(replace(counter.filing, draft=counter.filing.draft.answered(name, value)))

    merged = {**wrong, **draft.faults}
    filled = Filled(draft.form, draft.values, draft.known, draft.origins, merged, answer, f"{draft.id}-{step}")
    title = heading(said(group["title"]), Style.HEADLINE_SMALL)
    return [title, GroupView(filled, group, key=f"group-{draft.id}-{step}")]


def _way(filing: Filing, wrong: dict[str, list[str]]) -> list[ft.Control]:
    form = filing.contact(contact_words())

    def answer(name: str, value: Any) -> None:
        counter = current_app().counter
        counter.change(replace(counter.filing, draft=with_contact(counter.filing.draft, name, value)))

    asked = form["schema"]["properties"]
    found = {name if name in asked else CONTACT_FAULTS.get(name, name): codes for name, codes in wrong.items()}
    filled = Filled(form, given_contact(filing.draft), {}, {}, found, answer, f"{filing.draft.id}-way")
    group = form["layout"][0]
    title = heading(said(group["title"]), Style.HEADLINE_SMALL)
    return [title, GroupView(filled, group, key=f"group-{filing.draft.id}-way")]


def _progress(filing: Filing) -> ft.Control:
    """How far one has come; and that nothing of it stays on this machine."""
    look = current_app().look
    at, of = filing.steps.index(filing.step) + 1, len(filing.steps)
    bar = ft.ProgressBar(
        value=at / of, color=look.primary, bgcolor=look.line, bar_height=6, border_radius=theme.RADIUS_PILL
    )
    words = t("draft.step", at=at, of=of)
    lines: list[ft.Control] = [
        text(words, Style.BODY_MEDIUM, quiet=True),
        text(t("counter.not_kept"), Style.BODY_MEDIUM, quiet=True),
    ]
    row = ft.Row(wrap=True, alignment=ft.MainAxisAlignment.SPACE_BETWEEN, controls=lines)
    column = ft.Column(spacing=6, controls=[ft.Semantics(exclude_semantics=True, content=bar), row])
    return ft.Semantics(identifier="counter.progress", label=words, content=column)


def _labels(filing: Filing, step: str, wrong: dict[str, list[str]]) -> list[str]:
    """What the questions are called that still need an answer."""
    if step == PAPERS:
        asked = [(item["key"], item["name"]) for item in filing.draft.procedure["components"]]
    else:
        group = {WHO: who_form(filing), WAY: filing.contact(contact_words())}.get(step, {}).get("layout", [None])[0]
        group = group or group_in(filing.draft, step)
        asked = [(field["name"], field["label"]) for field in (group or {"fields": []})["fields"]]
    return [said(name) for key, name in asked if key in wrong]


def _next(filing: Filing, step: str, wrong: dict[str, list[str]], look: Any) -> ft.Control:
    app = current_app()

    async def on() -> None:
        look(step)
        present = app.counter.filing
        if faults_at(present, step):
            return
        if step == WHO and not await app.counter.prepare():
            return
        after = app.counter.filing.neighbour(1)
        if after is not None:
            app.counter.change(app.counter.filing.at(after))

    lines: list[ft.Control] = []
    if wrong:
        what = ", ".join(_labels(filing, step, wrong))
        box = notice_box(t("form.fix", what=what), ft.Icons.ERROR_OUTLINE, app.look.danger)
        lines.append(ft.Semantics(identifier="form.fix", live_region=True, content=box))
    busy = app.services.counter_state.is_preparing
    label = t("counter.looking_up") if busy else t("draft.next")
    button = primary_button("counter.next", label, action(on), icon=ft.Icons.ARROW_FORWARD, expand=True, busy=busy)
    row = ft.Row(key=f"next-{step}", controls=[button])
    return ft.Column(key=f"footer-{step}", tight=True, spacing=theme.SPACE_S, controls=[*lines, row])
