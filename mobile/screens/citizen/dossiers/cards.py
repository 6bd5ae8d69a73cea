"""How a dossier is told in a list: what is asked, where it stands, and when it is due."""

from datetime import datetime

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, t
from mobile.i18n.dates import as_of_text
from mobile.i18n.names import money, said, weekday_date
from mobile.state.dossiers import Dossier
from mobile.state.draft import Draft
from mobile.state.steps import step_now, steps
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, chip, text
from mobile.ui.components.buttons import tappable
from mobile.ui.errors import action
from shared_models.clock import city_date
from shared_models.dossier_status import DossierStatus

ICONS = {
    DossierStatus.SUBMITTED: ft.Icons.SEND,
    DossierStatus.ACCEPTED: ft.Icons.MOVE_TO_INBOX,
    DossierStatus.REFUSED: ft.Icons.BLOCK,
    DossierStatus.PROCESSING: ft.Icons.AUTORENEW,
    DossierStatus.SUPPLEMENT_REQUESTED: ft.Icons.NOTE_ADD_OUTLINED,
    DossierStatus.PAYMENT_REQUESTED: ft.Icons.PAYMENTS_OUTLINED,
    DossierStatus.WITHDRAWN: ft.Icons.UNDO,
    DossierStatus.STOPPED: ft.Icons.PAUSE_CIRCLE_OUTLINE,
    DossierStatus.RESOLVED: ft.Icons.TASK_ALT,
    DossierStatus.RETURNED: ft.Icons.CHECK_CIRCLE,
}


def tone_of(dossier: Dossier) -> theme.Tone:
    """Green for what is done, amber for what waits for its owner, red for a refusal or what is late."""
    look = current_app().look
    if dossier.needs_owner or dossier.status == DossierStatus.STOPPED:
        return look.warning
    if dossier.status == DossierStatus.REFUSED or dossier.standing == "overdue":
        return look.danger
    done = {DossierStatus.RESOLVED, DossierStatus.RETURNED}
    return look.valid if dossier.status in done else look.neutral


def status_name(status: DossierStatus) -> str:
    return t(f"dossier.status.{status.name.lower()}")


def status_chip(dossier: Dossier) -> ft.Control:
    return chip(status_name(dossier.status), ICONS[dossier.status], tone_of(dossier))


def due_text(dossier: Dossier, now: datetime) -> str:
    """`Hẹn trả Thứ Năm 26/11 · còn 3 ngày làm việc`; empty where nothing is due."""
    if dossier.is_over:
        return ""
    if dossier.is_paused:
        return t("due.paused")
    if dossier.due_date is None:
        return ""
    left = left_text(dossier)
    shown = t("due.on", day=weekday_date(dossier.due_date, city_date(now)))
    return f"{shown} · {left}" if left else shown


def left_text(dossier: Dossier) -> str:
    """`còn 3 ngày làm việc`, `hôm nay`, `đã quá hạn`."""
    if dossier.standing == "overdue":
        return t("due.overdue")
    left = dossier.working_days_left
    if left is None:
        return ""
    return t("due.left", count=left) if left > 0 else t("due.today")


def asks_text(dossier: Dossier) -> str:
    """The one thing that its owner has to do."""
    if dossier.asks is None:  # a list says what is asked, not how much of it
        return t(f"asks.{dossier.waits_for}.short")
    if dossier.waits_for == "payment":
        return t("asks.payment", amount=money(int(dossier.asks.get("amount") or 0)))
    return t("asks.supplement", count=len(dossier.asks["items"]))


def dossier_card(dossier: Dossier, *, is_selected: bool = False) -> ft.Control:
    app = current_app()
    now = app.services.clock.now()
    name = said(dossier.name)
    lines: list[ft.Control] = [text(name, Style.TITLE_MEDIUM), status_chip(dossier)]
    spoken = [name, status_name(dossier.status)]
    if dossier.needs_owner:
        lines.append(text(asks_text(dossier), Style.BODY_LARGE, color=app.look.warning.strong))
        spoken.append(asks_text(dossier))
    if due := due_text(dossier, now):
        lines.append(text(due, Style.BODY_MEDIUM, quiet=True))
        spoken.append(due)
    if dossier.code:
        lines.append(text(dossier.code, Style.BODY_SMALL, quiet=True))
    content = card(ft.Column(spacing=6, controls=lines))
    if is_selected:
        content.border = ft.Border.all(2, app.look.primary)
    to_page = action(app.go, f"/dossiers/{dossier.id}")
    return ft.Container(
        key=f"dossier-{dossier.id}",
        content=tappable(
            f"dossier.{dossier.id}", content, to_page, label=". ".join(spoken), selected=is_selected or None
        ),
    )


def draft_card(draft: Draft) -> ft.Control:
    """A draft to go on with, or one that waits for the network."""
    app = current_app()
    name = said(draft.procedure["name"])
    when = as_of_text(draft.changed_at, app.services.clock.now()) or ""
    if draft.state == "waiting":
        is_sending = draft.id in app.services.dossiers_state.sending
        words = t("waiting.sending" if is_sending else "waiting.title")
        mark = chip(words, ft.Icons.SCHEDULE_SEND, app.look.warning)
    elif draft.error:
        words = error_text(draft.error)
        mark = chip(t("draft.stopped"), ft.Icons.ERROR_OUTLINE, app.look.danger)
    else:
        all_steps = steps(draft)
        words = t("draft.step", at=all_steps.index(step_now(draft)) + 1, of=len(all_steps))
        mark = chip(t("draft.open"), ft.Icons.EDIT_NOTE, app.look.neutral)
    kept = t("draft.changed", time=when)
    lines: list[ft.Control] = [text(name, Style.TITLE_MEDIUM), mark]
    if draft.state != "waiting":
        lines.append(text(words, Style.BODY_MEDIUM, quiet=True))
    lines.append(text(kept, Style.BODY_SMALL, quiet=True))
    to_page = action(app.go, f"/dossiers/drafts/{draft.id}")
    content = card(ft.Column(spacing=6, controls=lines))
    return ft.Container(
        key=f"draft-{draft.id}",
        content=tappable(f"draft.{draft.id}", content, to_page, label=f"{name}. {words}. {kept}"),
    )
