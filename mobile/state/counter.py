"""Filing for somebody who is present: who they are, their dossier so far, and what became of it. Memory only.

The dossier is a `Draft` like a citizen's own, so that its form is asked and checked by the same code; nothing of it is
ever written to the machine.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import flet as ft

from mobile.state.card_text import CardText
from mobile.state.desk import DeskRow
from mobile.state.draft import Draft
from mobile.state.steps import contact_form, missing_papers, steps, to_bring, unfinished
from shared_models.dossier_code import DOSSIER_CODE, parse_dossier_code
from shared_models.errors import Invalid
from shared_models.person import PersonalId, clean_name

Json = dict[str, Any]
WHO = "who"
CHANNELS = ("direct", "post")
HERE = "here"
OF_PERSON = {
    "person.full_name": "full_name",
    "person.personal_id": "personal_id",
    "person.birth_date": "birth_date",
    "person.gender": "sex",
    "person.commune": "commune",
}
"""What the officer has seen of a person answers the fields that name these sources."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Who is present, as typed or as their card says; `commune` is where they live by their card."""

    personal_id: str = ""
    full_name: str = ""
    commune: str = ""
    birth_date: str | None = None
    sex: str | None = None
    address: str = ""

    def of_card(self, card: CardText) -> "Owner":
        return replace(
            self,
            personal_id=card.personal_id,
            full_name=card.full_name,
            birth_date=card.birth_date,
            sex=card.sex,
            address=card.address,
        )

    def with_(self, name: str, value: str) -> "Owner":
        """Another answer; what a card said of somebody else is not kept beside a number that was typed anew."""
        changed = replace(self, **{name: value})
        if name == "personal_id" and value != self.personal_id:
            return replace(changed, birth_date=None, sex=None, address="")
        return changed

    def faults(self, today: date) -> dict[str, list[str]]:
        """What cannot be, by the names that the server uses."""
        found: dict[str, list[str]] = {}
        for name, check in (("personal_id", lambda text: PersonalId.parse(text, today)), ("full_name", clean_name)):
            value = getattr(self, name)
            try:
                if value:
                    check(value)
                else:
                    found[f"owner.{name}"] = ["field.required"]
            except Invalid as fault:
                found[f"owner.{name}"] = [fault.code]
        return found

    def to_json(self) -> Json:
        named = {"personal_id": self.personal_id, "full_name": self.full_name}
        return {**named, "commune": self.commune} if self.commune else named


@dataclass(frozen=True, slots=True)
class Goes:
    """Where the dossier would go, each a name; `support` is one's own agency where another one receives."""

    receiving: str
    receiving_code: str
    competent: str
    support: str | None
    is_known: bool

    @classmethod
    def from_json(cls, data: Json) -> "Goes":
        support = data.get("support_agency")
        return cls(
            receiving=data["receiving_agency"]["name"],
            receiving_code=data["receiving_agency"]["code"],
            competent=data["competent_agency"]["name"],
            support=support["name"] if support else None,
            is_known=bool(data["owner_known"]),
        )


@dataclass(frozen=True, slots=True)
class Filing:
    """One that is not sent yet. `goes` is None until it is known who is meant.

    `place`: where it is handed in: `here`, an agency's code, or `commune` for the committee of another one.
    """

    draft: Draft
    owner: Owner = field(default_factory=Owner)
    channel: str = "direct"
    place: str = HERE
    goes: Goes | None = None

    @property
    def step(self) -> str:
        return self.draft.step if self.goes is not None and self.draft.step in self.steps else WHO

    @property
    def steps(self) -> list[str]:
        return [WHO, *steps(self.draft)]

    def at(self, step: str) -> "Filing":
        return replace(self, draft=replace(self.draft, step=step))

    def neighbour(self, by: int) -> str | None:
        place = self.steps.index(self.step) + by
        return self.steps[place] if 0 <= place < len(self.steps) else None

    def prepared(self, preparation: Json, at: str) -> "Filing":
        """With what the city knows, and after it what the officer has seen of the person."""
        draft = self.draft.prepared(preparation, at)
        draft = replace(draft, agency=preparation["receiving_agency"]["code"], faults={}, error=None)
        for name, value in seen_answers(draft, self.owner).items():
            if name not in draft.values:
                draft = draft.answered(name, value)
        return replace(self, draft=draft, goes=Goes.from_json(preparation))

    def of_somebody_else(self, owner: Owner) -> "Filing":
        """Another person: nothing that was known or typed of the one before may stand in their form."""
        if owner.personal_id == self.owner.personal_id:
            return replace(self, owner=owner)
        bare = replace(self.draft, values={}, origins={}, known={}, held={}, faults={}, error=None, phone="", email="")
        return replace(
            self,
            owner=owner,
            draft=replace(bare, address="", prepared_at=None, fee_rules=[], fee_unasked=[]),
            goes=None,
        )

    def missing_papers(self) -> list[str]:
        """Keys of papers to scan. What a register may have of somebody new is asked for when the dossier is sent."""
        asked = {item["key"] for item in to_bring(self.draft) if self.is_looked_up_later(item)}
        asked -= {*self.draft.files, *(name.removeprefix("components.") for name in self.draft.faults)}
        return [key for key in missing_papers(self.draft) if key not in asked]

    def is_looked_up_later(self, component: Json) -> bool:
        is_known = self.goes is not None and self.goes.is_known
        return not is_known and any(way["source"] == "registry" for way in component.get("held_by") or ())

    def contact(self, words: Mapping[str, str]) -> Json:
        """The last questions; where it goes is said with who is present."""
        return contact_form(self.draft, words, asks_place=False)

    def unfinished(self, contact: Json, today: date) -> str | None:
        """The first step that still lacks something."""
        if self.goes is None or self.owner.faults(today):
            return WHO
        return unfinished(self.draft, contact, self.missing_papers(), today)

    def request(self) -> Json:
        """The body of `POST /desk/dossiers`."""
        return {**self.draft.request(), "owner": self.owner.to_json(), "channel": self.channel}

    @property
    def holds_something(self) -> bool:
        """Whether leaving would lose what somebody typed or scanned."""
        return bool(self.owner.personal_id or self.owner.full_name or self.draft.values or self.draft.files)


class CounterState(ft.Observable):
    """`filed` is the dossier that was sent last, as the desk sees it; `today` what this counter received, newest first.

    `receives`: codes of the procedures that this desk takes in, None before they are known. `found`: what a look-up by
    code found: a card of the desk, or what anybody may know of another agency's (`public`).
    """

    def __init__(self) -> None:
        self.empty()

    def empty(self) -> None:
        """Nothing of anybody stays behind a closed door."""
        self.filing: Filing | None = None
        self.filed: Json | None = None
        self.is_sending = False
        self.is_preparing = False
        self.today: tuple[DeskRow, ...] | None = None
        self.today_error: str | None = None
        self.receives: frozenset[str] | None = None
        self.found: DeskRow | None = None
        self.public: Json | None = None


def seen_answers(draft: Draft, owner: Owner) -> Json:
    """What the officer has seen of the person, for the fields that ask for it of the person themselves."""
    if draft.form is None:
        return {}
    found: Json = {}
    for group in draft.form["layout"]:
        for asked in group["fields"]:
            of_person = (getattr(owner, OF_PERSON[one]) for one in asked.get("prefill") or () if one in OF_PERSON)
            if value := next((one for one in of_person if one), None):
                found[asked["name"]] = value
    return found


def next_step(filed: Json) -> str:
    """What the desk does next with what was filed: `print`, `pay`, `accept`, or `wait` for another agency."""
    if filed["code"]:
        return "print"
    may = filed["may"]
    if "accept" in may:
        return "accept"
    return "pay" if "record_payment" in may and filed["payment"] == "due" else "wait"


def code_in(text: str) -> str | None:
    """The dossier code in what was typed, or in the text of a slip's code; None without one."""
    found = DOSSIER_CODE.search(text.strip().upper())
    if found is None:
        return None
    try:
        parse_dossier_code(found.group())
    except Invalid:
        return None
    return found.group()
