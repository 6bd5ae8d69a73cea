"""Who is present and where their dossier is handed in: the first step, asked by the same renderer as every form."""

from dataclasses import replace
from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.state.counter import CHANNELS, HERE, Filing
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, heading, text
from mobile.ui.components.buttons import second_button
from mobile.ui.errors import action, safely
from mobile.ui.form.group import Filled, GroupView
from shared_models.procedure_terms import COMMUNE

Json = dict[str, Any]
HINTED = ("commune", "personal_id")
QUESTIONS = ("channel", "personal_id", "full_name", "commune", "place", "place_commune")
SERVER_NAMES = {
    "personal_id": "owner.personal_id",
    "full_name": "owner.full_name",
    "commune": "owner.commune",
    "place": "receiving_agency",
}


def places(filing: Filing) -> list[str]:
    """Where it can be handed in: this desk, agencies by their codes, or another commune."""
    services = current_app().services
    user = services.app_state.user
    own = user.agency_code if user else ""
    receives = services.counter_state.receives or frozenset()
    here = [HERE] if filing.draft.procedure["code"] in receives else []
    return here + [one for one in filing.draft.procedure["receiving"] if one != own]


def who_form(filing: Filing) -> Json:
    """The questions of this step; where there is but one place, it is not asked."""
    offered = places(filing)
    names = {HERE: t("counter.here"), COMMUNE: t("counter.other_commune"), **(filing.draft.procedure["agencies"] or {})}
    asks_place = len(offered) > 1
    properties: Json = {
        "channel": {"type": "string", "enum": list(CHANNELS)},
        "personal_id": {"type": "string", "format": "personal-id"},
        "full_name": {"type": "string", "minLength": 1, "maxLength": 100},
        "commune": {"type": "string", "format": "commune"},
    }
    fields = [
        _field("channel", "radio", options={one: t(f"counter.channel.{one}") for one in CHANNELS}),
        _field("personal_id", "text"),
        _field("full_name", "text"),
        _field("commune", "commune"),
    ]
    if asks_place:
        properties["place"] = {"type": "string", "enum": offered}
        fields.append(_field("place", "radio", options={one: names.get(one, one) for one in offered}))
        when = {"field": "place", "is": [COMMUNE]}
        properties["place_commune"] = {"type": "string", "format": "commune", "x-when": when}
        fields.append(_field("place_commune", "commune"))
    required = ["channel", "personal_id", "full_name", *(["place", "place_commune"] if asks_place else [])]
    schema = {"type": "object", "properties": properties, "required": required}
    return {"schema": schema, "layout": [{"key": "who", "title": "", "help": None, "fields": fields}]}


def _field(name: str, widget: str, **more: Any) -> Json:
    hint = t(f"counter.who.{name}.hint") if name in HINTED else None
    return {"name": name, "label": t(f"counter.who.{name}"), "hint": hint, "widget": widget, **more}


def who_values(filing: Filing) -> Json:
    owner = filing.owner
    given = {
        "channel": filing.channel,
        "personal_id": owner.personal_id,
        "full_name": owner.full_name,
        "commune": owner.commune,
        "place": filing.place,
        "place_commune": filing.draft.commune,
    }
    return {name: value for name, value in given.items() if value}


@safely
def Who(filing: Filing, wrong: dict[str, list[str]]) -> ft.Control:
    """Scan the card, or type what stands on it."""
    app = current_app()
    scans, set_scans = ft.use_state(0)

    async def scan() -> None:
        found = await app.counter.read_code()
        if found is None:
            return
        if await app.counter.take_card(found):
            set_scans(lambda count: count + 1)
        else:
            app.say("counter.no_card")

    async def answer(name: str, value: Any) -> None:
        await answered(name, value)

    form = who_form(filing)
    said = {name: codes for name, theirs in SERVER_NAMES.items() if (codes := filing.draft.faults.get(theirs))}
    filled = Filled(form, who_values(filing), {}, {}, {**wrong, **said}, answer, f"{filing.draft.id}-who-{scans}")
    card_button = second_button("counter.scan", t("counter.scan_card"), action(scan), icon=ft.Icons.QR_CODE_SCANNER)
    return ft.Column(
        spacing=theme.SPACE_L,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[
            heading(t("counter.who"), Style.HEADLINE_SMALL),
            text(t("counter.who_body"), Style.BODY_LARGE, quiet=True),
            card_button,
            GroupView(filled, form["layout"][0], key=f"group-{filing.draft.id}-who-{scans}"),
        ],
    )


async def answered(name: str, value: Any) -> None:
    """One answer; the fault that the server found with it is over."""
    counter = current_app().counter
    filing = counter.filing
    over = SERVER_NAMES.get("place" if name == "place_commune" else name, "")
    faults = {key: codes for key, codes in filing.draft.faults.items() if key != over}
    filing = replace(filing, draft=replace(filing.draft, faults=faults))
    if name == "channel":
        counter.change(replace(filing, channel=value))
    elif name == "place":
        counter.change(filing)
        counter.hand_in_at(value)
    elif name == "place_commune":
        counter.change(filing)
        await counter.at_commune(value)
    else:
        counter.change(filing)
        await counter.identify(filing.owner.with_(name, value or ""))
