"""What has to be handed in for a procedure, and what of it this person has already."""

from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.i18n.names import said
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, glyph, heading, text
from mobile.ui.components.licence_card import type_name

Json = dict[str, Any]


def held_of(component: Json) -> str | None:
    """What makes a paper needless, in words: a licence in the wallet by its name, or what VNeID has confirmed."""
    services = current_app().services
    for way in component.get("held_by") or ():
        if way["source"] == "licence":
            now = services.clock.now()
            if any(item.type == way["key"] and item.can_show(now) for item in services.wallet_state.licences):
                return t("service.held.licence", name=type_name(way["key"]))
        elif way["source"] == "person" and services.app_state.user is not None:
            return t("service.held.person")
    return None


def _under(component: Json) -> str:
    """What is to be said of a paper that is not known to be here: the city asks a register first, or it need not be."""
    if any(way["source"] == "registry" for way in component.get("held_by") or ()):
        return t("service.held.registry")
    return "" if component.get("required", True) else t("form.optional")


def needs(procedure: Json) -> ft.Control:
    """The list of papers: ticked what need not be brought, empty circles for the rest."""
    components = procedure["components"]
    if not components:
        return card(_line(t("service.no_papers"), "", is_here=True))
    rows = [
        ft.Container(key=f"need-{item['key']}", content=_component(item))
        for item in sorted(components, key=lambda item: held_of(item) is None)
    ]
    return ft.Column(
        spacing=theme.SPACE_S,
        controls=[
            heading(t("service.needs"), Style.TITLE_LARGE),
            card(ft.Column(spacing=14, controls=list[ft.Control](rows))),
        ],
    )


def _component(component: Json) -> ft.Control:
    held = held_of(component)
    return _line(said(component["name"]), held or _under(component), is_here=held is not None)


def _line(name: str, under: str, *, is_here: bool) -> ft.Control:
    look = current_app().look
    icon = ft.Icons.CHECK_CIRCLE if is_here else ft.Icons.RADIO_BUTTON_UNCHECKED
    color = look.valid.strong if is_here else look.text_quiet
    words: list[ft.Control] = [text(name, Style.BODY_LARGE)]
    if under:
        words.append(text(under, Style.BODY_MEDIUM, color=look.valid.strong if is_here else look.text_quiet))
    return ft.MergeSemantics(
        content=ft.Row(
            spacing=12,
            vertical_alignment=ft.CrossAxisAlignment.START,
            controls=[
                ft.Semantics(label=t("service.have" if is_here else "service.bring"), content=glyph(icon, color=color)),
                ft.Column(expand=True, tight=True, spacing=2, controls=words),
            ],
        )
    )
