"""Delivery of signed results and changes of their status, on the wire (docs/architecture.md, section 3)."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from shared_models.person import is_tax_code
from shared_models.result import HolderKind, LicenceStatus, RefusedState, ResultState, StatusAction
from shared_models.schemas.wire import (
    Binary,
    WireTime,
    choice_field,
    code_field,
    id_field,
    number_field,
    page_of,
    text_field,
)

_DELIVERY_ID = r"[A-Za-z0-9][A-Za-z0-9._:\-]{7,63}\Z"
_SHA256 = r"[0-9a-f]{64}\Z"


def _tax_code(text: str) -> None:
    if not is_tax_code(text):
        raise ValidationError("person.tax_code_malformed")


def _client_id(**kwargs: Any) -> fields.String:
    """An id that the agency's system makes: 8 to 64 letters, digits and ``._:-``."""
    return fields.String(validate=validate.Regexp(_DELIVERY_ID, error="field.id_malformed"), **kwargs)


class HolderSchema(Schema):
    """Whom the result is for. ``personal_id`` names the person whose wallet it goes to (of a business: its owner)."""

    kind = choice_field(HolderKind, required=True)
    name = text_field(200, shortest=1, required=True)
    tax_code = fields.String(load_default=None, allow_none=True, validate=_tax_code)
    personal_id = text_field(20, shortest=1, required=True)


class ResultPlaceSchema(Schema):
    """Where the licence holds. A place without a point is told by its address alone."""

    address = text_field(200, shortest=1, required=True)
    commune_code = fields.String(
        required=True, validate=validate.Regexp(r"[0-9]{5}\Z", error="place.commune_malformed")
    )
    lat = number_field(-90, 90, load_default=None, allow_none=True)
    lon = number_field(-180, 180, load_default=None, allow_none=True)

    @validates_schema
    def both_or_neither(self, data: dict[str, Any], **_options: Any) -> None:
        if (data.get("lat") is None) != (data.get("lon") is None):
            raise ValidationError({"lon": ["place.half_a_point"]})


class ResultDeliverySchema(Schema):
    """A signed result and its data. ``document`` is plain base64 of the PDF, ``valid_until`` null for undated ones."""

    delivery_id = _client_id(required=True)
    type = code_field(required=True)
    number = text_field(60, shortest=1, required=True)
    holder = fields.Nested(HolderSchema, required=True)
    activity = text_field(200, shortest=1, load_default=None, allow_none=True)
    place = fields.Nested(ResultPlaceSchema, load_default=None, allow_none=True)
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(required=True, allow_none=True)
    document = Binary(required=True, standard=True)
    document_sha256 = fields.String(required=True, validate=validate.Regexp(_SHA256, error="field.hash_malformed"))


class ResultDeliveredSchema(Schema):
    id = id_field("res", required=True)
    licence_id = id_field("lic", required=True)
    state = choice_field(ResultState, required=True)
    number = fields.String(required=True)
    paper_text = fields.String(required=True)


class StatusChangeSchema(Schema):
    """A decision (quyết định) to suspend, restore or revoke."""

    change_id = _client_id(required=True)
    action = choice_field(StatusAction, required=True)
    reason = text_field(500, shortest=1, required=True)
    decision_number = text_field(60, shortest=1, required=True)
    decision_date = fields.Date(required=True)


class StatusChangedSchema(Schema):
    id = id_field("res", required=True)
    licence_id = id_field("lic", required=True)
    status = choice_field(LicenceStatus, required=True)
    status_since = WireTime(required=True)


class ResultSchema(Schema):
    """A stored result as its agency sees it. The holder's personal id is not among it."""

    id = id_field("res", required=True)
    licence_id = id_field("lic", required=True, allow_none=True)
    state = choice_field(ResultState, required=True)
    type = fields.String(required=True)
    number = fields.String(required=True)
    holder_name = fields.String(required=True)
    issued_at = WireTime(required=True)
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(required=True, allow_none=True)
    document_sha256 = fields.String(required=True)
    signatures = fields.List(fields.Dict(), required=True)
    status_since = WireTime(required=True)
    paper_text = fields.String(required=True, allow_none=True)


ResultPageSchema = page_of(ResultSchema, "ResultPage")


class RefusedDeliverySchema(Schema):
    """A delivery that was refused: why, and what became of it. What it says of a person is not among it.

    ``code``, ``params`` and ``errors`` are those of the refusal's problem; ``note`` says why it was rejected for good.
    """

    id = id_field("dlv", required=True)
    delivery_id = fields.String(required=True)
    state = choice_field(RefusedState, required=True)
    type = fields.String(required=True)
    number = fields.String(required=True)
    code = fields.String(required=True)
    params = fields.Dict(keys=fields.String(), required=True)
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()), required=True)
    tries = fields.Integer(required=True)
    first_at = WireTime(required=True)
    last_at = WireTime(required=True)
    closed_at = WireTime(required=True, allow_none=True)
    expires_at = WireTime(required=True)
    document_sha256 = fields.String(required=True)
    result_id = id_field("res", required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)


RefusedPageSchema = page_of(RefusedDeliverySchema, "RefusedPage")
