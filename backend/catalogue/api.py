"""The public catalogue, and its editing by administrators. Views translate; `service.py` decides."""

import hashlib
import json
from datetime import date
from typing import Any, Final

from flask import Response, request

from backend.catalogue.service import DayRow, Filter, HoursRow, Trial
from backend.http import Blueprint, PageQuerySchema, actor, container, public, secured
from shared_models.access import Scope
from shared_models.schemas.catalogue import (
    CalendarDayBodySchema,
    CalendarDaySchema,
    CalendarYearSchema,
    CatalogueChangesSchema,
    CatalogueTermsSchema,
    EditedPageSchema,
    FormDefinitionSchema,
    FormDraftBodySchema,
    FormDraftSchema,
    FormListSchema,
    OfficeHoursBodySchema,
    OfficeHoursSchema,
    OnDaySchema,
    ProcedureDetailSchema,
    ProcedureDraftBodySchema,
    ProcedureDraftSchema,
    ProcedurePageSchema,
    ProcedureQuerySchema,
    PublishBodySchema,
    SimulationBodySchema,
    SimulationSchema,
    SinceSchema,
)
from shared_models.schemas.fee import FeeRuleBodySchema, FeeRuleHistorySchema, FeeRuleListSchema
from shared_models.schemas.wire import to_base64url

blueprint = Blueprint("catalogue", __name__, description="Procedures, forms and the working calendar")

_REVALIDATE: Final = "public, no-cache"
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_UNCHANGED: Final = "nothing has changed since the answer with this ETag"


@blueprint.route("/procedures")
@public()
@blueprint.arguments(ProcedureQuerySchema, location="query")
@blueprint.response(200, ProcedurePageSchema)
@blueprint.alt_response(304, description=_UNCHANGED, success=True)
def list_procedures(query: dict[str, Any]) -> Any:
    """Find procedures, without diacritics; without `q` every active one, by name."""
    wanted = Filter(query["q"], query["field"], query["event"], query["agency"])
    return _fresh(container().catalogue.cards(wanted, query["cursor"], query["limit"]))


@blueprint.route("/procedures/<code>")
@public()
@blueprint.arguments(OnDaySchema, location="query")
@blueprint.response(200, ProcedureDetailSchema)
@blueprint.alt_response(304, description=_UNCHANGED, success=True)
def read_procedure(query: dict[str, Any], code: str) -> Any:
    """Get the version in force, today or on a day; an abolished one says what replaces it."""
    return _fresh(container().catalogue.detail(code, _day(query["on"])))


@blueprint.route("/procedures/changes")
@public()
@blueprint.arguments(SinceSchema, location="query")
@blueprint.response(200, CatalogueChangesSchema)
@blueprint.alt_response(304, description=_UNCHANGED, success=True)
def list_changes(query: dict[str, Any]) -> Any:
    """Count and list what took effect since a day: abolished, merged, shortened, cheaper."""
    return _fresh(container().catalogue.changes(_day(query["since"])))


@blueprint.route("/forms/<form_id>")
@public()
@blueprint.response(200, FormDefinitionSchema)
@blueprint.alt_response(304, description=_UNCHANGED, success=True)
def read_form(form_id: str) -> Any:
    """Get a form; what has this id never changes."""
    return _fresh(container().catalogue.form(form_id).to_json(), _FOR_EVER)


@blueprint.route("/calendar/<year>")
@public()
@blueprint.response(200, CalendarYearSchema)
@blueprint.alt_response(304, description=_UNCHANGED, success=True)
def read_calendar(year: str) -> Any:
    """Get a year's days off and worked Saturdays, and the office hours."""
    return _fresh(container().catalogue.year(year))


@blueprint.route("/catalogue/procedures")
@secured(Scope.CATALOGUE_EDIT)
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, EditedPageSchema)
def list_edited(query: dict[str, Any]) -> Any:
    """List every version and draft, by code and date."""
    return container().catalogue.editing.versions(actor(), query["cursor"], query["limit"])


@blueprint.route("/catalogue/drafts/<version_id>")
@secured(Scope.CATALOGUE_EDIT)
@blueprint.response(200, ProcedureDraftSchema)
def read_draft(version_id: str) -> Any:
    """Get a draft."""
    return container().catalogue.drafts.read(actor(), version_id)


@blueprint.route("/catalogue/drafts/<version_id>", methods=["PUT"])
@secured(Scope.CATALOGUE_EDIT)
@blueprint.arguments(ProcedureDraftBodySchema)
@blueprint.response(200, ProcedureDraftSchema)
def save_draft(body: dict[str, Any], version_id: str) -> Any:
    """Save a draft over the one that was read; nothing that cannot be is saved."""
    return container().catalogue.drafts.write(actor(), version_id, body["procedure"], body["draft_version"])


@blueprint.route("/catalogue/drafts/<version_id>", methods=["DELETE"])
@secured(Scope.CATALOGUE_EDIT)
@blueprint.response(204)
def discard_draft(version_id: str) -> None:
    """Throw a draft away."""
    container().catalogue.drafts.discard(actor(), version_id)


@blueprint.route("/catalogue/drafts/<version_id>/publish", methods=["POST"])
@secured(Scope.CATALOGUE_EDIT)
@blueprint.arguments(PublishBodySchema)
@blueprint.response(200, ProcedureDetailSchema)
def publish_draft(body: dict[str, Any], version_id: str) -> Any:
    """Publish the draft that was read; from then on it never changes."""
    version = container().catalogue.drafts.publish(actor(), version_id, body["draft_version"])
    return container().catalogue.detail(version.code, version.effective_from)


@blueprint.route("/catalogue/simulations", methods=["POST"])
@secured(Scope.CATALOGUE_EDIT)
@blueprint.arguments(SimulationBodySchema)
@blueprint.response(200, SimulationSchema)
def simulate_deadline(body: dict[str, Any]) -> Any:
    """Try a deadline out: when would it be due, and why."""
    return container().catalogue.simulations.simulate(actor(), Trial.from_wire(body))


@blueprint.route("/catalogue/calendar/<day>", methods=["PUT"])
@secured(Scope.CATALOGUE_EDIT)
@blueprint.arguments(CalendarDayBodySchema)
@blueprint.response(200, CalendarDaySchema)
def put_calendar_day(body: dict[str, Any], day: str) -> Any:
    """Enter a day off or a worked Saturday, with the paper that says so."""
    row = {"day": day, **body}
    container().catalogue.calendar_days.put(actor(), DayRow.from_json(row))
    return row


@blueprint.route("/catalogue/calendar/<day>", methods=["DELETE"])
@secured(Scope.CATALOGUE_EDIT)
@blueprint.response(204)
def remove_calendar_day(day: str) -> None:
    """Make a day what its weekday says."""
    container().catalogue.calendar_days.remove(actor(), day)


@blueprint.route("/catalogue/office-hours/<agency>", methods=["PUT"])
@secured(Scope.CATALOGUE_EDIT)
@blueprint.arguments(OfficeHoursBodySchema)
@blueprint.response(200, OfficeHoursSchema)
def put_office_hours(body: dict[str, Any], agency: str) -> Any:
    """Say when an agency is open; `default`: every one that has no hours of its own."""
    row = HoursRow.from_json(agency, body)
    container().catalogue.calendar_days.put_hours(actor(), row)
    return row.to_json()


@blueprint.route("/catalogue/office-hours/<agency>", methods=["DELETE"])
@secured(Scope.CATALOGUE_EDIT)
@blueprint.response(204)
def remove_office_hours(agency: str) -> None:
    """Let an agency keep the usual hours again."""
    container().catalogue.calendar_days.remove_hours(actor(), agency)


@blueprint.route("/catalogue/terms")
@secured(Scope.CATALOGUE_EDIT)
@blueprint.response(200, CatalogueTermsSchema)
def list_terms() -> Any:
    """List what a draft may name: agencies, procedures, fields, forms and templates."""
    return container().catalogue.editing.terms(actor())


@blueprint.route("/catalogue/forms")
@secured(Scope.CATALOGUE_EDIT)
@blueprint.response(200, FormListSchema)
def list_forms() -> Any:
    """List every form, published or not, and which versions ask for it."""
    return container().catalogue.forms.every(actor())


@blueprint.route("/catalogue/forms/<form_id>")
@secured(Scope.CATALOGUE_EDIT)
@blueprint.response(200, FormDraftSchema)
def read_edited_form(form_id: str) -> Any:
    """Get a form, published or not."""
    return container().catalogue.forms.read(actor(), form_id)


@blueprint.route("/catalogue/forms/<form_id>", methods=["PUT"])
@secured(Scope.CATALOGUE_EDIT)
@blueprint.arguments(FormDraftBodySchema)
@blueprint.response(200, FormDraftSchema)
def save_form(body: dict[str, Any], form_id: str) -> Any:
    """Save a form that no published version asks for yet."""
    return container().catalogue.forms.write(actor(), form_id, body["form"], body["draft_version"])


@blueprint.route("/catalogue/forms/<form_id>", methods=["DELETE"])
@secured(Scope.CATALOGUE_EDIT)
@blueprint.response(204)
def discard_form(form_id: str) -> None:
    """Throw a form away that no published version asks for."""
    container().catalogue.forms.discard(actor(), form_id)


@blueprint.route("/catalogue/fee-rules")
@secured(Scope.CATALOGUE_EDIT)
@blueprint.response(200, FeeRuleListSchema)
def list_fee_rules() -> Any:
    """List every exemption and reduction as it is now, and the fees that a rule may name."""
    return container().catalogue.rules.every(actor())


@blueprint.route("/catalogue/fee-rules/<rule_id>")
@secured(Scope.CATALOGUE_EDIT)
@blueprint.response(200, FeeRuleHistorySchema)
def read_fee_rule(rule_id: str) -> Any:
    """Get a rule with what it said before, who changed it and when."""
    return container().catalogue.rules.read(actor(), rule_id)


@blueprint.route("/catalogue/fee-rules/<rule_id>", methods=["PUT"])
@secured(Scope.CATALOGUE_EDIT)
@blueprint.arguments(FeeRuleBodySchema)
@blueprint.response(200, FeeRuleHistorySchema)
def put_fee_rule(body: dict[str, Any], rule_id: str) -> Any:
    """Change the rule that was read, or make one with version 0; none is ever deleted."""
    return container().catalogue.rules.write(actor(), rule_id, body["rule"], body["version"])


def _fresh(answer: dict[str, Any], cache: str = _REVALIDATE) -> Any:
    """The answer with the ETag of its content; 304 for whoever has it."""
    content = json.dumps(answer, default=str, sort_keys=True).encode()
    tag = to_base64url(hashlib.sha256(content).digest()[:16])
    headers = {"ETag": f'W/"{tag}"', "Cache-Control": cache}
    if request.if_none_match.contains_weak(tag):
        return Response(status=304, headers=headers)
    return answer, 200, headers


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
