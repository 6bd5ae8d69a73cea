"""The way through a draft, one group of questions at a time. Every change is kept at once."""

from dataclasses import replace
from typing import Any

import flet as ft

from mobile.i18n.catalogue import t
from mobile.i18n.names import said
from mobile.screens.citizen.dossiers.papers import papers_body
from mobile.screens.citizen.dossiers.review import review_body, review_footer
from mobile.screens.citizen.dossiers.step_parts import group_body, progress, step_footer, to_fix, way_body
from mobile.screens.citizen.dossiers.waiting import waiting_body
from mobile.screens.citizen.dossiers.way import contact_words, with_contact
from mobile.state.draft import PAPERS, REVIEW, WAY, Draft
from mobile.state.steps import contact_form, group_in, missing_papers, neighbour, step_faults, step_now, steps
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, empty, heading
from mobile.ui.components.buttons import icon_button, primary_button
from mobile.ui.components.confirm import Question, use_question
from mobile.ui.components.frame import Frame, framed
from mobile.ui.errors import action, screen
from mobile.ui.hooks import use_observed
from shared_models.clock import city_date

Json = dict[str, Any]


@screen
def DraftView() -> ft.View:
    """`/dossiers/drafts/<id>`."""
    app = current_app()
    use_observed(app.services.app_state)
    state = use_observed(app.services.dossiers_state)
    use_observed(app.services.catalogue_state)
    looked, set_looked = ft.use_state(frozenset[str]())
    ask = use_question()
    draft_id = ft.use_route_params().get("draft_id", "")
    draft = state.draft(draft_id)

    async def prepare() -> None:
        await app.paperwork.name_communes()
        await app.paperwork.prepare_again(draft_id)

    step = step_now(draft) if draft else ""
    # When it is opened, and before it is sent: fees and dates go stale.
    is_unprepared = draft is not None and draft.prepared_at is None
    ft.use_effect(prepare, dependencies=[draft_id, step == REVIEW, is_unprepared], cleanup=lambda: None)
    route = ft.use_view_path() or f"/dossiers/drafts/{draft_id}"
    if draft is None:
        return framed(Frame(route=route, title=t("draft.title"), back="/dossiers", body=[_gone()]))

    async def discard() -> None:
        await app.paperwork.discard(app.paperwork.draft(draft_id))
        app.say("draft.discarded")
        app.go("/dossiers")

    bin_ = icon_button("draft.discard", ft.Icons.DELETE_OUTLINE, t("draft.discard"), action(ask, _throw(discard)))
    title = said(draft.procedure["name"])
    if draft.state == "waiting":
        return framed(Frame(route=route, title=title, back="/dossiers", actions=[bin_], body=waiting_body(draft)))

    def look(of: str) -> None:
        set_looked(lambda old: old | {of})

    wrong = faults_at(draft, step) if step in looked else {}
    order = steps(draft)
    how_far = progress("draft.progress", order.index(step) + 1, len(order), t("draft.kept"))
    body = [how_far, *_body(draft, step, {**wrong, **draft.faults})]
    footer = review_footer(draft) if step == REVIEW else _next(draft, step, wrong, look)
    return framed(
        Frame(
            route=route,
            title=title,
            back=BACK,
            actions=[bin_],
            body=body,
            footer=footer,
            leave=lambda path: _leave(draft_id, path),
            part=step,
        )
    )


# Beneath the tab's own path, so that the arrow can be told from the tab.
BACK = "/dossiers/drafts"


def _throw(discard: Any) -> Question:
    return Question("draft.throw", discard)


def _gone() -> ft.Control:
    app = current_app()
    button = primary_button("draft.home", t("draft.to_dossiers"), action(app.go, "/dossiers"))
    return empty(ft.Icons.ASSIGNMENT_TURNED_IN, t("draft.gone"), t("draft.gone_body"), button)


async def _leave(draft_id: str, path: str) -> None:
    """The arrow goes one step back, from the first one to the list; what was answered is kept."""
    app = current_app()
    draft = app.services.dossiers_state.draft(draft_id)
    before = neighbour(draft, -1) if draft and path == BACK else None
    if draft is not None and before is not None:
        await go_to(draft, before)
    else:
        app.go("/dossiers" if path == BACK else path)


async def go_to(draft: Draft, step: str) -> None:
    await current_app().paperwork.change(replace(draft, step=step))


def faults_at(draft: Draft, step: str) -> dict[str, list[str]]:
    """What keeps one from going on."""
    today = city_date(current_app().services.clock.now())
    if step == PAPERS:
        return {key: ["field.required"] for key in missing_papers(draft)}
    return step_faults(draft, step, contact_form(draft, contact_words()), today)


def _body(draft: Draft, step: str, wrong: dict[str, list[str]]) -> list[ft.Control]:
    if step == PAPERS:
        return [heading(t("draft.papers"), Style.HEADLINE_SMALL), *papers_body(draft, wrong)]
    if step == REVIEW:
        return review_body(draft)
    if step == WAY:
        return _way(draft, wrong)

    async def answer(name: str, value: Any) -> None:
        paperwork = current_app().paperwork
        await paperwork.change(paperwork.draft(draft.id).answered(name, value))

    return group_body(draft, step, wrong, answer)


def _way(draft: Draft, wrong: dict[str, list[str]]) -> list[ft.Control]:
    async def answer(name: str, value: Any) -> None:
        paperwork = current_app().paperwork
        present = with_contact(paperwork.draft(draft.id), name, value)
        if name == "commune":
            present = await paperwork.at_commune(present, value) if value else replace(present, agency=None)
        await paperwork.change(present)

    return way_body(draft, contact_form(draft, contact_words()), wrong, answer)


def _next(draft: Draft, step: str, wrong: dict[str, list[str]], look: Any) -> ft.Control:
    app = current_app()

    async def on() -> None:
        present = app.paperwork.draft(draft.id)
        look(step)
        after = neighbour(present, 1)
        if after is not None and not faults_at(present, step):
            await go_to(present.with_reach() if after == WAY else present, after)

    group = contact_form(draft, contact_words())["layout"][0] if step == WAY else group_in(draft, step)
    button = primary_button("draft.next", t("draft.next"), action(on), icon=ft.Icons.ARROW_FORWARD, expand=True)
    return step_footer(step, to_fix(draft, step, group, wrong), button)
