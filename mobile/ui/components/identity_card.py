"""Who one is: the only surface with gold on it."""

from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.i18n.safe_text import safe
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style
from mobile.ui.errors import action

RINGS = 7


def _line(value: str, style: Style, color: str) -> ft.Text:
    return ft.Text(safe(value), theme_style=style, color=color, max_lines=2, overflow=ft.TextOverflow.ELLIPSIS)


def identity_card(*, hide: bool) -> ft.Control:
    """Name, level and ward; the eye hides what a neighbour should not read."""
    app = current_app()
    look = app.look
    profile = app.services.wallet_state.profile or {}
    user = app.services.app_state.user
    name = str(profile.get("name") or (user.name if user else ""))
    facts = [
        t("identity.level", level=profile["identity_level"]) if profile.get("identity_level") else "",
        commune_text(profile),
    ]
    number = str(profile.get("masked_personal_id") or "")
    shown = t("identity.hidden") if hide else " · ".join(part for part in facts if part)
    words = ft.Column(
        spacing=4,
        controls=[
            _head(hide=hide),
            _line(_initials(name) if hide else name, Style.HEADLINE_MEDIUM, look.identity_text),
            _line(shown, Style.BODY_MEDIUM, look.identity_quiet),
            ft.Container(height=theme.SPACE_S),
            _line(
                t("identity.number", number="••••••••" if hide else number) if number else "",
                Style.BODY_MEDIUM,
                look.identity_quiet,
            ),
        ],
    )
    return ft.Semantics(
        identifier="identity.card",
        container=True,
        content=ft.Container(
            border_radius=22,
            clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
            gradient=ft.LinearGradient(
                begin=ft.Alignment.TOP_LEFT,
                end=ft.Alignment.BOTTOM_RIGHT,
                colors=[look.identity_from, look.identity_to],
            ),
            content=ft.Stack(
                controls=[
                    *_rings(look.identity_gold),
                    ft.Container(padding=ft.Padding(left=22, top=10, right=10, bottom=20), content=words),
                ],
            ),
        ),
    )


def _head(*, hide: bool) -> ft.Control:
    label = _line(t("identity.label"), Style.TITLE_SMALL, current_app().look.identity_gold)
    eye = ft.MergeSemantics(content=ft.Semantics(identifier="identity.eye", content=_eye(hide=hide)))
    return ft.Row(controls=[ft.Container(expand=True, content=label), eye])


def _eye(*, hide: bool) -> ft.Control:
    """Shows or hides what a neighbour should not read."""
    app = current_app()
    return ft.IconButton(
        icon=ft.Icons.VISIBILITY_OFF if hide else ft.Icons.VISIBILITY,
        icon_color=app.look.identity_text,
        tooltip=t("identity.show") if hide else t("identity.hide"),
        on_click=action(app.choices.change_settings, {"hide_details": not hide}),
        width=theme.TOUCH,
        height=theme.TOUCH,
    )


def commune_text(profile: dict[str, Any]) -> str:
    """`phường Hòa Cường`; empty when the profile names none."""
    commune = profile.get("commune") or {}
    return f"{commune.get('kind', '')} {commune.get('name', '')}".strip()


def _rings(color: str) -> list[ft.Control]:
    """Guilloche as on paper documents: quiet circles around one point at the right."""
    rings: list[ft.Control] = []
    for number in range(1, RINGS + 1):
        size = 36 * number
        rings.append(
            ft.Container(
                key=f"ring-{number}",
                width=size,
                height=size,
                right=70 - size / 2,
                top=100 - size / 2,
                border_radius=size / 2,
                border=ft.Border.all(2, ft.Colors.with_opacity(0.16, color)),
            )
        )
    return rings


def _initials(name: str) -> str:
    """`Trần Thị Thu T.` for `Trần Thị Thu Thảo`."""
    words = name.split()
    return " ".join([*words[:-1], f"{words[-1][0]}."]) if len(words) > 1 else name
