"""A form's answers in words, as they stand on paper."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from shared_models.form import FormDefinition
from shared_models.form_layout import LaidOut

Commune = Callable[[str], str]
"""The name of a commune, by its code."""


def in_words(field: LaidOut, format_: str | None, value: Any, commune: Commune) -> str:
    """One answer: options by their words, dates as 22/11/2026, communes by name."""
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, list):
        return ", ".join(in_words(field, format_, one, commune) for one in value)
    text = str(value)
    if field.options and text in field.options:
        return field.options[text].vi
    if format_ == "commune":
        return commune(text)
    if format_ in {"date", "partial-date"} and len(text) == len("2026-11-22"):
        return day(date.fromisoformat(text))
    return text


def day(value: date) -> str:
    return value.strftime("%d/%m/%Y")


def rows_of(
    form: FormDefinition, values: Mapping[str, Any], names: tuple[str, ...], commune: Commune
) -> list[tuple[str, str]]:
    """Labels and answers of the named fields that were answered, in the order of ``names``."""
    laid_out = {field.name: field for section in form.layout for field in section.fields}
    return [
        (laid_out[name].label.vi, in_words(laid_out[name], form.fields[name].format, values[name], commune))
        for name in names
        if name in laid_out and values.get(name) not in (None, "", [])
    ]
