"""One licence: its living QR, its facts, who looked at it, and its papers."""

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.i18n.dates import day, day_of
from mobile.screens.citizen.wallet import wallet_body
from mobile.state.licence import Licence, Standing
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import (
    Style,
    card,
    empty,
    fact,
    has_large_text,
    heading,
    notice_box,
    side_by_side,
    text,
)
from mobile.ui.components.buttons import icon_button, second_button
from mobile.ui.components.frame import Frame, framed
from mobile.ui.components.licence_card import status_chip, tone_of, type_name, when_text
from mobile.ui.components.panes import LIST_AND_DETAIL, two_panes
from mobile.ui.components.qr_panel import PANEL_PADDING, LiveQr
from mobile.ui.errors import action, action_with, screen
from mobile.ui.hooks import use_observed

QR_SMALLEST, QR_LARGEST = 240, 420
SHORT = 26
"""Characters that fit half the width of a phone."""


@screen
def LicenceView() -> ft.View:
    """`/licences/<id>`; on wide screens with the wallet beside it."""
    app = current_app()
    services = app.services
    state = use_observed(services.app_state)
    wallet = use_observed(services.wallet_state)
    licence_id = ft.use_route_params().get("licence_id", "")
    route = ft.use_view_path() or f"/licences/{licence_id}"
    query, set_query = ft.use_state("")
    licence = wallet.find(licence_id)
    can_show = licence is not None and licence.can_show(services.clock.now())

    async def note_shown() -> None:
        if can_show:
            await app.choices.note_shown(licence_id)

    ft.use_effect(note_shown, dependencies=[licence_id, can_show], cleanup=lambda: None)
    if licence is None:
        body = [empty(ft.Icons.SEARCH_OFF, t("licence.gone"), t("licence.gone_body"))]
        return framed(Frame(route=route, title=t("licence.title"), body=body))
    is_pinned = state.settings.pinned_id == licence.id
    actions = [
        icon_button(
            "licence.pin",
            ft.Icons.PUSH_PIN if is_pinned else ft.Icons.PUSH_PIN_OUTLINED,
            t("licence.unpin") if is_pinned else t("licence.pin"),
            action(_pin, None if is_pinned else licence.id),
        )
    ]
    detail = _detail(licence)
    if state.is_wide:
        on_query = action_with(lambda event: set_query(lambda _: event.control.value))
        panes = two_panes(wallet_body(query, on_query, licence.id), detail, type_name(licence.type), actions)
        return framed(Frame(route=route, title="", body=[panes], is_plain=True, width=LIST_AND_DETAIL))
    return framed(Frame(route=route, title=type_name(licence.type), actions=actions, body=detail))


async def _pin(licence_id: str | None) -> None:
    app = current_app()
    await app.choices.pin(licence_id)
    app.say("licence.pinned" if licence_id else "licence.unpinned")


def _detail(licence: Licence) -> list[ft.Control]:
    """What holds goes first as a code; what does not, as the reason why."""
    now = current_app().services.clock.now()
    standing = licence.standing(now)
    code, state = _code(licence), _state(licence)
    if standing in {Standing.SUSPENDED, Standing.REVOKED}:
        first = [state, _why(licence, standing), *code]
    else:
        first = [*code, state]
    return [*first, _holder(licence), _facts(licence), _ways_on(licence)]


def _code(licence: Licence) -> list[ft.Control]:
    app = current_app()
    if licence.credential is None:
        return [notice_box(t("licence.no_credential"), ft.Icons.HOURGLASS_TOP, app.look.neutral)]
    if not licence.can_show(app.services.clock.now()):
        return []
    # The whole width of a phone: the code holds 690 characters and is read at arm's length.
    width = app.services.app_state.width
    size = int(max(QR_SMALLEST, min(QR_LARGEST, width - 2 * theme.SPACE_M - 2 * PANEL_PADDING)))
    # For an inspector whose phone's clock disagrees with this one's: its question is scanned and answered by the page.
    question = {"credential": licence.credential, "number": licence.number}
    answer = action(app.services.web.call, "answer.open", question)
    return [
        ft.Container(key=f"qr-{licence.id}", content=LiveQr(licence.credential, size)),
        second_button("licence.answer", t("licence.answer"), answer, icon=ft.Icons.QR_CODE_SCANNER),
    ]


def _state(licence: Licence) -> ft.Control:
    now = current_app().services.clock.now()
    when = (
        t("licence.since_day", day=day_of(licence.status_since))
        if licence.status != "valid"
        else when_text(licence, now)
    )
    return ft.Row(
        wrap=True,
        spacing=10,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
        controls=[status_chip(licence, now), text(when, Style.BODY_LARGE, quiet=True)],
    )


def _why(licence: Licence, standing: Standing) -> ft.Control:
    """Who decided what, when and why, and that the owner can do something about it."""
    reason = licence.status_reason or t("licence.no_reason")
    sentence = t(
        f"licence.why.{standing}",
        agency=licence.issuer_name,
        day=day_of(licence.status_since),
        reason=reason,
        decision=licence.decision_number or t("licence.no_number"),
    )
    icon = ft.Icons.PAUSE_CIRCLE if standing is Standing.SUSPENDED else ft.Icons.DANGEROUS
    return notice_box(sentence, icon, tone_of(standing, current_app().look))


def _holder(licence: Licence) -> ft.Control:
    lines: list[ft.Control] = [heading(licence.holder_name, Style.TITLE_LARGE)]
    if licence.address:
        lines.append(text(licence.address, Style.BODY_LARGE, quiet=True))
    return ft.Column(tight=True, spacing=2, controls=lines)


def _facts(licence: Licence) -> ft.Control:
    dates = t("licence.no_end") if licence.valid_until is None else day(licence.valid_until)
    rows = [
        (t("licence.number"), licence.number),
        (t("licence.issuer"), licence.issuer_name),
        (t("licence.valid_from"), day(licence.valid_from)),
        (t("licence.valid_until"), dates),
    ]
    if licence.activity:
        rows.append((t("licence.activity"), licence.activity))
    # No ResponsiveRow: its cells stayed empty when one licence followed another while a tooltip was shown (Flet 1.0.5).
    lines: list[ft.Control] = [
        ft.Row(
            key=f"facts-{licence.id}-{number}",
            spacing=theme.SPACE_M,
            vertical_alignment=ft.CrossAxisAlignment.START,
            controls=[ft.Container(expand=1, content=fact(label, value)) for label, value in line],
        )
        for number, line in enumerate(_in_lines(rows))
    ]
    return card(ft.Column(tight=True, spacing=theme.SPACE_M, controls=lines))


def _in_lines(rows: list[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """Two facts beside each other where both are short enough; one under the other in large text."""
    is_wide = current_app().services.app_state.is_wide
    lines: list[list[tuple[str, str]]] = []
    room = 0
    for row in rows:
        is_half = (is_wide or len(row[1]) < SHORT) and not has_large_text()
        if is_half and room:
            lines[-1].append(row)
            room = 0
        else:
            lines.append([row])
            room = int(is_half)
    return lines


def _ways_on(licence: Licence) -> ft.Control:
    app = current_app()
    to_log = action(app.go, f"/licences/{licence.id}/log")
    to_documents = action(app.go, f"/licences/{licence.id}/documents")
    papers = ft.Icons.DESCRIPTION_OUTLINED
    return side_by_side(
        [
            second_button("licence.log", t("licence.log"), to_log, icon=ft.Icons.VISIBILITY_OUTLINED),
            second_button("licence.documents", t("licence.documents"), to_documents, icon=papers),
        ]
    )
