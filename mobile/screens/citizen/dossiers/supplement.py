"""Answering what an agency asks for: its list with its reasons, a file for each, and one button."""

from typing import Any

import flet as ft

from mobile.i18n.catalogue import error_text, t
from mobile.i18n.names import said
from mobile.screens.citizen.dossiers.files import Paper, paper_row
from mobile.state.dossiers import Answer, Dossier
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import empty, notice_box, text
from mobile.ui.components.buttons import primary_button, second_button
from mobile.ui.components.frame import Frame, framed
from mobile.ui.errors import action, screen
from mobile.ui.hooks import Loaded, Loading, use_async, use_observed

Json = dict[str, Any]


@screen
def SupplementView() -> ft.View:
    """`/dossiers/<id>/answer`."""
    app = current_app()
    use_observed(app.services.app_state)
    state = use_observed(app.services.dossiers_state)
    looked, set_looked = ft.use_state(False)
    tries, set_tries = ft.use_state(0)
    dossier_id = ft.use_route_params().get("dossier_id", "")

    async def fetch() -> tuple[Dossier, dict[str, Json]]:
        dossier = await app.services.dossiers.fetch(dossier_id)
        procedure = await app.services.catalogue.procedure(dossier.procedure_code)
        return dossier, {item["key"]: item for item in procedure["components"]}

    found = use_async(fetch, [dossier_id, tries])
    back = f"/dossiers/{dossier_id}"
    route = ft.use_view_path() or f"{back}/answer"
    if not isinstance(found, Loaded):
        again = second_button("answer.again", t("retry"), action(set_tries, tries + 1))
        body: list[ft.Control] = (
            [text(t("dossier.loading"), quiet=True)]
            if isinstance(found, Loading)
            else [empty(ft.Icons.CLOUD_OFF, t("dossier.unavailable"), error_text(found.code), again)]
        )
        return framed(Frame(route=route, title=t("answer.title"), back=back, body=body))
    dossier, components = found.value
    answer = state.answer(dossier_id)
    items = (dossier.asks or {}).get("items") or []
    missing = [item["component"] for item in items if not _has_file(answer, item["component"])] if looked else []

    async def send() -> None:
        set_looked(True)
        if any(not _has_file(state.answer(dossier_id), item["component"]) for item in items):
            return
        outcome = await app.paperwork.answer(dossier_id)
        if outcome.is_sent or outcome.is_waiting:
            app.say("answer.sent" if outcome.is_sent else "draft.will_send")
            app.go(back)

    body = answer_body(dossier, components, answer, missing)
    busy = dossier_id in state.sending
    online = app.services.app_state.is_online
    label = t("review.sending" if busy else "answer.send" if online else "review.send_later")
    button = primary_button("answer.send", label, action(send), icon=ft.Icons.SEND, expand=True, busy=busy)
    footer = ft.Row(controls=[button])
    return framed(Frame(route=route, title=t("answer.title"), back=back, body=body, footer=footer))


def _has_file(answer: Answer | None, key: str) -> bool:
    file = answer.files.get(key) if answer else None
    return file is not None and file.state != "refused"


def answer_body(
    dossier: Dossier, components: dict[str, Json], answer: Answer | None, missing: list[str]
) -> list[ft.Control]:
    look = current_app().look
    body: list[ft.Control] = []
    if note := said((dossier.asks or {}).get("note")):
        body.append(notice_box(note, ft.Icons.CHAT_OUTLINED, look.neutral))
    if answer is not None and answer.error:
        body.append(notice_box(error_text(answer.error), ft.Icons.ERROR_OUTLINE, look.danger))
    items = (dossier.asks or {}).get("items") or []
    wanted = [(item, components.get(item["component"], {"key": item["component"]})) for item in items]
    return [*body, *(_row(dossier.id, item, component, missing) for item, component in wanted)]


def _row(dossier_id: str, item: Json, component: Json, missing: list[str]) -> ft.Control:
    app = current_app()
    key = component["key"]
    answer = app.services.dossiers_state.answer(dossier_id)

    async def pick(photo: bool) -> None:
        await app.paperwork.papers.attach_answer(dossier_id, component, photo=photo)

    async def drop() -> None:
        await app.paperwork.papers.detach_answer(dossier_id, key)

    name = said(component.get("name") or item.get("name")) or key
    file = answer.files.get(key) if answer else None
    return paper_row(Paper(key, name, said(item.get("reason")), file, key in missing, pick, drop))
