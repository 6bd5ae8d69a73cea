"""A licence in a list: icon with a quiet tint, type, number, one chip, and when it ends, in words."""

from datetime import datetime

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import has, t
from mobile.i18n.dates import day, day_of, days_left
from mobile.state.licence import SOON_DAYS, Licence, Standing
from mobile.theme import Tokens, Tone
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, chip, glyph, has_large_text, text
from mobile.ui.components.buttons import tappable
from mobile.ui.errors import action
from shared_models.credential.types import BY_KEY

ICONS = {
    Standing.VALID: ft.Icons.CHECK_CIRCLE,
    Standing.EXPIRING: ft.Icons.SCHEDULE,
    Standing.SUSPENDED: ft.Icons.PAUSE_CIRCLE,
    Standing.NOT_YET_VALID: ft.Icons.HOURGLASS_TOP,
    Standing.EXPIRED: ft.Icons.DANGEROUS,
    Standing.REVOKED: ft.Icons.DANGEROUS,
}


def type_name(key: str) -> str:
    """`GCN đủ điều kiện ATTP`; a type that this version does not know shows its key."""
    name = f"licence_type.{key}"
    return t(name) if has(name) else key


def tone_of(standing: Standing, look: Tokens) -> Tone:
    tones = {
        Standing.VALID: look.valid,
        Standing.EXPIRING: look.warning,
        Standing.SUSPENDED: look.warning,
        Standing.NOT_YET_VALID: look.neutral,
    }
    return tones.get(standing, look.danger)


def status_chip(licence: Licence, now: datetime) -> ft.Control:
    standing = licence.standing(now)
    return chip(t(f"standing.{standing}"), ICONS[standing], tone_of(standing, current_app().look))


def when_text(licence: Licence, now: datetime) -> str:
    """What a person wants to know beside the chip."""
    standing = licence.standing(now)
    if standing in {Standing.SUSPENDED, Standing.REVOKED}:
        return t("licence.since", day=day_of(licence.status_since))
    if standing is Standing.NOT_YET_VALID:
        return t("licence.from", day=day(licence.valid_from))
    left = licence.days_left(now)
    if left is None or licence.valid_until is None:
        return t("licence.no_end")
    return days_left(left) if left <= SOON_DAYS else t("licence.until", day=day(licence.valid_until))


def type_icon(key: str, size: int = 52) -> ft.Control:
    kind = theme.type_look(key)
    is_dark = current_app().look.is_dark
    return ft.Container(
        width=size,
        height=size,
        border_radius=theme.RADIUS_FIELD,
        alignment=ft.Alignment.CENTER,
        bgcolor=kind.tint_dark if is_dark else kind.tint,
        content=glyph(kind.icon, size=size * 0.52, color=kind.ink_dark if is_dark else kind.ink),
    )


def masked(number: str, hide: bool) -> str:
    """Keep enough of a number to recognise it by: the first and the last two characters."""
    return f"{number[:2]}•••••{number[-2:]}" if hide and len(number) > 6 else number


def about(licence: Licence) -> str:
    """What tells this paper from others of its type: whose it is, or, of one's own, what it allows."""
    kind = BY_KEY.get(licence.type)
    is_own = kind is not None and kind.holder_is_person
    return licence.activity if is_own and licence.activity else licence.holder_name


def licence_card(licence: Licence, now: datetime, *, hide: bool, is_selected: bool = False) -> ft.Control:
    """One licence; a tap opens it."""
    app = current_app()
    title = type_name(licence.type)
    number = masked(licence.number, hide)
    subtitle = number if hide else f"{number} · {about(licence)}"
    lines = 4 if has_large_text() else 2
    content = card(
        ft.Column(
            spacing=12,
            controls=[
                ft.Row(
                    spacing=14,
                    vertical_alignment=ft.CrossAxisAlignment.START,
                    controls=[
                        type_icon(licence.type),
                        ft.Column(
                            expand=True,
                            spacing=2,
                            controls=[
                                text(title, Style.TITLE_MEDIUM, lines=lines),
                                text(subtitle, Style.BODY_MEDIUM, quiet=True, lines=lines),
                            ],
                        ),
                        glyph(ft.Icons.CHEVRON_RIGHT, color=app.look.text_quiet),
                    ],
                ),
                ft.Row(
                    wrap=True,
                    spacing=10,
                    run_spacing=4,
                    vertical_alignment=ft.CrossAxisAlignment.CENTER,
                    controls=[
                        status_chip(licence, now),
                        text(when_text(licence, now), Style.BODY_MEDIUM, quiet=True),
                    ],
                ),
            ],
        )
    )
    if is_selected:
        content.border = ft.Border.all(2, app.look.primary)
    label = _spoken(licence, number, now)
    return ft.Container(
        key=f"licence-{licence.id}",
        content=tappable(f"licence.{licence.id}", content, action(app.go, f"/licences/{licence.id}"), label=label),
    )


def _spoken(licence: Licence, number: str, now: datetime) -> str:
    """What a screen reader says of the whole card."""
    return t(
        "licence.spoken",
        type=type_name(licence.type),
        number=number,
        status=t(f"standing.{licence.standing(now)}"),
        when=when_text(licence, now),
    )
