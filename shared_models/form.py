"""A form as data (biểu mẫu điện tử tương tác; docs/dossiers.md, section 3).

A strict part of JSON Schema 2020-12, how it is laid out, and where each answer may come from without being typed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, ClassVar, Final

from marshmallow import RAISE, Schema, ValidationError, fields, validates_schema

from shared_models.bilingual import Bilingual
from shared_models.errors import Invalid
from shared_models.form_field import AnswerFault, FieldRule
from shared_models.form_layout import Section
from shared_models.form_source import PREFILL_SOURCES, is_prefill_source, read_form
from shared_models.schemas.procedure import flat_errors

__all__ = ["PREFILL_SOURCES", "AnswersSchema", "FormDefinition", "is_prefill_source"]


class _Answer(fields.Field[Any]):
    """One answer, checked by its rule."""

    def __init__(self, rule: FieldRule, today: date | None, **kwargs: Any) -> None:
        messages: dict[str, Any] = {"required": "field.required", "null": "field.malformed"}
        super().__init__(error_messages=messages, **kwargs)
        self._rule: Final = rule
        self._today: Final = today

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:  # noqa: ARG002
        try:
            return self._rule.check(value, self._today)
        except AnswerFault as fault:
            raise ValidationError(fault.code) from fault


class AnswersSchema(Schema):
    """The answers to one form; made by `FormDefinition.schema`."""

    class Meta:
        unknown = RAISE

    error_messages: dict[str, str] = {"unknown": "field.unknown", "type": "field.malformed"}  # noqa: RUF012 - the library's
    form: ClassVar["FormDefinition"]

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _what_is_asked(self, data: Mapping[str, Any], original: Any, **_kwargs: Any) -> None:
        if not isinstance(original, Mapping):
            return
        asked = self.form.asked(data)
        faults: dict[str, list[str]] = {}
        for name in self.form.fields:
            if name in asked and name in self.form.required and name not in original:
                faults[name] = ["field.required"]
            # Nobody knows whether it is asked while the answer that decides it is wrong itself.
            if name not in asked and name in original and self._is_decided(name, data, original):
                faults[name] = ["field.not_asked"]
        if faults:
            raise ValidationError(faults)

    def _is_decided(self, name: str, data: Mapping[str, Any], original: Mapping[str, Any]) -> bool:
        when = self.form.fields[name].when
        while when is not None:
            if when.field in original and when.field not in data:
                return False
            when = self.form.fields[when.field].when
        return True


@dataclass(frozen=True, slots=True)
class FormDefinition:
    """One version of a form; ``fields`` in the order in which they are asked."""

    id: str
    key: str
    version: int
    title: Bilingual
    fields: Mapping[str, FieldRule]
    required: frozenset[str]
    layout: tuple[Section, ...]
    source: Mapping[str, Any]

    @classmethod
    def from_json(cls, data: Any) -> "FormDefinition":
        """From a file or the API.

        Raises:
            Invalid: ``form.invalid`` naming every member, as `form_source.read_form` does.
        """
        parts = read_form(data)
        return cls(
            id=data["id"],
            key=data["key"],
            version=data["version"],
            title=Bilingual.from_json(data["title"]),
            fields=MappingProxyType(dict(parts.rules)),
            required=parts.required,
            layout=parts.layout,
            source=data,
        )

    def to_json(self) -> dict[str, Any]:
        return dict(self.source)

    def asked(self, values: Mapping[str, Any]) -> frozenset[str]:
        """The fields that these answers make the form ask for."""
        found: set[str] = set()
        for name, rule in self.fields.items():
            if rule.when is None or (rule.when.field in found and rule.when.holds(values)):
                found.add(name)
        return frozenset(found)

    def blank(self) -> dict[str, Any]:
        """Every field without an answer, in order: what a new draft starts with. Send those that are not None."""
        return dict.fromkeys(self.fields)

    def schema(self, today: date | None = None) -> Schema:
        """Loads the answers; unknown fields are refused. ``today`` lets it refuse days and years that have not come."""
        answers: dict[str, Any] = {name: _Answer(rule, today) for name, rule in self.fields.items()}
        made: type[AnswersSchema] = type("Answers", (AnswersSchema,), {**answers, "form": self})
        return made()

    def check(self, values: Any, today: date, under: str = "values") -> dict[str, Any]:
        """The answers in their normal form.

        Raises:
            Invalid: ``form.answers_invalid`` naming each field: ``{"values.child_name": ["field.required"]}``.
        """
        try:
            loaded: dict[str, Any] = self.schema(today).load(values)
        except ValidationError as fault:
            faults = flat_errors(fault.messages)
            named = {under if name in ("_", "_schema") else f"{under}.{name}": codes for name, codes in faults.items()}
            raise Invalid("form.answers_invalid", named) from fault
        return loaded

    def prefill_of(self, name: str) -> tuple[str, ...]:
        """Where the answer may come from, in the order in which to try."""
        return next((one.prefill for section in self.layout for one in section.fields if one.name == name), ())
