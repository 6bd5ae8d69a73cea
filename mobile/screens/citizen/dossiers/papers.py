"""The papers of a draft: what is here already, and what has to be chosen or photographed."""

from typing import Any

import flet as ft

from mobile.i18n.catalogue import t
from mobile.i18n.names import said
from mobile.screens.citizen.dossiers.files import Paper, paper_row
from mobile.state.draft import Draft
from mobile.state.steps import to_bring
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, glyph, heading, text

Json = dict[str, Any]


def papers_body(draft: Draft, wrong: dict[str, list[str]]) -> list[ft.Control]:
    body: list[ft.Control] = [_row(draft, component, wrong) for component in to_bring(draft)]
    if draft.held:
        body.append(held_papers(draft))
    return body


def held_papers(draft: Draft) -> ft.Control:
    """What nobody asks for, because the city has it."""
    look = current_app().look
    rows: list[ft.Control] = [heading(t("papers.held"), Style.TITLE_MEDIUM)]
    for component in draft.procedure["components"]:
        held = draft.held.get(component["key"])
        if held is None:
            continue
        words: list[ft.Control] = [text(said(component["name"]), Style.BODY_LARGE)]
        if label := said(held.get("label")):
            words.append(text(label, Style.BODY_MEDIUM, quiet=True))
        rows.append(
            ft.Row(
                key=f"held-{component['key']}",
                spacing=12,
                vertical_alignment=ft.CrossAxisAlignment.START,
                controls=[
                    glyph(ft.Icons.CHECK_CIRCLE, color=look.valid.strong),
                    ft.Column(expand=True, tight=True, spacing=2, controls=words),
                ],
            )
        )
    return card(ft.Column(spacing=12, controls=rows))


def _row(draft: Draft, component: Json, wrong: dict[str, list[str]]) -> ft.Control:
    papers = current_app().paperwork.papers
    key = component["key"]

    async def pick(photo: bool) -> None:
        await papers.attach(draft.id, component, photo=photo)

    async def drop() -> None:
        await papers.detach(draft.id, key)

    optional = "" if component.get("required", True) else t("form.optional")
    return paper_row(Paper(key, said(component["name"]), optional, draft.files.get(key), key in wrong, pick, drop))
