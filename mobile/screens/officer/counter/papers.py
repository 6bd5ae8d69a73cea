"""The papers of somebody who is present: what the city has, what it will look up, and what has to be scanned in."""

from typing import Any

import flet as ft

from mobile.i18n.catalogue import error_text, t
from mobile.i18n.names import said
from mobile.screens.citizen.dossiers.files import Paper, paper_row
from mobile.screens.citizen.dossiers.papers import held_papers
from mobile.state.counter import Filing
from mobile.state.steps import to_bring
from mobile.ui.app_context import current_app

Json = dict[str, Any]


def papers_body(filing: Filing, wrong: dict[str, list[str]]) -> list[ft.Control]:
    body: list[ft.Control] = [_row(filing, component, wrong) for component in to_bring(filing.draft)]
    return [*body, held_papers(filing.draft)] if filing.draft.held else body


def _row(filing: Filing, component: Json, wrong: dict[str, list[str]]) -> ft.Control:
    counter = current_app().counter
    key = component["key"]

    async def pick(photo: bool) -> None:
        await counter.attach(component, photo=photo)

    async def drop() -> None:
        await counter.detach(key)

    codes = filing.draft.faults.get(f"components.{key}")
    file = filing.draft.files.get(key)
    is_missing = key in wrong or codes is not None
    return paper_row(
        Paper(key, said(component["name"]), _under(filing, component, codes), file, is_missing, pick, drop)
    )


def _under(filing: Filing, component: Json, codes: list[str] | None) -> str:
    """Why it is wanted, or that it need not be."""
    if codes:
        return error_text(codes[0])
    if filing.is_looked_up_later(component):
        return t("counter.looked_up_later")
    return "" if component.get("required", True) else t("form.optional")
