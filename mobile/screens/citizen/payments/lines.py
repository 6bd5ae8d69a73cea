"""What an order demands: its fees, what an exemption took off them and on whose basis, who asks and for what."""

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.i18n.names import money, said
from mobile.state.payments import Considered, Line, Order
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, chip, facts, has_large_text, text
from mobile.ui.components.buttons import link_button
from mobile.ui.errors import action, safely


@safely
def Demand(order: Order) -> ft.Control:
    """All of it in one card; the rules that were weighed lie folded under it."""
    look = current_app().look
    is_open, set_open = ft.use_state(False)
    parts: list[ft.Control] = [control for line in order.lines for control in _line(line)]
    if any(line.considered for line in order.lines):
        label, icon = ("pay.why_less", ft.Icons.EXPAND_LESS) if is_open else ("pay.why_more", ft.Icons.EXPAND_MORE)
        toggle = link_button("pay.why", t(label), action(set_open, not is_open), icon=icon)
        parts.append(ft.Row(controls=[toggle]))
        if is_open:
            parts.append(text(t("pay.best"), Style.BODY_MEDIUM, quiet=True))
            parts += [_rule(line, rule) for line in order.lines for rule in line.considered]
    parts.append(ft.Divider(height=1, thickness=1, color=look.line))
    rows = [
        (t("pay.for"), said(order.title)),
        (t("dossier.agency"), order.agency),
        (t("dossier.code"), order.reference),
    ]
    parts.append(facts([(label, value) for label, value in rows if value]))
    return ft.Semantics(identifier="pay.demand", container=True, content=card(ft.Column(spacing=12, controls=parts)))


def _line(line: Line) -> list[ft.Control]:
    """The name and what is due; below it, where a rule took something off, what is published."""
    due = text(money(line.due), Style.TITLE_MEDIUM)
    name = text(said(line.name), Style.BODY_LARGE)
    if has_large_text():
        first: ft.Control = ft.Column(spacing=2, controls=[name, due])
    else:
        first = ft.Row(
            vertical_alignment=ft.CrossAxisAlignment.START,
            spacing=theme.SPACE_M,
            controls=[ft.Container(expand=True, content=name), due],
        )
    if line.applied is None or line.due == line.listed:
        return [first]
    less = t("pay.less", listed=money(line.listed), less=money(line.listed - line.due), rule=said(line.applied.name))
    saved = text(less, Style.BODY_MEDIUM, color=current_app().look.valid.strong)
    return [ft.Column(spacing=4, controls=[first, saved])]


def _rule(line: Line, rule: Considered) -> ft.Control:
    """A rule that was weighed: its basis, and what it would have left."""
    look = current_app().look
    is_applied = rule.rule_id == line.rule_id
    lines: list[ft.Control] = [
        text(said(rule.name), Style.TITLE_SMALL),
        text(t("pay.basis", basis=rule.basis), Style.BODY_MEDIUM, quiet=True),
        text(t("pay.would_be", amount=money(rule.due)), Style.BODY_MEDIUM, quiet=True),
    ]
    if is_applied:
        lines.insert(0, ft.Row(controls=[chip(t("pay.applied"), ft.Icons.CHECK_CIRCLE, look.valid)]))
    return ft.Container(
        key=f"rule-{rule.rule_id}",
        padding=ft.Padding.only(left=12),
        border=ft.Border.only(left=ft.BorderSide(3, look.valid.strong if is_applied else look.line)),
        content=ft.Column(spacing=4, controls=lines),
    )
