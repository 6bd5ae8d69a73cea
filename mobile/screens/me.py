"""Tôi: this phone and the others, who looked, how the app looks, and the way out. For every role."""

from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import has, t
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, glyph, text
from mobile.ui.components.confirm import Question, use_question
from mobile.ui.components.frame import Frame, framed
from mobile.ui.components.identity_card import commune_text
from mobile.ui.components.settings_rows import looks_section, row, section
from mobile.ui.errors import action, screen
from mobile.ui.hooks import Failed, Loaded, Loading, use_async, use_observed


@screen
def MeView() -> ft.View:
    """`/me`."""
    app = current_app()
    services = app.services
    use_observed(services.app_state)
    use_observed(services.wallet_state)
    inbox = use_observed(services.inbox_state)
    queue, papers = use_observed(services.queue_state), use_observed(services.dossiers_state)
    ask = use_question()
    ft.use_effect(app.choices.check_push, dependencies=[], cleanup=lambda: None)
    install = use_async(install_state, [])
    can_tell = services.app_state.is_online and not services.app_state.session_ended
    left = "signout_waiting" if queue.items else "signout_drafts" if papers.drafts else None
    leave = Question(left or _ask_before_leaving(can_tell=can_tell), _leave)
    body: list[ft.Control] = [_who()]
    if app.lifecycle.is_citizen:
        body += [_my_data(), _money()]
    body += [
        _this_phone(inbox.push, can_install=can_install(install)),
        _security(),
        looks_section(),
        section(
            t("me.leave"),
            [
                row(
                    "me.signout",
                    ft.Icons.LOGOUT,
                    t("me.signout"),
                    t("me.signout_body"),
                    action(ask, leave),
                    danger=True,
                )
            ],
        ),
    ]
    return framed(Frame(route="/me", title=t("me.title"), tab="me", body=body))


async def install_state() -> Any:
    return await current_app().services.web.call("install.state")


def can_install(state: Loading | Failed | Loaded[Any]) -> bool:
    """Whether this browser can put the app on the home screen and has not yet."""
    found = state.value if isinstance(state, Loaded) else None
    return found is not None and found["way"] not in {"installed", "none"}


def _this_phone(push: str, *, can_install: bool) -> ft.Control:
    app = current_app()
    show_how = action(app.services.web.call, "install.sheet")
    push_to = action(app.choices.turn_push_off if push == "on" else app.choices.turn_push_on)
    if push == "unsupported" and can_install:
        # What it says to do first is one tap away.
        push_to = show_how
    rows = [
        row("me.push", ft.Icons.NOTIFICATIONS_OUTLINED, t("me.push"), t(f"me.push.{push}"), push_to),
        row("me.pin", ft.Icons.PIN_OUTLINED, t("me.pin"), "", action(app.go, "/me/pin")),
    ]
    if can_install:
        rows.append(row("me.install", ft.Icons.ADD_TO_HOME_SCREEN, t("me.install"), t("me.install_body"), show_how))
    return section(t("me.phone"), rows)


def _ask_before_leaving(*, can_tell: bool) -> str:
    """The stem of the second question where nothing is lost: what leaving does, or cannot do."""
    is_citizen = current_app().lifecycle.is_citizen
    return "signout_untold" if is_citizen and not can_tell else "signout"


async def _leave() -> None:
    app = current_app()
    if not await app.lifecycle.sign_out():
        app.say("signout.untold")


def _my_data() -> ft.Control:
    app = current_app()
    to_log, to_devices = action(app.go, "/me/log"), action(app.go, "/me/devices")
    return section(
        t("me.data"),
        [
            row("me.log", ft.Icons.VISIBILITY_OUTLINED, t("me.log"), t("me.log_body"), to_log),
            row("me.devices", ft.Icons.DEVICES, t("me.devices"), t("me.devices_body"), to_devices),
        ],
    )


def _money() -> ft.Control:
    app = current_app()
    to_receipts, to_merchant = action(app.go, "/me/receipts"), action(app.go, "/me/merchant")
    return section(
        t("me.money"),
        [
            row("me.receipts", ft.Icons.RECEIPT_LONG_OUTLINED, t("receipts.title"), t("me.receipts_body"), to_receipts),
            row("me.merchant", ft.Icons.STOREFRONT_OUTLINED, t("merchant.title"), t("me.merchant_body"), to_merchant),
        ],
    )


def _security() -> ft.Control:
    """Where one is signed in; for staff also the second step, and the inbox that tells what happens to the account."""
    app = current_app()
    to_signins = action(app.go, "/me/sessions")
    rows = [row("me.signins", ft.Icons.IMPORTANT_DEVICES, t("me.signins"), t("me.signins_body"), to_signins)]
    if not app.lifecycle.is_citizen:
        to_totp, to_inbox = action(app.go, "/me/totp"), action(app.go, "/me/inbox")
        rows += [
            row("me.totp", ft.Icons.PHONELINK_LOCK, t("me.totp"), t("me.totp_body"), to_totp),
            row("me.inbox", ft.Icons.NOTIFICATIONS_NONE, t("inbox.title"), _unread(), to_inbox),
        ]
    return section(t("me.security"), rows)


def _unread() -> str:
    unread = current_app().services.inbox_state.unread
    return t("me.unread", count=unread) if unread else ""


def _who() -> ft.Control:
    app = current_app()
    user = app.services.app_state.user
    profile = app.services.wallet_state.profile or {}
    if user is None:
        return ft.Container()
    role_key = f"role.{user.role}"
    second = user.agency or commune_text(profile)
    words: list[ft.Control] = [
        text(str(profile.get("name") or user.name), Style.TITLE_LARGE),
        text(t(role_key) if has(role_key) else user.role, Style.BODY_MEDIUM, quiet=True),
    ]
    if second:
        words.append(text(second, Style.BODY_MEDIUM, quiet=True))
    return card(
        ft.Row(
            spacing=theme.SPACE_M,
            controls=[
                ft.Container(
                    width=56,
                    height=56,
                    border_radius=28,
                    bgcolor=app.look.primary_soft,
                    alignment=ft.Alignment.CENTER,
                    content=glyph(ft.Icons.PERSON, size=30, color=app.look.on_primary_soft),
                ),
                ft.Column(expand=True, tight=True, spacing=2, controls=words),
            ],
        )
    )
