"""The way through a draft: its form's groups, then papers, then how to get the result, then a last look."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from mobile.state.answers import faults, first_faulty, groups
from mobile.state.draft import PAPERS, REVIEW, WAY, Draft
from shared_models.procedure_terms import COMMUNE

Json = dict[str, Any]
GROUP = "group:"


def steps(draft: Draft) -> list[str]:
    """In order. Papers are no step where all are here already."""
    own = [f"{GROUP}{group['key']}" for group in groups(draft.form, draft.values)]
    papers = [PAPERS] if to_bring(draft) else []
    return [*own, *papers, WAY, REVIEW]


def to_bring(draft: Draft) -> list[Json]:
    """The components that nothing in the city's hands satisfies."""
    return [item for item in draft.procedure["components"] if item["key"] not in draft.held]


def step_now(draft: Draft) -> str:
    all_steps = steps(draft)
    return draft.step if draft.step in all_steps else all_steps[0]


def neighbour(draft: Draft, by: int) -> str | None:
    """The step before (-1) or after (1) the present one; None at either end."""
    all_steps = steps(draft)
    place = all_steps.index(step_now(draft)) + by
    return all_steps[place] if 0 <= place < len(all_steps) else None


def group_in(draft: Draft, step: str) -> Json | None:
    found = (group for group in groups(draft.form, draft.values) if f"{GROUP}{group['key']}" == step)
    return next(found, None)


def missing_papers(draft: Draft) -> list[str]:
    """Keys of required components without a file, and of those whose file was refused."""
    refused = [key for key, file in draft.files.items() if file.state == "refused"]
    wanted = [item["key"] for item in to_bring(draft) if item.get("required", True)]
    return [key for key in wanted if key not in draft.files] + refused


def step_faults(draft: Draft, step: str, contact: Json, today: date) -> dict[str, list[str]]:
    """What is wrong with the answers of a group, or with the last ones (`contact`)."""
    if step == WAY:
        return faults(contact, contact_values(draft, contact), today)
    group = group_in(draft, step)
    names = {field["name"] for field in group["fields"]} if group else set()
    found = faults(draft.form, draft.values, today) if draft.form else {}
    return {name: codes for name, codes in found.items() if name in names}


def contact_values(draft: Draft, contact: Json) -> Json:
    """The answers to the last questions (`contact_form`)."""
    given = {"commune": draft.commune, "receiving_agency": draft.agency, "return_way": draft.way}
    given |= {"return_address": draft.address, "phone": draft.phone, "email": draft.email}
    asked = contact["schema"]["properties"]
    return {name: value for name, value in given.items() if value and name in asked}


def _places(draft: Draft) -> Json:
    """The question where to hand it in: a commune, one of several agencies, or none where there is but one."""
    receiving = draft.procedure["receiving"]
    if COMMUNE in receiving:
        return {"commune": {"type": "string", "format": "commune"}}
    return {"receiving_agency": {"type": "string", "enum": list(receiving)}} if len(receiving) > 1 else {}


def contact_form(draft: Draft, words: Mapping[str, str], *, asks_place: bool = True) -> Json:
    """How to get the result and how to be reached, as a form like any other; `words` are its labels by key.

    `asks_place`: where it is handed in is one of these questions.
    """
    places = _places(draft) if asks_place else {}
    ways = list((draft.procedure.get("result") or {}).get("ways") or ["counter"])

    def field(name: str, widget: str, **more: Any) -> Json:
        return {"name": name, "label": words[name], "hint": words.get(f"{name}.hint"), "widget": widget, **more}

    schema = {
        "type": "object",
        "properties": {
            **places,
            "return_way": {"type": "string", "enum": ways},
            "return_address": {
                "type": "string",
                "minLength": 5,
                "maxLength": 300,
                "x-when": {"field": "return_way", "is": ["post"]},
            },
            "phone": {"type": "string", "format": "phone"},
            "email": {"type": "string", "format": "email"},
        },
        "required": [*places, "return_way", "return_address", "phone"],
    }
    named = {"receiving_agency": draft.procedure.get("agencies") or {}}
    asked = {"commune": "commune", "receiving_agency": "radio"}
    where = [field(name, asked[name], options=named.get(name)) for name in places]
    options = {way: words[f"way.{way}"] for way in ways}
    fields = [
        *where,
        field("return_way", "choice", options=options),
        field("return_address", "long_text"),
        field("phone", "text"),
        field("email", "text"),
    ]
    return {"schema": schema, "layout": [{"key": WAY, "title": words["title"], "help": None, "fields": fields}]}


def unfinished(draft: Draft, contact: Json, missing: Collection[str], today: date) -> str | None:
    """The first step that still lacks something (`missing`: papers); None when all can be sent."""
    if group := first_faulty(draft.form, draft.values, today):
        return f"{GROUP}{group}"
    if missing:
        return PAPERS
    return WAY if step_faults(draft, WAY, contact, today) else None
