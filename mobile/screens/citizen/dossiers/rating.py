"""What the person thought of it, once it is over: five steps in words, and a line if they like."""

from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.state.dossiers import Dossier
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, heading
from mobile.ui.components.buttons import primary_button
from mobile.ui.components.text_field import text_field
from mobile.ui.errors import action, action_with, safely
from mobile.ui.form.options import option, options

SCORES = (5, 4, 3, 2, 1)


@safely
def Rating(dossier: Dossier, done: Any) -> ft.Control:
    app = current_app()
    score, set_score = ft.use_state(0)
    words, set_words = ft.use_state("")

    async def send() -> None:
        more = {"comment": words.strip()} if words.strip() else {}
        await app.paperwork.act(dossier.id, "rate", stars=score, **more)
        app.say("rating.thanks")
        done()

    rows = [
        option(f"rating.{value}", t(f"rating.{value}"), action(set_score, value), is_chosen=score == value)
        for value in SCORES
    ]
    controls: list[ft.Control] = [heading(t("rating.title"), Style.TITLE_MEDIUM), options(rows)]
    if score:
        changed = action_with(lambda event: set_words(lambda _: event.control.value))
        box = ft.TextField(value=words, hint_text=t("rating.words"), multiline=True, max_length=500, on_change=changed)
        controls += [
            text_field("rating.words", box),
            ft.Row(controls=[primary_button("rating.send", t("rating.send"), action(send), expand=True)]),
        ]
    return card(ft.Column(spacing=theme.SPACE_M, horizontal_alignment=ft.CrossAxisAlignment.STRETCH, controls=controls))
