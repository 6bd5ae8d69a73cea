"""Orders and ways to pay on the wire (docs/payments.md, section 6). Amounts are whole VND."""

from typing import Final

from marshmallow import Schema, fields

from shared_models.payment.order import AttemptState, GatewayKey, OrderState
from shared_models.schemas.filing import BilingualSchema
from shared_models.schemas.identity import AgencySchema
from shared_models.schemas.wire import WireTime, choice_field, id_field

AT_GATEWAYS: Final = tuple(key for key in GatewayKey if key not in {GatewayKey.CASH, GatewayKey.NONE})
"""The ways that a citizen can choose on the phone."""

RECEIPT_STATES: Final = ("issued", "cancelled", "replaced")

LANGUAGES: Final = ("vi", "en")


class ConsideredSchema(Schema):
    """A rule that was weighed for a fee; ``due`` is what it would have left."""

    rule_id = fields.String(required=True)
    name = fields.Nested(BilingualSchema, required=True)
    basis = fields.String(required=True)
    due = fields.Integer(required=True)


class AssessedLineSchema(Schema):
    """One fee: ``listed`` as published, ``due`` after the most favourable rule, and all that were considered."""

    key = fields.String(required=True)
    name = fields.Nested(BilingualSchema, required=True)
    listed = fields.Integer(required=True)
    due = fields.Integer(required=True)
    rule_id = fields.String(required=True, allow_none=True)
    considered = fields.List(fields.Nested(ConsideredSchema), required=True)


class GatewaySchema(Schema):
    """``kind``: ``page`` sends the citizen to the gateway's page, ``qr`` shows a code that a bank app reads."""

    key = choice_field(AT_GATEWAYS, required=True)
    kind = choice_field(("page", "qr"), required=True)


class GatewayListSchema(Schema):
    items = fields.List(fields.Nested(GatewaySchema), required=True)


class TransferSchema(Schema):
    """A bank transfer: the text of its VietQR and what to type where it cannot be scanned."""

    text = fields.String(required=True)
    bank = fields.String(required=True)
    bank_name = fields.String(required=True)
    account = fields.String(required=True)
    holder = fields.String(required=True)
    amount = fields.Integer(required=True)
    purpose = fields.String(required=True)


class AttemptSchema(Schema):
    """One try to pay. ``url`` is the gateway's page; ``why`` the gateway's code of a failure."""

    id = id_field("att", required=True)
    gateway = choice_field(AT_GATEWAYS, required=True)
    state = choice_field(AttemptState, required=True)
    started_at = WireTime(required=True)
    expires_at = WireTime(required=True)
    url = fields.String(required=True, allow_none=True)
    qr = fields.Nested(TransferSchema, required=True, allow_none=True)
    why = fields.String(required=True, allow_none=True)


class StandingReceiptSchema(Schema):
    """A receipt as people name it (``26TAA-00000042``), and whether it is in force."""

    id = id_field("rct", required=True)
    number = fields.String(required=True)
    state = choice_field(RECEIPT_STATES, required=True)


class OrderSchema(Schema):
    """What is to be paid, or was. ``method`` is the way by which the money came; ``receipt`` the last one."""

    id = id_field("ord", required=True)
    version = fields.Integer(required=True)
    subject_id = fields.String(required=True)
    reference = fields.String(required=True)
    title = fields.Nested(BilingualSchema, required=True)
    agency = fields.Nested(AgencySchema, required=True)
    lines = fields.List(fields.Nested(AssessedLineSchema), required=True)
    amount = fields.Integer(required=True)
    state = choice_field(OrderState, required=True)
    created_at = WireTime(required=True)
    expires_at = WireTime(required=True)
    paid_at = WireTime(required=True, allow_none=True)
    method = choice_field(GatewayKey, required=True, allow_none=True)
    receipt = fields.Nested(StandingReceiptSchema, required=True, allow_none=True)
    attempts = fields.List(fields.Nested(AttemptSchema), required=True)


class BeginAttemptSchema(Schema):
    """``id`` is made on the phone: sending it again is the same attempt."""

    id = id_field("att", required=True)
    gateway = choice_field(AT_GATEWAYS, required=True)
    lang = choice_field(LANGUAGES, load_default="vi")
