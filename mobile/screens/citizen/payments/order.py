"""One order: how much, what for, by which way, and what has come of it."""

from collections.abc import Callable

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, t
from mobile.i18n.names import money, weekday_moment
from mobile.screens.citizen.payments.lines import Demand
from mobile.screens.citizen.payments.settled import over_part, settled_part
from mobile.screens.citizen.payments.transfer import transfer_part
from mobile.screens.citizen.payments.way import PagePart, way_name, ways_list
from mobile.state.payments import Attempt, Order
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, empty, notice_box, text
from mobile.ui.components.buttons import link_button, second_button
from mobile.ui.components.frame import Frame, framed
from mobile.ui.errors import action, safely, screen
from mobile.ui.hooks import use_observed
from shared_models.payment.order import AttemptState


@screen
def OrderView() -> ft.View:
    """`/orders/<id>`."""
    app = current_app()
    use_observed(app.services.app_state)
    state = use_observed(app.services.payments_state)
    order_id = ft.use_route_params().get("order_id", "")
    order = state.order(order_id)

    async def load() -> None:
        await app.paying.open(order_id)

    async def watch() -> None:
        await app.paying.watch(order_id)

    ft.use_effect(load, dependencies=[order_id], cleanup=lambda: None)
    tries = len(order.attempts) if order else 0
    ft.use_effect(watch, dependencies=[order_id, order is not None and order.waits, tries], cleanup=lambda: None)
    if order is not None:
        body: list[ft.Control] = [Paper(order, key=f"order-{order.id}")]
    elif state.error is not None:
        again = second_button("pay.again", t("retry"), action(load))
        body = [empty(ft.Icons.CLOUD_OFF, t("pay.unavailable"), error_text(state.error), again)]
    else:
        body = [text(t("pay.loading"), quiet=True)]
    back = f"/dossiers/{order.subject_id}" if order else "/dossiers"
    route = ft.use_view_path() or f"/orders/{order_id}"
    return framed(Frame(route=route, title=t("pay.title"), back=back, body=body))


@safely
def Paper(order: Order) -> ft.Control:
    """The order itself; which way is looked at is this page's own business."""
    app = current_app()
    state = use_observed(app.services.payments_state)
    use_observed(app.services.app_state)
    chosen, set_chosen = ft.use_state("")
    is_choosing, set_choosing = ft.use_state(False)
    _, set_turn = ft.use_state(0)
    now = app.paying.now()
    attempt = order.open_attempt(now, chosen or None) or order.open_attempt(now)

    async def choose(way: str) -> None:
        await app.paying.begin(order.id, way)
        set_chosen(lambda _: way)
        set_choosing(lambda _: False)

    def ran_out() -> None:
        set_turn(lambda count: count + 1)

    def change(is_on: bool) -> None:
        set_choosing(lambda _: is_on)

    if order.is_settled:
        parts = [settled_part(order), Demand(order, key="demand")]
    elif not order.is_open:
        parts = [*over_part(order), Demand(order, key="demand")]
    elif attempt is None or is_choosing:
        back = link_button("pay.go_on", t("pay.go_on"), action(change, False), icon=ft.Icons.ARROW_BACK)
        listed = ways_list(state.ways, state.starting, choose)
        parts = [_amount(order), *_ended(order, attempt), Demand(order, key="demand"), *listed]
        parts += [back] if attempt is not None else []
    else:
        other = link_button("pay.other_way", t("pay.other_way"), action(change, True), icon=ft.Icons.SWAP_HORIZ)
        parts = [_amount(order), _running(order, attempt, ran_out), other, Demand(order, key="demand")]
    spoken = ft.Semantics(
        identifier="pay.said", live_region=True, label=_said(order, attempt), content=ft.Container(height=0)
    )
    stretch = ft.CrossAxisAlignment.STRETCH
    return ft.Column(spacing=theme.SPACE_M, horizontal_alignment=stretch, controls=[spoken, *parts])


def _amount(order: Order) -> ft.Control:
    """How much and until when, in the largest type."""
    app = current_app()
    look = app.look
    until = t("pay.due_by", day=weekday_moment(order.expires_at, app.paying.now()))
    return ft.Semantics(
        identifier="pay.amount",
        container=True,
        content=ft.Container(
            padding=theme.SPACE_M,
            bgcolor=look.primary_soft,
            border_radius=theme.RADIUS_CARD,
            content=ft.Column(
                spacing=4,
                controls=[
                    text(t("pay.to_pay"), Style.BODY_MEDIUM, color=look.on_primary_soft),
                    text(money(order.amount), Style.DISPLAY_SMALL, color=look.on_primary_soft),
                    text(until, Style.BODY_MEDIUM, color=look.on_primary_soft),
                ],
            ),
        ),
    )


def _running(order: Order, attempt: Attempt, ran_out: Callable[[], None]) -> ft.Control:
    content = (
        transfer_part(attempt, attempt.transfer, order.reference, ran_out)
        if attempt.transfer is not None
        else PagePart(attempt, ran_out, key=f"page-{attempt.id}")
    )
    return ft.Container(key=f"attempt-{attempt.id}", content=content)


def _ended(order: Order, attempt: Attempt | None) -> list[ft.Control]:
    """How the last try ended, and what to do about it."""
    last, look = order.last, current_app().look
    if attempt is not None or last is None:
        return []
    if last.state is AttemptState.FAILED:
        words = t("pay.failed", way=way_name(last.gateway), why=t(f"pay.why.{last.failure}"))
        box = notice_box(words, ft.Icons.ERROR_OUTLINE, look.danger)
    else:
        box = notice_box(t("pay.expired"), ft.Icons.TIMER_OFF_OUTLINED, look.warning)
    return [ft.Semantics(identifier="pay.ended", container=True, content=box)]


def _said(order: Order, attempt: Attempt | None) -> str:
    """What a screen reader hears when it changes."""
    if order.is_settled:
        return t("pay.said_paid", amount=money(order.amount))
    last = order.last
    if attempt is None and last is not None and last.state is AttemptState.FAILED:
        return t("pay.said_failed")
    return ""
