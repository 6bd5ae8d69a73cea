"""Scans and inspections on the wire (docs/architecture.md, section 3)."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from shared_models.credential.constants import NONCE_BYTES
from shared_models.inspection import BATCH_LIMIT, CheckState, Outcome, RecordKind, RecordState
from shared_models.schemas.wire import (
    Binary,
    PointSchema,
    WireTime,
    choice_field,
    code_field,
    id_field,
    page_of,
    text_field,
)

_REASONS_LIMIT = 30
_CODE_LIMIT = 8_000
_OUTCOME = r"[A-Z][A-Z_]{2,40}\Z"


class ScanRecordSchema(Schema):
    """One reading of one code. ``outcome`` and ``reasons`` are what the phone showed."""

    kind = choice_field([RecordKind.SCAN], required=True)
    id = id_field("scn", required=True)
    scanned_at = WireTime(required=True)
    outcome = fields.String(required=True, validate=validate.Regexp(_OUTCOME, error="field.not_a_choice"))
    reasons = fields.List(
        code_field(),
        required=True,
        validate=validate.Length(max=_REASONS_LIMIT, error="field.length"),
    )
    carrier = fields.String(
        required=True, allow_none=True, validate=validate.Regexp(r"[A-Za-z]{1,20}\Z", error="field.not_a_choice")
    )
    code = text_field(_CODE_LIMIT, required=True, allow_none=True)
    nonce = Binary(size=NONCE_BYTES, load_default=None, allow_none=True)
    purpose = text_field(200, shortest=1, required=True)
    place = fields.Nested(PointSchema, required=True, allow_none=True)
    status_as_of = WireTime(load_default=None, allow_none=True)


class ChecklistLineSchema(Schema):
    key = code_field(required=True)
    state = choice_field(CheckState, required=True)


class InspectionRecordSchema(Schema):
    """What the officer found at the visit at which ``scan_id`` was read."""

    kind = choice_field([RecordKind.INSPECTION], required=True)
    id = id_field("ins", required=True)
    scan_id = id_field("scn", required=True)
    recorded_at = WireTime(required=True)
    result = choice_field(Outcome, required=True)
    checklist = fields.List(
        fields.Nested(ChecklistLineSchema),
        load_default=list,
        validate=validate.Length(max=50, error="field.length"),
    )
    note = text_field(2_000, load_default="")
    place = fields.Nested(PointSchema, load_default=None, allow_none=True)


RECORD_SCHEMAS: Mapping[str, Schema] = {
    RecordKind.SCAN.value: ScanRecordSchema(),
    RecordKind.INSPECTION.value: InspectionRecordSchema(),
}
"""The schema of each kind of record. Records are loaded one by one, so that a bad one does not hold the others."""


class BatchSchema(Schema):
    records = fields.List(
        fields.Dict(keys=fields.String()),
        required=True,
        validate=validate.Length(min=1, max=BATCH_LIMIT, error="field.length"),
    )


class RecordResultSchema(Schema):
    """``id`` is null only for a record that carried none that can be read."""

    id = fields.String(required=True, allow_none=True)
    state = choice_field(RecordState, required=True)
    code = fields.String()
    errors = fields.Dict(keys=fields.String(), values=fields.Raw())


class BatchAnswerSchema(Schema):
    results = fields.List(fields.Nested(RecordResultSchema), required=True)
    server_time = WireTime(required=True)


class HistoryItemSchema(Schema):
    """One of the inspector's own records. It names the licence but not its holder: whoever needs more looks it up."""

    kind = choice_field(RecordKind, required=True)
    id = fields.String(required=True)
    at = WireTime(required=True)
    received_at = WireTime(required=True)
    outcome = fields.String(required=True)
    licence_id = fields.String(required=True, allow_none=True)
    number = fields.String(required=True, allow_none=True)
    type = fields.String(required=True, allow_none=True)
    scan_id = fields.String(required=True, allow_none=True)
    result = fields.String(required=True, allow_none=True)
    note = fields.String(required=True)
    place = fields.Nested(PointSchema, required=True, allow_none=True)


HistoryPageSchema = page_of(HistoryItemSchema, "InspectionHistoryPage")


def record_id(data: Any) -> str | None:
    """The id of a raw record, if it has a readable one."""
    found = data.get("id") if isinstance(data, Mapping) else None
    return found if isinstance(found, str) and len(found) <= 64 else None
