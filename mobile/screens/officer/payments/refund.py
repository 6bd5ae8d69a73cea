"""Sending an order's money back: one person proposes, another approves or refuses, or notes the transfer by hand."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import flet as ft

from mobile.i18n.catalogue import t
from mobile.i18n.dates import moment_text
from mobile.i18n.names import money, word
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, facts, heading, notice_box, text
from mobile.ui.components.buttons import primary_button, second_button
from mobile.ui.components.confirm import Question, use_question
from mobile.ui.components.text_field import text_field
from mobile.ui.errors import action, action_with
from mobile.ui.hooks import Loaded, use_async
from shared_models.clock import from_wire

Json = dict[str, Any]
SHORTEST = 3
NAMED = {"propose": "reason", "approve": "note", "refuse": "note", "turn": "note", "done": "reference"}
"""What is typed goes under this name with each action."""


@dataclass(frozen=True, slots=True)
class RefundWork:
    """An order as it was read, what is typed, and what is asked before anything is done."""

    loading: object
    words: str
    on_words: Callable[[Any], Any]
    ask: Callable[[str, Json], None]

    @property
    def order(self) -> Json | None:
        return self.loading.value if isinstance(self.loading, Loaded) else None


def use_refund(order_id: str) -> RefundWork:
    app = current_app()
    desk = app.services.payments_desk
    turn, set_turn = ft.use_state(0)
    words, set_words = ft.use_state("")
    question = use_question()
    proposal: Any = ft.use_ref(None)
    loading = use_async(lambda: desk.order(order_id), [order_id, turn])

    async def act(name: str, order: Json) -> None:
        if name == "propose":
            proposal.current = proposal.current or desk.new_id("rfd")
        refund_id = proposal.current if name == "propose" else order["refund"]["id"]
        try:
            await desk.refund(order_id, {"id": refund_id, "action": name, NAMED[name]: words.strip()})
        finally:
            # Whatever came of it: what the server has now is what is shown.
            set_turn(turn + 1)
        proposal.current = None
        set_words("")
        app.say(f"collect.refund_said.{name}")

    def ask(name: str, order: Json) -> None:
        if name != "approve" and len(words.strip()) < SHORTEST:
            app.say(f"collect.refund_needs.{name}")
            return

        async def yes() -> None:
            await act(name, order)

        told = {"amount": money(order["amount"])}
        question(Question(f"collect.refund_ask.{name}", yes, danger=name == "approve", params=told))

    def type_words(event: Any) -> None:
        set_words(str(event.control.value or ""))

    return RefundWork(loading, words, type_words, ask)


def refund_parts(work: RefundWork, order: Json) -> list[ft.Control]:
    """What is known of a refund, and what the reader may do now."""
    may, refund = order["may"], order["refund"]
    body: list[ft.Control] = []
    if refund is not None:
        body.append(_known(refund))
    if refund is not None and order["state"] == "refund_pending" and not may:
        key = "collect.refund_waits_other" if refund["state"] == "proposed" else "collect.refund_waits_gateway"
        body.append(notice_box(t(key), ft.Icons.HOURGLASS_BOTTOM, current_app().look.neutral))
    if not may:
        return body
    kind = next((name for name in ("propose", "turn", "done") if name in may), "decide")
    box = ft.TextField(
        value=work.words,
        label=t(f"collect.refund_label.{kind}"),
        multiline=kind != "done",
        max_length=100 if kind == "done" else 500,
        counter="",
        on_change=action_with(work.on_words),
    )
    buttons = [_button(work, order, name) for name in may]
    return [
        *body,
        heading(t(f"collect.refund_title.{kind}"), Style.TITLE_LARGE),
        text(t(f"collect.refund_told.{kind}"), Style.BODY_MEDIUM, quiet=True),
        ft.Container(padding=ft.Padding.only(top=8), content=text_field("collect.refund_words", box)),
        ft.Row(wrap=True, spacing=8, controls=buttons),
    ]


def _button(work: RefundWork, order: Json, name: str) -> ft.Control:
    label, press = t(f"collect.refund_do.{name}"), action(work.ask, name, order)
    if name in {"approve", "done"}:
        return primary_button(f"collect.refund.{name}", label, press)
    return second_button(f"collect.refund.{name}", label, press, danger=name == "refuse")


def _known(refund: Json) -> ft.Control:
    now = current_app().services.clock.now()

    def who(name: str, at: str) -> str:
        return f"{refund[name]} · {moment_text(from_wire(refund[at]), now)}"

    rows = [
        (t("collect.state"), word("collect.refund_is", refund["state"], refund["state"])),
        (t("collect.reason"), refund["reason"]),
        (t("collect.proposed_by"), who("proposed_by", "proposed_at")),
    ]
    if refund["decided_by"]:
        rows.append((t("collect.decided_by"), who("decided_by", "decided_at")))
    if refund["note"]:
        rows.append((t("collect.note"), refund["note"]))
    if refund["way"]:
        rows.append((t("collect.refund_way"), word("collect.refund_goes", refund["way"], refund["way"])))
    if refund["reference"]:
        rows.append((t("collect.transfer"), refund["reference"]))
    return card(ft.Column(spacing=12, controls=[heading(t("collect.refund"), Style.TITLE_MEDIUM), facts(rows)]))
