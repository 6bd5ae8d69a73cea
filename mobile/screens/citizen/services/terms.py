"""How long, how much and by which law; for an abolished procedure why, and what to do instead."""

from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.i18n.names import money, said, span
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, facts, heading, notice_box, text
from mobile.ui.components.buttons import primary_button
from mobile.ui.errors import action

Json = dict[str, Any]


def terms(procedure: Json) -> ft.Control:
    """The facts that decide whether one begins."""
    rows = [
        (t("service.get"), said(procedure["result"]["name"])),
        (t("service.how_long"), span((procedure.get("deadlines") or {}).get("online"))),
        (t("service.how_much"), fees_text((procedure.get("fees") or {}).get("online") or [])),
        (t("service.who"), who(procedure)),
    ]
    return card(facts([(label, value) for label, value in rows if value]))


def fees_text(lines: list[Json]) -> str:
    """The sum, and its lines where there are several."""
    parts = "\n".join(f"{money(line['amount'])}: {said(line['name'])}" for line in lines)
    if any(line.get("when") or line.get("times") for line in lines):
        return parts  # which of them are due hangs on what is asked in the form
    total = money(sum(line["amount"] for line in lines))
    return total if len(lines) < 2 else f"{total}\n{parts}"


def who(procedure: Json) -> str:
    """Who decides, by name."""
    competent = procedure["competent"]
    names = procedure.get("agencies") or {}
    return t("service.commune") if competent == "commune" else str(names.get(competent, competent))


def more(procedure: Json) -> ft.Control:
    """The law, and what nobody has checked yet."""
    lines: list[ft.Control] = [heading(t("service.law"), Style.TITLE_MEDIUM)]
    for basis in procedure.get("legal_basis") or ():
        parts = [basis.get("number"), said(basis.get("title")), said(basis.get("article"))]
        lines.append(text(" · ".join(part for part in parts if part), Style.BODY_MEDIUM, quiet=True))
    lines.append(text(t("service.code", code=procedure["code"]), Style.BODY_MEDIUM, quiet=True))
    if procedure.get("needs_review"):
        lines.append(notice_box(t("service.needs_review"), ft.Icons.INFO_OUTLINE, current_app().look.neutral))
    return ft.Column(spacing=theme.SPACE_S, controls=lines)


def abolished(procedure: Json) -> list[ft.Control]:
    """It is not needed any more: why, and the way that is left."""
    app = current_app()
    replaced = procedure.get("replaced_by")
    named = said((procedure.get("replacement") or {}).get("name"))
    body: list[ft.Control] = [notice_box(t("service.gone"), ft.Icons.BLOCK, app.look.neutral)]
    if summary := said(procedure.get("summary")):
        body.append(text(summary, Style.BODY_LARGE))
    if replaced == "store":
        body.append(text(t("service.gone_store"), Style.BODY_LARGE))
        label, path = t("service.open_wallet"), "/"
    elif replaced:
        body.append(text(t("service.gone_other"), Style.BODY_LARGE))
        label, path = named or t("service.open_other"), f"/services/{replaced}"
    else:
        return [*body, text(t("service.gone_plain"), Style.BODY_LARGE), more(procedure)]
    button = primary_button("service.instead", label, action(app.go, path), icon=ft.Icons.ARROW_FORWARD, expand=True)
    return [*body, ft.Row(controls=[button]), more(procedure)]
