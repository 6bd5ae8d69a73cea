"""One dossier on an officer's desk: as the server tells it, with the terms under which it was received. Memory only."""

from dataclasses import dataclass, field
from typing import Any

import flet as ft

from mobile.services.session import User
from mobile.state.dossiers import Dossier

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """`terms` is the procedure's version and `form` its form; empty and None when they could not be read."""

    dossier: Dossier
    terms: Json = field(compare=False)
    form: Json | None = field(compare=False)
    officer: User

    @property
    def raw(self) -> Json:
        return self.dossier.raw

    @property
    def id(self) -> str:
        return self.dossier.id

    @property
    def may(self) -> list[str]:
        return list(self.raw.get("may") or ())

    @property
    def grants_licence(self) -> bool:
        """Whether approving puts a licence into the wallet."""
        return str((self.terms.get("result") or {}).get("kind")) == "licence"

    @property
    def asked_of_us(self) -> list[Json]:
        """The opinions and parts that the officer's own agency still owes."""
        return [
            one
            for one in self.raw.get("opinions") or ()
            if one["answered_at"] is None and one["agency"]["code"] == self.officer.agency_code
        ]

    @property
    def is_mine(self) -> bool:
        return bool((self.raw.get("assigned_to") or {}).get("id") == self.officer.id)

    @property
    def proposed_by_me(self) -> bool:
        return bool(((self.raw.get("proposal") or {}).get("by") or {}).get("id") == self.officer.id)

    @property
    def has_asked(self) -> bool:
        """Whether a supplement was asked for before: as a rule there is one notice only."""
        return any(line.action == "ask_supplement" for line in self.dossier.timeline)

    @property
    def clash(self) -> Json | None:
        """Both versions (`{ours, theirs}`) when the one-stop software's and ours differ."""
        return self.raw.get("clash") if self.raw.get("sync") == "clash" else None


class PaperState(ft.Observable):
    """Which paper is open: `file.<component>`, `slip.<number>`, `result.` or empty.

    `beside_px`: the width that it takes at the right edge of the window; 0 when it lies over everything.
    """

    def __init__(self) -> None:
        self.shown = ""
        self.beside_px = 0


@dataclass(frozen=True, slots=True)
class Doing:
    """An action that was chosen, with what is typed. `codes` by field; `problem` is a code about the whole.

    `is_lost`: it is not known whether it arrived.
    """

    action: str
    typed: Json
    codes: dict[str, list[str]] = field(default_factory=dict)
    problem: str = ""
    is_lost: bool = False
    is_sending: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What has become another while somebody was typing. `lines` are those of the timeline that are new."""

    lines: tuple[Json, ...]
    members: tuple[str, ...]


WATCHED = ("status", "assigned_to", "payment", "delivery", "proposal", "fee", "opinions", "asks")
"""The members of which an officer is told that they have changed; the timeline tells the rest."""


def change_between(before: Case, now: Case) -> Change:
    """What an officer who read `before` has to know of `now`."""
    old, new = before.raw.get("timeline") or [], now.raw.get("timeline") or []
    members = tuple(name for name in WATCHED if before.raw.get(name) != now.raw.get(name))
    return Change(tuple(new[len(old) :]), members)


class CaseState(ft.Observable):
    """The page of one dossier. `following`: the next of the queue, after an action; `error` is of the reading."""

    def __init__(self) -> None:
        self.case: Case | None = None
        self.error = ""
        self.doing: Doing | None = None
        self.change: Change | None = None
        self.following: str | None = None
