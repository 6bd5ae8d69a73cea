"""The demonstration city as data: ``scripts/seed_data/*.json``."""

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "seed_data"


@cache
def load(name: str) -> list[dict[str, Any]]:
    """The rows of one file; not to be changed."""
    rows: list[dict[str, Any]] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return rows


def agency_name(code: str) -> str:
    return next(row["name"] for row in load("agencies") if row["code"] == code)


def issuing_agencies() -> list[str]:
    """Codes of the agencies whose one-stop software delivers results."""
    return [row["agency"] for row in load("machine_clients")]


def deciding_agencies() -> list[str]:
    """Codes of the agencies whose officers decide dossiers in this city's own software."""
    return sorted({row["agency"] for row in load("staff") if "approve" in row.get("duties", [])})
