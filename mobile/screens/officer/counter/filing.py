"""Filing for somebody who is present, one step at a time. Nothing of it is kept: whoever leaves is asked first."""

from dataclasses import replace
from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, t
from mobile.i18n.names import said
from mobile.screens.citizen.dossiers.step_parts import Wrong, group_body, progress, step_footer, to_fix, way_body
from mobile.screens.citizen.dossiers.way import contact_words, with_contact
from mobile.screens.officer.counter.papers import papers_body
from mobile.screens.officer.counter.review import review_body, review_footer
from mobile.screens.officer.counter.summary import brief, summary
from mobile.screens.officer.counter.who import Who, who_form, who_values
from mobile.state.answers import faults
from mobile.state.counter import WHO, Filing
from mobile.state.draft import PAPERS, REVIEW, WAY
from mobile.state.steps import group_in, step_faults
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, empty, heading, notice_box
from mobile.ui.components.buttons import primary_button
from mobile.ui.components.frame import Frame, framed
from mobile.ui.components.panes import LIST_AND_DETAIL
from mobile.ui.errors import action, screen
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
    left = [_how_far(filing), *_problem(filing), *_body(filing, step, wrong)]
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


def faults_at(filing: Filing, step: str) -> Wrong:
    """What keeps one from going on."""
    today = city_date(current_app().services.clock.now())
    if step == WHO:
        of_owner = {name.removeprefix("owner."): codes for name, codes in filing.owner.faults(today).items()}
        return {**faults(who_form(filing), who_values(filing), today), **of_owner}
    if step == PAPERS:
        return {key: ["field.required"] for key in filing.missing_papers()}
    return step_faults(filing.draft, step, filing.contact(contact_words()), today)


def _body(filing: Filing, step: str, wrong: Wrong) -> list[ft.Control]:
    draft = filing.draft
    if step == WHO:
        return [Who(filing, wrong, key=f"who-{draft.id}")]
    if step == PAPERS:
        return [heading(t("draft.papers"), Style.HEADLINE_SMALL), *papers_body(filing, wrong)]
    if step == REVIEW:
        return review_body(filing)

    def answer(name: str, value: Any) -> None:
        counter = current_app().counter
        present = counter.filing.draft
        after = with_contact(present, name, value) if step == WAY else present.answered(name, value)
        counter.change(replace(counter.filing, draft=after))

    wrong = {**wrong, **draft.faults}
    if step == WAY:
        return way_body(draft, filing.contact(contact_words()), wrong, answer)
    return group_body(draft, step, wrong, answer)


def _how_far(filing: Filing) -> ft.Control:
    at, of = filing.steps.index(filing.step) + 1, len(filing.steps)
    return progress("counter.progress", at, of, t("counter.not_kept"))


def _asked_in(filing: Filing, step: str) -> Json | None:
    """The group of questions that a step is; None for the papers."""
    if step in {WHO, WAY}:
        form = who_form(filing) if step == WHO else filing.contact(contact_words())
        group: Json = form["layout"][0]
        return group
    return group_in(filing.draft, step)


def _next(filing: Filing, step: str, wrong: Wrong, look: Any) -> ft.Control:
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

    busy = app.services.counter_state.is_preparing
    label = t("counter.looking_up") if busy else t("draft.next")
    button = primary_button("counter.next", label, action(on), icon=ft.Icons.ARROW_FORWARD, expand=True, busy=busy)
    return step_footer(step, to_fix(filing.draft, step, _asked_in(filing, step), wrong), button)
