"""The fields that every schema of the HTTP API is made of: ids, times, binary, points and pages.

Messages are dotted codes (``field.*``), never sentences: the phone says them in the user's language.
"""

# ruff: noqa: ARG002, RUF012 - the signatures and class attributes of a field are marshmallow's

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, validate

from shared_models.clock import from_wire, to_wire
from shared_models.ids import is_id

_RFC3339: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})", re.ASCII)
_CODE: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*", re.ASCII)


class WireTime(fields.Field[datetime]):
    """An aware moment as RFC 3339; written in UTC with ``Z`` and whole seconds."""

    default_error_messages: dict[str, str | list[Any] | dict[Any, Any]] = {"invalid": "field.time_malformed"}

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else to_wire(value)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> datetime:
        if not isinstance(value, str) or _RFC3339.fullmatch(value) is None:
            raise self.make_error("invalid")
        try:
            return from_wire(value)
        except (ValueError, OverflowError) as malformed:
            raise self.make_error("invalid") from malformed


class Binary(fields.Field[bytes]):
    """Bytes as base64url without padding; ``standard=True`` reads the plain alphabet (RFC 4648 4) with padding too."""

    default_error_messages: dict[str, str | list[Any] | dict[Any, Any]] = {
        "invalid": "field.base64_malformed",
        "length": "field.length",
    }

    def __init__(self, *, size: int | None = None, standard: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._size = size
        self._standard = standard

    def _serialize(self, value: bytes | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else to_base64url(value)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bytes:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        try:
            content = base64.b64decode(value, validate=True) if self._standard else from_base64url(value)
        except (ValueError, binascii.Error) as malformed:
            raise self.make_error("invalid") from malformed
        if self._size is not None and len(content) != self._size:
            raise self.make_error("length")
        return content


def to_base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def from_base64url(text: str) -> bytes:
    """Strict: no padding, no other alphabet, no stray bits (RFC 4648 3.5).

    Raises:
        ValueError: anything but the one text that encodes these bytes.
    """
    content = base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), validate=True)
    if to_base64url(content) != text:
        raise ValueError("not canonical base64url")
    return content


class IdOf:
    """A validator: an id of the given kind."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix

    def __call__(self, value: str) -> None:
        if not is_id(value, self._prefix):
            raise ValidationError("field.id_malformed")


def id_field(prefix: str, **kwargs: Any) -> fields.String:
    return fields.String(validate=IdOf(prefix), **kwargs)


def text_field(longest: int, *, shortest: int = 0, **kwargs: Any) -> fields.String:
    """Text of a bounded number of characters."""
    return fields.String(validate=validate.Length(min=shortest, max=longest, error="field.length"), **kwargs)


def code_field(longest: int = 64, **kwargs: Any) -> fields.String:
    """A dotted code such as ``time.expired``."""
    checks = (
        validate.Length(max=longest, error="field.length"),
        validate.Regexp(_CODE.pattern + r"\Z", error="field.code_malformed"),
    )
    return fields.String(validate=checks, **kwargs)


FIRST_DAY: Final = date(2000, 1, 1)
LAST_DAY: Final = date(2999, 12, 31)
"""Days that a city may ask about: those at the ends of the calendar have no first or last moment in UTC."""


def day_field(**kwargs: Any) -> fields.Date:
    """A day of the city, from `FIRST_DAY` to `LAST_DAY`."""
    bounds = validate.Range(FIRST_DAY, LAST_DAY, error="field.out_of_range")
    return fields.Date(validate=bounds, error_messages={"invalid": "field.date_malformed"}, **kwargs)


def choice_field(choices: Any, **kwargs: Any) -> fields.String:
    """One of the values of a ``StrEnum`` or of a list of texts."""
    return fields.String(
        validate=validate.OneOf([str(choice) for choice in choices], error="field.not_a_choice"), **kwargs
    )


def number_field(lowest: float, highest: float, **kwargs: Any) -> fields.Float:
    """A finite number within bounds."""
    return fields.Float(
        allow_nan=False,
        validate=validate.Range(min=lowest, max=highest, error="field.out_of_range"),
        **kwargs,
    )


class PointSchema(Schema):
    """Where a phone was: WGS 84 degrees, and the radius in metres that it claims."""

    lat = number_field(-90, 90, required=True)
    lon = number_field(-180, 180, required=True)
    accuracy_m = number_field(0, 100_000, required=True)


def page_of(item: type[Schema], name: str) -> type[Schema]:
    """The schema of one page of a list: ``{"items": [...], "next_cursor": str|null}``."""
    return Schema.from_dict(
        {
            "items": fields.List(fields.Nested(item), required=True),
            "next_cursor": fields.String(required=True, allow_none=True),
        },
        name=name,
    )


class PageQuerySchema(Schema):
    """``?cursor=…&limit=…`` of a list."""

    cursor = fields.String(load_default=None, validate=validate.Length(max=200, error="field.length"))
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200, error="field.out_of_range"))
