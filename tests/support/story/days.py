"""Letting days pass over a dossier of a running city: what was done to it was done that much earlier.

No clock is touched. Weeks, because a calendar of working days repeats with them; the dossier's own promises move along
as they were made.
"""

import re
from datetime import datetime, timedelta
from typing import Any

from pymongo.database import Database

Rows = Database[dict[str, Any]]
INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
ORDER_KEYS = {"queue", "change"}
TIME_DIGITS = 12
AS_GIVEN = {"_id", "code", "reference", "values", "procedure", "content_sha256"}
"""Names of things and words of people are what they are, whatever day it is."""


def weeks_pass(rows: Rows, dossier_id: str, weeks: int) -> None:
    """As if everything that has happened to this dossier had happened ``weeks`` earlier."""
    ago = timedelta(weeks=weeks)
    for row in (rows.dossiers.find_one({"_id": dossier_id}), *rows.dossier_events.find({"dossier_id": dossier_id})):
        assert row is not None
        collection = rows.dossier_events if "dossier_id" in row else rows.dossiers
        earlier = {name: value if name in AS_GIVEN else _earlier(name, value, ago) for name, value in row.items()}
        if "version" in earlier:
            # Whoever has read it has to read it again: no clock said that a day was over.
            earlier["version"] += 1
        collection.replace_one({"_id": row["_id"]}, earlier)


def _earlier(name: str, value: Any, ago: timedelta) -> Any:
    if isinstance(value, dict):
        return {key: one if key in AS_GIVEN else _earlier(key, one, ago) for key, one in value.items()}
    if isinstance(value, list):
        return [_earlier(name, one, ago) for one in value]
    if isinstance(value, datetime):
        return value - ago
    if isinstance(value, str):
        return _earlier_text(name, value, ago)
    return value


def _earlier_text(name: str, value: str, ago: timedelta) -> str:
    if name in ORDER_KEYS:
        moment = int(value[:TIME_DIGITS], 16) - ago // timedelta(milliseconds=1)
        return f"{moment:0{TIME_DIGITS}x}{value[TIME_DIGITS:]}"
    if INSTANT.fullmatch(value):
        moved = datetime.fromisoformat(value) - ago
        return moved.isoformat().replace("+00:00", "Z")
    if DAY.fullmatch(value):
        return (datetime.fromisoformat(value) - ago).date().isoformat()
    return value
