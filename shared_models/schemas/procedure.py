"""A procedure as data: the shape that files, drafts and the API share (docs/dossiers.md, section 2)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, validate

from shared_models.credential.types import BY_KEY
from shared_models.deadline import SupplementPolicy, TimeUnit
from shared_models.procedure_terms import (
    ACCEPTED_FILES,
    AGENCY_PATTERN,
    CODE_PATTERN,
    COMMUNE,
    FORM_ID_PATTERN,
    KEY_PATTERN,
    LIFE_EVENTS,
    MOST_BYTES,
    STORE,
    HeldSource,
    Level,
    PayAt,
    ProcedureKind,
    ProcedureStanding,
    ResultKind,
    ReturnWays,
    VersionState,
)
from shared_models.schemas.wire import choice_field, number_field, text_field

MOST_AMOUNT: Final = 1_000_000_000
"""VND of one line of a fee."""


def matching(pattern: str, **kwargs: Any) -> fields.String:
    """A text of exactly this pattern."""
    return fields.String(validate=validate.Regexp(rf"(?:{pattern})\Z", error="field.malformed"), **kwargs)


def whole(lowest: int, highest: int, **kwargs: Any) -> fields.Integer:
    """An integer within bounds; no text and no ``true`` for it."""
    checks = validate.Range(min=lowest, max=highest, error="field.out_of_range")
    return fields.Integer(strict=True, validate=checks, **kwargs)


def bounded(inner: Any, most: int, *, least: int = 0, **kwargs: Any) -> "fields.List[Any]":
    """A list of ``least`` to ``most``."""
    return fields.List(inner, validate=validate.Length(min=least, max=most, error="field.length"), **kwargs)


def is_day(text: str) -> None:
    """A validator: a day that the calendar has."""
    try:
        if date.fromisoformat(text).isoformat() != text:
            raise ValidationError("field.date_malformed")
    except ValueError as malformed:
        raise ValidationError("field.date_malformed") from malformed


class CatalogueTextSchema(Schema):
    vi = text_field(2_000, shortest=1, required=True)
    en = text_field(2_000, shortest=1, required=True)


class CataloguedFieldSchema(Schema):
    """Lĩnh vực."""

    key = matching(KEY_PATTERN, required=True)
    name = fields.Nested(CatalogueTextSchema, required=True)


class LinkedPartSchema(Schema):
    """One agency's part of an interlinked procedure (liên thông)."""

    agency = matching(f"{COMMUNE}|{AGENCY_PATTERN}", required=True)
    part = fields.Nested(CatalogueTextSchema, required=True)
    lead = fields.Boolean(required=True)


class ProcedureDeadlineSchema(Schema):
    unit = choice_field(TimeUnit, required=True)
    amount = number_field(0, 1_000, required=True)


class ProcedureDeadlinesSchema(Schema):
    direct = fields.Nested(ProcedureDeadlineSchema, required=True)
    online = fields.Nested(ProcedureDeadlineSchema, required=True)


class ProcedureSupplementSchema(Schema):
    policy = choice_field(SupplementPolicy, required=True)
    answer_within_days = whole(1, 365, required=True)
    max_notices = whole(1, 1, required=True)


class ProcedureConditionSchema(Schema):
    """What the form's answer must be."""

    field = matching(KEY_PATTERN, required=True)
    is_ = bounded(fields.Raw(), 30, least=1, required=True, data_key="is", attribute="is")


class ProcedureFeeLineSchema(Schema):
    """``when``: due only with that answer. ``times``: the form's number that multiplies it (copies)."""

    key = matching(KEY_PATTERN, required=True)
    name = fields.Nested(CatalogueTextSchema, required=True)
    amount = whole(0, MOST_AMOUNT, required=True)
    when = fields.Nested(ProcedureConditionSchema, load_default=None, allow_none=True)
    times = matching(KEY_PATTERN, load_default=None, allow_none=True)


class ProcedureFeesSchema(Schema):
    direct = bounded(fields.Nested(ProcedureFeeLineSchema), 20, required=True)
    online = bounded(fields.Nested(ProcedureFeeLineSchema), 20, required=True)


class HeldBySchema(Schema):
    source = choice_field(HeldSource, required=True)
    key = matching(rf"{KEY_PATTERN}(?:\.{KEY_PATTERN})?|{CODE_PATTERN}", required=True)


class ProcedureComponentSchema(Schema):
    """Thành phần hồ sơ. ``original`` and ``copy`` count papers at a counter."""

    key = matching(KEY_PATTERN, required=True)
    name = fields.Nested(CatalogueTextSchema, required=True)
    required = fields.Boolean(required=True)
    original = whole(0, 20, required=True)
    copy = whole(0, 20, required=True)
    accepts = bounded(choice_field(ACCEPTED_FILES), 3, least=1, required=True)
    max_bytes = whole(1_024, MOST_BYTES, required=True)
    held_by = bounded(fields.Nested(HeldBySchema), 10, required=True)
    legal_basis = text_field(300, required=True, allow_none=True)


class ProcedureResultSchema(Schema):
    kind = choice_field(ResultKind, required=True)
    licence_type = choice_field(BY_KEY, required=True, allow_none=True)
    name = fields.Nested(CatalogueTextSchema, required=True)
    template = matching(KEY_PATTERN, required=True)
    ways = bounded(choice_field(ReturnWays), 3, least=1, required=True)


class LegalBasisSchema(Schema):
    number = text_field(80, shortest=1, required=True)
    title = text_field(300, required=True)
    article = text_field(120, required=True)


class ReplacedCaseSchema(Schema):
    """A case that this procedure was for and no longer is: who comes with it is shown the way."""

    key = matching(KEY_PATTERN, required=True)
    name = fields.Nested(CatalogueTextSchema, required=True)
    replaced_by = matching(f"{STORE}|{CODE_PATTERN}", required=True)


class ProcedureSchema(Schema):
    """One version of one procedure."""

    id = fields.String(required=True)
    code = matching(CODE_PATTERN, required=True)
    effective_from = fields.String(required=True, validate=is_day)
    state = choice_field(VersionState, required=True)
    kind = choice_field(ProcedureKind, required=True)
    standing = choice_field(ProcedureStanding, required=True)
    replaced_by = matching(f"{STORE}|{CODE_PATTERN}", required=True, allow_none=True)
    replaced_cases = bounded(fields.Nested(ReplacedCaseSchema), 10, load_default=list)
    name = fields.Nested(CatalogueTextSchema, required=True)
    summary = fields.Nested(CatalogueTextSchema, required=True)
    field = fields.Nested(CataloguedFieldSchema, required=True)
    life_events = bounded(choice_field(LIFE_EVENTS), 10, required=True)
    competent = matching(f"{COMMUNE}|{AGENCY_PATTERN}", required=True)
    receiving = bounded(matching(f"{COMMUNE}|{AGENCY_PATTERN}"), 20, least=1, required=True)
    non_territorial = fields.Boolean(required=True)
    interlinked = bounded(fields.Nested(LinkedPartSchema), 10, required=True)
    level = choice_field(Level, required=True)
    level_reason = fields.Nested(CatalogueTextSchema, required=True, allow_none=True)
    legacy_level = whole(1, 4, required=True, allow_none=True)
    deadlines = fields.Nested(ProcedureDeadlinesSchema, required=True)
    supplement = fields.Nested(ProcedureSupplementSchema, required=True)
    max_reappointments = whole(0, 5, required=True)
    fees = fields.Nested(ProcedureFeesSchema, required=True)
    pay_at = choice_field(PayAt, required=True)
    components = bounded(fields.Nested(ProcedureComponentSchema), 40, required=True)
    form = matching(FORM_ID_PATTERN, required=True, allow_none=True)
    result = fields.Nested(ProcedureResultSchema, required=True)
    legal_basis = bounded(fields.Nested(LegalBasisSchema), 30, required=True)
    needs_review = bounded(text_field(120, shortest=1), 60, required=True)


def flat_errors(messages: Any, path: str = "") -> dict[str, list[str]]:
    """Marshmallow's tree of messages as ``{"components.0.key": ["field.malformed"]}``."""
    if isinstance(messages, Mapping):
        found: dict[str, list[str]] = {}
        for name, inner in messages.items():
            found |= flat_errors(inner, path if name == "_schema" else f"{path}.{name}" if path else str(name))
        return found
    codes = messages if isinstance(messages, Sequence) and not isinstance(messages, str) else [messages]
    return {path or "_": [_code(str(code)) for code in codes]}


def _code(message: str) -> str:
    """The library's own sentences as codes, wherever a field has none."""
    return _LIBRARY.get(message, message if message.startswith(("field.", "person.", "date.")) else "field.malformed")


_LIBRARY: Final = {
    "Missing data for required field.": "field.required",
    "Unknown field.": "field.unknown",
    "Field may not be null.": "field.null",
}
