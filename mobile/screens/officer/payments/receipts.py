"""Biên lai: found by the number, the use of a day, and one of them with what may be done about it."""

from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.i18n.dates import clock_time
from mobile.i18n.dates import day as day_text
from mobile.i18n.names import vnd, weekday_date, word
from mobile.screens.officer.payments.list_keys import use_receipt_keys
from mobile.screens.officer.payments.receipt import receipt_body, use_receipt
from mobile.screens.officer.payments.sections import Section, line, section_view, told_fault
from mobile.services.web import Json
from mobile.state.receipts_desk import left_over
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, empty, facts, heading, text
from mobile.ui.components.buttons import icon_button, link_button, primary_button, second_button
from mobile.ui.components.text_field import text_field
from mobile.ui.errors import action, action_with, screen
from mobile.ui.hooks import use_observed
from shared_models.clock import from_wire


@screen
def ReceiptDayView() -> ft.View:
    """`/collect/receipts`."""
    route = ft.use_view_path() or "/collect/receipts"
    left = _use_left(route, None)
    refresh = action(current_app().services.receipts_desk.refresh)
    return section_view(Section("receipts", route, t("collect.title"), left, refresh=refresh))


@screen
def DeskReceiptView() -> ft.View:
    """`/collect/receipts/<id>`."""
    receipt_id = ft.use_route_params().get("receipt_id", "")
    route = ft.use_view_path() or f"/collect/receipts/{receipt_id}"
    left = _use_left(route, receipt_id)
    work = use_receipt(receipt_id)
    title = t("collect.receipt_title", number=work.name) if work.receipt else t("collect.receipt")
    refresh = action(current_app().services.receipts_desk.refresh)
    return section_view(Section("receipts", route, title, left, receipt_body(work), refresh))


def _use_left(route: str, selected: str | None) -> list[ft.Control]:
    """Search, the day and its list."""
    app = current_app()
    desk = app.services.receipts_desk
    use_observed(app.services.app_state)
    use_observed(desk.state)
    typed: Any = ft.use_ref(desk.state.asked_for)
    ft.use_effect(desk.refresh, dependencies=[], cleanup=lambda: None)
    use_receipt_keys(route, selected)
    return [*_search(typed), *_day(selected)]


def _search(typed: Any) -> list[ft.Control]:
    app = current_app()
    desk = app.services.receipts_desk

    async def note(event: Any) -> None:
        typed.current = str(event.control.value or "")

    async def search() -> None:
        found = await desk.find(typed.current or "")
        if found is not None:
            app.go(f"/collect/receipts/{found}")

    box = ft.TextField(
        value=typed.current or "",
        label=t("collect.receipt_label"),
        hint_text=t("collect.receipt_hint"),
        max_length=24,
        counter="",
        capitalization=ft.TextCapitalization.CHARACTERS,
        prefix_icon=ft.Icons.SEARCH,
        on_change=action_with(note),
        on_submit=action(search),
    )
    typing = ft.Container(padding=ft.Padding.only(top=theme.SPACE_S), content=text_field("collect.receipt_number", box))
    go = primary_button("collect.find_receipt", t("search.go"), action(search), icon=ft.Icons.SEARCH, expand=True)
    form = ft.Column(key="receipt-search", spacing=theme.SPACE_M, controls=[typing, ft.Row(controls=[go])])
    if not desk.state.is_missing:
        return [form]
    missing = t("collect.no_receipt", number=desk.state.asked_for)
    return [form, empty(ft.Icons.SEARCH_OFF, missing, t("collect.no_receipt_body"))]


def _day(selected: str | None) -> list[ft.Control]:
    desk = current_app().services.receipts_desk
    state = desk.state
    body: list[ft.Control] = [_which_day()]
    if state.error is not None:
        body.append(told_fault(state.error))
    if state.page is None:
        return body if state.error else [*body, text(t("collect.loading"), quiet=True)]
    page = state.page
    if not page["issued"]["count"] and not page["annulled"]["count"]:
        return [*body, empty(ft.Icons.RECEIPT_LONG, t("collect.empty.receipts"), t("collect.empty_body.receipts"))]
    body.append(_use_of(page))
    if page["annulled_items"]:
        count = page["annulled"]["count"]
        body.append(heading(t("collect.annulled_that_day", count=count), Style.TITLE_MEDIUM))
        body += [_line(one, "annulled", is_selected=one["id"] == selected) for one in page["annulled_items"]]
    if state.items:
        body.append(heading(t("collect.issued_that_day", count=page["issued"]["count"]), Style.TITLE_MEDIUM))
        body += [_line(one, "issued", is_selected=one["id"] == selected) for one in state.items]
    if state.cursor is not None:
        body.append(second_button("collect.more", t("collect.more"), action(desk.more)))
    return body


def _which_day() -> ft.Control:
    """One day back or on; none that has not come."""
    desk = current_app().services.receipts_desk
    today = desk.today
    day = desk.state.day or today
    name = f"{t('collect.this_day')}, {day_text(day)}" if day == today else weekday_date(day, today)
    before = icon_button("collect.day_before", ft.Icons.CHEVRON_LEFT, t("collect.day_before"), action(desk.step, -1))
    after = icon_button("collect.day_after", ft.Icons.CHEVRON_RIGHT, t("collect.day_after"), action(desk.step, 1))
    middle = ft.Container(expand=True, content=text(name, Style.TITLE_MEDIUM, align=ft.TextAlign.CENTER))
    row = ft.Row(key="which-day", controls=[before, middle, *([after] if day < today else [ft.Container(width=48)])])
    if day == today:
        return row
    back = link_button("collect.to_today", t("collect.to_today"), action(desk.show, today), icon=ft.Icons.TODAY)
    centred = ft.Row(alignment=ft.MainAxisAlignment.CENTER, controls=[back])
    return ft.Column(key="other-day", spacing=0, controls=[row, centred])


def _use_of(page: Json) -> ft.Control:
    """What a collector closes the day with."""
    rows = [
        (t("collect.used_series", series=one["series"]), t("collect.used_numbers", **one)) for one in page["series"]
    ]
    rows.append((t("collect.used_issued"), _sum(page["issued"])))
    if page["annulled"]["count"]:
        rows.append((t("collect.used_annulled"), _sum(page["annulled"])))
    rows.append((t("collect.used_left"), vnd(left_over(page))))
    ways = [(word("pay.way", one["method"], one["method"]), vnd(left_over(one))) for one in page["ways"]]
    parts: list[ft.Control] = [heading(t("collect.used"), Style.TITLE_MEDIUM), facts(rows), facts(ways)]
    return card(ft.Column(key="use-of-day", spacing=theme.SPACE_M, controls=parts))


def _sum(told: Json) -> str:
    return t("collect.used_sum", count=told["count"], amount=vnd(told["amount"]))


def _line(receipt: Json, group: str, *, is_selected: bool) -> ft.Control:
    app = current_app()
    way = word("pay.way", receipt["method"], receipt["method"])
    when = clock_time(from_wire(receipt["issued_at"]))
    is_good = receipt["state"] == "issued"
    what = f"{vnd(receipt['amount'])} · {way}"
    # A list of what was taken back says so above; its numbers are of other days, too.
    whose = receipt["reference"] if group == "annulled" else f"{when} · {receipt['reference']}"
    words = [
        text(receipt["number"], Style.TITLE_MEDIUM),
        text(what, Style.BODY_MEDIUM),
        text(whose, Style.BODY_MEDIUM, quiet=not is_selected, color=app.look.on_primary_soft if is_selected else None),
    ]
    label = ". ".join((receipt["number"], what, whose))
    if not is_good:
        state = t(f"receipts.state.{receipt['state']}")
        words.append(text(state, Style.LABEL_LARGE, color=None if is_selected else app.look.danger.strong))
        label = f"{label}. {state}"
    go = action(app.go, f"/collect/receipts/{receipt['id']}")
    return line(f"collect.{group}.{receipt['id']}", list(words), go, label=label, is_selected=is_selected)
