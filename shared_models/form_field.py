"""One question of a form: what its answer may be (docs/dossiers.md, section 3), and checking an answer."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from shared_models.errors import Invalid
from shared_models.form_pattern import LONGEST_MATCHED, compiled
from shared_models.person import PersonalId, is_tax_code
from shared_models.procedure_parts import Condition
from shared_models.text import nfc

FORMATS: Final = ("date", "personal-id", "phone", "email", "commune", "tax-code", "partial-date")
DAYS: Final = ("past", "future")
LONGEST_TEXT: Final = 5_000
LARGEST: Final = 10**15

_KEYWORDS: Final[Mapping[str, frozenset[str]]] = {
    "string": frozenset({"minLength", "maxLength", "pattern", "enum", "format", "x-day"}),
    "integer": frozenset({"minimum", "maximum"}),
    "number": frozenset({"minimum", "maximum"}),
    "boolean": frozenset({"const"}),
    "array": frozenset({"items", "minItems", "maxItems", "uniqueItems"}),
}
_PHONE: Final = re.compile(r"(?:0|\+84)[35789][0-9]{8}", re.ASCII)
_EMAIL: Final = re.compile(
    r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}\.[A-Za-z0-9-]{1,62}){1,5}", re.ASCII
)
_COMMUNE: Final = re.compile(r"[0-9]{5}", re.ASCII)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_PARTIAL_DATE: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?", re.ASCII)
_UNSEEN: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
"""Signs that nobody sees; a line's end is not among them."""


class AnswerFault(ValueError):
    """One code that says what is wrong with one answer."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code: Final = code


@dataclass(frozen=True, slots=True)
class FieldRule:
    """One property of the schema. ``lowest``, ``highest``: characters, items or the value, by ``kind``."""

    name: str
    kind: str
    lowest: float | None = None
    highest: float | None = None
    choices: tuple[str, ...] | None = None
    pattern: re.Pattern[str] | None = None
    format: str | None = None
    day: str | None = None
    must_be_true: bool = False
    when: Condition | None = None

    @property
    def is_text(self) -> bool:
        return self.kind == "string" and self.choices is None

    def check(self, value: Any, today: date | None) -> Any:
        """The answer in its normal form.

        Raises:
            AnswerFault: what is wrong with it.
        """
        if self.kind == "boolean":
            if not isinstance(value, bool):
                raise AnswerFault("field.malformed")
            if self.must_be_true and not value:
                raise AnswerFault("field.required")
            return value
        if self.kind == "array":
            return self._check_list(value)
        if self.kind == "string":
            return self._check_text(value, today)
        return self._check_number(value)

    def _check_number(self, value: Any) -> int | float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise AnswerFault("field.malformed")
        if isinstance(value, float) and not math.isfinite(value):
            raise AnswerFault("field.malformed")
        if self.kind == "integer" and value != int(value):
            raise AnswerFault("field.malformed")
        self._check_bounds(value, "field.too_small", "field.too_large")
        return int(value) if self.kind == "integer" else value

    def _check_list(self, value: Any) -> list[str]:
        if not isinstance(value, list):
            raise AnswerFault("field.malformed")
        if any(not isinstance(one, str) or one not in (self.choices or ()) for one in value):
            raise AnswerFault("field.not_a_choice")
        if len(set(value)) < len(value):
            raise AnswerFault("field.repeated")
        self._check_bounds(len(value), "field.too_short", "field.too_long")
        return list(value)

    def _check_text(self, value: Any, today: date | None) -> str:
        if not isinstance(value, str):
            raise AnswerFault("field.malformed")
        if self.choices is not None:
            if value not in self.choices:
                raise AnswerFault("field.not_a_choice")
            return value
        text = nfc(value)
        if not text.strip():
            raise AnswerFault("field.required")
        if _UNSEEN.search(text):
            raise AnswerFault("field.malformed")
        self._check_bounds(len(text), "field.too_short", "field.too_long")
        if self.pattern is not None and self.pattern.fullmatch(text) is None:
            raise AnswerFault("field.malformed")
        if self.format is not None:
            check_format(self.format, text, today)
        if self.day is not None and today is not None:
            self._check_day(text, today)
        return text

    def _check_day(self, text: str, today: date) -> None:
        said = today.isoformat()[: len(text)]
        if self.day == "past" and text > said:
            raise AnswerFault("date.in_future")
        if self.day == "future" and text < said:
            raise AnswerFault("date.in_past")

    def _check_bounds(self, size: float, too_low: str, too_high: str) -> None:
        if self.lowest is not None and size < self.lowest:
            raise AnswerFault(too_low)
        if self.highest is not None and size > self.highest:
            raise AnswerFault(too_high)


def check_format(name: str, text: str, today: date | None) -> None:
    """Raises `AnswerFault` with ``field.malformed``, ``date.impossible`` or a ``person.*`` code."""
    if name == "personal-id":
        try:
            # Without a day to compare with, a year of birth may be any.
            PersonalId.parse(text, today or date.max)
        except Invalid as fault:
            raise AnswerFault(fault.code) from fault
    elif name == "date":
        _check_date(text)
    elif name == "partial-date":
        found = _PARTIAL_DATE.fullmatch(text)
        if found is None:
            _check_date(text)
        elif not int(found[1]) or not 1 <= int(found[2] or 1) <= 12:
            raise AnswerFault("date.impossible")
    elif not _SHAPES[name](text):
        raise AnswerFault("field.malformed")


def _check_date(text: str) -> None:
    if _DATE.fullmatch(text) is None:
        raise AnswerFault("field.malformed")
    try:
        date.fromisoformat(text)
    except ValueError as impossible:
        raise AnswerFault("date.impossible") from impossible


_SHAPES: Final = {
    "phone": lambda text: _PHONE.fullmatch(text) is not None,
    "email": lambda text: _EMAIL.fullmatch(text) is not None,
    "commune": lambda text: _COMMUNE.fullmatch(text) is not None,
    "tax-code": is_tax_code,
}


def read_field(name: str, data: Any) -> FieldRule:
    """One property of a schema.

    Raises:
        AnswerFault: ``form.keyword_unknown``, ``.keyword_missing``, ``.keyword_malformed``, ``.pattern_refused``.
    """
    kind = data.get("type") if isinstance(data, Mapping) else None
    if not isinstance(kind, str) or kind not in _KEYWORDS:
        raise AnswerFault("form.keyword_malformed")
    if set(data) - _KEYWORDS[kind] - {"type", "x-when"}:
        raise AnswerFault("form.keyword_unknown")
    read = {"string": _text, "array": _list, "boolean": _switch}.get(kind, _number)
    return FieldRule(name=name, kind=kind, when=_when(data), **read(data))


def _number(data: Mapping[str, Any]) -> dict[str, Any]:
    found = _bounds(data, "minimum", "maximum", -LARGEST, LARGEST)
    # What has no end of its own ends where every reader still counts exactly.
    return {"lowest": -LARGEST, "highest": LARGEST} | {
        name: bound for name, bound in found.items() if bound is not None
    }


def _switch(data: Mapping[str, Any]) -> dict[str, Any]:
    if data.get("const", True) is not True:
        raise AnswerFault("form.keyword_malformed")
    return {"must_be_true": "const" in data}


def _list(data: Mapping[str, Any]) -> dict[str, Any]:
    items = data.get("items")
    if not isinstance(items, Mapping) or set(items) != {"type", "enum"} or items["type"] != "string":
        raise AnswerFault("form.keyword_malformed")
    if data.get("uniqueItems") is not True:
        raise AnswerFault("form.keyword_missing")
    choices = _choices(items["enum"])
    return {"choices": choices, **_bounds(data, "minItems", "maxItems", 0, len(choices))}


def _text(data: Mapping[str, Any]) -> dict[str, Any]:
    if "enum" in data:
        if set(data) - {"type", "enum", "x-when"}:
            raise AnswerFault("form.keyword_unknown")
        return {"choices": _choices(data["enum"])}
    name, day = data.get("format"), data.get("x-day")
    if (name is not None and name not in FORMATS) or (day is not None and day not in DAYS):
        raise AnswerFault("form.keyword_malformed")
    if day is not None and name not in ("date", "partial-date"):
        raise AnswerFault("form.keyword_unknown")
    found = _bounds(data, "minLength", "maxLength", 1, LONGEST_TEXT)
    if name is None and (found["lowest"] is None or found["highest"] is None):
        # An empty text is no answer, and a text without an end is nothing that a form needs.
        raise AnswerFault("form.keyword_missing")
    return {"format": name, "day": day, "pattern": _pattern(data, found["highest"]), **found}


def _pattern(data: Mapping[str, Any], longest: float | None) -> re.Pattern[str] | None:
    if "pattern" not in data:
        return None
    if longest is None or longest > LONGEST_MATCHED or not isinstance(data["pattern"], str):
        raise AnswerFault("form.pattern_refused")
    try:
        return compiled(data["pattern"])
    except ValueError as refused:
        raise AnswerFault("form.pattern_refused") from refused


def _choices(data: Any) -> tuple[str, ...]:
    if not isinstance(data, list) or not 1 <= len(data) <= 200 or len({str(one) for one in data}) < len(data):
        raise AnswerFault("form.keyword_malformed")
    if any(not isinstance(one, str) or not 1 <= len(one) <= 80 for one in data):
        raise AnswerFault("form.keyword_malformed")
    return tuple(data)


def _bounds(data: Mapping[str, Any], low: str, high: str, least: float, most: float) -> dict[str, Any]:
    found = {"lowest": data.get(low), "highest": data.get(high)}
    for bound in found.values():
        is_number = isinstance(bound, int | float) and not isinstance(bound, bool)
        if bound is not None and not (is_number and math.isfinite(bound) and least <= bound <= most):
            raise AnswerFault("form.keyword_malformed")
        if bound is not None and low != "minimum" and not isinstance(bound, int):
            raise AnswerFault("form.keyword_malformed")
    if None not in found.values() and found["lowest"] > found["highest"]:  # type: ignore[operator]
        raise AnswerFault("form.keyword_malformed")
    return found


def _when(data: Mapping[str, Any]) -> Condition | None:
    when = data.get("x-when")
    if when is None and "x-when" not in data:
        return None
    if not isinstance(when, Mapping) or set(when) != {"field", "is"}:
        raise AnswerFault("form.keyword_malformed")
    if not isinstance(when["field"], str) or not isinstance(when["is"], list) or not when["is"]:
        raise AnswerFault("form.keyword_malformed")
    return Condition(when["field"], tuple(when["is"]))
