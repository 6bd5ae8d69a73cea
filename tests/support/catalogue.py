"""A city with the demonstration's catalogue, and an administrator's draft."""

import copy
import json
from datetime import datetime
from functools import cache
from typing import Any

import pytest

from backend.bootstrap import Container
from scripts.sandbox.seed_data import FOLDER, load
from shared_models.access import Role
from tests.support.api import Cast, Phone

BIRTH = "1.001193"
FOOD = "1.013855"
DRAFT_ID = "1.001193@2026-12-01"
FORM_DRAFT = "birth_registration@2"


Rows = dict[str, list[dict[str, Any]]]
_written: dict[tuple[datetime, frozenset[str]], Rows] = {}


def a_catalogue(container: Container) -> None:
    """Every agency of the demonstration, its procedures, forms and calendar.

    Brought in as `congdan catalogue import` does, once for each moment and city; what that wrote is then written again.
    """
    people, database = container.identity.people, container.database.database
    known = frozenset(row["_id"] for row in people.agencies())
    moment = (container.clock.now(), known)
    if moment in _written:
        for name, rows in _written[moment].items():
            database[name].insert_many(rows)
        return
    before = _rows(container)
    for row in load("agencies"):
        if row["code"] not in known:
            people.put_agency(row["code"], row["name"], is_demo=True, commune_code=row.get("commune"))
    container.catalogue.files.bring_in(FOLDER, "seed")
    added = {name: [row for row in rows if row not in before.get(name, [])] for name, rows in _rows(container).items()}
    replaced = [name for name, rows in before.items() if any(row not in _rows(container)[name] for row in rows)]
    if not replaced:
        _written[moment] = {name: rows for name, rows in added.items() if rows}


def _rows(container: Container) -> Rows:
    database = container.database.database
    names = [name for name in database.list_collection_names() if not name.startswith("system.")]
    return {name: list(database[name].find()) for name in names if name != "migrations"}


@cache
def _seeded(code: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((FOLDER / "procedures" / f"{code}.json").read_text("utf-8"))
    return rows


def a_procedure(code: str = BIRTH, effective_from: str | None = None, **changes: Any) -> dict[str, Any]:
    """The JSON of a seeded procedure's newest version, with another date and other members."""
    data = copy.deepcopy(_seeded(code)[-1])
    data["effective_from"] = effective_from or data["effective_from"]
    data["id"] = f"{code}@{data['effective_from']}"
    return data | changes


def a_draft(administrator: Phone, **changes: Any) -> dict[str, Any]:
    """A saved draft of `DRAFT_ID`."""
    body = {"procedure": a_procedure(effective_from="2026-12-01", **changes), "draft_version": 0}
    answer = administrator.request("PUT", f"/catalogue/drafts/{DRAFT_ID}", body=body)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    found: dict[str, Any] = answer.get_json()
    return found


def a_form(form_id: str = FORM_DRAFT, **changes: Any) -> dict[str, Any]:
    """The JSON of the seeded birth form under another id."""
    key, _, version = form_id.partition("@")
    data: dict[str, Any] = json.loads((FOLDER / "forms" / "birth_registration-1.json").read_text("utf-8"))
    return data | {"id": form_id, "key": key, "version": int(version)} | changes


def what_administrators_begin(administrator: Phone) -> None:
    """`DRAFT_ID`, `FORM_DRAFT`, and office hours of an agency's own."""
    a_draft(administrator)
    saved = administrator.request("PUT", f"/catalogue/forms/{FORM_DRAFT}", body={"form": a_form(), "draft_version": 0})
    assert saved.status_code == 200, saved.get_data(as_text=True)
    sessions = [["08:00", "12:00"], ["13:00", "17:00"]]
    hours = {"sessions": sessions, "needs_review": True}
    assert administrator.request("PUT", "/catalogue/office-hours/H17.08", body=hours).status_code == 200


@pytest.fixture
def city(container: Container) -> Container:
    a_catalogue(container)
    return container


@pytest.fixture
def administrator(city: Container, sign_in: Cast) -> Phone:
    return sign_in.staff(Role.ADMINISTRATOR)
