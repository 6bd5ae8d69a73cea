"""The last look together with the person: every answer with its way back, the fee and the day; then one button."""

from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.i18n.names import said
from mobile.screens.citizen.dossiers.papers import held_papers
from mobile.screens.citizen.dossiers.review import terms_card
from mobile.screens.citizen.dossiers.way import contact_words, way_text
from mobile.screens.officer.counter.summary import person, where_to
from mobile.state.answers import fields_of, groups
from mobile.state.counter import WHO, Filing
from mobile.state.draft import PAPERS, WAY
from mobile.state.steps import GROUP, to_bring
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, facts, heading, text
from mobile.ui.components.buttons import link_button, primary_button
from mobile.ui.errors import action
from mobile.ui.form.group import in_words
from shared_models.clock import city_date

Json = dict[str, Any]
Rows = list[tuple[str, str]]


def review_body(filing: Filing) -> list[ft.Control]:
    draft = filing.draft
    body: list[ft.Control] = [heading(t("counter.review"), Style.HEADLINE_SMALL), terms_card(draft)]
    body.append(_section(WHO, t("counter.who"), _who(filing)))
    body += [_group(filing, group) for group in groups(draft.form, draft.values)]
    if to_bring(draft):
        body.append(_section(PAPERS, t("draft.papers"), _papers(filing)))
    if draft.held:
        body.append(held_papers(draft))
    body.append(_section(WAY, t("way.title"), _way(filing)))
    return body


def _who(filing: Filing) -> Rows:
    channel = t(f"counter.channel.{filing.channel}")
    return [
        (t("counter.person"), person(filing)),
        (t("counter.who.channel"), channel),
        (t("way.where"), where_to(filing)),
    ]


def _group(filing: Filing, group: Json) -> ft.Control:
    form, values = filing.draft.form or {}, filing.draft.values
    rows = []
    for field in fields_of(form, group, values):
        value = values.get(field["name"])
        words = in_words(form, field, value) if value is not None else t("review.unanswered")
        rows.append((said(field["label"]), words))
    return _section(f"{GROUP}{group['key']}", said(group["title"]), rows)


def _papers(filing: Filing) -> Rows:
    def state(item: Json) -> str:
        file = filing.draft.files.get(item["key"])
        if file is not None:
            return file.name
        return t("counter.looked_up_later" if filing.is_looked_up_later(item) else "review.no_file")

    return [(said(item["name"]), state(item)) for item in to_bring(filing.draft)]


def _way(filing: Filing) -> Rows:
    draft = filing.draft
    rows = [(t("way.how"), way_text(draft.way))]
    if draft.way == "post":
        rows.append((t("way.address"), draft.address or t("review.unanswered")))
    rows.append((t("way.phone"), draft.phone or t("review.unanswered")))
    return [*rows, (t("way.email"), draft.email)] if draft.email else rows


def _section(step: str, title: str, rows: Rows) -> ft.Control:
    def edit() -> None:
        counter = current_app().counter
        counter.change(counter.filing.at(step))

    button = link_button(f"review.edit.{step}", t("form.change"), action(edit))
    head = ft.Row(
        controls=[
            ft.Container(expand=True, content=heading(title, Style.TITLE_MEDIUM)),
            ft.Semantics(label=t("form.change_what", what=title), content=button),
        ]
    )
    column = ft.Column(spacing=theme.SPACE_S, controls=[head, facts(rows)])
    return ft.Container(key=f"review-{step}", content=card(column))


def review_footer(filing: Filing) -> ft.Control:
    """Take it in; where something is missing, the way there."""
    app = current_app()
    state = app.services.counter_state

    async def send() -> None:
        present = app.counter.filing
        missing = present.unfinished(present.contact(contact_words()), city_date(app.services.clock.now()))
        if missing is not None:
            app.say("review.missing")
            app.counter.change(present.at(missing))
        elif await app.counter.submit() is not None:
            app.go("/counter/filed")

    here = filing.goes is not None and filing.goes.support is None
    label = t("counter.send" if here else "counter.send_on")
    button = primary_button(
        "counter.send",
        t("review.sending") if state.is_sending else label,
        action(send),
        icon=ft.Icons.ASSIGNMENT_TURNED_IN,
        expand=True,
        busy=state.is_sending,
    )
    promise = text(t("counter.promise"), Style.BODY_MEDIUM, quiet=True)
    row = ft.Row(key="next-review", controls=[button])
    return ft.Column(key="footer-review", tight=True, spacing=theme.SPACE_S, controls=[promise, row])
