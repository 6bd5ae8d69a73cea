"""The machine API for the one-stop software (eGov). Views translate; the services decide."""

from typing import Any

from flask import Response

from backend.http import (
    MIB,
    Blueprint,
    actor,
    body_limit,
    bytes_response,
    container,
    decode_cursor,
    encode_cursor,
    secured,
)
from shared_models.access import Scope
from shared_models.schemas.exchange import (
    AcknowledgeAnswerSchema,
    AcknowledgeSchema,
    FeedQuerySchema,
    FeedSchema,
    PushAnswerSchema,
    PushSchema,
)

blueprint = Blueprint("exchange", __name__, description="Dossiers to and from agencies' one-stop software")

_PUSH_BYTES = 4 * MIB
"""200 records with thirty steps and long notes."""


@blueprint.route("/exchange/dossiers:push", methods=["POST"])
@body_limit(_PUSH_BYTES)
@secured(Scope.DOSSIERS_EXCHANGE)
@blueprint.arguments(PushSchema)
@blueprint.response(200, PushAnswerSchema)
def push_dossiers(body: dict[str, Any]) -> Any:
    """Send up to 200 dossiers; each is answered for itself, and repeating them changes nothing."""
    answers = container().dossiers.exchange.push(actor(), body["records"])
    return {"results": answers, "server_time": container().clock.now()}


@blueprint.route("/exchange/dossiers")
@secured(Scope.DOSSIERS_EXCHANGE)
@blueprint.arguments(FeedQuerySchema, location="query")
@blueprint.response(200, FeedSchema)
def pull_dossiers(query: dict[str, Any]) -> Any:
    """Get the agency's dossiers that have changed since a cursor, in order; each reading is in the owner's log."""
    place = decode_cursor(query["cursor"], int) or (0,)
    page = container().dossiers.exchange.pull(actor(), place[0], query["limit"])
    return {"items": page["items"], "cursor": encode_cursor(page["seq"]), "more": page["more"]}


@blueprint.route("/exchange/dossiers/<dossier_id>/files/<component>")
@secured(Scope.DOSSIERS_EXCHANGE)
@blueprint.response(200, content_type="application/pdf")
def read_exchanged_file(dossier_id: str, component: str) -> Response:
    """Get a file of one of the agency's dossiers; its owner can read that it was."""
    content, media_type, digest = container().dossiers.exchange.file(actor(), dossier_id, component)
    return bytes_response(content, media_type, etag=digest)


@blueprint.route("/exchange/dossiers:acknowledge", methods=["POST"])
@secured(Scope.DOSSIERS_EXCHANGE)
@blueprint.arguments(AcknowledgeSchema)
@blueprint.response(200, AcknowledgeAnswerSchema)
def acknowledge_dossiers(body: dict[str, Any]) -> Any:
    """Say which revisions have been stored, and under which ids."""
    return {"results": container().dossiers.exchange.acknowledge(actor(), body["items"])}
