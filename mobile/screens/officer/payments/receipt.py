"""A receipt at the desk: what stands on it, its files, what replaced it, and taking it out of force."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.i18n.dates import moment_text
from mobile.i18n.names import said, vnd, word
from mobile.screens.officer.payments.sections import not_read
from mobile.services.receipts_desk import name_of
from mobile.services.web import Json
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, facts, heading, notice_box, text
from mobile.ui.components.buttons import primary_button, second_button
from mobile.ui.components.confirm import Question, use_question
from mobile.ui.components.text_field import text_field
from mobile.ui.errors import action, action_with
from mobile.ui.hooks import Loaded, use_async
from shared_models.clock import from_wire
from shared_models.payment.receipt import SHORTEST_WHY


@dataclass(frozen=True, slots=True)
class ReceiptWork:
    """A receipt as it was read, the reason that is typed, and what is asked before anything is done."""

    loading: object
    why: str
    on_why: Callable[[Any], Any]
    ask: Callable[[str], None]

    @property
    def receipt(self) -> Json | None:
        return self.loading.value if isinstance(self.loading, Loaded) else None

    @property
    def name(self) -> str:
        return name_of(self.receipt) if self.receipt else ""


def use_receipt(receipt_id: str) -> ReceiptWork:
    app = current_app()
    desk = app.services.receipts_desk
    turn, set_turn = ft.use_state(0)
    why, set_why = ft.use_state("")
    question = use_question()
    # One cancellation keeps its id until it has gone through: sent again after a lost answer, it is the same.
    sent: Any = ft.use_ref(None)
    loading = use_async(lambda: desk.receipt(receipt_id), [receipt_id, turn])

    async def act(name: str) -> None:
        asked = {"why": why.strip(), "replace": name == "replace"}
        if sent.current is None or {key: sent.current[key] for key in asked} != asked:
            sent.current = {"id": desk.new_id(), **asked}
        try:
            done = await desk.cancel(receipt_id, sent.current)
        finally:
            # Whatever came of it: what the server has now is what is shown.
            set_turn(turn + 1)
        sent.current = None
        set_why("")
        new = done["replaced_by"]
        app.say(f"collect.receipt_said.{name}", number=name_of(done), new=new["number"] if new else "")

    def ask(name: str) -> None:
        if len(why.strip()) < SHORTEST_WHY:
            app.say("collect.receipt_needs_why")
            return
        if not isinstance(loading, Loaded):
            return

        async def yes() -> None:
            await act(name)

        told = {"number": name_of(loading.value)}
        question(Question(f"collect.receipt_ask.{name}", yes, danger=name == "cancel", params=told))

    def type_why(event: Any) -> None:
        set_why(str(event.control.value or ""))

    return ReceiptWork(loading, why, type_why, ask)


def receipt_body(work: ReceiptWork) -> list[ft.Control]:
    receipt = work.receipt
    if receipt is None:
        return not_read(work.loading)
    parts = [*_standing(receipt), *_origin(receipt), _known(receipt), _lines(receipt), _ways_on(receipt, work.name)]
    return [*parts, *_taking_back(work)] if receipt["state"] == "issued" else parts


def _standing(receipt: Json) -> list[ft.Control]:
    """That it is no longer in force, by whom and why, and what took its place."""
    app, cancelled = current_app(), receipt["cancelled"]
    if cancelled is None:
        return []
    when = moment_text(from_wire(cancelled["at"]), app.services.clock.now())
    words = t(f"collect.receipt_was.{receipt['state']}", by=cancelled["by"], when=when, why=cancelled["why"])
    body: list[ft.Control] = [notice_box(words, ft.Icons.BLOCK, app.look.danger)]
    new = receipt["replaced_by"]
    return body if new is None else [*body, _to("collect.to_new", new)]


def _origin(receipt: Json) -> list[ft.Control]:
    app, old = current_app(), receipt["replaces"]
    if old is None:
        return []
    words = t("collect.replaces", number=old["number"])
    return [notice_box(words, ft.Icons.AUTORENEW, app.look.neutral), _to("collect.to_old", old)]


def _to(key: str, other: Json) -> ft.Control:
    """The way to the receipt before or after this one; under the words, which need the width on a phone."""
    go = action(current_app().go, f"/collect/receipts/{other['id']}")
    button = second_button(key, t(key, number=other["number"]), go, icon=ft.Icons.ARROW_FORWARD)
    return ft.Row(key=key, wrap=True, controls=[button])


def _known(receipt: Json) -> ft.Control:
    now, payer = current_app().services.clock.now(), receipt["payer"]
    rows = [
        (t("collect.amount"), vnd(receipt["amount"])),
        (t("collect.in_words"), receipt["words"]),
        (t("collect.payer"), payer["name"]),
        (t("collect.payer_number"), payer["personal_id"]),
        (t("collect.payer_address"), payer["address"]),
        (t("collect.reference"), receipt["reference"]),
        (t("collect.procedure"), said(receipt["title"])),
        (t("collect.gateway"), word("pay.way", receipt["method"], receipt["method"])),
        (t("collect.issued_at"), moment_text(from_wire(receipt["issued_at"]), now)),
        (t("collect.form"), receipt["form"]),
    ]
    return facts([(label, value) for label, value in rows if value])


def _lines(receipt: Json) -> ft.Control:
    rows = [(said(one["name"]), vnd(one["due"])) for one in receipt["lines"]]
    return card(ft.Column(spacing=12, controls=[heading(t("collect.items"), Style.TITLE_MEDIUM), facts(rows)]))


def _ways_on(receipt: Json, name: str) -> ft.Control:
    app = current_app()
    desk = app.services.receipts_desk
    see = action(desk.show_pdf, receipt, t("collect.receipt_title", number=name))
    to_order = action(app.go, f"/collect/orders/{receipt['order_id']}")
    return ft.Row(
        key="receipt-ways",
        wrap=True,
        spacing=theme.SPACE_S,
        run_spacing=theme.SPACE_S,
        controls=[
            primary_button("collect.receipt_pdf", t("collect.receipt_pdf"), see, icon=ft.Icons.RECEIPT_LONG),
            second_button("collect.receipt_xml", t("collect.receipt_xml"), action(desk.save_xml, receipt)),
            second_button("collect.receipt_order", t("collect.to_order"), to_order),
        ],
    )


def _taking_back(work: ReceiptWork) -> list[ft.Control]:
    """Both ways with what each means: a wrong one is replaced, and seldom is one cancelled alone."""
    box = ft.TextField(
        value=work.why,
        label=t("collect.reason"),
        hint_text=t("collect.receipt_why_hint"),
        multiline=True,
        max_length=500,
        counter="",
        on_change=action_with(work.on_why),
    )
    replace = second_button("collect.receipt.replace", t("collect.receipt_do.replace"), action(work.ask, "replace"))
    label = t("collect.receipt_do.cancel")
    cancel = second_button("collect.receipt.cancel", label, action(work.ask, "cancel"), danger=True)
    return [
        heading(t("collect.receipt_wrong"), Style.TITLE_LARGE),
        ft.Container(padding=ft.Padding.only(top=8), content=text_field("collect.receipt_why", box)),
        ft.Row(key="do-replace", wrap=True, controls=[replace]),
        text(t("collect.receipt_means.replace"), Style.BODY_MEDIUM, quiet=True),
        ft.Row(key="do-cancel", wrap=True, controls=[cancel]),
        text(t("collect.receipt_means.cancel"), Style.BODY_MEDIUM, quiet=True),
    ]
