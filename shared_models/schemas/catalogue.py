"""The catalogue on the wire (docs/dossiers.md, section 4). A procedure itself: `schemas/procedure.py`."""

from marshmallow import Schema, fields, validate

from shared_models.deadline import SupplementPolicy
from shared_models.procedure_terms import ChangeKind, Level, ProcedureStanding
from shared_models.schemas.procedure import (
    CataloguedFieldSchema,
    CatalogueTextSchema,
    ProcedureDeadlineSchema,
    ProcedureSchema,
    bounded,
    is_day,
    matching,
)
from shared_models.schemas.wire import PageQuerySchema, WireTime, choice_field, page_of, text_field


def day_field(**kwargs: object) -> fields.String:
    """``YYYY-MM-DD`` of a day that the calendar has."""
    return fields.String(validate=is_day, metadata={"format": "date"}, **kwargs)  # type: ignore[arg-type]


class ProcedureQuerySchema(PageQuerySchema):
    """``q`` is searched without diacritics; ``agency`` is a code or ``commune``."""

    q = text_field(100, load_default=None)
    field = text_field(64, load_default=None)
    event = text_field(64, load_default=None)
    agency = text_field(32, load_default=None)
    limit = fields.Integer(load_default=20, validate=validate.Range(min=1, max=100, error="field.out_of_range"))


class CompetentAgencySchema(Schema):
    code = fields.String(required=True)
    name = fields.String(required=True)


class ProcedureCardSchema(Schema):
    """One procedure in a list. ``agency`` null: whichever commune it concerns. ``fee_varies``: some pay more."""

    code = fields.String(required=True)
    version = fields.String(required=True)
    name = fields.Nested(CatalogueTextSchema, required=True)
    summary = fields.Nested(CatalogueTextSchema, required=True)
    field = fields.Nested(CataloguedFieldSchema, required=True)
    agency = fields.Nested(CompetentAgencySchema, required=True, allow_none=True)
    level = choice_field(Level, required=True)
    deadline = fields.Nested(ProcedureDeadlineSchema, required=True)
    fee = fields.Integer(required=True)
    fee_varies = fields.Boolean(required=True)
    life_events = fields.List(fields.String(), required=True)
    standing = choice_field(ProcedureStanding, required=True)
    replaced_by = fields.String(required=True, allow_none=True)


ProcedurePageSchema = page_of(ProcedureCardSchema, "ProcedurePage")


class OnDaySchema(Schema):
    on = day_field(load_default=None)


class ReplacementSchema(Schema):
    code = fields.String(required=True)
    name = fields.Nested(CatalogueTextSchema, required=True)


class UpcomingSchema(Schema):
    version = fields.String(required=True)
    effective_from = day_field(required=True)


class ProcedureDetailSchema(ProcedureSchema):
    """The version in force, with the names of its agencies, what replaces it, and what comes next."""

    agencies = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    replacement = fields.Nested(ReplacementSchema, required=True, allow_none=True)
    upcoming = fields.Nested(UpcomingSchema, required=True, allow_none=True)


class SinceSchema(Schema):
    since = day_field(load_default=None)


class ChangedMemberSchema(Schema):
    """``before`` and ``after`` are null where a reader would have to be told too much."""

    member = fields.String(required=True)
    before = fields.Raw(required=True, allow_none=True)
    after = fields.Raw(required=True, allow_none=True)


class ChangeSummarySchema(Schema):
    name = fields.Nested(CatalogueTextSchema, required=True)
    replaced_by = fields.String(required=True, allow_none=True)
    members = fields.List(fields.Nested(ChangedMemberSchema), required=True)


class CatalogueChangeSchema(Schema):
    id = fields.String(required=True)
    at = WireTime(required=True)
    effective_from = day_field(required=True)
    code = fields.String(required=True)
    kind = choice_field(ChangeKind, required=True)
    from_version = fields.String(required=True, allow_none=True)
    to_version = fields.String(required=True)
    summary = fields.Nested(ChangeSummarySchema, required=True)


class CatalogueChangesSchema(Schema):
    """``counts`` has every kind; ``items`` the newest ones."""

    since = day_field(required=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    items = fields.List(fields.Nested(CatalogueChangeSchema), required=True)


class OfficeHoursSchema(Schema):
    agency = fields.String(required=True)
    sessions = fields.List(fields.List(fields.String()), required=True)
    needs_review = fields.Boolean(required=True)


class OfficeHoursBodySchema(Schema):
    """``sessions``: pairs of ``HH:MM``, ascending, eight hours in all."""

    sessions = bounded(bounded(matching(r"[0-2][0-9]:[0-5][0-9]"), 2, least=2), 6, least=1, required=True)
    needs_review = fields.Boolean(required=True, truthy={True}, falsy={False})


class CalendarDayBodySchema(Schema):
    """``works``: a Saturday or Sunday on which offices work; else a day on which they do not."""

    works = fields.Boolean(required=True, truthy={True}, falsy={False})
    name = fields.Nested(CatalogueTextSchema, required=True)
    legal_basis = text_field(300, shortest=1, required=True)
    needs_review = fields.Boolean(required=True, truthy={True}, falsy={False})


class CalendarDaySchema(CalendarDayBodySchema):
    day = day_field(required=True)


class CalendarYearSchema(Schema):
    year = fields.Integer(required=True)
    office_hours = fields.List(fields.Nested(OfficeHoursSchema), required=True)
    days = fields.List(fields.Nested(CalendarDaySchema), required=True)


class FormDefinitionSchema(Schema):
    """A form (section 3): its schema and layout are data of their own kind."""

    id = fields.String(required=True)
    key = fields.String(required=True)
    version = fields.Integer(required=True)
    title = fields.Nested(CatalogueTextSchema, required=True)
    schema = fields.Dict(keys=fields.String(), required=True)
    layout = fields.List(fields.Dict(keys=fields.String()), required=True)


class EditedVersionSchema(Schema):
    """One version as administrators list it."""

    id = fields.String(required=True)
    code = fields.String(required=True)
    effective_from = day_field(required=True)
    state = fields.String(required=True)
    standing = fields.String(required=True)
    name = fields.Nested(CatalogueTextSchema, required=True)
    in_force = fields.Boolean(required=True)
    needs_review = fields.List(fields.String(), required=True)
    draft_version = fields.Integer(required=True)
    saved_at = WireTime(required=True)


EditedPageSchema = page_of(EditedVersionSchema, "EditedVersionPage")


class ProcedureDraftBodySchema(Schema):
    """``draft_version``: of the draft that was read, 0 for a new one."""

    procedure = fields.Dict(keys=fields.String(), required=True)
    draft_version = fields.Integer(strict=True, required=True, validate=validate.Range(min=0))


class ProcedureDraftSchema(Schema):
    procedure = fields.Nested(ProcedureSchema, required=True)
    draft_version = fields.Integer(required=True)
    saved_at = WireTime(required=True)
    saved_by = fields.String(required=True)
    saved_by_name = fields.String(required=True, allow_none=True)


class SimulatedSupplementSchema(Schema):
    """``answered_at`` null: not yet."""

    asked_at = WireTime(required=True)
    answered_at = WireTime(required=True, allow_none=True)


class SimulationBodySchema(Schema):
    """``agency`` null: the usual office hours."""

    rule = fields.Nested(ProcedureDeadlineSchema, required=True)
    policy = choice_field(SupplementPolicy, required=True)
    agency = text_field(32, shortest=1, load_default=None, allow_none=True)
    received_at = WireTime(required=True)
    supplements = fields.List(
        fields.Nested(SimulatedSupplementSchema),
        load_default=list,
        validate=validate.Length(max=10, error="field.length"),
    )


class SimulationStepSchema(Schema):
    at = WireTime(required=True)
    what = fields.String(required=True)


class SimulationSchema(Schema):
    due_at = WireTime(required=True, allow_none=True)
    steps = fields.List(fields.Nested(SimulationStepSchema), required=True)


class PublishBodySchema(Schema):
    draft_version = fields.Integer(strict=True, required=True, validate=validate.Range(min=1))


class NamedTermSchema(Schema):
    key = fields.String(required=True)
    name = fields.Nested(CatalogueTextSchema, required=True)


class TitledFormSchema(Schema):
    id = fields.String(required=True)
    title = fields.Nested(CatalogueTextSchema, required=True)


class CatalogueTermsSchema(Schema):
    """What a draft may name."""

    agencies = fields.List(fields.Nested(CompetentAgencySchema), required=True)
    procedures = fields.List(fields.Nested(ReplacementSchema), required=True)
    fields_ = fields.List(fields.Nested(NamedTermSchema), required=True, data_key="fields", attribute="fields")
    forms = fields.List(fields.Nested(TitledFormSchema), required=True)
    templates = fields.List(fields.String(), required=True)


class FormDraftBodySchema(Schema):
    """``draft_version``: of the form that was read, 0 for a new one."""

    form = fields.Dict(keys=fields.String(), required=True)
    draft_version = fields.Integer(strict=True, required=True, validate=validate.Range(min=0))


class FormDraftSchema(Schema):
    """A form with who saved it last; ``published_at`` null: it may still change."""

    form = fields.Nested(FormDefinitionSchema, required=True)
    draft_version = fields.Integer(required=True)
    published_at = WireTime(required=True, allow_none=True)
    saved_at = WireTime(required=True, allow_none=True)
    saved_by = fields.String(required=True, allow_none=True)
    saved_by_name = fields.String(required=True, allow_none=True)


class ListedFormSchema(TitledFormSchema):
    """``fields``: how many; ``used_by``: the published versions that ask for it."""

    fields_ = fields.Integer(required=True, data_key="fields", attribute="fields")
    published_at = WireTime(required=True, allow_none=True)
    draft_version = fields.Integer(required=True)
    saved_at = WireTime(required=True, allow_none=True)
    used_by = fields.List(fields.String(), required=True)


class FormListSchema(Schema):
    items = fields.List(fields.Nested(ListedFormSchema), required=True)
