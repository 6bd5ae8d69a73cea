"""Whom a dossier is given to, and which agency is asked: found by typing a part of a name."""

from collections.abc import Callable
from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, t
from mobile.state.desk_case import Case
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, text
from mobile.ui.components.buttons import link_button
from mobile.ui.components.text_field import text_field
from mobile.ui.errors import action, action_with, safely
from mobile.ui.form.asking import fault_line
from mobile.ui.form.options import option
from mobile.ui.hooks import Failed, Loaded, use_async
from shared_models.text import search_key

Json = dict[str, Any]
Answer = Callable[[str, Any], None]
MOST_SHOWN = 6


@safely
def Colleague(case: Case, doing: str, chosen: Any, codes: list[str], answer: Answer) -> ft.Control:
    """The officers of the agency; oneself first, whoever has the dossier now not at all."""
    found = use_async(current_app().services.desk.colleagues, [])
    holder = (case.raw.get("assigned_to") or {}).get("id")
    everybody = found.value if isinstance(found, Loaded) else []
    people = sorted(
        (one for one in everybody if one["id"] != holder), key=lambda one: (one["id"] != case.officer.id, one["name"])
    )
    rows: list[ft.Control] = [text(t(f"case.field.{doing}.to"), Style.TITLE_MEDIUM), *_fault("to", codes)]
    rows += [
        option(
            f"case.to.{one['id']}",
            _named(one, case),
            action(answer, "to", one["id"]),
            is_chosen=chosen == one["id"],
        )
        for one in people
    ]
    if isinstance(found, Failed):
        rows.append(text(error_text(found.code), quiet=True))
    elif not people:
        rows.append(text(t("case.nobody" if isinstance(found, Loaded) else "case.loading"), quiet=True))
    return _column(rows)


def _named(person: Json, case: Case) -> str:
    duties = ", ".join(t(f"case.duty.{duty}") for duty in person["duties"])
    name = t("case.me", name=person["name"]) if person["id"] == case.officer.id else person["name"]
    return f"{name} · {duties}" if duties else name


@safely
def Agency(chosen: Any, codes: list[str], answer: Answer) -> ft.Control:
    """The city's other agencies."""
    query, set_query = ft.use_state("")
    found = use_async(current_app().services.desk_actions.agencies, [])
    agencies = found.value if isinstance(found, Loaded) else []
    named = next((one["name"] for one in agencies if one["code"] == chosen), None)
    rows: list[ft.Control] = [text(t("case.field.agency"), Style.TITLE_MEDIUM), *_fault("agency", codes)]
    if named:
        again = link_button("case.agency.again", t("form.change"), action(answer, "agency", None))
        rows.append(ft.Row(controls=[ft.Container(expand=True, content=text(named, Style.BODY_LARGE)), again]))
        return _column(rows)
    control = ft.TextField(
        value=query,
        hint_text=t("case.agency_hint"),
        prefix_icon=ft.Icons.SEARCH,
        on_change=action_with(lambda event: set_query(lambda _: event.control.value)),
    )
    rows.append(text_field("case.agency", control))
    matching = agencies_named(agencies, query)
    rows += [
        option(f"case.agency.{one['code']}", one["name"], action(answer, "agency", one["code"]), is_chosen=False)
        for one in matching
    ]
    if isinstance(found, Failed):
        rows.append(text(error_text(found.code), quiet=True))
    elif query and not matching:
        rows.append(text(t("case.agency_none"), Style.BODY_MEDIUM, quiet=True))
    return _column(rows)


def agencies_named(agencies: list[Json], query: str) -> list[Json]:
    """Those whose name has every word of the query; without one the first few."""
    words = search_key(query).split()
    return [one for one in agencies if all(word in search_key(one["name"]) for word in words)][:MOST_SHOWN]


def _fault(name: str, codes: list[str]) -> list[ft.Control]:
    return [fault_line(f"case.{name}", tuple(codes))] if codes else []


def _column(rows: list[ft.Control]) -> ft.Control:
    return ft.Column(spacing=theme.SPACE_S, horizontal_alignment=ft.CrossAxisAlignment.STRETCH, controls=rows)
