"""The officer's side of dossiers on the wire (docs/dossiers.md, section 4)."""

from typing import Final

from marshmallow import Schema, fields, validate

from shared_models.access import Duty
from shared_models.dossier import ReturnWay
from shared_models.schemas.clash import SIDES, ClashSchema
from shared_models.schemas.dossiers import (
    LONGEST_REASON,
    DossierCardSchema,
    DossierSchema,
)
from shared_models.schemas.filing import (
    MOST_VND,
    ORIGINS,
    BilingualSchema,
    DossierCreateSchema,
    FeeLineSchema,
    PreparationSchema,
    whole_field,
)
from shared_models.schemas.identity import AgencySchema
from shared_models.schemas.wire import PageQuerySchema, WireTime, choice_field, id_field, page_of, text_field

VIEWS: Final = ("intake", "mine", "unit", "approval", "waiting", "ready", "done", "counter")


class QueueQuerySchema(PageQuerySchema):
    view = choice_field(VIEWS, load_default="unit")


class DeskSearchQuerySchema(Schema):
    """Exactly one of the two; a name needs its family name and one more word, with or without diacritics."""

    code = text_field(64, shortest=3)
    name = text_field(100, shortest=3)


class DeskCardSchema(DossierCardSchema):
    """A card of the queue: the owner's name is shortened, because nobody has opened the dossier yet."""

    owner = fields.String(required=True)
    assigned_to = fields.String(required=True, allow_none=True)
    proposed = fields.Boolean(required=True)


DeskPageSchema = page_of(DeskCardSchema, "DeskPage")


class DeskListSchema(Schema):
    items = fields.List(fields.Nested(DeskCardSchema), required=True)


class ColleagueSchema(Schema):
    id = id_field("stf", required=True)
    name = fields.String(required=True)
    duties = fields.List(choice_field(Duty), required=True)


class ColleagueListSchema(Schema):
    items = fields.List(fields.Nested(ColleagueSchema), required=True)


class AgencyListSchema(Schema):
    items = fields.List(fields.Nested(AgencySchema), required=True)


class DeskOwnerSchema(Schema):
    id = id_field("per", required=True)
    name = fields.String(required=True)
    masked_personal_id = fields.String(required=True)


class DeskContactSchema(Schema):
    phone = fields.String(required=True)
    email = fields.String(required=True, allow_none=True)


class PersonRefSchema(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)


class ProposalSchema(Schema):
    decision = choice_field(("approve", "refuse"), required=True)
    text = fields.String(required=True)
    result = fields.Dict(required=True)
    by = fields.Nested(PersonRefSchema, required=True)
    at = WireTime(required=True)


class OpinionSchema(Schema):
    """What another agency was asked, or (``part``) its share of an interlinked procedure."""

    id = fields.String(required=True)
    kind = choice_field(("opinion", "part"), required=True)
    agency = fields.Nested(AgencySchema, required=True)
    question = fields.String(required=True)
    asked_at = WireTime(required=True)
    due_at = WireTime(required=True, allow_none=True)
    text = fields.String(required=True, allow_none=True)
    answered_by = fields.String(required=True, allow_none=True)
    answered_at = WireTime(required=True, allow_none=True)


class EvidenceSchema(Schema):
    component = fields.String(required=True)
    source = fields.String(required=True)
    key = fields.String(required=True)
    id = fields.String(required=True)
    label = fields.String(required=True)
    asked_at = WireTime(required=True)
    sha256 = fields.String(required=True)


class FeeEvidenceSchema(Schema):
    """What a register, or VNeID, said of who pays. ``fact``: what a rule asked for (`shared_models.fee.FACTS`)."""

    fact = fields.String(required=True)
    source = fields.String(required=True)
    key = fields.String(required=True)
    id = fields.String(required=True)
    label = fields.String(required=True)
    as_of = WireTime(required=True, allow_none=True)
    asked_at = WireTime(required=True)
    sha256 = fields.String(required=True)


class AppliedRuleSchema(Schema):
    rule_id = fields.String(required=True)
    name = fields.Nested(BilingualSchema, required=True)
    basis = fields.String(required=True)


class FeeReasonSchema(Schema):
    """Why a fee is what it is: the rules applied, what they rest on, and what no register could be asked."""

    rules = fields.List(fields.Nested(AppliedRuleSchema), required=True)
    evidence = fields.List(fields.Nested(FeeEvidenceSchema), required=True)
    unasked = fields.List(fields.String(), required=True)


class RefusedDemandSchema(Schema):
    at = WireTime(required=True)
    by = fields.String(required=True)
    code = fields.String(required=True)
    component = fields.String(required=True)


class HeldHereSchema(Schema):
    source = fields.String(required=True)
    label = fields.String(required=True)


class DemandableSchema(Schema):
    """A published component; one that is ``held`` may not be asked for."""

    component = fields.String(required=True)
    name = fields.Nested(BilingualSchema, required=True)
    held = fields.Nested(HeldHereSchema, required=True, allow_none=True)


class DemandsSchema(Schema):
    """What a supplement may ask for, and how many notices there may still be."""

    notices_left = fields.Integer(required=True)
    items = fields.List(fields.Nested(DemandableSchema), required=True)


class DeskDossierSchema(DossierSchema):
    """A dossier as the officers see it whose agency has to do with it.

    ``origins``: where each answer is from. ``demands`` is null when no supplement can be asked for now.
    """

    owner = fields.Nested(DeskOwnerSchema, required=True)
    contact = fields.Nested(DeskContactSchema, required=True)
    origins = fields.Dict(keys=fields.String(), values=choice_field(ORIGINS), required=True)
    assigned_to = fields.Nested(PersonRefSchema, required=True, allow_none=True)
    proposal = fields.Nested(ProposalSchema, required=True, allow_none=True)
    opinions = fields.List(fields.Nested(OpinionSchema), required=True)
    held_evidence = fields.List(fields.Nested(EvidenceSchema), required=True)
    fee_reason = fields.Nested(FeeReasonSchema, required=True)
    refused_demands = fields.List(fields.Nested(RefusedDemandSchema), required=True)
    demands = fields.Nested(DemandsSchema, required=True, allow_none=True)
    may = fields.List(fields.String(), required=True)
    clash = fields.Nested(ClashSchema, load_default=None, allow_none=True)


class DemandSchema(Schema):
    component = text_field(64, shortest=1, required=True)
    reason = text_field(LONGEST_REASON, shortest=5, required=True)


class DeskActionSchema(Schema):
    """One of the desk's actions; which fields it takes and needs is in `DESK_ACTIONS`."""

    id = id_field("act", required=True)
    version = whole_field(1, 1_000_000, required=True)
    action = fields.String(required=True)
    reason = text_field(LONGEST_REASON, shortest=5)
    legal_basis = text_field(300, shortest=2)
    to = id_field("stf")
    items = fields.List(fields.Nested(DemandSchema), validate=validate.Length(min=1, max=60, error="field.length"))
    note = text_field(LONGEST_REASON)
    amount = whole_field(1, MOST_VND)
    lines = fields.List(fields.Nested(FeeLineSchema), validate=validate.Length(max=30, error="field.length"))
    receipt_number = text_field(60, shortest=1)
    agency = text_field(32, shortest=1)
    question = text_field(LONGEST_REASON, shortest=5)
    within_days = whole_field(1, 60)
    opinion_id = id_field("act")
    text = text_field(4_000, shortest=2)
    decision = choice_field(("approve", "refuse"))
    result = fields.Dict(keys=fields.String())
    new_due_date = fields.Date()
    way = choice_field(ReturnWay)
    carrier = text_field(100, shortest=1)
    tracking = text_field(60, shortest=3)
    keep = choice_field(SIDES)


DESK_ACTIONS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "accept": ((), ("note",)),
    "refuse": (("reason", "legal_basis"), ()),
    "start": ((), ()),
    "assign": (("to",), ()),
    "hand_over": (("to", "reason"), ()),
    "ask_supplement": (("items",), ("note",)),
    "ask_payment": (("amount",), ("lines",)),
    "record_payment": (("amount",), ("receipt_number",)),
    "ask_opinion": (("agency", "question", "within_days"), ()),
    "answer_opinion": (("opinion_id", "text"), ()),
    "propose": (("decision", "text"), ("result",)),
    "send_back": (("reason",), ()),
    "resolve": ((), ()),
    "stop": (("reason", "legal_basis"), ()),
    "resume": ((), ()),
    "extend": (("new_due_date", "reason"), ()),
    "return_result": (("way",), ()),
    "post": (("carrier", "tracking"), ()),
    "delivered": ((), ()),
    "settle_clash": (("keep",), ("note",)),
}
"""Every action of the desk: the fields that it needs, and those that it may have."""


class CounterOwnerSchema(Schema):
    """Who is present; ``commune``: where they live as their card says, used only where the city does not know it."""

    personal_id = text_field(20, shortest=1, required=True)
    full_name = text_field(100, shortest=1, required=True)
    commune = text_field(16, shortest=1, load_default=None, allow_none=True)


class CounterPreparationAskSchema(Schema):
    procedure_code = text_field(64, shortest=1, required=True)
    receiving_agency = text_field(32, shortest=1, load_default=None, allow_none=True)
    owner = fields.Nested(CounterOwnerSchema, required=True)


class CounterPreparationSchema(PreparationSchema):
    """As a citizen's own, and where the dossier goes. ``owner_known``: registries are asked only of such a person."""

    owner_known = fields.Boolean(required=True)
    home = fields.String(required=True, allow_none=True)
    receiving_agency = fields.Nested(AgencySchema, required=True)
    competent_agency = fields.Nested(AgencySchema, required=True)
    support_agency = fields.Nested(AgencySchema, required=True, allow_none=True)


class CounterDossierSchema(DossierCreateSchema):
    """A dossier that an officer files for a citizen who is present, or that came by post."""

    owner = fields.Nested(CounterOwnerSchema, required=True)
    channel = choice_field(("direct", "post"), required=True)


class FormShareSchema(Schema):
    """How much of a form version we knew: ``share`` is ``prefilled / fields``, ``kept`` of these as they were."""

    form = fields.String(required=True)
    dossiers = fields.Integer(required=True)
    fields_ = fields.Integer(required=True, data_key="fields")
    prefilled = fields.Integer(required=True)
    kept = fields.Integer(required=True)
    share = fields.Float(required=True, allow_none=True)


class FormShareListSchema(Schema):
    items = fields.List(fields.Nested(FormShareSchema), required=True)
