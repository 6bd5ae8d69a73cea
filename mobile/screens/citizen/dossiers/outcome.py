"""What came of a dossier: the licence in the wallet, or the signed document to open."""

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.state.dossiers import Dossier
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, text
from mobile.ui.components.buttons import primary_button, second_button
from mobile.ui.errors import action
from shared_models.dossier_status import DossierStatus


def outcome(dossier: Dossier) -> list[ft.Control]:
    """Nothing before it is decided."""
    app = current_app()
    result = dossier.raw.get("result")
    if not result or dossier.status not in {DossierStatus.RESOLVED, DossierStatus.RETURNED}:
        return []
    number, licence_id = str(result.get("number") or ""), result.get("licence_id")
    is_refused = result.get("decision") == "refused"

    async def save() -> None:
        content = await app.services.dossiers.result(dossier.id)
        await app.services.web.save_file(content, f"ket-qua-{number.replace('/', '-') or dossier.id}.pdf")

    label = t("dossier.open_refusal" if is_refused else "dossier.open_result")
    if licence_id and app.services.wallet_state.find(licence_id):
        to_licence = action(app.go, f"/licences/{licence_id}")
        first = primary_button(
            "dossier.licence", t("dossier.open_licence"), to_licence, icon=ft.Icons.BADGE, expand=True
        )
        second = second_button("dossier.result", label, action(save), icon=ft.Icons.PICTURE_AS_PDF_OUTLINED)
        return [ft.Row(controls=[first]), ft.Row(controls=[second])]
    words = t("dossier.result.refused") if is_refused else t("dossier.result.approved", number=number)
    button = primary_button("dossier.result", label, action(save), icon=ft.Icons.PICTURE_AS_PDF_OUTLINED, expand=True)
    lines: list[ft.Control] = [text(words, Style.BODY_LARGE), ft.Row(controls=[button])]
    return [card(ft.Column(spacing=theme.SPACE_S, controls=lines))]
