"""Dossiers between us and the one-stop software (eGov) on the wire (docs/exchange.md)."""

from typing import Any, Final

from marshmallow import Schema, fields, validate

from shared_models.dossier import Channel, DeliveryStatus, DossierStatus, PaymentStatus, SyncStatus
from shared_models.exchange import ExchangeState
from shared_models.schemas.desk import DemandSchema
from shared_models.schemas.dossiers import LONGEST_REASON, DossierProcedureSchema, ResultRefSchema, ReturnSchema
from shared_models.schemas.filing import MOST_VND, whole_field
from shared_models.schemas.wire import WireTime, choice_field, id_field, text_field

RECORDS_LIMIT: Final = 200
MOST_STEPS: Final = 30
LARGEST_VERSION: Final = 2**53 - 1
"""JSON numbers are exact up to here (RFC 8259, 6)."""

_EXCHANGE_ID: Final = r"[A-Za-z0-9][A-Za-z0-9._/-]{0,63}\Z"
_STATUSES: Final = validate.OneOf([int(one) for one in DossierStatus], error="field.not_a_choice")


def _exchange_id(**options: Any) -> fields.String:
    return fields.String(validate=validate.Regexp(_EXCHANGE_ID, error="field.malformed"), **options)


def _status(**options: Any) -> fields.Integer:
    return fields.Integer(strict=True, validate=_STATUSES, **options)


class ApplicantSchema(Schema):
    """ChuHoSo: whose dossier it is."""

    personal_id = text_field(20, shortest=1, required=True)
    name = text_field(100, shortest=1, required=True)


class ExchangeContactSchema(Schema):
    phone = text_field(20, load_default="")
    email = text_field(200, load_default=None, allow_none=True)


class StepSchema(Schema):
    """CapNhatTienTrinh: a status that the dossier took, when, and what was said of it."""

    status = _status(required=True)
    at = WireTime(required=True)
    note = text_field(LONGEST_REASON, load_default="")


class ExchangeAsksSchema(Schema):
    """What the citizen has to bring; the components are those of the published list."""

    items = fields.List(
        fields.Nested(DemandSchema), required=True, validate=validate.Length(min=1, max=60, error="field.length")
    )
    answer_by = WireTime(load_default=None, allow_none=True)


class ExchangeFeeSchema(Schema):
    amount = whole_field(0, MOST_VND, required=True)
    paid_at = WireTime(load_default=None, allow_none=True)
    receipt_number = text_field(60, load_default=None, allow_none=True)


class ExchangeResultSchema(Schema):
    """KetQua: how it ended. The signed document itself comes with ``POST /results``."""

    decision = choice_field(("approved", "refused"), required=True)
    number = text_field(100, load_default=None, allow_none=True)


class ExchangeRecordSchema(Schema):
    """One dossier as the one-stop software has it. ``based_on``: the revision of ours that it has seen; 0: none."""

    exchange_id = _exchange_id(required=True)
    source_version = whole_field(1, LARGEST_VERSION, required=True)
    based_on = whole_field(0, LARGEST_VERSION, load_default=0)
    dossier_id = id_field("dos", load_default=None, allow_none=True)
    code = text_field(64, load_default=None, allow_none=True)
    national_code = text_field(64, load_default=None, allow_none=True)
    procedure_code = text_field(64, shortest=1, required=True)
    receiving_agency = text_field(32, shortest=1, load_default=None, allow_none=True)
    channel = fields.Integer(
        strict=True, required=True, validate=validate.OneOf([int(one) for one in Channel], error="field.not_a_choice")
    )
    status = _status(required=True)
    status_at = WireTime(required=True)
    received_at = WireTime(required=True)
    due_at = WireTime(required=True, allow_none=True)
    applicant = fields.Nested(ApplicantSchema, required=True)
    contact = fields.Nested(ExchangeContactSchema, load_default=None, allow_none=True)
    handler = text_field(100, load_default=None, allow_none=True)
    note = text_field(LONGEST_REASON, load_default="")
    steps = fields.List(
        fields.Nested(StepSchema), load_default=list, validate=validate.Length(max=MOST_STEPS, error="field.length")
    )
    asks = fields.Nested(ExchangeAsksSchema, load_default=None, allow_none=True)
    fee = fields.Nested(ExchangeFeeSchema, load_default=None, allow_none=True)
    result = fields.Nested(ExchangeResultSchema, load_default=None, allow_none=True)


class PushSchema(Schema):
    """Records are loaded one by one, so that a bad one does not hold the others."""

    records = fields.List(
        fields.Dict(keys=fields.String()),
        required=True,
        validate=validate.Length(min=1, max=RECORDS_LIMIT, error="field.length"),
    )


class PushResultSchema(Schema):
    """``exchange_id`` is null only for a record that carried none that can be read; the last three are of ours."""

    exchange_id = fields.String(required=True, allow_none=True)
    state = choice_field(ExchangeState, required=True)
    code = fields.String()
    params = fields.Dict()
    errors = fields.Dict(keys=fields.String(), values=fields.Raw())
    dossier_id = fields.String()
    revision = fields.Integer()
    sync = choice_field(SyncStatus)


class PushAnswerSchema(Schema):
    results = fields.List(fields.Nested(PushResultSchema), required=True)
    server_time = WireTime(required=True)


class ExchangeReceiptSchema(Schema):
    """The one-stop software has stored this revision of ours, under this id of its own."""

    dossier_id = id_field("dos", required=True)
    revision = whole_field(1, LARGEST_VERSION, required=True)
    exchange_id = _exchange_id(required=True)


class AcknowledgeSchema(Schema):
    items = fields.List(
        fields.Nested(ExchangeReceiptSchema),
        required=True,
        validate=validate.Length(min=1, max=RECORDS_LIMIT, error="field.length"),
    )


class ReceiptResultSchema(Schema):
    dossier_id = fields.String(required=True)
    state = choice_field((ExchangeState.STORED, ExchangeState.UNCHANGED, ExchangeState.REFUSED), required=True)
    code = fields.String()
    sync = choice_field(SyncStatus)


class AcknowledgeAnswerSchema(Schema):
    results = fields.List(fields.Nested(ReceiptResultSchema), required=True)


class FeedQuerySchema(Schema):
    cursor = fields.String(load_default=None, validate=validate.Length(max=200, error="field.length"))
    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=200, error="field.out_of_range"))


class SentComponentSchema(Schema):
    """ThanhPhanHoSo. ``sha256`` is of the file, or of what another database answered in its place."""

    key = fields.String(required=True)
    label = fields.String(required=True)
    source = fields.String(required=True)
    media_type = fields.String(required=True, allow_none=True)
    size = fields.Integer(required=True, allow_none=True)
    sha256 = fields.String(required=True, allow_none=True)


class SentStepSchema(Schema):
    at = WireTime(required=True)
    action = fields.String(required=True)
    status = fields.Integer(required=True)
    by = fields.String(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)


class SentAskSchema(Schema):
    kind = choice_field(("supplement", "payment"), required=True)
    items = fields.List(fields.Nested(DemandSchema), required=True)
    answer_by = WireTime(required=True, allow_none=True)
    amount = fields.Integer(required=True, allow_none=True)


class ExchangeDossierSchema(Schema):
    """One dossier of ours for the one-stop software. ``source_version``: the last of its own that ours has seen."""

    dossier_id = fields.String(required=True)
    revision = fields.Integer(required=True)
    exchange_id = fields.String(required=True, allow_none=True)
    source_version = fields.Integer(required=True)
    sync = choice_field(SyncStatus, required=True)
    code = fields.String(required=True, allow_none=True)
    reference = fields.String(required=True)
    national_code = fields.String(required=True, allow_none=True)
    procedure = fields.Nested(DossierProcedureSchema, required=True)
    channel = fields.Integer(required=True)
    receiving_agency = fields.String(required=True)
    competent_agency = fields.String(required=True)
    status = fields.Integer(required=True)
    status_at = WireTime(required=True)
    received_at = WireTime(required=True)
    accepted_at = WireTime(required=True, allow_none=True)
    due_at = WireTime(required=True, allow_none=True)
    ended_at = WireTime(required=True, allow_none=True)
    applicant = fields.Nested(ApplicantSchema, required=True)
    contact = fields.Nested(ExchangeContactSchema, required=True)
    form_id = fields.String(required=True, allow_none=True)
    values = fields.Dict(keys=fields.String(), required=True)
    components = fields.List(fields.Nested(SentComponentSchema), required=True)
    payment = choice_field(PaymentStatus, required=True)
    delivery = choice_field(DeliveryStatus, required=True)
    fee = fields.Nested(ExchangeFeeSchema, required=True)
    asks = fields.Nested(SentAskSchema, required=True, allow_none=True)
    result = fields.Nested(ResultRefSchema, required=True, allow_none=True)
    return_to = fields.Nested(ReturnSchema, required=True, data_key="return")
    steps = fields.List(fields.Nested(SentStepSchema), required=True)


class FeedSchema(Schema):
    """``cursor`` is where to go on the next time, on the last page too; ``more``: there is something there now."""

    items = fields.List(fields.Nested(ExchangeDossierSchema), required=True)
    cursor = fields.String(required=True)
    more = fields.Boolean(required=True)
