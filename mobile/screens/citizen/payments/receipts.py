"""Biên lai: what was paid, to whom, under which number, with the sealed PDF."""

from dataclasses import dataclass, replace

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, t
from mobile.i18n.dates import as_of_text, day_of
from mobile.i18n.names import said, vnd
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

    async def save(receipt: Receipt, name: str) -> None:
        set_busy(receipt.id)
        try:
            await app.paying.save_receipt(receipt.id, receipt.state, name)
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
    by_id = {one.id: one for one in state.receipts}
    for one in state.receipts:
        pdf, xml = t("receipts.file", number=one.name), t("receipts.xml_file", number=one.name)
        saves = Saves(action(save, one, pdf), action(save, one, xml), None)
        new = by_id.get(one.replaced_by or "")
        if new is not None:
            saves = replace(saves, new=action(save, new, t("receipts.file", number=new.name)))
        body.append(_receipt(one, saves, (new, by_id.get(one.replaces or "")), busy=busy == one.id))
    route = ft.use_view_path() or "/me/receipts"
    return framed(Frame(route=route, title=t("receipts.title"), back="/me", body=body))


def _failed(code: str, kept_at: str | None) -> ft.Control:
    """The list of before stays, with the time that it was true at."""
    app = current_app()
    shown = as_of_text(kept_at, app.services.clock.now())
    words = error_text(code) + (" " + t("receipts.as_of", time=shown) if shown else "")
    again = link_button("receipts.again", t("retry"), action(app.paying.fill_receipts))
    return notice_box(words, ft.Icons.CLOUD_OFF, app.look.neutral, again)


@dataclass(frozen=True, slots=True)
class Saves:
    """What gives the PDF, the XML, and the PDF of the one that replaced it (None where nothing did)."""

    pdf: Handler
    xml: Handler
    new: Handler | None


def _receipt(
    receipt: Receipt, saves: Saves, others: tuple[Receipt | None, Receipt | None], *, busy: bool
) -> ft.Control:
    """`others`: the receipt that replaced this one, and the one that this replaces."""
    look, (new, old) = current_app().look, others
    is_good = receipt.state == "issued"
    lines: list[ft.Control] = [
        text(vnd(receipt.amount), Style.HEADLINE_SMALL, quiet=not is_good),
        text(said(receipt.title), Style.TITLE_MEDIUM),
    ]
    if not is_good:
        mark = chip(t(f"receipts.state.{receipt.state}"), ft.Icons.BLOCK, look.danger)
        lines.insert(0, ft.Row(controls=[mark]))
    rows = [
        (t("receipts.number"), receipt.name),
        (t("receipts.replaced_by"), new.name if new else ""),
        (t("receipts.replaces"), old.name if old else ""),
        (t("receipts.day"), day_of(receipt.issued_at)),
        (t("dossier.agency"), receipt.agency),
        (t("dossier.code"), receipt.reference),
    ]
    lines += [facts([(name, value) for name, value in rows if value]), *_buttons(receipt, saves, new, busy=busy)]
    return ft.Container(
        key=f"receipt-{receipt.id}",
        content=ft.Semantics(
            identifier=f"receipt.{receipt.id}",
            container=True,
            content=card(ft.Column(spacing=theme.SPACE_S, controls=lines)),
        ),
    )


def _buttons(receipt: Receipt, saves: Saves, new: Receipt | None, *, busy: bool) -> list[ft.Control]:
    """The one that counts first: of a replaced one, what took its place."""
    rows: list[ft.Control] = []
    if new is not None and saves.new is not None:
        label, press = t("receipts.save_new", number=new.name), None if busy else saves.new
        rows.append(primary_button(f"receipts.new.{receipt.id}", label, press, icon=ft.Icons.DOWNLOAD, expand=True))
    label, press = t("documents.busy" if busy else "receipts.save"), None if busy else saves.pdf
    rows.append(second_button(f"receipts.save.{receipt.id}", label, press, icon=ft.Icons.DOWNLOAD, expand=True))
    xml = link_button(f"receipts.xml.{receipt.id}", t("receipts.xml"), None if busy else saves.xml, icon=ft.Icons.CODE)
    return [*(ft.Row(controls=[row]) for row in rows), ft.Row(controls=[xml])]
