"""The head of a dossier on the desk: whose it is, where it stands, and its clock with what would stop it."""

from datetime import datetime

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.i18n.dates import clock_time, moment_text
from mobile.i18n.names import said, span, weekday_date, weekday_moment, word
from mobile.screens.citizen.dossiers.cards import ICONS as STATUS_ICONS
from mobile.screens.citizen.dossiers.cards import left_text, tone_of
from mobile.state.desk_case import Case
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, chip, facts, glyph, heading, text
from shared_models.clock import city_date, from_wire
from shared_models.dossier_status import DossierStatus

PAUSES = {
    DossierStatus.SUPPLEMENT_REQUESTED: "supplement",
    DossierStatus.PAYMENT_REQUESTED: "payment",
    DossierStatus.STOPPED: "stopped",
}


def head(case: Case) -> list[ft.Control]:
    """Procedure, status, owner, and who has it."""
    dossier, raw = case.dossier, case.raw
    status = word("case.status", dossier.status.name)
    rows = [
        (t("case.owner"), f"{raw['owner']['name']} · {raw['owner']['masked_personal_id']}"),
        (t("case.code"), dossier.code or t("case.reference", reference=raw["reference"])),
        (t("case.channel"), _channel(case)),
        (t("case.handler"), _handler(case)),
        (t("case.receiving"), _agencies(case)),
    ]
    return [
        heading(said(dossier.name), Style.TITLE_LARGE),
        ft.Row(
            wrap=True, spacing=theme.SPACE_S, controls=[chip(status, STATUS_ICONS[dossier.status], tone_of(dossier))]
        ),
        card(facts(rows)),
    ]


def _channel(case: Case) -> str:
    raw = case.raw
    parts = [t(f"case.channel.{raw['channel']}"), moment_text(from_wire(raw["received_at"]), _now())]
    if raw.get("assisted_by"):
        where = (raw.get("support_agency") or {}).get("name") or raw["receiving_agency"]["name"]
        parts.append(t("case.assisted", name=raw["assisted_by"], agency=where))
    return " · ".join(parts)


def _handler(case: Case) -> str:
    handler = case.raw.get("handler")
    if not handler:
        return t("case.handler_none")
    return t("case.handler_me", unit=handler["unit"]) if case.is_mine else f"{handler['name']} · {handler['unit']}"


def _agencies(case: Case) -> str:
    receiving, competent = case.raw["receiving_agency"], case.raw["competent_agency"]
    if receiving["code"] == competent["code"]:
        return str(competent["name"])
    return t("case.receiving_for", receiving=receiving["name"], competent=competent["name"])


def _now() -> datetime:
    return current_app().services.clock.now()


def clock(case: Case) -> ft.Control:
    """When it is due and what that means; by what it is paused, or what would pause it."""
    look = current_app().look
    title, lines, is_late = _told(case)
    paper, ink = (look.danger.soft, look.danger.on_soft) if is_late else (look.primary_soft, look.on_primary_soft)
    icon = ft.Icons.PAUSE_CIRCLE_OUTLINE if case.dossier.is_paused else ft.Icons.SCHEDULE
    words: list[ft.Control] = [text(title, Style.TITLE_MEDIUM, color=ink)]
    words += [text(line, Style.BODY_MEDIUM, color=ink) for line in lines]
    box = ft.Container(
        padding=theme.SPACE_M,
        bgcolor=paper,
        border_radius=theme.RADIUS_CARD,
        content=ft.Row(
            spacing=12,
            vertical_alignment=ft.CrossAxisAlignment.START,
            controls=[glyph(icon, color=ink), ft.Column(expand=True, tight=True, spacing=4, controls=words)],
        ),
    )
    return ft.Semantics(identifier="case.clock", container=True, content=box)


def _told(case: Case) -> tuple[str, list[str], bool]:
    """Title, further lines, and whether the agency is late."""
    dossier = case.dossier
    is_late = dossier.standing in {"overdue", "late"}
    if dossier.status is DossierStatus.SUBMITTED:
        return _intake(case)
    if dossier.is_over:
        return _over(case), [], is_late
    if dossier.status in PAUSES:
        return t(f"case.paused.{PAUSES[dossier.status]}", since=_since(case)), _resumes(case), is_late
    if dossier.due_at is None:
        return t("case.clock.none"), [], False
    shown = weekday_moment(dossier.due_at, _now())
    title = t("case.clock.due", day=shown, time=clock_time(dossier.due_at), left=left_text(dossier))
    return title, [*_promise(case), *_stops(case)], is_late


def _intake(case: Case) -> tuple[str, list[str], bool]:
    until = (case.raw["deadline"] or {}).get("intake_due_at")
    if not until:
        return t("case.clock.none"), [], False
    moment = from_wire(until)
    is_late = _now() > moment
    stem = "case.clock.intake_late" if is_late else "case.clock.intake"
    lines = [t("case.clock.begins", span=_span(case))] if _span(case) else []
    return t(stem, day=weekday_moment(moment, _now()), time=clock_time(moment)), lines, is_late


def _over(case: Case) -> str:
    dossier, ended = case.dossier, case.raw.get("ended_at")
    day = weekday_moment(from_wire(ended), _now()) if ended else ""
    due = weekday_date(dossier.due_date, city_date(_now())) if dossier.due_date else ""
    stem = (
        f"case.ended.{dossier.standing}" if due and dossier.standing in {"early", "on_time", "late"} else "case.ended"
    )
    return t(stem, day=day, due=due) if due and stem != "case.ended" else t("case.ended", day=day)


def _since(case: Case) -> str:
    since = case.dossier.status_since
    return moment_text(since, _now()) if since else ""


def _promise(case: Case) -> list[str]:
    """The law's span, and the first promise when a pause or an apology has moved it."""
    dossier = case.dossier
    lines = [t("case.clock.span", span=_span(case))] if _span(case) else []
    original = dossier.original_due_date
    if original and dossier.due_date and original != dossier.due_date:
        lines.append(t("case.clock.original", day=weekday_date(original, city_date(_now()))))
    return lines


def _span(case: Case) -> str:
    way = "online" if case.raw["channel"] == 2 else "direct"
    return span((case.terms.get("deadlines") or {}).get(way))


def _policy(case: Case) -> str:
    policy = str(case.raw["deadline"].get("policy") or (case.terms.get("supplement") or {}).get("policy") or "")
    return word("case.policy", policy)


def _stops(case: Case) -> list[str]:
    lines = [t("case.clock.stops", policy=_policy(case))] if _policy(case) else []
    most, had = int(case.terms.get("max_reappointments") or 0), len(case.dossier.apologies)
    if most:
        lines.append(t("case.clock.extend_left" if had < most else "case.clock.extend_none"))
    return lines


def _resumes(case: Case) -> list[str]:
    """Until when an answer is waited for, and how the clock goes on."""
    asks = case.dossier.asks or {}
    lines = []
    if until := asks.get("answer_by"):
        lines.append(t("case.paused.until", day=weekday_moment(from_wire(until), _now())))
    if case.dossier.status is DossierStatus.SUPPLEMENT_REQUESTED:
        lines += [t("case.paused.goes_on", policy=_policy(case))] if _policy(case) else []
    else:
        lines.append(t("case.paused.same_clock"))
    return lines
