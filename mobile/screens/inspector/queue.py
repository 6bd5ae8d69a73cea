"""Chờ gửi: what is still on this phone, why, and what has gone up."""

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, has, t
from mobile.i18n.dates import moment_text
from mobile.state.records import QueueItem
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, empty, glyph, has_large_text, heading, notice_box, text
from mobile.ui.components.buttons import link_button, primary_button
from mobile.ui.components.frame import Frame, framed
from mobile.ui.errors import action, screen
from mobile.ui.hooks import use_observed

SHOWN = 60


@screen
def QueueView() -> ft.View:
    """`/queue`."""
    app = current_app()
    services = app.services
    use_observed(services.app_state)
    queue = use_observed(services.queue_state)
    body: list[ft.Control] = []
    if queue.error:
        body.append(notice_box(error_text(queue.error), ft.Icons.CLOUD_OFF, app.look.warning))
    waiting = sum(item.state != "refused" for item in queue.items)
    if waiting:
        body.append(_send_now(queue.is_sending, waiting))
    if queue.items:
        body += [_item(item, is_sending=queue.is_sending) for item in queue.items[:SHOWN]]
    else:
        body.append(empty(ft.Icons.CLOUD_DONE_OUTLINED, t("queue.empty"), t("queue.empty_body")))
    if queue.history:
        body.append(heading(t("queue.history"), Style.TITLE_MEDIUM))
        body += [_item(item, is_sending=False) for item in queue.history[:SHOWN]]
    return framed(Frame(route="/queue", title=t("queue.title"), tab="queue", body=body))


def _send_now(is_sending: bool, count: int) -> ft.Control:
    app = current_app()
    label = t("queue.sending") if is_sending else t("queue.send_now")
    return ft.Column(
        spacing=theme.SPACE_S,
        controls=[
            text(t("queue.explain", count=count), Style.BODY_MEDIUM, quiet=True),
            ft.Row(
                controls=[
                    primary_button(
                        "queue.send",
                        label,
                        action(app.rounds.send_queue),
                        icon=ft.Icons.CLOUD_UPLOAD,
                        expand=True,
                        busy=is_sending,
                    )
                ]
            ),
        ],
    )


STATES = {
    "waiting": ft.Icons.SCHEDULE,
    "sending": ft.Icons.CLOUD_SYNC,
    "sent": ft.Icons.CLOUD_DONE,
    "refused": ft.Icons.REPORT_GMAILERRORRED,
}


def item_words(item: QueueItem) -> tuple[str, str]:
    """What it is, and what it came to."""
    stem = "verdict" if item.kind == "scan" else "record.result"
    key = f"{stem}.{item.outcome}"
    return t(f"queue.kind.{item.kind}"), t(key) if has(key) else item.outcome


def _item(item: QueueItem, *, is_sending: bool) -> ft.Control:
    app = current_app()
    look = app.look
    state = "sending" if is_sending and item.state == "waiting" else item.state
    tone = {"refused": look.danger, "sent": look.valid}.get(state, look.neutral)
    kind, outcome = item_words(item)
    when = moment_text(item.at, app.services.clock.now())
    words: list[ft.Control] = [
        text(item.title or t("scan.unknown_holder"), Style.TITLE_MEDIUM, lines=2),
        text(f"{kind} · {outcome}", Style.BODY_MEDIUM),
        text(f"{t(f'queue.state.{state}')} · {when}", Style.BODY_MEDIUM, color=tone.strong),
    ]
    # What keeps all of them here stands once, above the list.
    if item.last_error and item.last_error != app.services.queue_state.error:
        words.append(text(error_text(item.last_error), Style.BODY_MEDIUM, quiet=True))
    again = link_button(f"queue.retry.{item.id}", t("retry"), action(_retry, item.id))
    if state == "refused" and has_large_text():
        words.append(again)
    line: list[ft.Control] = [
        glyph(STATES[state], color=tone.strong, size=28),
        ft.Column(expand=True, tight=True, spacing=2, controls=words),
    ]
    if state == "refused" and not has_large_text():
        line.append(again)
    return ft.Container(
        key=f"item-{item.id}",
        content=ft.Semantics(
            identifier=f"queue.item.{item.id}",
            container=True,
            content=card(ft.Row(spacing=14, vertical_alignment=ft.CrossAxisAlignment.START, controls=line)),
        ),
    )


async def _retry(record_id: str) -> None:
    app = current_app()
    await app.services.queue.retry_refused(record_id)
    await app.rounds.queue_changed()
    await app.rounds.send_queue()
