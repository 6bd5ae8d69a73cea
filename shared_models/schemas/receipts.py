"""Receipts on the wire, for those who paid and for the agency that collected (docs/payments.md, section 6)."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from shared_models.payment.order import GatewayKey
from shared_models.payment.receipt import MOST_NUMBER, SERIES_PATTERN, SHORTEST_WHY
from shared_models.schemas.filing import BilingualSchema
from shared_models.schemas.identity import AgencySchema
from shared_models.schemas.payments import RECEIPT_STATES, AssessedLineSchema, StandingReceiptSchema
from shared_models.schemas.wire import PageQuerySchema, WireTime, choice_field, day_field, id_field, page_of, text_field


class NumberedReceiptSchema(Schema):
    """What everybody who may see a receipt sees of it. ``number`` is 8 digits; ``words`` the amount in words."""

    id = id_field("rct", required=True)
    order_id = id_field("ord", required=True)
    agency = fields.Nested(AgencySchema, required=True)
    form = fields.String(required=True)
    series = fields.String(required=True)
    number = fields.String(required=True)
    reference = fields.String(required=True)
    title = fields.Nested(BilingualSchema, required=True)
    amount = fields.Integer(required=True)
    words = fields.String(required=True)
    method = choice_field(GatewayKey, required=True)
    issued_at = WireTime(required=True)
    state = choice_field(RECEIPT_STATES, required=True)


class ReceiptSchema(NumberedReceiptSchema):
    """A receipt as its payer sees it; ``replaces`` and ``replaced_by`` are ids of others of theirs."""

    replaces = fields.String(required=True, allow_none=True)
    replaced_by = fields.String(required=True, allow_none=True)


ReceiptPageSchema = page_of(ReceiptSchema, "ReceiptPageSchema")


class CancellationSchema(Schema):
    """``by``: the officer's name."""

    by = fields.String(required=True)
    at = WireTime(required=True)
    why = fields.String(required=True)


class PayerSchema(Schema):
    """Who paid, for the agency that collected: ``personal_id`` and ``address`` where they were known at the issue."""

    name = fields.String(required=True)
    personal_id = fields.String(required=True, allow_none=True)
    address = fields.String(required=True, allow_none=True)


class DeskReceiptSchema(NumberedReceiptSchema):
    """A receipt as the agency that collected sees it; ``replaces`` and ``replaced_by`` as people name them."""

    payer = fields.Nested(PayerSchema, required=True)
    lines = fields.List(fields.Nested(AssessedLineSchema), required=True)
    cancelled = fields.Nested(CancellationSchema, required=True, allow_none=True)
    replaces = fields.Nested(StandingReceiptSchema, required=True, allow_none=True)
    replaced_by = fields.Nested(StandingReceiptSchema, required=True, allow_none=True)


class DeskReceiptListSchema(Schema):
    items = fields.List(fields.Nested(DeskReceiptSchema), required=True)


class ReceiptNumberSchema(Schema):
    """``?series=26TAA&number=42``."""

    series = fields.String(
        required=True, validate=validate.Regexp(SERIES_PATTERN + r"\Z", error="field.series_malformed")
    )
    number = fields.Integer(required=True, validate=validate.Range(1, MOST_NUMBER, error="field.out_of_range"))


class ReceiptCardSchema(StandingReceiptSchema):
    """A receipt in the list of a day; nobody's name."""

    reference = fields.String(required=True)
    amount = fields.Integer(required=True)
    method = choice_field(GatewayKey, required=True)
    issued_at = WireTime(required=True)


class SumSchema(Schema):
    """How many receipts, and their amounts together."""

    count = fields.Integer(required=True)
    amount = fields.Integer(required=True)


class UsedSeriesSchema(Schema):
    """A series on a day: its numbers from ``first`` to ``last`` (8 digits), without a gap."""

    series = fields.String(required=True)
    first = fields.String(required=True)
    last = fields.String(required=True)
    count = fields.Integer(required=True)


class UsedWaySchema(Schema):
    """What came by one way on a day: receipts issued then, and those that were cancelled or replaced then."""

    method = choice_field(GatewayKey, required=True)
    issued = fields.Nested(SumSchema, required=True)
    annulled = fields.Nested(SumSchema, required=True)


class ReceiptDaySchema(Schema):
    """The use of receipts on a day of the city. ``annulled``: on this day, whenever they were issued (the first 100).

    So a day that is over never changes: what is cancelled later counts on the day on which it is cancelled.
    """

    day = fields.Date(required=True)
    series = fields.List(fields.Nested(UsedSeriesSchema), required=True)
    ways = fields.List(fields.Nested(UsedWaySchema), required=True)
    issued = fields.Nested(SumSchema, required=True)
    annulled = fields.Nested(SumSchema, required=True)
    annulled_items = fields.List(fields.Nested(ReceiptCardSchema), required=True)
    items = fields.List(fields.Nested(ReceiptCardSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class ReceiptDayQuerySchema(PageQuerySchema):
    """``?day=2026-11-22``."""

    day = day_field(required=True)


class CancelReceiptSchema(Schema):
    """``id`` is made by the client: sending it again changes nothing. ``replace``: a new receipt takes its place."""

    id = id_field("act", required=True)
    why = text_field(500, required=True)
    replace = fields.Boolean(required=True, truthy={True}, falsy={False})

    @validates_schema
    def _says_why(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """Blanks are no reason."""
        if len(data["why"].strip()) < SHORTEST_WHY:
            raise ValidationError("field.length", "why")
