"""What stands below an attempt: that the app listens for the money, and how long this one still runs."""

from collections.abc import Callable
from datetime import timedelta

import flet as ft

from mobile.i18n.catalogue import t
from mobile.i18n.dates import spoken_wait, wait_text
from mobile.i18n.names import weekday_moment
from mobile.state.payments import Attempt
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, text
from mobile.ui.errors import safely
from mobile.ui.hooks import use_observed

A_DAY = timedelta(days=1)


@safely
def Waiting(attempt: Attempt, on_over: Callable[[], None]) -> ft.Control:
    """Calls `on_over` when the attempt's time is up."""
    app = current_app()
    state = use_observed(app.services.app_state)
    _, set_seconds = ft.use_state(0)
    left = attempt.expires_at - app.paying.now()

    async def count() -> None:
        while (seconds := _seconds(attempt)) > 0:
            # A day is not counted down by the second.
            await app.services.sleep(1 if seconds < A_DAY.total_seconds() else 60)
            set_seconds(_seconds(attempt))
        on_over()

    ft.use_effect(count, dependencies=[attempt.id], cleanup=lambda: None)
    look = app.look
    if left >= A_DAY:
        shown = spoken = t("pay.until", day=weekday_moment(attempt.expires_at, app.paying.now()))
    else:
        seconds = max(int(left.total_seconds()), 0)
        shown, spoken = t("pay.left", time=wait_text(seconds)), t("pay.left", time=spoken_wait(seconds))
    listening = t("pay.listening" if state.is_online else "pay.listening_offline")
    ring = ft.ProgressRing(width=22, height=22, stroke_width=3, color=look.primary)
    still = ft.Icon(ft.Icons.CLOUD_OFF, size=22, color=look.text_quiet)
    return ft.Row(
        spacing=12,
        vertical_alignment=ft.CrossAxisAlignment.START,
        controls=[
            ft.Semantics(exclude_semantics=True, content=ring if state.is_online else still),
            ft.Column(
                expand=True,
                spacing=2,
                controls=[
                    ft.Semantics(
                        identifier="pay.listening", live_region=True, content=text(listening, Style.BODY_LARGE)
                    ),
                    ft.Semantics(
                        identifier="pay.left",
                        label=spoken,
                        content=ft.Semantics(
                            exclude_semantics=True, content=text(shown, Style.BODY_MEDIUM, quiet=True)
                        ),
                    ),
                ],
            ),
        ],
    )


def _seconds(attempt: Attempt) -> int:
    return int((attempt.expires_at - current_app().paying.now()).total_seconds())
