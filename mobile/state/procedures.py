"""The list of procedures as the phone keeps it, and looking for one without a network."""

from dataclasses import dataclass
from typing import Any

import flet as ft

from mobile.i18n.names import said
from shared_models.text import search_key

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Agency:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class ProcedureCard:
    """One card of `GET /procedures`; `fee` in VND and `deadline` `{unit, amount}` are those of filing online."""

    code: str
    name: Json
    summary: Json
    field: Json
    agency: Agency | None
    level: str
    deadline: Json | None
    fee: int | None
    life_events: tuple[str, ...]
    standing: str

    @classmethod
    def from_json(cls, data: Json) -> "ProcedureCard":
        """Read what the server sent. Raises KeyError or TypeError when it is not a card."""
        agency = data.get("agency")
        return cls(
            code=data["code"],
            name=data["name"],
            summary=data.get("summary") or {},
            field=data.get("field") or {},
            agency=Agency(agency["code"], said(agency.get("name"))) if agency else None,
            level=data["level"],
            deadline=data.get("deadline"),
            fee=data.get("fee"),
            life_events=tuple(data.get("life_events") or ()),
            standing=data["standing"],
        )

    @property
    def field_name(self) -> str:
        return said(self.field.get("name")) if isinstance(self.field, dict) else str(self.field)

    @property
    def is_active(self) -> bool:
        return self.standing == "active"


class CatalogueState(ft.Observable):
    """`fetched_at` is RFC 3339 or None, `error` the code of the last fetch that failed, `communes` names by code."""

    def __init__(self) -> None:
        self.cards: tuple[ProcedureCard, ...] = ()
        self.fetched_at: str | None = None
        self.is_fetching = False
        self.communes: dict[str, str] = {}
        self.error: str | None = None


def found(cards: tuple[ProcedureCard, ...], query: str, words_of: Json) -> list[ProcedureCard]:
    """Those that have every word of the query somewhere, best first; case and diacritics do not matter.

    A name that begins with the query comes first, then names with all words, those first in which the query stands
    early; then the rest. What is abolished is last among its equals. `words_of`: what life events are called.
    """
    wanted = search_key(query)
    ranked = []
    for place, card in enumerate(cards):
        rank = _rank(card, wanted, words_of)
        if rank is not None:
            ranked.append((rank, not card.is_active, _place_in_name(card, wanted), place, card))
    return [card for *_, card in sorted(ranked, key=lambda item: item[:4])]


NOWHERE = 1_000


def _place_in_name(card: ProcedureCard, wanted: str) -> int:
    """How far into a name the query begins: who looks for `khai sinh` rather registers a birth than copies it."""
    places = [search_key(name).find(wanted) for name in card.name.values()]
    return min((place for place in places if place >= 0), default=NOWHERE)


def _rank(card: ProcedureCard, wanted: str, words_of: Json) -> int | None:
    words = wanted.split()
    names = [search_key(name) for name in card.name.values()]
    if card.code == wanted or any(name.startswith(wanted) for name in names):
        return 0
    if any(_has_all(name, words) for name in names):
        return 1
    events = " ".join(words_of.get(key, "") for key in card.life_events)
    agency = card.agency.name if card.agency else ""
    whole = " ".join([*card.name.values(), *card.summary.values(), card.field_name, card.code, agency, events])
    return 2 if _has_all(search_key(whole), words) else None


def _has_all(text: str, words: list[str]) -> bool:
    """Whether each word begins a word of the text: `khai` is not in `khoai`, nor `co` in `toco`."""
    have = text.split()
    return all(any(own.startswith(word) for own in have) for word in words)


def events_in(cards: tuple[ProcedureCard, ...]) -> list[str]:
    """The life events that lead to something that can be done, those with most to do first."""
    counts: dict[str, int] = {}
    for card in cards:
        for event in card.life_events if card.is_active else ():
            counts[event] = counts.get(event, 0) + 1
    return sorted(counts, key=lambda event: -counts[event])


def agencies_in(cards: tuple[ProcedureCard, ...]) -> list[tuple[Agency | None, int]]:
    """Who does what, with how many procedures; None stands for the commune one lives in."""
    counts: dict[Agency | None, int] = {}
    for card in cards:
        if card.is_active:
            counts[card.agency] = counts.get(card.agency, 0) + 1
    return sorted(counts.items(), key=lambda item: (item[0] is not None, item[0].name if item[0] else ""))


def changes(old: Json, new: Json) -> list[tuple[str, Json]]:
    """What is another from one version to the next, as `(what, {old, new})`, for who has begun under the old one.

    `what`: deadline, fee, paper_added, paper_dropped; of papers the names.
    """
    told: list[tuple[str, Json]] = []
    terms = [("deadline", _online(old, "deadlines"), _online(new, "deadlines")), ("fee", _fee(old), _fee(new))]
    told += [(what, {"old": before, "new": after}) for what, before, after in terms if before != after]
    papers = [{item["key"]: item["name"] for item in version["components"]} for version in (old, new)]
    told += [("paper_added", {"new": name}) for key, name in papers[1].items() if key not in papers[0]]
    told += [("paper_dropped", {"old": name}) for key, name in papers[0].items() if key not in papers[1]]
    return told


def _online(version: Json, what: str) -> Any:
    return (version.get(what) or {}).get("online")


def _fee(version: Json) -> int:
    return sum(line["amount"] for line in _online(version, "fees") or [])
