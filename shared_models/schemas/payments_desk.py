"""The collecting officer's side of payments on the wire (docs/payments.md, section 6)."""

from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, validates_schema

from shared_models.payment.desk import RefundAction, RefundState, RefundWay, RowMatch, TaskWay
from shared_models.payment.order import AttemptState, GatewayKey, OrderState, TaskKind
from shared_models.schemas.filing import BilingualSchema
from shared_models.schemas.payments import AT_GATEWAYS, AssessedLineSchema, StandingReceiptSchema
from shared_models.schemas.wire import (
    Binary,
    PageQuerySchema,
    WireTime,
    choice_field,
    day_field,
    id_field,
    page_of,
    text_field,
)

TASK_STATES: Final = ("open", "settled")
LONGEST_NOTE: Final = 500


class TaskQuerySchema(PageQuerySchema):
    state = choice_field(TASK_STATES, load_default="open")


class DeskOrderCardSchema(Schema):
    """An order by what people call it; nobody's name."""

    id = id_field("ord", required=True)
    reference = fields.String(required=True)
    title = fields.Nested(BilingualSchema, required=True)
    amount = fields.Integer(required=True)
    state = choice_field(OrderState, required=True)
    created_at = WireTime(required=True)


class SettledSchema(Schema):
    """Who settled a task, and how."""

    by = fields.String(required=True)
    at = WireTime(required=True)
    way = choice_field(TaskWay, required=True)
    note = fields.String(required=True)


class ProposedSchema(Schema):
    """Who would send the money back, and how; ``id`` is confirmed by somebody else."""

    id = id_field("act", required=True)
    by = fields.String(required=True)
    at = WireTime(required=True)
    way = choice_field(TaskWay, required=True)
    note = fields.String(required=True)


class TaskSchema(Schema):
    """``ways``: how this kind can be settled; none when doing what it asks settles it.

    ``proposed``: by a way that sends money, which waits for a second person, or waited for one.
    """

    id = id_field("tsk", required=True)
    kind = choice_field(TaskKind, required=True)
    gateway = choice_field(GatewayKey, required=True)
    amount = fields.Integer(required=True)
    opened_at = WireTime(required=True)
    state = choice_field(TASK_STATES, required=True)
    order = fields.Nested(DeskOrderCardSchema, required=True, allow_none=True)
    ways = fields.List(choice_field(TaskWay), required=True)
    proposed = fields.Nested(ProposedSchema, required=True, allow_none=True)
    settled = fields.Nested(SettledSchema, required=True, allow_none=True)


TaskListSchema = page_of(TaskSchema, "PaymentTaskPage")


class DeskAttemptSchema(Schema):
    """An attempt as both sides name it: ``code`` is ours at the gateway, ``provider_ref`` its own."""

    id = id_field("att", required=True)
    gateway = choice_field(GatewayKey, required=True)
    code = fields.Integer(required=True)
    provider_ref = fields.String(required=True, allow_none=True)
    amount = fields.Integer(required=True)
    state = choice_field(AttemptState, required=True)
    started_at = WireTime(required=True)
    ended_at = WireTime(required=True, allow_none=True)
    why = fields.String(required=True, allow_none=True)


class RowSchema(Schema):
    """A line of a statement; ``reference``: of the order whose attempt it names."""

    line = fields.Integer(required=True)
    provider_ref = fields.String(required=True)
    code = fields.Integer(required=True, allow_none=True)
    amount = fields.Integer(required=True)
    at = WireTime(required=True, allow_none=True)
    text = fields.String(required=True)
    match = choice_field(RowMatch, required=True)
    reference = fields.String(required=True, allow_none=True)


class StatementRowSchema(RowSchema):
    """``task_id``: where a person looks at it; null where nobody has to, or another agency does."""

    task_id = fields.String(required=True, allow_none=True)


class TaskPageSchema(TaskSchema):
    """A task with what is known here (``order``, ``payer``, ``attempt``) beside what the gateway says (``row``).

    ``may_confirm``: what was proposed waits for a second person, and the reader is one.
    """

    payer = fields.String(required=True, allow_none=True)
    attempt = fields.Nested(DeskAttemptSchema, required=True, allow_none=True)
    row = fields.Nested(RowSchema, required=True, allow_none=True)
    day = fields.String(required=True, allow_none=True)
    provider_ref = fields.String(required=True, allow_none=True)
    why = fields.String(required=True, allow_none=True)
    may_confirm = fields.Boolean(required=True)


class SettleSchema(Schema):
    """``id`` is made by the desk: sending it again settles once. ``confirms``: the id of somebody else's proposal."""

    id = id_field("act", required=True)
    way = choice_field(TaskWay, required=True)
    note = text_field(LONGEST_NOTE, shortest=3, required=True)
    confirms = id_field("act", load_default=None, allow_none=True)


class StatementImportSchema(Schema):
    """A gateway's or bank's list of one day (in the city); ``content`` is the file as it is, 4 MiB at most."""

    id = id_field("stm", required=True)
    gateway = choice_field(AT_GATEWAYS, required=True)
    day = day_field(required=True)
    name = text_field(200, shortest=1, required=True)
    content = Binary(required=True)


class StatementSchema(Schema):
    """``counts``: rows by what they are, and ``missing_at_gateway``: what is paid here and stands in no row."""

    id = id_field("stm", required=True)
    gateway = choice_field(AT_GATEWAYS, required=True)
    day = fields.String(required=True)
    name = fields.String(required=True)
    imported_at = WireTime(required=True)
    imported_by = fields.String(required=True)
    state = choice_field(("reading", "done"), required=True)
    total = fields.Integer(required=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class StatementPageSchema(StatementSchema):
    """``rows``: the first 200 that do not match."""

    rows = fields.List(fields.Nested(StatementRowSchema), required=True)


StatementListSchema = page_of(StatementSchema, "StatementList")


class RefundSchema(Schema):
    """Money of an order that is to go back, goes back, or is back."""

    id = id_field("rfd", required=True)
    reason = fields.String(required=True)
    proposed_by = fields.String(required=True)
    proposed_at = WireTime(required=True)
    decided_by = fields.String(required=True, allow_none=True)
    decided_at = WireTime(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)
    state = choice_field(RefundState, required=True)
    way = choice_field(RefundWay, required=True, allow_none=True)
    reference = fields.String(required=True, allow_none=True)


class OrderEventSchema(Schema):
    """A line of the history; ``detail`` has what the kind has: reason, note, reference, why, way, task, amount."""

    at = WireTime(required=True)
    kind = fields.String(required=True)
    gateway = fields.String(required=True, allow_none=True)
    by = fields.String(required=True, allow_none=True)
    detail = fields.Dict(keys=fields.String(), values=fields.Raw(), required=True)


class DeskOrderSchema(DeskOrderCardSchema):
    """An order with its history. ``may``: what the reader may do about a refund now; ``receipts``: all it ever had."""

    payer = fields.String(required=True)
    lines = fields.List(fields.Nested(AssessedLineSchema), required=True)
    paid_at = WireTime(required=True, allow_none=True)
    method = choice_field(GatewayKey, required=True, allow_none=True)
    provider_ref = fields.String(required=True, allow_none=True)
    refund = fields.Nested(RefundSchema, required=True, allow_none=True)
    receipts = fields.List(fields.Nested(StandingReceiptSchema), required=True)
    attempts = fields.List(fields.Nested(DeskAttemptSchema), required=True)
    events = fields.List(fields.Nested(OrderEventSchema), required=True)
    may = fields.List(choice_field(RefundAction), required=True)


class OrderSearchSchema(Schema):
    """``code``: the dossier's number, as people say it."""

    code = text_field(64, shortest=3, required=True)


class DeskOrderListSchema(Schema):
    items = fields.List(fields.Nested(DeskOrderCardSchema), required=True)


class RefundAskSchema(Schema):
    """``id`` is the refund's; who proposes makes it. What goes with it depends on the action."""

    id = id_field("rfd", required=True)
    action = choice_field(RefundAction, required=True)
    reason = text_field(LONGEST_NOTE, shortest=3)
    note = text_field(LONGEST_NOTE, load_default="")
    reference = text_field(100, shortest=3)

    @validates_schema
    def has_its_words(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """A proposal says why, a transfer its reference, a refusal and a turn their reason."""
        needed = {
            RefundAction.PROPOSE: "reason",
            RefundAction.DONE: "reference",
            RefundAction.REFUSE: "note",
            RefundAction.TURN: "note",
        }
        name = needed.get(RefundAction(data["action"])) if data.get("action") in set(RefundAction) else None
        if name is not None and not str(data.get(name, "")).strip():
            raise ValidationError("field.required", name)
