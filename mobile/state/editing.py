"""What an administrator has on the table: every version, the drafts that are open, and what a draft may name."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import flet as ft

from shared_models.text import search_key

Json = dict[str, Any]
Phase = Literal["saved", "changed", "saving", "refused", "failed", "clash"]
FILTERS = ("current", "drafts", "review", "coming", "abolished", "all")


@dataclass(frozen=True, slots=True)
class EditedVersion:
    """One row of `GET /catalogue/procedures`."""

    id: str
    code: str
    effective_from: date
    is_draft: bool
    is_abolished: bool
    name: Json
    in_force: bool
    needs_review: int
    words: str

    @classmethod
    def from_json(cls, data: Json) -> "EditedVersion":
        """Raises KeyError or ValueError when it is no such row."""
        return cls(
            id=data["id"],
            code=data["code"],
            effective_from=date.fromisoformat(data["effective_from"]),
            is_draft=data["state"] == "draft",
            is_abolished=data["standing"] == "abolished",
            name=data["name"],
            in_force=data["in_force"],
            needs_review=len(data["needs_review"]),
            words=search_key(" ".join([data["code"], *data["name"].values()])),
        )

    def is_coming(self, today: date) -> bool:
        return not self.is_draft and self.effective_from > today

    def fits(self, wanted: str, today: date) -> bool:
        """Whether it belongs under one of `FILTERS`."""
        return {
            "current": self.in_force or self.is_draft or self.is_coming(today),
            "drafts": self.is_draft,
            "review": bool(self.needs_review) and (self.in_force or self.is_draft or self.is_coming(today)),
            "coming": self.is_coming(today),
            "abolished": self.is_abolished,
        }.get(wanted, True)


def found(versions: tuple[EditedVersion, ...], query: str, wanted: str, today: date) -> list[EditedVersion]:
    """Those of a filter that have every word of the query, case and diacritics aside."""
    words = search_key(query).split()
    return [one for one in versions if one.fits(wanted, today) and all(word in one.words for word in words)]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a draft may name, by code or key; names of procedures, fields and forms are `{vi, en}`."""

    agencies: dict[str, str] = field(default_factory=dict)
    procedures: dict[str, Json] = field(default_factory=dict)
    fields: dict[str, Json] = field(default_factory=dict)
    forms: dict[str, Json] = field(default_factory=dict)
    templates: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, data: Json) -> "Terms":
        return cls(
            agencies={row["code"]: row["name"] for row in data["agencies"]},
            procedures={row["code"]: row["name"] for row in data["procedures"]},
            fields={row["key"]: row["name"] for row in data["fields"]},
            forms={row["id"]: row["title"] for row in data["forms"]},
            templates=tuple(data["templates"]),
        )


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """A draft as it is being edited.

    `base`: what is in force before its day, None for a new procedure. `faults`: codes by
    path. `theirs`: what somebody else has saved meanwhile. `turn` rises when fields have to be filled anew, and
    `edits` with every change.
    """

    procedure: Json
    draft_version: int
    saved_at: str
    saved_by: str
    base: Json | None = None
    phase: Phase = "saved"
    faults: dict[str, list[str]] = field(default_factory=dict)
    error: str | None = None
    theirs: Json | None = None
    turn: int = 0
    edits: int = 0

    @property
    def id(self) -> str:
        return str(self.procedure["id"])

    @property
    def is_kept(self) -> bool:
        """Whether the server has all of it."""
        return self.phase == "saved"

    def faults_under(self, path: str) -> dict[str, list[str]]:
        return {name: codes for name, codes in self.faults.items() if name == path or name.startswith(f"{path}.")}


class EditingState(ft.Observable):
    """`drafts` by version id, `forms` by id, `years` of the calendar; a changed dictionary must be a new value.

    `rules_turn` rises when a rule of fees was saved.
    """

    def __init__(self) -> None:
        self.empty()

    def empty(self) -> None:
        self.versions: tuple[EditedVersion, ...] = ()
        self.is_fetching = False
        self.is_loaded = False
        self.error: str | None = None
        self.terms: Terms | None = None
        self.changes: Json | None = None
        self.drafts: dict[str, OpenDraft] = {}
        self.forms: dict[str, Json] = {}
        self.years: dict[int, Json] = {}
        self.rules_turn = 0
