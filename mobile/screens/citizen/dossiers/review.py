"""The last look: every answer with its way back, what it costs and when it is due; then one button."""

from dataclasses import replace
from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, t
from mobile.i18n.names import said, weekday_moment
from mobile.screens.citizen.dossiers.new_version import NewVersion
from mobile.screens.citizen.dossiers.papers import held_papers
from mobile.screens.citizen.dossiers.way import contact_words, way_text
from mobile.state.answers import fields_of, groups
from mobile.state.draft import PAPERS, WAY, Draft
from mobile.state.steps import GROUP, contact_form, missing_papers, to_bring, unfinished
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, facts, heading, notice_box, text
from mobile.ui.components.buttons import link_button, primary_button
from mobile.ui.components.fee_terms import fee_notices, fee_rows
from mobile.ui.errors import action
from mobile.ui.form.group import in_words
from shared_models.clock import city_date, from_wire

Json = dict[str, Any]
VERSION_PAST = "procedure.version_past"


def review_body(draft: Draft) -> list[ft.Control]:
    body: list[ft.Control] = [heading(t("review.title"), Style.HEADLINE_SMALL)]
    if draft.error == VERSION_PAST:
        body.append(NewVersion(draft, key=f"new-version-{draft.id}"))
    elif draft.error:
        body.append(notice_box(error_text(draft.error), ft.Icons.ERROR_OUTLINE, current_app().look.danger))
    body.append(terms_card(draft))
    body += [_group(draft, group) for group in groups(draft.form, draft.values)]
    if to_bring(draft):
        body.append(_section(draft, PAPERS, t("draft.papers"), _papers(draft)))
    if draft.held:
        body.append(held_papers(draft))
    body.append(_section(draft, WAY, t("way.title"), _way(draft)))
    return body


def terms_card(draft: Draft) -> ft.Control:
    """What it costs and when the answer is due, if it is sent now."""
    now = current_app().services.clock.now()
    rows = fee_rows(draft)
    due = weekday_moment(from_wire(draft.due_at), now) if draft.due_at else t("review.terms_later")
    rows.append((t("review.due"), due))
    lines = [facts(rows), *fee_notices(draft, "review.fee_unasked")]
    stretch = ft.CrossAxisAlignment.STRETCH
    content = card(ft.Column(spacing=theme.SPACE_M, horizontal_alignment=stretch, controls=lines))
    return ft.Semantics(identifier="review.terms", container=True, content=content)


def _section(draft: Draft, step: str, title: str, rows: list[tuple[str, str]]) -> ft.Control:
    async def edit() -> None:
        paperwork = current_app().paperwork
        await paperwork.change(replace(paperwork.draft(draft.id), step=step))

    head = ft.Row(
        controls=[
            ft.Container(expand=True, content=heading(title, Style.TITLE_MEDIUM)),
            ft.Semantics(
                label=t("form.change_what", what=title),
                content=link_button(f"review.edit.{step}", t("form.change"), action(edit)),
            ),
        ]
    )
    return ft.Container(
        key=f"review-{step}", content=card(ft.Column(spacing=theme.SPACE_S, controls=[head, facts(rows)]))
    )


def _group(draft: Draft, group: Json) -> ft.Control:
    form = draft.form or {}
    rows = []
    for field in fields_of(form, group, draft.values):
        value = draft.values.get(field["name"])
        words = in_words(form, field, value) if value is not None else t("review.unanswered")
        rows.append((said(field["label"]), words))
    return _section(draft, f"{GROUP}{group['key']}", said(group["title"]), rows)


def _papers(draft: Draft) -> list[tuple[str, str]]:
    def state(key: str) -> str:
        file = draft.files.get(key)
        return file.name if file else t("review.no_file")

    return [(said(item["name"]), state(item["key"])) for item in to_bring(draft)]


def _way(draft: Draft) -> list[tuple[str, str]]:
    rows = [(t("way.how"), way_text(draft.way))]
    if draft.way == "post":
        rows.append((t("way.address"), draft.address or t("review.unanswered")))
    rows.append((t("way.phone"), draft.phone or t("review.unanswered")))
    return [*rows, (t("way.email"), draft.email)] if draft.email else rows


def review_footer(draft: Draft) -> ft.Control:
    """Send; where something is missing, the way there. What is sent without a network waits visibly."""
    app = current_app()
    is_online = app.services.app_state.is_online

    async def send() -> None:
        present = app.paperwork.draft(draft.id)
        contact = contact_form(present, contact_words())
        missing = unfinished(present, contact, missing_papers(present), city_date(app.services.clock.now()))
        if missing is not None:
            app.say("review.missing")
            await app.paperwork.change(replace(present, step=missing))
            return
        outcome = await app.paperwork.submit(present)
        if outcome.is_sent:
            app.say("draft.sent")
            app.go(f"/dossiers/{draft.id}")
        elif outcome.is_waiting:
            app.say("draft.will_send")

    is_sending = draft.id in app.services.dossiers_state.sending
    label = t("review.send" if is_online else "review.send_later")
    if draft.error == VERSION_PAST:
        return ft.Container(height=0)
    button = primary_button(
        "review.send",
        t("review.sending") if is_sending else label,
        action(send),
        icon=ft.Icons.SEND,
        expand=True,
        busy=is_sending,
    )
    promise = text(t("review.promise"), Style.BODY_MEDIUM, quiet=True)
    row = ft.Row(key="next-review", controls=[button])
    return ft.Column(key="footer-review", tight=True, spacing=theme.SPACE_S, controls=[promise, row])
