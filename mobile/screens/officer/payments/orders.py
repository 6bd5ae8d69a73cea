"""Khoản thu: found by the dossier's number; what happened to one, and sending its money back by two persons."""

from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.i18n.dates import moment_text
from mobile.i18n.names import money, said, word
from mobile.screens.officer.payments.refund import RefundWork, refund_parts, use_refund
from mobile.screens.officer.payments.sections import Section, line, not_read, section_view
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, empty, facts, heading, text
from mobile.ui.components.buttons import primary_button
from mobile.ui.components.text_field import text_field
from mobile.ui.errors import action, action_with, screen
from mobile.ui.hooks import use_observed
from shared_models.clock import from_wire

Json = dict[str, Any]


@screen
def OrdersView() -> ft.View:
    """`/collect/orders`."""
    app = current_app()
    use_observed(app.services.app_state)
    use_observed(app.services.payments_desk.state)
    typed: Any = ft.use_ref(app.services.payments_desk.state.asked_for)
    route = ft.use_view_path() or "/collect/orders"
    return section_view(Section("orders", route, t("collect.title"), _search(typed, None)))


@screen
def DeskOrderView() -> ft.View:
    """`/collect/orders/<id>`."""
    app = current_app()
    use_observed(app.services.app_state)
    use_observed(app.services.payments_desk.state)
    order_id = ft.use_route_params().get("order_id", "")
    typed: Any = ft.use_ref(app.services.payments_desk.state.asked_for)
    route = ft.use_view_path() or f"/collect/orders/{order_id}"
    work = use_refund(order_id)
    order = work.order
    body = not_read(work.loading) if order is None else _body(work, order)
    return section_view(Section("orders", route, t("collect.order_title"), _search(typed, order_id), body))


def _body(work: RefundWork, order: Json) -> list[ft.Control]:
    """What waits for somebody comes first; that money could go back is seldom what one came for."""
    refund, history = refund_parts(work, order), _history(order)
    parts = [history, refund] if order["may"] == ["propose"] and order["refund"] is None else [refund, history]
    return [*_head(order), *_receipts(order), *parts[0], *parts[1]]


def _search(typed: Any, selected: str | None) -> list[ft.Control]:
    app = current_app()
    desk = app.services.payments_desk

    async def note(event: Any) -> None:
        typed.current = str(event.control.value or "")

    async def search() -> None:
        await desk.find(typed.current or "")

    box = ft.TextField(
        value=typed.current or "",
        label=t("collect.code_label"),
        hint_text=t("collect.code_hint"),
        max_length=64,
        counter="",
        prefix_icon=ft.Icons.SEARCH,
        on_change=action_with(note),
        on_submit=action(search),
    )
    typing = ft.Container(padding=ft.Padding.only(top=theme.SPACE_S), content=text_field("collect.code", box))
    go = primary_button("collect.find", t("search.go"), action(search), icon=ft.Icons.SEARCH, expand=True)
    form = ft.Column(key="order-search", spacing=theme.SPACE_M, controls=[typing, ft.Row(controls=[go])])
    found = desk.state.found
    if found is None:
        return [form, text(t("collect.find_told"), Style.BODY_MEDIUM, quiet=True)]
    if not found:
        return [form, empty(ft.Icons.SEARCH_OFF, t("collect.empty.orders"), t("collect.empty_body.orders"))]
    return [form, *(_line(one, is_selected=one["id"] == selected) for one in found)]


def _line(order: Json, *, is_selected: bool) -> ft.Control:
    app = current_app()
    state = word("collect.order", order["state"], order["state"])
    words = [
        text(f"{money(order['amount'])} · {state}", Style.TITLE_MEDIUM),
        text(order["reference"], Style.BODY_MEDIUM),
        text(said(order["title"]), Style.BODY_MEDIUM, lines=2),
    ]
    label = ". ".join((money(order["amount"]), state, order["reference"], said(order["title"])))
    go = action(app.go, f"/collect/orders/{order['id']}")
    return line(f"collect.{order['id']}", list(words), go, label=label, is_selected=is_selected)


def _head(order: Json) -> list[ft.Control]:
    now = current_app().services.clock.now()
    rows = [
        (t("collect.reference"), order["reference"]),
        (t("collect.state"), word("collect.order", order["state"], order["state"])),
        (t("collect.amount"), money(order["amount"])),
        (t("collect.procedure"), said(order["title"])),
        (t("collect.payer"), order["payer"]),
    ]
    if order["paid_at"]:
        rows.append((t("collect.at"), moment_text(from_wire(order["paid_at"]), now)))
        rows.append((t("collect.gateway"), word("pay.way", order["method"], order["method"])))
    if order["provider_ref"]:
        rows.append((t("collect.provider_ref"), order["provider_ref"]))
    return [facts(rows)]


def _receipts(order: Json) -> list[ft.Control]:
    """All that it ever had; most have one."""
    if not order["receipts"]:
        return []
    lines = [_receipt(one) for one in order["receipts"]]
    return [heading(t("collect.section.receipts"), Style.TITLE_LARGE), *lines]


def _receipt(receipt: Json) -> ft.Control:
    app, state = current_app(), word("collect.receipt_is", receipt["state"], receipt["state"])
    color = None if receipt["state"] == "issued" else app.look.danger.strong
    words: list[ft.Control] = [
        text(receipt["number"], Style.TITLE_MEDIUM),
        text(state, Style.BODY_MEDIUM, color=color),
    ]
    go = action(app.go, f"/collect/receipts/{receipt['id']}")
    label = f"{receipt['number']}. {state}"
    return line(f"collect.receipt.{receipt['id']}", words, go, label=label, is_selected=False)


def _history(order: Json) -> list[ft.Control]:
    lines = [_event(event, number) for number, event in enumerate(order["events"])]
    return [heading(t("collect.history"), Style.TITLE_LARGE), ft.Column(spacing=theme.SPACE_M, controls=lines[::-1])]


def _event(event: Json, number: int) -> ft.Control:
    look, now = current_app().look, current_app().services.clock.now()
    way = word("pay.way", event["gateway"], event["gateway"]) if event["gateway"] else ""
    who = " · ".join(part for part in (event["by"] or "", way) if part)
    when = moment_text(from_wire(event["at"]), now)
    words: list[ft.Control] = [
        text(word("collect.event", event["kind"], event["kind"]), Style.TITLE_MEDIUM),
        text(f"{when} · {who}" if who else when, Style.BODY_MEDIUM, quiet=True),
    ]
    words += [text(told, Style.BODY_MEDIUM) for told in _told(event["detail"])]
    return ft.MergeSemantics(
        key=f"event-{number}",
        content=ft.Container(
            padding=ft.Padding.only(left=theme.SPACE_M),
            border=ft.Border.only(left=ft.BorderSide(3, look.line)),
            content=ft.Column(spacing=2, tight=True, controls=words),
        ),
    )


def _told(detail: Json) -> list[str]:
    """What was said with it, in words; codes of machines stay in the log."""
    told = [str(detail[name]) for name in ("reason", "note") if detail.get(name)]
    if detail.get("reference"):
        told.append(t("collect.event_reference", reference=detail["reference"]))
    if detail.get("task"):
        way = word("collect.way", str(detail.get("way")))
        told.append(f"{word('collect.kind', detail['task'], detail['task'])}: {way}")
    return told
