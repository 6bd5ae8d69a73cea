"""The rules changed while a draft lay: what is different, and going on with the answers that were given."""

from collections.abc import Callable
from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, t
from mobile.i18n.names import money, said, span
from mobile.state.draft import Draft
from mobile.state.procedures import changes
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, heading, text
from mobile.ui.components.buttons import primary_button
from mobile.ui.errors import action, safely
from mobile.ui.hooks import Failed, Loaded, use_async

Json = dict[str, Any]


@safely
def NewVersion(draft: Draft) -> ft.Control:
    app = current_app()

    async def fetch() -> Json:
        return await app.services.catalogue.procedure(draft.procedure["code"])

    answer = use_async(fetch, [draft.procedure["id"]])
    lines: list[ft.Control] = [
        heading(t("version.title"), Style.TITLE_LARGE),
        text(t("version.body"), Style.BODY_LARGE),
    ]
    if isinstance(answer, Failed):
        lines.append(text(error_text(answer.code), Style.BODY_MEDIUM, quiet=True))
    if isinstance(answer, Loaded):
        told = [change_text(what, params) for what, params in changes(draft.procedure, answer.value)]
        lines += [text(line, Style.BODY_LARGE) for line in told or [t("version.form")]]
    take = action(app.paperwork.take_new_version, draft)
    lines.append(ft.Row(controls=[primary_button("version.take", t("version.take"), take, expand=True)]))
    return ft.Semantics(
        identifier="version.past",
        container=True,
        content=card(ft.Column(spacing=theme.SPACE_M, controls=lines)),
    )


def change_text(what: str, params: Json) -> str:
    """One difference in a sentence."""
    shapes: dict[str, Callable[[Any], str]] = {"deadline": span, "fee": money}
    shape = shapes.get(what, said)
    return t(f"version.{what}", **{name: shape(value) for name, value in params.items()})
