"""One order: how much, what for, by which way, and what has come of it."""

from collections.abc import Callable
from dataclasses import dataclass

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, t
from mobile.i18n.names import money, weekday_moment
from mobile.screens.citizen.payments.lines import Demand
from mobile.screens.citizen.payments.settled import over_part, settled_part
from mobile.screens.citizen.payments.transfer import transfer_part
from mobile.screens.citizen.payments.way import Choose, PagePart, way_name, ways_list
from mobile.state.payments import Attempt, Order
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, empty, notice_box, text
from mobile.ui.components.buttons import link_button, second_button
from mobile.ui.components.figures import amount_text
from mobile.ui.components.frame import Frame, framed
from mobile.ui.errors import action, screen
from mobile.ui.hooks import use_observed
from shared_models.payment.order import AttemptState, OrderState


@dataclass(frozen=True, slots=True)
class Looking:
    """What of an order is looked at: the attempt that runs, if one does, and whether the ways are shown though.

    ``is_read``: the first look at the order and at the ways to pay it has come to an end.
    """

    attempt: Attempt | None
    is_choosing: bool
    is_read: bool
    choose: Choose
    change: Callable[[bool], None]
    ran_out: Callable[[], None]

    def part(self, order: Order) -> str:
        """Which page this is: another one starts at its top."""
        if order.is_settled or not order.is_open:
            return order.state.value
        return "ways" if self.attempt is None or self.is_choosing else self.attempt.id


@screen
def OrderView() -> ft.View:
    """`/orders/<id>`."""
    app = current_app()
    use_observed(app.services.app_state)
    state = use_observed(app.services.payments_state)
    order_id = ft.use_route_params().get("order_id", "")
    order = state.order(order_id)
    is_read, set_read = ft.use_state(False)

    async def load() -> None:
        await app.paying.open(order_id)
        set_read(lambda _: True)

    async def watch() -> None:
        await app.paying.watch(order_id)

    ft.use_effect(load, dependencies=[order_id], cleanup=lambda: None)
    tries = len(order.attempts) if order else 0
    ft.use_effect(watch, dependencies=[order_id, order is not None and order.waits, tries], cleanup=lambda: None)
    looking = _use_looking(order, is_read=is_read)
    part, back = "", "/dossiers"
    if order is not None:
        part, back = looking.part(order), f"/dossiers/{order.subject_id}"
        body = order_body(order, looking)
    elif state.error is not None:
        again = second_button("pay.again", t("retry"), action(load))
        body = [empty(ft.Icons.CLOUD_OFF, t("pay.unavailable"), error_text(state.error), again)]
    else:
        body = [text(t("pay.loading"), quiet=True)]
    route = ft.use_view_path() or f"/orders/{order_id}"
    return framed(Frame(route=route, title=t("pay.title"), back=back, body=body, part=part))


def _use_looking(order: Order | None, *, is_read: bool) -> Looking:
    """Which way is looked at is this page's own business."""
    app = current_app()
    chosen, set_chosen = ft.use_state("")
    is_choosing, set_choosing = ft.use_state(False)
    _, set_turn = ft.use_state(0)

    async def choose(way: str) -> None:
        if order is not None:
            await app.paying.begin(order.id, way)
            set_chosen(lambda _: way)
            set_choosing(lambda _: False)

    def change(is_on: bool) -> None:
        set_choosing(lambda _: is_on)

    def ran_out() -> None:
        set_turn(lambda count: count + 1)

    now = app.paying.now()
    attempt = (order.open_attempt(now, chosen or None) or order.open_attempt(now)) if order else None
    return Looking(attempt, is_choosing, is_read, choose, change, ran_out)


def order_body(order: Order, looking: Looking) -> list[ft.Control]:
    """How much first; then what to do now, or what has come of it; then what for."""
    attempt = looking.attempt
    demand = Demand(order, key="demand")
    if order.is_settled:
        parts = [settled_part(order), demand]
    elif not order.is_open:
        parts = [*over_part(order), demand]
    elif attempt is None or looking.is_choosing:
        parts = [_amount(order), *_ended(order, attempt), demand, *_ways(order, looking)]
        if attempt is not None:
            to_attempt = action(looking.change, False)
            parts.append(link_button("pay.go_on", t("pay.go_on"), to_attempt, icon=ft.Icons.ARROW_BACK))
    else:
        to_ways = action(looking.change, True)
        other = link_button("pay.other_way", t("pay.other_way"), to_ways, icon=ft.Icons.SWAP_HORIZ)
        parts = [_amount(order), _running(order, attempt, looking.ran_out), other, demand]
    return [*parts, _spoken(order, attempt)]


def _ways(order: Order, looking: Looking) -> list[ft.Control]:
    """The ways to pay; what to do where there is none, and what not to do while another try is open."""
    app = current_app()
    state, look = app.services.payments_state, app.look
    if state.ways:
        listed = ways_list(state.ways, state.starting, looking.choose)
        wait = notice_box(t("pay.other_told"), ft.Icons.INFO_OUTLINE, look.neutral)
        return [wait, *listed] if looking.attempt is not None else listed
    if state.error is not None:
        again = second_button("pay.again", t("retry"), action(app.paying.open, order.id))
        return [notice_box(error_text(state.error), ft.Icons.CLOUD_OFF, look.warning, again)]
    if not looking.is_read:
        return [text(t("pay.loading"), quiet=True)]
    return [notice_box(t("pay.no_ways", code=order.reference), ft.Icons.INFO_OUTLINE, look.neutral)]


def _spoken(order: Order, attempt: Attempt | None) -> ft.Control:
    """What is announced when it changes."""
    nothing = ft.Container(height=0)
    return ft.Semantics(identifier="pay.said", live_region=True, label=_said(order, attempt), content=nothing)


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
                    amount_text(order.amount, look.on_primary_soft),
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
        if order.state is OrderState.PAID and order.amount:
            return t("pay.said_paid", amount=money(order.amount))
        return t("pay.state.nothing" if order.state is OrderState.PAID else f"pay.state.{order.state.value}")
    last = order.last
    if not order.is_open or attempt is not None or last is None:
        return ""
    return t("pay.said_failed" if last.state is AttemptState.FAILED else "pay.expired")
