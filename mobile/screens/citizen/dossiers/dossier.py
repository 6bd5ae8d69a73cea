"""One dossier: when it is due and what that means, the one thing asked of you, who has done what, and its papers."""

from datetime import date
from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, t
from mobile.i18n.names import money, said, weekday_date, word
from mobile.screens.citizen.dossiers.asks import asks_card
from mobile.screens.citizen.dossiers.cards import due_text, left_text, status_chip
from mobile.screens.citizen.dossiers.fee import due_card, is_due
from mobile.screens.citizen.dossiers.list import dossiers_body
from mobile.screens.citizen.dossiers.outcome import outcome
from mobile.screens.citizen.dossiers.rating import Rating
from mobile.screens.citizen.dossiers.timeline import timeline
from mobile.state.dossiers import Dossier
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, empty, facts, heading, notice_box, text
from mobile.ui.components.buttons import link_button, second_button
from mobile.ui.components.confirm import Question, use_question
from mobile.ui.components.frame import Frame, framed
from mobile.ui.components.panes import LIST_AND_DETAIL, two_panes
from mobile.ui.components.settings_rows import row, section
from mobile.ui.errors import action, screen
from mobile.ui.hooks import Failed, Loaded, use_async, use_observed
from shared_models.clock import city_date

Json = dict[str, Any]


@screen
def DossierView() -> ft.View:
    """`/dossiers/<id>`; on wide screens with the list beside it."""
    app = current_app()
    state = use_observed(app.services.app_state)
    use_observed(app.services.dossiers_state)
    tries, set_tries = ft.use_state(0)
    ask = use_question()
    dossier_id = ft.use_route_params().get("dossier_id", "")

    async def fetch() -> Dossier:
        return await app.paperwork.fetch(dossier_id)

    answer = use_async(fetch, [dossier_id, tries])

    async def withdraw() -> None:
        await app.paperwork.act(dossier_id, "withdraw")
        app.say("dossier.withdrawn")
        set_tries(lambda count: count + 1)

    title = t("dossier.title")
    if isinstance(answer, Loaded):
        dossier = answer.value
        title = said(dossier.name)
        body = dossier_body(dossier, lambda: set_tries(lambda count: count + 1))
        if dossier.may_withdraw:
            to_ask = action(ask, Question("dossier.withdraw", withdraw))
            body.append(link_button("dossier.withdraw", t("dossier.withdraw"), to_ask, icon=ft.Icons.UNDO))
    elif isinstance(answer, Failed):
        again = second_button("dossier.again", t("retry"), action(set_tries, tries + 1))
        body = [empty(ft.Icons.CLOUD_OFF, t("dossier.unavailable"), error_text(answer.code), again)]
    else:
        body = [text(t("dossier.loading"), quiet=True)]
    route = ft.use_view_path() or f"/dossiers/{dossier_id}"
    if state.is_wide:
        panes = two_panes(dossiers_body(dossier_id), body, title, [])
        frame = Frame(route=route, title="", back="/dossiers", body=[panes], is_plain=True, width=LIST_AND_DETAIL)
        return framed(frame)
    return framed(Frame(route=route, title=title, back="/dossiers", body=body))


def dossier_body(dossier: Dossier, changed: Any) -> list[ft.Control]:
    """What is asked comes first; then the date, and what it means."""
    body: list[ft.Control] = []
    if dossier.asks is not None:
        body.append(asks_card(dossier))
    if is_due(dossier) and dossier.waits_for != "payment":
        body.append(due_card(dossier))
    body += [_due(dossier), *_apologies(dossier), *outcome(dossier)]
    if dossier.may_rate:
        body.append(Rating(dossier, changed, key=f"rating-{dossier.id}"))
    body += [heading(t("dossier.timeline"), Style.TITLE_LARGE), timeline(dossier), _facts(dossier)]
    return [*body, *_slips(dossier)]


def _due(dossier: Dossier) -> ft.Control:
    """The date in large type with what is left, or the state of what has no date any more."""
    app = current_app()
    look, now = app.look, app.services.clock.now()
    is_late = dossier.standing == "overdue" and not dossier.is_over
    paper, ink = (look.danger.soft, look.danger.on_soft) if is_late else (look.primary_soft, look.on_primary_soft)
    lines: list[ft.Control] = [status_chip(dossier)]
    if not dossier.is_over and dossier.due_date is not None and not dossier.is_paused:
        shown = weekday_date(dossier.due_date, city_date(now))
        lines += [
            text(t("due.label"), Style.BODY_MEDIUM, color=ink),
            text(shown, Style.HEADLINE_MEDIUM, color=ink),
            text(left_text(dossier), Style.TITLE_MEDIUM, color=ink),
        ]
    elif due := due_text(dossier, now):
        lines.append(text(due, Style.TITLE_MEDIUM, color=ink))
    lines.append(text(_meaning(dossier), Style.BODY_LARGE, color=ink))
    box = ft.Container(
        padding=theme.SPACE_M,
        bgcolor=paper,
        border_radius=theme.RADIUS_CARD,
        content=ft.Column(spacing=6, controls=lines),
    )
    return ft.Semantics(identifier="dossier.due", container=True, content=box)


def _meaning(dossier: Dossier) -> str:
    """Who has it now, what they do, by when, and what you can do."""
    if dossier.standing == "overdue" and not dossier.is_over:
        again = t("dossier.meaning.overdue_again", agency=dossier.agency)
        return again if dossier.apologies else t("dossier.meaning.overdue", agency=dossier.agency)
    if is_due(dossier) and dossier.waits_for != "payment":
        return t("dossier.fee_waits", agency=dossier.agency)
    return t(f"dossier.meaning.{dossier.status.name.lower()}", agency=dossier.agency)


def _apologies(dossier: Dossier) -> list[ft.Control]:
    today = city_date(current_app().services.clock.now())

    def shown(iso: str | None) -> str:
        return weekday_date(date.fromisoformat(iso[:10]), today) if iso else ""

    return [
        notice_box(
            t("dossier.apology", old=shown(item.get("old_due_date")), new=shown(item.get("new_due_date")))
            + (f" {said(item.get('reason'))}" if item.get("reason") else ""),
            ft.Icons.EVENT_REPEAT,
            current_app().look.warning,
        )
        for item in dossier.apologies
    ]


def _facts(dossier: Dossier) -> ft.Control:
    rows = [
        *_names(dossier),
        (t("dossier.agency"), dossier.agency),
        (t("dossier.handler"), dossier.handler),
    ]
    if fee := dossier.raw.get("fee"):
        went_back = f" · {word('case.payment', 'refunded')}" if fee.get("refunded_at") else ""
        rows.append((t("review.fee"), money(int(fee["amount"])) + went_back))
        rows.append((t("pay.receipt"), str(fee.get("receipt_number") or "")))
    tracking = (dossier.raw.get("return") or {}).get("tracking")
    if tracking:
        rows.append((t("dossier.tracking"), tracking))
    return card(facts([(label, value) for label, value in rows if value]))


def _names(dossier: Dossier) -> list[tuple[str, str]]:
    """Its code, or until it has one the number under which it was handed in."""
    if dossier.code:
        return [(t("dossier.code"), dossier.code)]
    return [
        (t("dossier.code"), t("dossier.code_later")),
        (t("dossier.reference"), str(dossier.raw.get("reference") or "")),
    ]


def _slips(dossier: Dossier) -> list[ft.Control]:
    """The printed forms that exist, each to open."""
    if not dossier.slips:
        return []

    async def save(number: str) -> None:
        app = current_app()
        content = await app.services.dossiers.slip(dossier.id, number)
        await app.services.web.save_file(content, f"phieu-{number}-{dossier.code or dossier.id}.pdf")

    rows = [
        row(f"slip.{number}", ft.Icons.PICTURE_AS_PDF_OUTLINED, t(f"slip.{number}"), "", action(save, number))
        for number in dossier.slips
        if number in SLIPS
    ]
    return [section(t("dossier.slips"), rows)]


SLIPS = ("01", "02", "03", "04", "05", "06")
