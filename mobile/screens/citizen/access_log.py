"""Ai đã xem: every look at a licence, or at the person's data, with who, when, where from and why."""

from datetime import datetime

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, has, t
from mobile.i18n.dates import moment_text
from mobile.state.records import AccessEntry
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, empty, glyph, text
from mobile.ui.components.buttons import second_button
from mobile.ui.components.frame import Frame, framed
from mobile.ui.components.licence_card import type_name
from mobile.ui.errors import action, safely, screen
from mobile.ui.hooks import Failed, Loaded, Loading, use_async, use_observed

ICONS = {"licence.checked": ft.Icons.QR_CODE_SCANNER, "licence.sheet_read": ft.Icons.DESCRIPTION_OUTLINED}


@screen
def LicenceLogView() -> ft.View:
    """`/licences/<id>/log`."""
    licence_id = ft.use_route_params().get("licence_id", "")
    return framed(
        Frame(
            route=ft.use_view_path() or "/",
            title=t("log.title"),
            back=f"/licences/{licence_id}",
            body=[AccessLog(licence_id)],
        )
    )


@screen
def MyLogView() -> ft.View:
    """`/me/log`."""
    frame = Frame(route=ft.use_view_path() or "/", title=t("log.mine"), back="/me", body=[AccessLog(None)])
    return framed(frame)


@safely
def AccessLog(licence_id: str | None) -> ft.Control:
    app = current_app()
    use_observed(app.services.app_state)
    tries, set_tries = ft.use_state(0)

    async def fetch() -> list[AccessEntry]:
        entries, _ = await app.services.wallet.access_log(licence_id)
        return entries

    answer = use_async(fetch, [licence_id, tries])
    if isinstance(answer, Loading):
        return text(t("log.loading"), quiet=True)
    if isinstance(answer, Failed):
        again = second_button("log.again", t("retry"), action(set_tries, tries + 1))
        return empty(ft.Icons.CLOUD_OFF, t("log.unavailable"), error_text(answer.code), again)
    return _entries(answer, names_licence=licence_id is None)


def _entries(answer: Loaded[list[AccessEntry]], *, names_licence: bool) -> ft.Control:
    if not answer.value:
        return empty(ft.Icons.VISIBILITY_OFF_OUTLINED, t("log.nobody"), t("log.nobody_body"))
    now = current_app().services.clock.now()
    return ft.Column(
        spacing=12,
        controls=[
            text(t("log.explain"), Style.BODY_MEDIUM, quiet=True),
            *(_entry(entry, number, now, names_licence=names_licence) for number, entry in enumerate(answer.value)),
        ],
    )


def _entry(entry: AccessEntry, number: int, now: datetime, *, names_licence: bool) -> ft.Control:
    look = current_app().look
    who = entry.agency_name or entry.actor_name or t("log.somebody")
    action_key = f"log.action.{entry.action}"
    what = t(action_key) if has(action_key) else t("log.action.other")
    lines: list[ft.Control] = [
        text(who, Style.TITLE_MEDIUM),
        text(what, Style.BODY_MEDIUM),
        text(t("log.purpose", purpose=purpose_text(entry.purpose)), Style.BODY_MEDIUM, quiet=True),
    ]
    if entry.agency_name and entry.actor_name:
        lines.insert(1, text(entry.actor_name, Style.BODY_MEDIUM, quiet=True))
    if entry.licence_id and names_licence:
        licence = current_app().services.wallet_state.find(entry.licence_id)
        if licence:
            lines.append(text(f"{type_name(licence.type)} · {licence.number}", Style.BODY_MEDIUM, quiet=True))
    when = moment_text(entry.at, now)
    where = f"{when} · {t('log.on_site')}" if entry.has_place else when
    lines.append(text(where, Style.BODY_MEDIUM, quiet=True))
    return ft.Container(
        key=f"log-{number}",
        content=card(
            ft.Row(
                vertical_alignment=ft.CrossAxisAlignment.START,
                spacing=theme.SPACE_M,
                controls=[
                    glyph(ICONS.get(entry.action, ft.Icons.VISIBILITY_OUTLINED), color=look.primary),
                    ft.Column(expand=True, spacing=3, controls=lines),
                ],
            )
        ),
    )


def purpose_text(purpose: str) -> str:
    """A purpose is a code with a sentence, or the words that were written down."""
    key = f"purpose.{purpose}"
    return t(key) if has(key) else purpose
