"""What a form asks, given what has been answered: the logic behind `ui/form` (docs/dossiers.md, section 3)."""

from datetime import date
from typing import Any

from shared_models.form_field import AnswerFault, read_field
from shared_models.procedure_parts import Condition

Json = dict[str, Any]


def asked(form: Json, values: Json) -> set[str]:
    """The fields that are asked now: those without a condition, and those whose condition holds."""
    return {name for name in form["schema"]["properties"] if is_asked(form, values, name)}


def is_asked(form: Json, values: Json, name: str, above: frozenset[str] = frozenset()) -> bool:
    """A field whose condition names a field that is itself not asked is not asked either."""
    when = Condition.from_json(form["schema"]["properties"][name].get("x-when"))
    if when is None:
        return True
    if when.field in above or not is_asked(form, values, when.field, above | {name}):
        return False
    return when.holds(values)


def on_the_wire(form: Json | None, values: Json) -> Json:
    """The answers that are asked for; what was answered before its condition fell away stays on the phone."""
    if form is None:
        return {}
    wanted = asked(form, values)
    return {name: value for name, value in values.items() if name in wanted}


def faults(form: Json, values: Json, today: date) -> dict[str, list[str]]:
    """Codes by field, as the server would find them."""
    found = {}
    for name in asked(form, values):
        if name in values:
            code = _code_of(form, name, values[name], today)
        else:
            code = "field.required" if is_required(form, name) else None
        if code is not None:
            found[name] = [code]
    return found


def _code_of(form: Json, name: str, value: Any, today: date) -> str | None:
    try:
        read_field(name, property_of(form, name)).check(value, today)
    except AnswerFault as fault:
        return fault.code
    return None


def groups(form: Json | None, values: Json) -> list[Json]:
    """The groups of the layout that ask anything now."""
    if form is None:
        return []
    wanted = asked(form, values)
    return [group for group in form["layout"] if any(field["name"] in wanted for field in group["fields"])]


def fields_of(form: Json, group: Json, values: Json) -> list[Json]:
    wanted = asked(form, values)
    return [field for field in group["fields"] if field["name"] in wanted]


def first_faulty(form: Json | None, values: Json, today: date) -> str | None:
    """The key of the first group with something missing or wrong; None when all can go."""
    if form is None:
        return None
    wrong = faults(form, values, today)
    for group in groups(form, values):
        if any(field["name"] in wrong for field in group["fields"]):
            return str(group["key"])
    return None


def group_of(form: Json | None, name: str) -> str | None:
    """The key of the group that asks a field; the server names fields `values.<name>`."""
    bare = name.removeprefix("values.")
    for group in form["layout"] if form else []:
        if any(field["name"] == bare for field in group["fields"]):
            return str(group["key"])
    return None


def property_of(form: Json, name: str) -> Json:
    found: Json = form["schema"]["properties"][name]
    return found


def is_required(form: Json, name: str) -> bool:
    return name in form["schema"].get("required", ())


def typed_date(text: str, *, partial: bool) -> str:
    """ISO 8601 of what was typed (`5/3/2026`; with `partial` also `3/2026` and `2026`), else the text as it is."""
    parts = text.replace("-", "/").replace(".", "/").split("/")
    if not all(part.isascii() and part.isdigit() for part in parts) or len(parts[-1]) != 4:
        return text
    numbers = [int(part) for part in parts]
    try:
        if len(numbers) == 3:
            return date(numbers[2], numbers[1], numbers[0]).isoformat()
        if partial and len(numbers) == 2 and 1 <= numbers[0] <= 12:
            return f"{numbers[1]:04d}-{numbers[0]:02d}"
    except ValueError:
        return text
    return parts[0] if partial and len(numbers) == 1 else text


def date_to_type(value: str) -> str:
    """The other way: `2026-03-05` as `05/03/2026`, `2026-03` as `03/2026`; anything else as it is."""
    parts = value.split("-")
    is_iso = len(parts) in {2, 3} and len(parts[0]) == 4 and all(part.isdigit() for part in parts)
    return "/".join(reversed(parts)) if is_iso else value
