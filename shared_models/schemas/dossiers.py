"""Dossiers on the wire as the citizen sees and sends them (docs/dossiers.md, section 4)."""

from typing import Final

from marshmallow import Schema, fields, validate

from shared_models.dossier import Channel, DeliveryStatus, PaymentStatus, ReturnWay, SyncStatus
from shared_models.schemas.filing import (
    MOST_COMPONENTS,
    BilingualSchema,
    ComponentAnswerSchema,
    FeeLineSchema,
    whole_field,
)
from shared_models.schemas.identity import AgencySchema
from shared_models.schemas.wire import WireTime, choice_field, id_field, page_of, text_field

CITIZEN_ACTIONS: Final = ("withdraw", "answer_supplement", "rate")
LONGEST_REASON: Final = 1_000


class DossierProcedureSchema(Schema):
    code = fields.String(required=True)
    version = fields.String(required=True)
    name = fields.Nested(BilingualSchema, required=True)


class DeadlineSchema(Schema):
    """``standing`` and ``working_days_left`` are of now; ``due_at`` is null while the clock is paused."""

    due_at = WireTime(required=True, allow_none=True)
    due_date = fields.Date(required=True, allow_none=True)
    original_due_date = fields.Date(required=True, allow_none=True)
    standing = fields.String(required=True)
    level = fields.String(required=True)
    paused = fields.Boolean(required=True)
    working_days_left = fields.Integer(required=True, allow_none=True)
    policy = fields.String(required=True)
    intake_due_at = WireTime(required=True, allow_none=True)


class DossierCardSchema(Schema):
    """What a list shows of a dossier."""

    id = id_field("dos", required=True)
    code = fields.String(required=True, allow_none=True)
    reference = fields.String(required=True)
    version = fields.Integer(required=True)
    procedure = fields.Nested(DossierProcedureSchema, required=True)
    status = fields.Integer(required=True)
    status_since = WireTime(required=True)
    payment = choice_field(PaymentStatus, required=True)
    delivery = choice_field(DeliveryStatus, required=True)
    sync = choice_field(SyncStatus, required=True)
    channel = fields.Integer(required=True, validate=validate.OneOf([int(one) for one in Channel]))
    receiving_agency = fields.Nested(AgencySchema, required=True)
    competent_agency = fields.Nested(AgencySchema, required=True)
    received_at = WireTime(required=True)
    changed_at = WireTime(required=True)
    deadline = fields.Nested(DeadlineSchema, required=True)
    waits_for = choice_field(("agency", "supplement", "payment", "nobody"), required=True)


class OwnerNameSchema(Schema):
    name = fields.String(required=True)


class HandlerSchema(Schema):
    name = fields.String(required=True)
    unit = fields.String(required=True)


class ComponentSchema(Schema):
    """One component as it was handed in; ``source``: ``upload`` or where we held it."""

    key = fields.String(required=True)
    name = fields.Nested(BilingualSchema, required=True)
    source = fields.String(required=True)
    label = fields.String(required=True)
    media_type = fields.String(required=True, allow_none=True)
    size = fields.Integer(required=True, allow_none=True)


class AskedItemSchema(Schema):
    component = fields.String(required=True)
    name = fields.Nested(BilingualSchema, required=True)
    reason = fields.String(required=True)


class AsksSchema(Schema):
    """What the citizen is asked for. ``answer_by`` is null for a payment."""

    kind = choice_field(("supplement", "payment"), required=True)
    asked_at = WireTime(required=True)
    answer_by = WireTime(required=True, allow_none=True)
    items = fields.List(fields.Nested(AskedItemSchema), required=True)
    note = fields.String(required=True, allow_none=True)
    amount = fields.Integer(required=True, allow_none=True)


class FeeSchema(Schema):
    amount = fields.Integer(required=True)
    lines = fields.List(fields.Nested(FeeLineSchema), required=True)
    paid_at = WireTime(required=True, allow_none=True)
    receipt_number = fields.String(required=True, allow_none=True)
    refunded_at = WireTime(allow_none=True)


class ResultRefSchema(Schema):
    result_id = fields.String(required=True, allow_none=True)
    licence_id = fields.String(required=True, allow_none=True)
    number = fields.String(required=True, allow_none=True)
    decision = choice_field(("approved", "refused"), required=True)


class ReturnSchema(Schema):
    way = choice_field(ReturnWay, required=True)
    address = fields.String(required=True, allow_none=True)
    carrier = fields.String(required=True, allow_none=True)
    tracking = fields.String(required=True, allow_none=True)


class ApologySchema(Schema):
    at = WireTime(required=True)
    reason = fields.String(required=True)
    old_due_date = fields.Date(required=True)
    new_due_date = fields.Date(required=True)


class RatingSchema(Schema):
    stars = fields.Integer(required=True)
    comment = fields.String(required=True, allow_none=True)
    at = WireTime(required=True)


class TimelineSchema(Schema):
    """One action. ``actor`` is a name, null when the system acted; ``agency`` null for the citizen's own."""

    at = WireTime(required=True)
    action = fields.String(required=True)
    actor = fields.String(required=True, allow_none=True)
    agency = fields.Nested(AgencySchema, required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)
    status = fields.Integer(required=True)


class DossierSchema(DossierCardSchema):
    """A dossier with its timeline, oldest first."""

    owner = fields.Nested(OwnerNameSchema, required=True)
    assisted_by = fields.String(required=True, allow_none=True)
    support_agency = fields.Nested(AgencySchema, required=True, allow_none=True)
    handler = fields.Nested(HandlerSchema, required=True, allow_none=True)
    accepted_at = WireTime(required=True, allow_none=True)
    ended_at = WireTime(required=True, allow_none=True)
    asks = fields.Nested(AsksSchema, required=True, allow_none=True)
    form_id = fields.String(required=True, allow_none=True)
    values = fields.Dict(keys=fields.String(), required=True)
    components = fields.List(fields.Nested(ComponentSchema), required=True)
    fee = fields.Nested(FeeSchema, required=True)
    result = fields.Nested(ResultRefSchema, required=True, allow_none=True)
    return_to = fields.Nested(ReturnSchema, required=True, data_key="return")
    apologies = fields.List(fields.Nested(ApologySchema), required=True)
    slips = fields.List(fields.String(), required=True)
    rating = fields.Nested(RatingSchema, required=True, allow_none=True)
    timeline = fields.List(fields.Nested(TimelineSchema), required=True)


DossierPageSchema = page_of(DossierCardSchema, "DossierPage")


class CitizenActionSchema(Schema):
    """``withdraw {reason?}``, ``answer_supplement {components, values?}``, ``rate {stars, comment?}``."""

    id = id_field("act", required=True)
    action = choice_field(CITIZEN_ACTIONS, required=True)
    reason = text_field(LONGEST_REASON)
    components = fields.List(
        fields.Nested(ComponentAnswerSchema), validate=validate.Length(max=MOST_COMPONENTS, error="field.length")
    )
    values = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True))
    stars = whole_field(1, 5)
    comment = text_field(LONGEST_REASON)


# ---- the public look-up ----


class LookupAskSchema(Schema):
    code = text_field(64, shortest=1, required=True)
    phone_end = fields.String(
        load_default=None, allow_none=True, validate=validate.Regexp(r"[0-9]{4}\Z", error="field.malformed")
    )


class LookupSchema(Schema):
    """Never a name of the owner nor a document; the last three only to who knows the end of the phone number."""

    code = fields.String(required=True)
    status = fields.Integer(required=True)
    agency = fields.Nested(AgencySchema, required=True)
    received_at = WireTime(required=True)
    due_date = fields.Date(required=True, allow_none=True)
    ended_at = WireTime(required=True, allow_none=True)
    procedure = fields.Nested(BilingualSchema, required=True, allow_none=True)
    handler = fields.String(required=True, allow_none=True)
    next = choice_field(("agency", "supplement", "payment", "nobody"), required=True, allow_none=True)
