"""A clash as the desk sees it: what the city has, what the one-stop software has, and which of them can be kept."""

from typing import Final

from marshmallow import Schema, fields

from shared_models.schemas.wire import WireTime, choice_field

SIDES: Final = ("ours", "theirs")


class ClashSideSchema(Schema):
    """One side. ``at``: when that side last changed; ``version``: our revision, or theirs; ``note`` says why."""

    version = fields.Integer(required=True)
    at = WireTime(required=True)
    status = fields.Integer(required=True)
    status_at = WireTime(required=True)
    code = fields.String(required=True, allow_none=True)
    due_at = WireTime(required=True, allow_none=True)
    fee = fields.Integer(required=True)
    paid_at = WireTime(required=True, allow_none=True)
    asked = fields.List(fields.String(), required=True)
    decision = fields.String(required=True, allow_none=True)
    number = fields.String(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)


class ClashSchema(Schema):
    """``differs``: members that are not the same; ``keep``: what the table of statuses lets the desk choose."""

    ours = fields.Nested(ClashSideSchema, required=True)
    theirs = fields.Nested(ClashSideSchema, required=True)
    differs = fields.List(fields.String(), required=True)
    keep = fields.List(choice_field(SIDES), required=True)
