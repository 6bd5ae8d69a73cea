"""Where a stall's money goes: bank, account and name, kept on this phone alone."""

from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, t
from mobile.state.payments import Stall
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, notice_box, text
from mobile.ui.components.buttons import link_button, primary_button
from mobile.ui.components.settings_rows import row, section
from mobile.ui.components.text_field import text_field
from mobile.ui.errors import action, action_with, safely
from shared_models.errors import DomainError
from shared_models.payment.banks import BANKS, Bank
from shared_models.payment.vietqr import VietQr
from shared_models.text import nfc, search_key

SHOWN = 8
MOST_ACCOUNT, MOST_NAME = 19, 40


def banks_like(query: str) -> list[Bank]:
    """Those whose names have every word of the query, without regard to marks and capitals; by their short names."""
    words = search_key(query).split()
    named = sorted(BANKS.values(), key=lambda bank: search_key(bank.short_name))
    return [bank for bank in named if all(word in search_key(f"{bank.short_name} {bank.name}") for word in words)]


@safely
def StallForm(stall: Stall | None, on_done: Any) -> ft.Control:
    """Bank first, because nothing can be typed wrong there; then what stands on the bank's card."""
    app = current_app()
    bank, set_bank = ft.use_state(stall.bank if stall else "")
    account, set_account = ft.use_state(stall.account if stall else "")
    name, set_name = ft.use_state(stall.name if stall else "")
    error, set_error = ft.use_state("")

    async def save() -> None:
        bare = "".join(account.split())
        try:
            VietQr(bank, bare)
        except DomainError as fault:
            set_error(fault.code)
            return
        await app.paying.keep_stall(Stall(bank, bare, nfc(name).strip()))
        on_done()

    if not bank:
        return BankChoice(lambda chosen: set_bank(lambda _: chosen))
    look = app.look
    chosen = row("stall.bank", ft.Icons.ACCOUNT_BALANCE, BANKS[bank].short_name, BANKS[bank].name, action(set_bank, ""))
    account_field = ft.TextField(
        key="stall-account",
        label=t("merchant.account"),
        value=account,
        max_length=MOST_ACCOUNT + 6,
        keyboard_type=ft.KeyboardType.TEXT,
        on_change=action_with(lambda event: set_account(event.control.value)),
    )
    name_field = ft.TextField(
        key="stall-name",
        label=t("merchant.name"),
        value=name,
        max_length=MOST_NAME,
        capitalization=ft.TextCapitalization.CHARACTERS,
        on_change=action_with(lambda event: set_name(event.control.value)),
    )
    account_field.counter = name_field.counter = ""
    wrong = text(error_text(error), Style.BODY_MEDIUM, color=look.danger.strong) if error else ft.Container()
    return _stack(
        [
            section(t("merchant.bank"), [chosen]),
            text_field("stall.account", account_field),
            text_field("stall.name", name_field),
            ft.Semantics(identifier="stall.error", live_region=True, content=wrong),
            notice_box(t("merchant.kept_here"), ft.Icons.LOCK_OUTLINE, look.neutral),
            ft.Row(controls=[primary_button("stall.save", t("merchant.save"), action(save), expand=True)]),
        ]
    )


@safely
def BankChoice(choose: Any) -> ft.Control:
    """Typing narrows the list; the name on the card and the one people say both find a bank."""
    query, set_query = ft.use_state("")
    found = banks_like(query)
    field = ft.TextField(
        key="bank-search",
        label=t("merchant.bank_search"),
        value=query,
        prefix_icon=ft.Icons.SEARCH,
        on_change=action_with(lambda event: set_query(event.control.value)),
    )
    rows = [
        row(f"bank.{bank.bin}", ft.Icons.ACCOUNT_BALANCE, bank.short_name, bank.name, action(choose, bank.bin))
        for bank in found[:SHOWN]
    ]
    parts: list[ft.Control] = [text(t("merchant.intro"), Style.BODY_LARGE), text_field("bank.search", field)]
    parts.append(section(t("merchant.banks"), rows) if rows else text(t("merchant.no_bank"), quiet=True))
    if len(found) > SHOWN:
        parts.append(text(t("merchant.more_banks", count=len(found) - SHOWN), Style.BODY_MEDIUM, quiet=True))
    return _stack(parts)


def change_link(on_change: Any) -> ft.Control:
    return link_button("stall.change", t("merchant.change"), action(on_change), icon=ft.Icons.EDIT_OUTLINED)


def _stack(controls: list[ft.Control]) -> ft.Control:
    return ft.Column(spacing=theme.SPACE_M, horizontal_alignment=ft.CrossAxisAlignment.STRETCH, controls=controls)
