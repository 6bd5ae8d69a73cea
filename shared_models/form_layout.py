"""How a form is laid out: sections of fields with their words, widgets and sources."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from shared_models.bilingual import Bilingual
from shared_models.errors import Invalid
from shared_models.form_field import FieldRule
from shared_models.form_reading import is_bilingual

WIDGETS: Final = ("text", "long_text", "choice", "radio", "date", "switch", "commune", "number")

_SECTION: Final = frozenset({"key", "title", "help", "fields"})
_FIELD: Final = frozenset({"name", "label", "hint", "widget", "options", "prefill"})


@dataclass(frozen=True, slots=True)
class LaidOut:
    """One field as it is shown. ``options``: the words of each choice."""

    name: str
    label: Bilingual
    hint: Bilingual | None
    widget: str
    options: Mapping[str, Bilingual] | None
    prefill: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    title: Bilingual
    help: Bilingual | None
    fields: tuple[LaidOut, ...]


def widgets_of(rule: FieldRule) -> tuple[str, ...]:
    """The widgets that can hold an answer of this kind."""
    if rule.kind == "string" and rule.choices is not None:
        return ("choice", "radio")
    if rule.format in ("date", "partial-date", "commune"):
        return ("date", "text") if rule.format != "commune" else ("commune",)
    by_kind = {"string": ("text", "long_text"), "boolean": ("switch",), "array": ("choice",)}
    return by_kind.get(rule.kind, ("number",))


def read_layout(data: Any, rules: Mapping[str, FieldRule], is_source: Callable[[str], bool]) -> tuple[Section, ...]:
    """The sections, in which every field of the schema stands exactly once.

    Raises:
        Invalid: ``form.invalid`` naming each place under ``layout``.
    """
    faults: dict[str, list[str]] = {}
    if not isinstance(data, list) or not 1 <= len(data) <= 30:
        raise Invalid("form.invalid", {"layout": ["field.malformed"]})
    placed: set[str] = set()
    for place, section in enumerate(data):
        path = f"layout.{place}"
        for inner, code in _section_faults(section):
            faults.setdefault(path + inner, []).append(code)
        if path in faults:
            continue
        for position, row in enumerate(section["fields"]):
            for inner, code in _field_faults(row, rules, placed, is_source):
                faults.setdefault(f"{path}.fields.{position}{inner}", []).append(code)
    for name in rules:
        if name not in placed:
            faults[f"layout.{name}"] = ["form.field_not_laid_out"]
    if faults:
        raise Invalid("form.invalid", faults)
    return tuple(_section(section) for section in data)


def _section_faults(data: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(data, Mapping) or set(data) != _SECTION or not isinstance(data["fields"], list):
        yield "", "field.malformed"
        return
    if not isinstance(data["key"], str) or not data["key"]:
        yield ".key", "field.malformed"
    if not is_bilingual(data["title"]):
        yield ".title", "form.label_missing"
    if data["help"] is not None and not is_bilingual(data["help"]):
        yield ".help", "form.label_missing"


def _field_faults(
    data: Any, rules: Mapping[str, FieldRule], placed: set[str], is_source: Callable[[str], bool]
) -> Iterator[tuple[str, str]]:
    if not isinstance(data, Mapping) or set(data) != _FIELD or not isinstance(data["name"], str):
        yield "", "field.malformed"
        return
    name, rule = data["name"], rules.get(data["name"])
    if rule is None:
        yield ".name", "form.field_unknown"
        return
    if name in placed:
        yield ".name", "form.field_twice"
    placed.add(name)
    if data["widget"] not in widgets_of(rule):
        yield ".widget", "form.widget_does_not_fit"
    if not is_bilingual(data["label"]) or (data["hint"] is not None and not is_bilingual(data["hint"])):
        yield ".label", "form.label_missing"
    if not _names_all(data["options"], rule):
        yield ".options", "form.label_missing"
    sources = data["prefill"]
    if not isinstance(sources, list) or any(not isinstance(one, str) or not is_source(one) for one in sources):
        yield ".prefill", "form.source_unknown"


def _names_all(options: Any, rule: FieldRule) -> bool:
    if rule.choices is None:
        return options is None
    named = isinstance(options, Mapping) and set(options) == set(rule.choices)
    return named and all(is_bilingual(words) for words in options.values())


def _section(data: Mapping[str, Any]) -> Section:
    return Section(
        key=data["key"],
        title=Bilingual.from_json(data["title"]),
        help=Bilingual.from_json(data["help"]) if data["help"] else None,
        fields=tuple(_laid_out(row) for row in data["fields"]),
    )


def _laid_out(data: Mapping[str, Any]) -> LaidOut:
    options = data["options"]
    return LaidOut(
        name=data["name"],
        label=Bilingual.from_json(data["label"]),
        hint=Bilingual.from_json(data["hint"]) if data["hint"] else None,
        widget=data["widget"],
        options=None if options is None else {value: Bilingual.from_json(words) for value, words in options.items()},
        prefill=tuple(data["prefill"]),
    )
