"""What became of it: the code, slip 01 to print, the due day and the fee; then the next person."""

from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.i18n.names import money, said, weekday_moment
from mobile.state.counter import next_step
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, empty, facts, glyph, heading, notice_box, text
from mobile.ui.components.buttons import primary_button, second_button
from mobile.ui.components.frame import Frame, framed
from mobile.ui.components.text_field import text_field
from mobile.ui.errors import action, action_with, safely, screen
from mobile.ui.hooks import use_observed
from shared_models.clock import from_wire

Json = dict[str, Any]
SLIP = "01"


@screen
def FiledView() -> ft.View:
    """`/counter/filed`."""
    app = current_app()
    use_observed(app.services.app_state)
    filed = use_observed(app.services.counter_state).filed
    if filed is None:
        body: list[ft.Control] = [
            empty(ft.Icons.ASSIGNMENT_TURNED_IN, t("counter.no_filed"), t("counter.no_filed_body"))
        ]
    else:
        body = [_head(filed), _facts(filed), FiledSteps(filed, key=f"filed-{filed['id']}-{filed['version']}")]
    return framed(Frame(route="/counter/filed", title=t("counter.filed"), back="/counter", body=body))


def _head(filed: Json) -> ft.Control:
    """The code in the largest type: it is what the person asks with later."""
    look = current_app().look
    code = filed["code"]
    lines: list[ft.Control] = [
        ft.Row(
            spacing=12,
            controls=[
                glyph(ft.Icons.CHECK_CIRCLE, color=look.valid.strong, size=32),
                ft.Container(
                    expand=True,
                    content=heading(t("counter.accepted" if code else "counter.sent"), Style.TITLE_LARGE),
                ),
            ],
        ),
        text(code or filed["reference"], Style.HEADLINE_MEDIUM),
    ]
    if not code:
        lines.append(text(t("counter.no_code_yet"), Style.BODY_MEDIUM, quiet=True))
    return ft.Semantics(
        identifier="counter.code",
        live_region=True,
        container=True,
        content=card(ft.Column(spacing=theme.SPACE_S, controls=lines)),
    )


def _facts(filed: Json) -> ft.Control:
    now = current_app().services.clock.now()
    due = filed["deadline"]["due_at"]
    rows = [
        (t("counter.procedure"), said(filed["procedure"]["name"])),
        (t("counter.person"), filed["owner"]["name"]),
        (t("review.due"), weekday_moment(from_wire(due), now) if due else t("counter.due_later")),
        (t("review.fee"), _fee(filed)),
        (t("counter.decides"), filed["competent_agency"]["name"]),
    ]
    return card(facts(rows))


def _fee(filed: Json) -> str:
    amount = money(filed["fee"]["amount"])
    if not filed["fee"]["amount"]:
        return amount
    if filed["fee"]["receipt_number"]:
        return t("counter.fee_paid", amount=amount, receipt=filed["fee"]["receipt_number"])
    return t("counter.fee_due", amount=amount)


@safely
def FiledSteps(filed: Json) -> ft.Control:
    """What is to be done now, in order."""
    app = current_app()
    receipt, set_receipt = ft.use_state("")
    busy, set_busy = ft.use_state(False)
    step = next_step(filed)

    async def run(work: Any, *args: Any) -> None:
        set_busy(True)
        try:
            await work(*args)
        finally:
            set_busy(False)

    async def print_slip() -> None:
        await run(app.counter.show_slip, SLIP, t("counter.slip"))

    async def pay() -> None:
        await run(app.counter.record_payment, receipt.strip() or None)

    lines: list[ft.Control] = []
    if step == "pay":
        lines.append(text(t("counter.take_fee", amount=money(filed["fee"]["amount"])), Style.BODY_LARGE))
        typed = ft.TextField(
            value=receipt,
            label=t("counter.receipt"),
            on_change=action_with(lambda event: set_receipt(lambda _: event.control.value)),
        )
        lines.append(text_field("counter.receipt", typed))
        lines.append(_wide(primary_button("counter.pay", t("counter.paid"), action(pay), expand=True, busy=busy)))
    elif step == "accept":
        accept = action(run, app.counter.act, "accept")
        lines.append(_wide(primary_button("counter.accept", t("counter.accept"), accept, expand=True, busy=busy)))
    elif step == "print":
        button = primary_button(
            "counter.slip", t("counter.print"), action(print_slip), icon=ft.Icons.PRINT, expand=True, busy=busy
        )
        lines += [_wide(button), text(t("counter.print_hint"), Style.BODY_MEDIUM, quiet=True)]
    else:
        where = t("counter.waits_there", agency=filed["receiving_agency"]["name"])
        lines.append(notice_box(where, ft.Icons.INFO_OUTLINE, app.look.neutral))
    stretch = ft.CrossAxisAlignment.STRETCH
    return ft.Column(spacing=theme.SPACE_M, horizontal_alignment=stretch, controls=[*lines, *_onward(filed["id"])])


def _onward(dossier_id: str) -> list[ft.Control]:
    """To the dossier's own page, or to the next person."""
    go = current_app().go
    page = second_button("counter.open", t("counter.open"), action(go, f"/dossiers/{dossier_id}"), expand=True)
    following = second_button("counter.next", t("counter.next_person"), action(go, "/counter"), expand=True)
    return [_wide(page), _wide(following)]


def _wide(button: ft.Control) -> ft.Control:
    return ft.Row(controls=[button])
