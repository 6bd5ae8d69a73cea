"""The inbox behind the bell, and the question whether the phone may ring."""

from datetime import datetime

import flet as ft

from mobile.i18n.catalogue import has, t
from mobile.i18n.dates import moment_text
from mobile.state.records import Notice
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, empty, glyph, text
from mobile.ui.components.buttons import link_button, primary_button, tappable
from mobile.ui.components.frame import Frame, framed
from mobile.ui.components.licence_card import type_name
from mobile.ui.errors import action, screen
from mobile.ui.hooks import use_observed

ICONS = {
    "licence.issued": ft.Icons.CARD_MEMBERSHIP,
    "licence.suspended": ft.Icons.PAUSE_CIRCLE_OUTLINE,
    "licence.restored": ft.Icons.CHECK_CIRCLE_OUTLINE,
    "licence.revoked": ft.Icons.DANGEROUS_OUTLINED,
    "licence.resigned": ft.Icons.QR_CODE_2,
    "licence.checked": ft.Icons.FACT_CHECK_OUTLINED,
    "device.added": ft.Icons.PHONELINK_SETUP,
    "device.blocked": ft.Icons.PHONELINK_ERASE,
    "device.signed_out": ft.Icons.LOGOUT,
    "dossier.refused": ft.Icons.BLOCK,
    "dossier.supplement": ft.Icons.NOTE_ADD_OUTLINED,
    "dossier.payment": ft.Icons.PAYMENTS_OUTLINED,
    "payment.received": ft.Icons.RECEIPT_LONG_OUTLINED,
    "payment.twice": ft.Icons.CURRENCY_EXCHANGE,
    "payment.other_amount": ft.Icons.ERROR_OUTLINE,
    "payment.not_wanted": ft.Icons.HELP_OUTLINE,
    "payment.refund_coming": ft.Icons.CURRENCY_EXCHANGE,
    "payment.refunded": ft.Icons.CURRENCY_EXCHANGE,
    "receipt.cancelled": ft.Icons.BLOCK,
    "receipt.replaced": ft.Icons.RECEIPT_LONG_OUTLINED,
    "dossier.stopped": ft.Icons.PAUSE_CIRCLE_OUTLINE,
    "dossier.unanswered": ft.Icons.PAUSE_CIRCLE_OUTLINE,
    "dossier.apology": ft.Icons.EVENT_REPEAT,
    "dossier.resolved": ft.Icons.TASK_ALT,
    "dossier.returned": ft.Icons.CHECK_CIRCLE_OUTLINE,
    "dossier.posted": ft.Icons.LOCAL_POST_OFFICE_OUTLINED,
    "dossier.near_due": ft.Icons.SCHEDULE,
    "dossier.last_day": ft.Icons.TODAY,
    "dossier.overdue": ft.Icons.ERROR_OUTLINE,
}


def icon_of(kind: str) -> ft.IconData:
    """A kind's own icon, else that of what it is about."""
    about = ft.Icons.ASSIGNMENT_OUTLINED if kind.startswith("dossier.") else ft.Icons.NOTIFICATIONS_OUTLINED
    return ICONS.get(kind, about)


def place_of(notice: Notice) -> str | None:
    """Where what a notice tells of can be seen; None where there is nothing more than the notice."""
    if notice.dossier_id is not None:
        # The same address leads a citizen to their dossier and an officer to the desk's page of it.
        return f"/dossiers/{notice.dossier_id}"
    if notice.order_id is not None:
        return f"/orders/{notice.order_id}"
    if notice.licence_id and current_app().services.wallet_state.find(notice.licence_id):
        return f"/licences/{notice.licence_id}" + ("/log" if notice.kind == "licence.checked" else "")
    return None


@screen
def InboxView() -> ft.View:
    """`/inbox`, where a notification leads; for staff also under "Tôi"."""
    app = current_app()
    services = app.services
    state = use_observed(services.app_state)
    inbox = use_observed(services.inbox_state)
    ft.use_effect(app.choices.check_push, dependencies=[], cleanup=lambda: None)
    now = services.clock.now()
    body: list[ft.Control] = []
    if inbox.push == "off" and not state.settings.push_asked:
        body.append(_ask_for_push())
    if not inbox.notices:
        body.append(empty(ft.Icons.NOTIFICATIONS_NONE, t("inbox.empty"), t("inbox.empty_body")))
    body += [_notice(notice, now) for notice in inbox.notices]
    route = ft.use_view_path() or "/inbox"
    back = "/me" if route.startswith("/me/") else "/"
    return framed(Frame(route=route, title=t("inbox.title"), back=back, body=body))


def _ask_for_push() -> ft.Control:
    """Say what it is for before the browser asks; a `no` here costs nothing, one to the browser is for ever."""
    app = current_app()
    later = action(app.choices.change_settings, {"push_asked": True})
    return card(
        ft.Column(
            spacing=12,
            controls=[
                text(t("push.ask.title"), Style.TITLE_MEDIUM),
                text(t("push.ask.body"), Style.BODY_MEDIUM, quiet=True),
                ft.Row(
                    wrap=True,
                    controls=[
                        primary_button(
                            "push.on",
                            t("push.ask.yes"),
                            action(app.choices.turn_push_on),
                            icon=ft.Icons.NOTIFICATIONS_ACTIVE_OUTLINED,
                        ),
                        link_button("push.later", t("push.ask.later"), later),
                    ],
                ),
            ],
        )
    )


def notice_params(notice: Notice) -> dict[str, str]:
    """The parameters of a notice's sentence, with codes turned into words."""
    params = {name: str(value) for name, value in notice.params.items()}
    if "type" in params:
        params["type"] = type_name(params["type"])
    result_key = f"record.result.{params.get('result', '')}"
    params["result"] = t(result_key) if has(result_key) else t("notice.result_unknown")
    return {"number": "", "agency": "", "reason": "", "label": "", **params}


def notice_text(notice: Notice) -> tuple[str, str]:
    """Title and sentence; a kind that this version does not know still says that there is something."""
    stem = f"notice.{notice.kind}"
    if not has(f"{stem}.title"):
        return t("notice.other.title"), t("notice.other.body")
    params = notice_params(notice)
    return t(f"{stem}.title", **params), t(f"{stem}.body", **params)


def _notice(notice: Notice, now: datetime) -> ft.Control:
    app = current_app()
    look = app.look
    title, body = notice_text(notice)

    async def opened() -> None:
        await app.choices.read_notice(notice.id)
        if (place := place_of(notice)) is not None:
            app.go(place)

    dot = ft.Container(
        width=10,
        height=10,
        border_radius=5,
        bgcolor=None if notice.is_read else look.primary,
        margin=ft.Margin.only(top=7),
    )
    content = card(
        ft.Row(
            spacing=14,
            vertical_alignment=ft.CrossAxisAlignment.START,
            controls=[
                glyph(icon_of(notice.kind), color=look.primary),
                ft.Column(
                    expand=True,
                    spacing=3,
                    controls=[
                        text(title, Style.TITLE_MEDIUM),
                        text(body, Style.BODY_MEDIUM),
                        text(moment_text(notice.created_at, now), Style.BODY_SMALL, quiet=True),
                    ],
                ),
                dot,
            ],
        )
    )
    unread = "" if notice.is_read else t("inbox.unread")
    label = f"{title}. {body} {unread}".strip()
    return ft.Container(
        key=f"notice-{notice.id}",
        content=tappable(f"notice.{notice.id}", content, action(opened), label=label),
    )
