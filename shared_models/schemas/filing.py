"""What is sent to file a dossier: uploads, the asking for what we hold already, and the dossier itself."""

from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from shared_models.dossier import ReturnWay
from shared_models.procedure_terms import HeldSource
from shared_models.schemas.fee import FeeRuleSchema
from shared_models.schemas.wire import WireTime, choice_field, id_field, text_field

ORIGINS: Final = ("prefilled", "changed", "typed")
"""Where an answer came from: from us and kept, from us and changed, or typed."""

MOST_COMPONENTS: Final = 60
MOST_VND: Final = 10_000_000_000
_SHA256: Final = r"[0-9a-f]{64}\Z"
_PHONE: Final = r"\+?[0-9]{9,15}\Z"
_EMAIL: Final = r"[^@\s]{1,64}@[^@\s]{1,190}\Z"


def whole_field(least: int, most: int, **kwargs: Any) -> fields.Integer:
    """A whole number within bounds; a text or a fraction is none."""
    return fields.Integer(
        strict=True, validate=validate.Range(min=least, max=most, error="field.out_of_range"), **kwargs
    )


class BilingualSchema(Schema):
    vi = fields.String(required=True)
    en = fields.String(required=True)


class UploadCreateSchema(Schema):
    """A file that will come in pieces: its size in bytes and its SHA-256 in hex."""

    id = id_field("upl", required=True)
    name = text_field(200, shortest=1, required=True)
    size = whole_field(1, 2**31, required=True)
    sha256 = fields.String(required=True, validate=validate.Regexp(_SHA256, error="field.malformed"))


class UploadOffsetSchema(Schema):
    offset = fields.Integer(required=True, validate=validate.Range(min=0, max=2**31, error="field.out_of_range"))


class UploadSchema(Schema):
    id = id_field("upl", required=True)
    name = fields.String(required=True)
    size = fields.Integer(required=True)
    offset = fields.Integer(required=True)
    state = choice_field(("open", "checked", "refused"), required=True)
    media_type = fields.String(required=True, allow_none=True)
    code = fields.String(required=True, allow_none=True)
    expires_at = WireTime(required=True)


class PreparationAskSchema(Schema):
    procedure_code = text_field(64, shortest=1, required=True)
    receiving_agency = text_field(32, shortest=1, load_default=None, allow_none=True)


class HeldSchema(Schema):
    """Something that we hold already and that makes a paper needless."""

    source = choice_field(HeldSource, required=True)
    key = fields.String(required=True)
    id = fields.String(required=True)
    label = fields.String(required=True)
    as_of = WireTime(required=True, allow_none=True)


class PreparedComponentSchema(Schema):
    key = fields.String(required=True)
    held = fields.Nested(HeldSchema, required=True, allow_none=True)


class PreparedValueSchema(Schema):
    value = fields.Raw(required=True)
    source = fields.String(required=True)
    as_of = WireTime(required=True, allow_none=True)


class FeeLineSchema(Schema):
    key = fields.String(required=True)
    name = fields.Nested(BilingualSchema, required=True)
    amount = fields.Integer(required=True)


class PreparationSchema(Schema):
    """What is known before somebody types.

    ``fee_rules`` hold for this person (their ``needs`` are empty); ``fee_unasked``: facts that could make the fee less,
    and whose register did not answer.
    """

    procedure_version = fields.String(required=True)
    form_id = fields.String(required=True, allow_none=True)
    values = fields.Dict(keys=fields.String(), values=fields.Nested(PreparedValueSchema), required=True)
    components = fields.List(fields.Nested(PreparedComponentSchema), required=True)
    fee = fields.Integer(required=True)
    fee_rules = fields.List(fields.Nested(FeeRuleSchema), required=True)
    fee_unasked = fields.List(fields.String(), required=True)
    due_if_sent_now = WireTime(required=True, allow_none=True)


class HeldRefSchema(Schema):
    source = choice_field(HeldSource, required=True)
    key = text_field(64, shortest=1, required=True)
    id = text_field(120, shortest=1, required=True)


class ComponentAnswerSchema(Schema):
    """One component: a file that was uploaded, or what we hold; exactly one of the two."""

    key = text_field(64, shortest=1, required=True)
    upload_id = id_field("upl")
    held = fields.Nested(HeldRefSchema)

    @validates_schema
    def _one_of_two(self, data: dict[str, Any], **_options: Any) -> None:
        if ("upload_id" in data) == ("held" in data):
            raise ValidationError("field.required", "upload_id")


class ContactSchema(Schema):
    phone = fields.String(required=True, validate=validate.Regexp(_PHONE, error="field.malformed"))
    email = fields.String(load_default=None, allow_none=True, validate=validate.Regexp(_EMAIL, error="field.malformed"))


class DossierCreateSchema(Schema):
    """A dossier as the phone sends it; the id is the phone's, so sending it again is harmless."""

    id = id_field("dos", required=True)
    procedure_code = text_field(64, shortest=1, required=True)
    procedure_version = text_field(80, shortest=1, required=True)
    receiving_agency = text_field(32, shortest=1, required=True)
    form_id = text_field(80, shortest=1, required=True, allow_none=True)
    values = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True), required=True)
    origins = fields.Dict(keys=fields.String(), values=choice_field(ORIGINS), load_default=dict)
    components = fields.List(
        fields.Nested(ComponentAnswerSchema),
        required=True,
        validate=validate.Length(max=MOST_COMPONENTS, error="field.length"),
    )
    return_way = choice_field(ReturnWay, required=True)
    return_address = text_field(300, shortest=5, load_default=None, allow_none=True)
    contact = fields.Nested(ContactSchema, required=True)
    fee_shown = whole_field(0, MOST_VND)
    """What the sender was told it costs: more is not charged without asking again."""
