"""Biên lai: what was paid, to whom, under which number, with the sealed PDF."""

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, t
from mobile.i18n.dates import as_of_text, day_of
from mobile.i18n.names import money, said
from mobile.state.payments import Receipt
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, chip, empty, facts, notice_box, text
from mobile.ui.components.buttons import Handler, link_button, primary_button, second_button
from mobile.ui.components.frame import Frame, framed
from mobile.ui.errors import action, screen
from mobile.ui.hooks import use_observed


@screen
def ReceiptsView() -> ft.View:
    """`/me/receipts`."""
    app = current_app()
    use_observed(app.services.app_state)
    state = use_observed(app.services.payments_state)
    busy, set_busy = ft.use_state("")

    async def save(receipt: Receipt) -> None:
        set_busy(receipt.id)
        try:
            await app.paying.save_receipt(receipt.id, t("receipts.file", number=receipt.number))
        finally:
            set_busy("")

    ft.use_effect(app.paying.fill_receipts, dependencies=[], cleanup=lambda: None)
    body: list[ft.Control] = []
    if state.receipts_error is not None:
        body.append(_failed(state.receipts_error, state.receipts_at))
    elif not state.receipts and state.is_fetching:
        body.append(text(t("receipts.loading"), quiet=True))
    elif not state.receipts:
        to_dossiers = primary_button("receipts.dossiers", t("receipts.dossiers"), action(app.go, "/dossiers"))
        body.append(empty(ft.Icons.RECEIPT_LONG, t("receipts.empty"), t("receipts.empty_body"), to_dossiers))
    body += [_receipt(receipt, action(save, receipt), busy=busy == receipt.id) for receipt in state.receipts]
    route = ft.use_view_path() or "/me/receipts"
    return framed(Frame(route=route, title=t("receipts.title"), back="/me", body=body))


def _failed(code: str, kept_at: str | None) -> ft.Control:
    """The list of before stays, with the time that it was true at."""
    app = current_app()
    shown = as_of_text(kept_at, app.services.clock.now())
    words = error_text(code) + (" " + t("receipts.as_of", time=shown) if shown else "")
    again = link_button("receipts.again", t("retry"), action(app.paying.fill_receipts))
    return notice_box(words, ft.Icons.CLOUD_OFF, app.look.neutral, again)


def _receipt(receipt: Receipt, save: Handler, *, busy: bool) -> ft.Control:
    look = current_app().look
    is_good = receipt.state == "issued"
    lines: list[ft.Control] = [
        text(money(receipt.amount), Style.HEADLINE_SMALL, quiet=not is_good),
        text(said(receipt.title), Style.TITLE_MEDIUM),
    ]
    if not is_good:
        mark = chip(t(f"receipts.state.{receipt.state}"), ft.Icons.BLOCK, look.danger)
        lines.insert(0, ft.Row(controls=[mark]))
    rows = [
        (t("receipts.number"), f"{receipt.series} – {receipt.number}"),
        (t("receipts.day"), day_of(receipt.issued_at)),
        (t("dossier.agency"), receipt.agency),
        (t("dossier.code"), receipt.reference),
    ]
    label = t("documents.busy" if busy else "receipts.save")
    button = second_button(
        f"receipts.save.{receipt.id}", label, None if busy else save, icon=ft.Icons.DOWNLOAD, expand=True
    )
    lines += [facts([(name, value) for name, value in rows if value]), ft.Row(controls=[button])]
    return ft.Container(
        key=f"receipt-{receipt.id}",
        content=ft.Semantics(
            identifier=f"receipt.{receipt.id}",
            container=True,
            content=card(ft.Column(spacing=theme.SPACE_S, controls=lines)),
        ),
    )
