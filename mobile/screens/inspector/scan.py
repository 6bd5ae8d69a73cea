"""Quét: straight into the camera; behind it one large button back into it, and what was scanned lately."""

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import has, t
from mobile.i18n.dates import as_of_text, moment_text
from mobile.state.records import QueueItem
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, chip, glyph, has_large_text, heading, text
from mobile.ui.components.buttons import icon_button, tappable
from mobile.ui.components.frame import Frame, framed
from mobile.ui.components.verdicts import verdict_icon, verdict_tone
from mobile.ui.errors import action, screen
from mobile.ui.hooks import use_observed
from shared_models.errors import DomainError

LATEST = 5
# Why an inspector reads a code; the holder sees it in the access log.
PURPOSE = "inspection.routine"


@screen
def ScanView() -> ft.View:
    """The first screen of an inspector: choosing its tab, or unlocking, opens the camera over it."""
    app = current_app()
    services = app.services
    ft.use_effect(_open_by_itself, dependencies=[], cleanup=_close)
    use_observed(services.app_state)
    queue = use_observed(services.queue_state)
    actions = [
        icon_button("trust.refresh", ft.Icons.SYNC, t("scan.refresh"), action(app.rounds.refresh_trust)),
    ]
    latest = [item for item in (*reversed(queue.items), *queue.history) if item.kind == "scan"][:LATEST]
    body: list[ft.Control] = [_state_chips(), _start(), heading(t("scan.latest"), Style.TITLE_MEDIUM)]
    body += [scan_row(item) for item in latest] or [text(t("scan.none_yet"), Style.BODY_MEDIUM, quiet=True)]
    again = action(_open)
    return framed(Frame(route="/", title=t("scan.title"), tab="scan", actions=actions, body=body, again=again))


async def _open() -> None:
    await current_app().services.web.call("scanner.open", {"purpose": PURPOSE})


async def _open_by_itself() -> None:
    """Not under a record that was opened by its address; and the page does not repeat why there is no camera."""
    if ft.context.page.route != "/":
        return
    try:
        await current_app().services.web.call("scanner.open", {"purpose": PURPOSE, "auto": True})
    except DomainError:
        return  # Nobody asked for it: the large button is there, and says what is wrong.


async def _close() -> None:
    """Locked, or signed out: no camera goes on over a closed door."""
    try:
        await current_app().services.web.call("scanner.close")
    except DomainError:
        return


def _state_chips() -> ft.Control:
    """How old the data is and what waits: always in sight, because both decide what a verdict is worth."""
    app = current_app()
    services = app.services
    queue = services.queue_state
    shown = as_of_text(queue.as_of, services.clock.now())
    data = t("scan.data", time=shown) if shown else t("scan.no_data")
    tone = app.look.neutral if shown else app.look.warning
    chips: list[ft.Control] = [ft.Semantics(identifier="scan.data_age", content=chip(data, ft.Icons.SYNC, tone))]
    if queue.items:
        waiting = chip(t("queue.count", count=len(queue.items)), ft.Icons.CLOUD_UPLOAD, app.look.warning)
        chips.append(ft.Semantics(identifier="scan.queue_count", content=waiting))
    return ft.Row(wrap=True, spacing=theme.SPACE_S, controls=chips)


def _start() -> ft.Control:
    app = current_app()
    look = app.look
    start = action(_open)
    content = ft.Container(
        height=None if has_large_text() else 260,
        padding=theme.SPACE_L if has_large_text() else None,
        border_radius=24,
        gradient=ft.LinearGradient(
            begin=ft.Alignment.TOP_LEFT, end=ft.Alignment.BOTTOM_RIGHT, colors=[look.identity_from, look.identity_to]
        ),
        alignment=ft.Alignment.CENTER,
        content=ft.Column(
            tight=True,
            spacing=theme.SPACE_M,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
            controls=[
                ft.Icon(ft.Icons.QR_CODE_SCANNER, size=84, color=look.identity_text),
                text(t("scan.start"), Style.HEADLINE_SMALL, color=look.identity_text),
                text(t("scan.start_body"), Style.BODY_MEDIUM, color=look.identity_quiet, align=ft.TextAlign.CENTER),
            ],
        ),
    )
    return tappable("scan.start", content, start, label=f"{t('scan.start')}. {t('scan.start_body')}")


def scan_row(item: QueueItem) -> ft.Control:
    """One reading: the verdict's icon, whose licence it was, when, and a way to the record."""
    app = current_app()
    now = app.services.clock.now()
    key = f"verdict.{item.outcome}"
    verdict = t(key) if has(key) else item.outcome
    tone = verdict_tone(item.outcome, app.look)
    title = item.title or t("scan.unknown_holder")
    content = card(
        ft.Row(
            spacing=14,
            controls=[
                glyph(verdict_icon(item.outcome), color=tone.strong, size=30),
                ft.Column(
                    expand=True,
                    tight=True,
                    spacing=2,
                    controls=[
                        text(title, Style.TITLE_MEDIUM, lines=2 if has_large_text() else 1),
                        text(verdict, Style.BODY_MEDIUM, color=tone.strong, lines=2),
                        text(
                            f"{moment_text(item.at, now)} · {item.subtitle}".rstrip(" ·"), Style.BODY_MEDIUM, quiet=True
                        ),
                    ],
                ),
                glyph(ft.Icons.CHEVRON_RIGHT, color=app.look.text_quiet),
            ],
        )
    )
    label = t("scan.spoken", holder=title, verdict=verdict)
    opened = action(app.go, f"/records/{item.id}")
    return ft.Container(key=f"scan-{item.id}", content=tappable(f"scan.{item.id}", content, opened, label=label))
