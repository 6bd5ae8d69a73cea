"""Members of a JSON document by their paths (`components.0.name.vi`): read, and changed in a copy."""

import re
from collections.abc import Iterator
from typing import Any

from shared_models.text import search_key

Json = dict[str, Any]
LONGEST_KEY = 48


def value_at(data: Any, path: str) -> Any:
    """What stands at a path; None where there is nothing."""
    at = data
    for step in path.split("."):
        if isinstance(at, dict):
            at = at.get(step)
        elif isinstance(at, list) and step.isdigit() and int(step) < len(at):
            at = at[int(step)]
        else:
            return None
    return at


def with_value(data: Any, path: str, value: Any) -> Any:
    """A copy with another value at a path; what is missing on the way becomes an object."""
    step, _, rest = path.partition(".")
    if isinstance(data, list):
        place = int(step)
        inner = with_value(data[place], rest, value) if rest else value
        return [*data[:place], inner, *data[place + 1 :]]
    before = data if isinstance(data, dict) else {}
    return {**before, step: with_value(before.get(step), rest, value) if rest else value}


def without_item(data: Json, path: str) -> Json:
    """A copy without one row of a list; `path` ends with its place."""
    above, _, place = path.rpartition(".")
    rows = list(value_at(data, above))
    del rows[int(place)]
    changed: Json = with_value(data, above, rows)
    return changed


def moved_item(data: Json, path: str, by: int) -> Json:
    """A copy with one row of a list `by` places further; at either end it stays."""
    above, _, place = path.rpartition(".")
    rows = list(value_at(data, above))
    at = int(place)
    to = min(max(at + by, 0), len(rows) - 1)
    rows.insert(to, rows.pop(at))
    changed: Json = with_value(data, above, rows)
    return changed


def own_key(name: str, taken: set[str], fallback: str) -> str:
    """`Giấy chứng sinh` as `giay_chung_sinh`: a key of one's own, by which later versions know the same thing."""
    bare = re.sub(r"[^a-z0-9]+", "_", search_key(name)).strip("_")[:LONGEST_KEY].strip("_")
    stem = bare if bare[:1].isalpha() else fallback
    return next(key for key in _numbered(stem) if key not in taken)


def _numbered(stem: str) -> Iterator[str]:
    yield stem
    number = 2
    while True:
        yield f"{stem}_{number}"
        number += 1


def placed(data: Any, path: str) -> str:
    """A path that names rows by their keys (`components.birth_certificate`) as one by their places."""
    at, steps = data, []
    for step in path.split("."):
        if isinstance(at, list):
            found = [place for place, row in enumerate(at) if str(place) == step or _key_of(row) == step]
            if not found:
                return path
            steps.append(str(found[0]))
            at = at[found[0]]
        else:
            steps.append(step)
            at = at.get(step) if isinstance(at, dict) else None
    return ".".join(steps)


def _key_of(row: Any) -> Any:
    return row.get("key") if isinstance(row, dict) else None
