"""The way through a draft, one group of questions at a time. Every change is kept at once."""

from dataclasses import replace
from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.i18n.names import said
from mobile.screens.citizen.dossiers.papers import papers_body
from mobile.screens.citizen.dossiers.review import review_body, review_footer
from mobile.screens.citizen.dossiers.waiting import waiting_body
from mobile.screens.citizen.dossiers.way import CONTACT_FAULTS, contact_words, with_contact
from mobile.state.answers import faults
from mobile.state.draft import PAPERS, REVIEW, WAY, Draft
from mobile.state.steps import contact_form, contact_values, group_in, missing_papers, neighbour, step_now, steps
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, empty, heading, notice_box, text
from mobile.ui.components.buttons import icon_button, primary_button
from mobile.ui.components.confirm import Question, use_question
from mobile.ui.components.frame import Frame, framed
from mobile.ui.errors import action, screen
from mobile.ui.form.group import Filled, GroupView
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
    ft.use_effect(prepare, dependencies=[draft_id, step == REVIEW], cleanup=lambda: None)
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
    body = [_progress(draft, step), *_body(draft, step, {**wrong, **draft.faults})]
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
    if step == WAY:
        return faults(contact_form(draft, contact_words()), contact_values(draft), today)
    group = group_in(draft, step)
    names = {field["name"] for field in group["fields"]} if group else set()
    found = faults(draft.form, draft.values, today) if draft.form else {}
    return {name: codes for name, codes in found.items() if name in names}


def _body(draft: Draft, step: str, wrong: dict[str, list[str]]) -> list[ft.Control]:
    if step == PAPERS:
        return [heading(t("draft.papers"), Style.HEADLINE_SMALL), *papers_body(draft, wrong)]
    if step == REVIEW:
        return review_body(draft)
    if step == WAY:
        return _way(draft, wrong)
    group = group_in(draft, step)
    if group is None or draft.form is None:
        return []

    async def answer(name: str, value: Any) -> None:
        paperwork = current_app().paperwork
        await paperwork.change(paperwork.draft(draft.id).answered(name, value))

    filled = Filled(draft.form, draft.values, draft.known, draft.origins, wrong, answer, f"{draft.id}-{step}")
    title = heading(said(group["title"]), Style.HEADLINE_SMALL)
    return [title, GroupView(filled, group, key=f"group-{draft.id}-{step}")]


def _way(draft: Draft, wrong: dict[str, list[str]]) -> list[ft.Control]:
    form = contact_form(draft, contact_words())

    async def answer(name: str, value: Any) -> None:
        paperwork = current_app().paperwork
        present = with_contact(paperwork.draft(draft.id), name, value)
        if name == "commune":
            present = await paperwork.at_commune(present, value) if value else replace(present, agency=None)
        await paperwork.change(present)

    asked = form["schema"]["properties"]
    found = {name if name in asked else CONTACT_FAULTS.get(name, name): codes for name, codes in wrong.items()}
    filled = Filled(form, contact_values(draft), {}, {}, found, answer, f"{draft.id}-way")
    group = form["layout"][0]
    return [heading(said(group["title"]), Style.HEADLINE_SMALL), GroupView(filled, group, key=f"group-{draft.id}-way")]


def _progress(draft: Draft, step: str) -> ft.Control:
    """How far one has come."""
    look = current_app().look
    all_steps = steps(draft)
    at = all_steps.index(step) + 1
    words = t("draft.step", at=at, of=len(all_steps))
    bar = ft.ProgressBar(
        value=at / len(all_steps),
        color=look.primary,
        bgcolor=look.line,
        bar_height=6,
        border_radius=theme.RADIUS_PILL,
    )
    return ft.Semantics(
        identifier="draft.progress",
        label=words,
        content=ft.Column(
            spacing=6,
            controls=[
                ft.Semantics(exclude_semantics=True, content=bar),
                ft.Row(
                    wrap=True,
                    alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
                    controls=[
                        text(words, Style.BODY_MEDIUM, quiet=True),
                        text(t("draft.kept"), Style.BODY_MEDIUM, quiet=True),
                    ],
                ),
            ],
        ),
    )


def labels(draft: Draft, step: str, wrong: dict[str, list[str]]) -> list[str]:
    """What the questions are called that still need an answer, in the order in which they are asked."""
    if step == PAPERS:
        asked = [(item["key"], item["name"]) for item in draft.procedure["components"]]
    else:
        group = contact_form(draft, contact_words())["layout"][0] if step == WAY else group_in(draft, step)
        asked = [(field["name"], field["label"]) for field in (group or {"fields": []})["fields"]]
    return [said(name) for key, name in asked if key in wrong]


def _next(draft: Draft, step: str, wrong: dict[str, list[str]], look: Any) -> ft.Control:
    app = current_app()

    async def on() -> None:
        present = app.paperwork.draft(draft.id)
        look(step)
        after = neighbour(present, 1)
        if after is not None and not faults_at(present, step):
            await go_to(present.with_reach() if after == WAY else present, after)

    lines: list[ft.Control] = []
    if wrong:
        box = notice_box(
            t("form.fix", what=", ".join(labels(draft, step, wrong))), ft.Icons.ERROR_OUTLINE, app.look.danger
        )
        lines.append(ft.Semantics(identifier="form.fix", live_region=True, content=box))
    button = primary_button("draft.next", t("draft.next"), action(on), icon=ft.Icons.ARROW_FORWARD, expand=True)
    # A key of its own: Flutter does not tell assistive software of a node's new identifier.
    row = ft.Row(key=f"next-{step}", controls=[button])
    return ft.Column(key=f"footer-{step}", tight=True, spacing=theme.SPACE_S, controls=[*lines, row])
