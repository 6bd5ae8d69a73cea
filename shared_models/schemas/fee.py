"""An exemption or reduction of fees as data: the shape of ``fee_rules.json`` (docs/payments.md, section 1)."""

from typing import Any, Final

from marshmallow import Schema, ValidationError, fields

from shared_models.procedure_terms import CODE_PATTERN, FILING_WAYS, KEY_PATTERN
from shared_models.schemas.procedure import MOST_AMOUNT, CatalogueTextSchema, bounded, is_day, matching, whole
from shared_models.schemas.wire import choice_field, text_field

EVERY: Final = "*"
"""Stands for every procedure, or every fee of the procedures named."""

EFFECTS: Final = ("free", "percent", "amount")
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
