"""A dossier that was sent without a network: it says that it waits, and can be taken back until it goes."""

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, t
from mobile.screens.citizen.dossiers.review import terms_card
from mobile.state.draft import Draft
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, glyph, heading, side_by_side, text
from mobile.ui.components.buttons import primary_button, second_button
from mobile.ui.errors import action


def waiting_body(draft: Draft) -> list[ft.Control]:
    app = current_app()
    is_sending = draft.id in app.services.dossiers_state.sending
    title = t("waiting.sending" if is_sending else "waiting.title")
    words: list[ft.Control] = [heading(title, Style.TITLE_LARGE), text(t("waiting.body"), Style.BODY_LARGE)]
    if draft.error and not is_sending:
        words.append(text(error_text(draft.error), Style.BODY_MEDIUM, quiet=True))
    icon = glyph(ft.Icons.SCHEDULE_SEND, color=app.look.warning.strong, size=36)
    told = ft.Row(
        spacing=theme.SPACE_M,
        vertical_alignment=ft.CrossAxisAlignment.START,
        controls=[icon, ft.Column(expand=True, tight=True, spacing=6, controls=words)],
    )
    now = primary_button(
        "waiting.now", t("waiting.now"), action(app.paperwork.send), icon=ft.Icons.SEND, busy=is_sending
    )
    back = second_button(
        "waiting.recall", t("waiting.recall"), None if is_sending else action(app.paperwork.recall, draft)
    )
    box = ft.Semantics(identifier="waiting.state", live_region=True, container=True, content=card(told))
    return [box, terms_card(draft), side_by_side([now, back])]
