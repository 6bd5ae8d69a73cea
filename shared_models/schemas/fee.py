"""An exemption or reduction of fees as data: the shape of ``fee_rules.json`` (docs/payments.md, section 1)."""

from typing import Any, Final

from marshmallow import Schema, ValidationError, fields

from shared_models.fee_rule import EFFECTS
from shared_models.procedure_terms import CODE_PATTERN, FILING_WAYS, KEY_PATTERN
from shared_models.schemas.procedure import MOST_AMOUNT, CatalogueTextSchema, bounded, is_day, matching, whole
from shared_models.schemas.wire import WireTime, choice_field, text_field

_MOST_NAMED: Final = 500


def is_truth(value: Any) -> None:
    """A validator: ``true`` or ``false``, not a number or text that could stand for it."""
    if not isinstance(value, bool):
        raise ValidationError("field.malformed")


class FeeEffectSchema(Schema):
    """``percent``: what is still paid. ``amount``: VND that is still paid for one unit."""

    kind = choice_field(EFFECTS, required=True)
    percent = whole(1, 99)
    amount = whole(1, MOST_AMOUNT)


class FeeRuleSchema(Schema):
    """One rule. ``needs`` is read by `shared_models.fee`, which knows the facts."""

    id = matching(KEY_PATTERN, required=True)
    name = fields.Nested(CatalogueTextSchema, required=True)
    basis = text_field(300, shortest=1, required=True)
    from_day = fields.String(required=True, validate=is_day)
    until_day = fields.String(required=True, allow_none=True, validate=is_day)
    procedures = bounded(matching(rf"\*|{CODE_PATTERN}"), _MOST_NAMED, least=1, required=True)
    fee_keys = bounded(matching(rf"\*|{KEY_PATTERN}"), _MOST_NAMED, least=1, required=True)
    way = choice_field(FILING_WAYS, required=True, allow_none=True)
    needs = fields.Dict(keys=matching(KEY_PATTERN), values=fields.Raw(), required=True)
    effect = fields.Nested(FeeEffectSchema, required=True)
    in_force = fields.Raw(required=True, validate=is_truth)
    needs_review = fields.Raw(required=True, validate=is_truth)


STANDINGS: Final = ("in_force", "coming", "draft", "over")


class FeeRuleBodySchema(Schema):
    """A rule over the one that was read; ``version`` 0: a new one. What is in it is read by `read_fee_rule`."""

    rule = fields.Dict(required=True)
    version = whole(0, 100_000, required=True)


class ListedFeeRuleSchema(Schema):
    """A rule as it is now. ``version`` counts its writings; ``standing`` is that of today."""

    rule = fields.Nested(FeeRuleSchema, required=True)
    version = fields.Integer(required=True)
    standing = choice_field(STANDINGS, required=True)
    saved_at = WireTime(required=True)
    saved_by = fields.String(required=True)


class PastFeeRuleSchema(Schema):
    rule = fields.Nested(FeeRuleSchema, required=True)
    saved_at = WireTime(required=True)
    saved_by = fields.String(required=True)


class FeeRuleHistorySchema(ListedFeeRuleSchema):
    """With what it said before, newest first."""

    history = fields.List(fields.Nested(PastFeeRuleSchema), required=True)


class NamedFeeSchema(Schema):
    key = fields.String(required=True)
    name = fields.Nested(CatalogueTextSchema, required=True)
    ways = fields.List(fields.String(), required=True)


class NamedFeesSchema(Schema):
    """What a rule may name of a procedure: the fees of all its versions, drafts among them."""

    code = fields.String(required=True)
    name = fields.Nested(CatalogueTextSchema, required=True)
    fees = fields.List(fields.Nested(NamedFeeSchema), required=True)


class FeeRuleListSchema(Schema):
    items = fields.List(fields.Nested(ListedFeeRuleSchema), required=True)
    procedures = fields.List(fields.Nested(NamedFeesSchema), required=True)
