"""The officer's desk. Views translate; the services decide."""

from typing import Any

from flask import Response

from backend.http import Blueprint, actor, bytes_response, container, secured
from shared_models.access import Scope
from shared_models.schemas.desk import (
    AgencyListSchema,
    ColleagueListSchema,
    CounterDossierSchema,
    CounterPreparationAskSchema,
    CounterPreparationSchema,
    DeskActionSchema,
    DeskDossierSchema,
    DeskListSchema,
    DeskPageSchema,
    DeskSearchQuerySchema,
    FormShareListSchema,
    QueueQuerySchema,
)

blueprint = Blueprint("desk", __name__, description="The officers' side of dossiers")


@blueprint.route("/desk/dossiers")
@secured(Scope.DOSSIERS_READ)
@blueprint.arguments(QueueQuerySchema, location="query")
@blueprint.response(200, DeskPageSchema)
def list_desk(query: dict[str, Any]) -> Any:
    """List one view of the agency's queue, what is due first on top."""
    return container().dossiers.readings.queue(actor(), query["view"], query["cursor"], query["limit"])


@blueprint.route("/desk/dossiers", methods=["POST"])
@secured(Scope.DOSSIERS_RECEIVE)
@blueprint.arguments(CounterDossierSchema)
@blueprint.response(201, DeskDossierSchema)
def file_at_counter(body: dict[str, Any]) -> Any:
    """File a dossier for a citizen who is present, or that came by post."""
    return container().dossiers.file_for(actor(), body)


@blueprint.route("/desk/dossiers/preparations", methods=["POST"])
@secured(Scope.DOSSIERS_RECEIVE)
@blueprint.arguments(CounterPreparationAskSchema)
@blueprint.response(200, CounterPreparationSchema)
def prepare_at_counter(body: dict[str, Any]) -> Any:
    """Get what the city knows of a citizen who is present; they can read who asked."""
    return container().dossiers.preparing.prepare_for(actor(), body)


@blueprint.route("/desk/dossiers/search")
@secured(Scope.DOSSIERS_READ)
@blueprint.arguments(DeskSearchQuerySchema, location="query")
@blueprint.response(200, DeskListSchema)
def search_desk(query: dict[str, Any]) -> Any:
    """Find the agency's dossiers by code or by the owner's name; the owners can read that they were looked for."""
    return {"items": container().dossiers.readings.search(actor(), query.get("code"), query.get("name"))}


@blueprint.route("/desk/dossiers/<dossier_id>")
@secured(Scope.DOSSIERS_READ)
@blueprint.response(200, DeskDossierSchema)
def read_at_desk(dossier_id: str) -> Any:
    """Read a dossier that the agency has to do with; its owner can read who did."""
    return container().dossiers.readings.one(actor(), dossier_id)


@blueprint.route("/desk/dossiers/<dossier_id>/files/<component>")
@secured(Scope.DOSSIERS_READ)
@blueprint.response(200, content_type="application/pdf")
def read_file_at_desk(dossier_id: str, component: str) -> Response:
    """Get a file of a dossier."""
    content, media_type, digest = container().dossiers.readings.file(actor(), dossier_id, component)
    return bytes_response(content, media_type, etag=digest)


@blueprint.route("/desk/dossiers/<dossier_id>/slips/<number>.pdf")
@secured(Scope.DOSSIERS_READ)
@blueprint.response(200, content_type="application/pdf")
def read_slip_at_desk(dossier_id: str, number: str) -> Response:
    """Get one of the slips 01 to 06 of a dossier, to be printed."""
    content, digest = container().dossiers.papers.slip(actor(), dossier_id, number)
    return bytes_response(content, "application/pdf", etag=digest)


@blueprint.route("/desk/dossiers/<dossier_id>/result.pdf")
@secured(Scope.DOSSIERS_READ)
@blueprint.response(200, content_type="application/pdf")
def read_result_at_desk(dossier_id: str) -> Response:
    """Get the signed document that a dossier ended in."""
    content, digest = container().dossiers.papers.result(actor(), dossier_id)
    return bytes_response(content, "application/pdf", etag=digest)


@blueprint.route("/desk/dossiers/<dossier_id>/actions", methods=["POST"])
@secured(Scope.DOSSIERS_READ)
@blueprint.arguments(DeskActionSchema)
@blueprint.response(200, DeskDossierSchema)
def act_at_desk(body: dict[str, Any], dossier_id: str) -> Any:
    """Do one of the desk's actions on the version that one has seen."""
    return container().dossiers.act_at_desk(actor(), dossier_id, body)


@blueprint.route("/desk/colleagues")
@secured(Scope.DOSSIERS_READ)
@blueprint.response(200, ColleagueListSchema)
def list_colleagues() -> Any:
    """List whom in the agency a dossier can be given to."""
    return {"items": container().dossiers.readings.colleagues(actor())}


@blueprint.route("/desk/agencies")
@secured(Scope.DOSSIERS_READ)
@blueprint.response(200, AgencyListSchema)
def list_agencies() -> Any:
    """List the agencies that an opinion can be asked of."""
    return {"items": container().dossiers.readings.agencies(actor())}


@blueprint.route("/catalogue/form-shares")
@secured(Scope.CATALOGUE_EDIT)
@blueprint.response(200, FormShareListSchema)
def list_form_shares() -> Any:
    """See how much of each form version was known before anybody typed."""
    return {"items": container().dossiers.form_shares(actor())}
