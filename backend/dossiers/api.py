"""Dossiers for citizens, uploads, and what anybody may look up. Views translate; the services decide."""

from typing import Any

from flask import Response, request

from backend.http import (
    Blueprint,
    PageQuerySchema,
    actor,
    body_limit,
    bytes_response,
    container,
    public,
    secured,
    takes_bytes,
)
from backend.identity.service import Caller
from shared_models.access import Scope
from shared_models.schemas.dossiers import (
    CitizenActionSchema,
    DossierPageSchema,
    DossierSchema,
    LookupAskSchema,
    LookupSchema,
)
from shared_models.schemas.filing import (
    DossierCreateSchema,
    PreparationAskSchema,
    PreparationSchema,
    UploadCreateSchema,
    UploadOffsetSchema,
    UploadSchema,
)
from shared_models.schemas.payments import OrderSchema

blueprint = Blueprint("dossiers", __name__, description="Dossiers: sending, following, answering")

_PIECE = 1024 * 1024 + 1024
_BYTES = {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
_FILES = ["application/pdf", "image/jpeg", "image/png"]


@blueprint.route("/dossiers/preparations", methods=["POST"])
@secured(Scope.DOSSIERS)
@blueprint.arguments(PreparationAskSchema)
@blueprint.response(200, PreparationSchema)
def prepare_dossier(body: dict[str, Any]) -> Any:
    """Get what the city knows already: answers, components, the fee and the day."""
    return container().dossiers.preparing.prepare(actor(), body["procedure_code"], body["receiving_agency"])


@blueprint.route("/uploads", methods=["POST"])
@secured()
@blueprint.arguments(UploadCreateSchema)
@blueprint.response(201, UploadSchema)
@blueprint.alt_response(200, schema=UploadSchema, description="announced before", success=True)
def begin_upload(body: dict[str, Any]) -> Any:
    """Announce a file that will come in pieces."""
    upload, is_new = container().dossiers.uploads.begin(actor(), body)
    return {**upload, "id": upload["_id"]}, 201 if is_new else 200


@blueprint.route("/uploads/<upload_id>")
@secured()
@blueprint.response(200, UploadSchema)
def read_upload(upload_id: str) -> Any:
    """See how much of a file has come."""
    upload = container().dossiers.uploads.read(actor(), upload_id)
    return {**upload, "id": upload["_id"]}


@blueprint.route("/uploads/<upload_id>", methods=["PATCH"])
@takes_bytes
@body_limit(_PIECE)
@secured()
@blueprint.arguments(UploadOffsetSchema, location="query")
@blueprint.response(200, UploadSchema)
@blueprint.doc(requestBody=_BYTES)
def append_to_upload(query: dict[str, Any], upload_id: str) -> Any:
    """Send the next piece (1 MiB at most); the last one makes the file be checked."""
    upload = container().dossiers.uploads.append(actor(), upload_id, query["offset"], request.get_data())
    return {**upload, "id": upload["_id"]}


@blueprint.route("/dossiers", methods=["POST"])
@secured(Scope.DOSSIERS)
@blueprint.arguments(DossierCreateSchema)
@blueprint.response(201, DossierSchema)
def file_dossier(body: dict[str, Any]) -> Any:
    """Send a dossier; sending it again changes nothing."""
    return container().dossiers.file(actor(), body)


@blueprint.route("/dossiers")
@secured(Scope.DOSSIERS)
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, DossierPageSchema)
def list_dossiers(query: dict[str, Any]) -> Any:
    """List one's own dossiers, the newest change first."""
    return container().dossiers.readings.own(actor(), query["cursor"], query["limit"])


@blueprint.route("/dossiers/<dossier_id>")
@secured(Scope.DOSSIERS)
@blueprint.response(200, DossierSchema)
@blueprint.alt_response(304, description="nothing has changed since the answer with this ETag", success=True)
def read_dossier(dossier_id: str) -> Any:
    """Read one of one's own dossiers, with all that was done, by whom and when."""
    readings = container().dossiers.readings
    etag = readings.etag(actor(), dossier_id)
    headers = {"ETag": f'W/"{etag}"', "Cache-Control": "private, no-cache"}
    if request.if_none_match.contains_weak(etag):
        return Response(status=304, headers=headers)
    return readings.one(actor(), dossier_id), 200, headers


@blueprint.route("/dossiers/<dossier_id>/actions", methods=["POST"])
@secured(Scope.DOSSIERS)
@blueprint.arguments(CitizenActionSchema)
@blueprint.response(200, DossierSchema)
def act_on_dossier(body: dict[str, Any], dossier_id: str) -> Any:
    """Withdraw a dossier, answer a supplement, or say how it went."""
    return container().dossiers.act(actor(), dossier_id, body)


@blueprint.route("/dossiers/<dossier_id>/files/<component>")
@secured(Scope.DOSSIERS)
@blueprint.response(200, content_type=_FILES[0])
def read_dossier_file(dossier_id: str, component: str) -> Response:
    """Get a file of one's own dossier."""
    content, media_type, digest = container().dossiers.readings.file(actor(), dossier_id, component)
    return bytes_response(content, media_type, etag=digest)


@blueprint.route("/dossiers/<dossier_id>/order", methods=["POST"])
@secured(Scope.PAYMENTS)
@blueprint.response(200, OrderSchema)
def order_of_dossier(dossier_id: str) -> Any:
    """Get the order of what is due for one's own dossier, or of what was paid; it is made when there is none."""
    return container().dossiers.paying.order(actor(), dossier_id)


@blueprint.route("/dossiers/<dossier_id>/slips/<number>.pdf")
@secured(Scope.DOSSIERS)
@blueprint.response(200, content_type="application/pdf")
def read_slip(dossier_id: str, number: str) -> Response:
    """Get one of the slips 01 to 06 of one's own dossier."""
    content, digest = container().dossiers.papers.slip(actor(), dossier_id, number)
    return bytes_response(content, "application/pdf", etag=digest)


@blueprint.route("/dossiers/<dossier_id>/result.pdf")
@secured(Scope.DOSSIERS)
@blueprint.response(200, content_type="application/pdf")
def read_dossier_result(dossier_id: str) -> Response:
    """Get the signed document that one's own dossier ended in."""
    content, digest = container().dossiers.papers.result(actor(), dossier_id)
    return bytes_response(content, "application/pdf", etag=digest)


@blueprint.route("/dossier-lookups", methods=["POST"])
@public()
@blueprint.arguments(LookupAskSchema)
@blueprint.response(200, LookupSchema)
def look_up_dossier(body: dict[str, Any]) -> Any:
    """Look up how a dossier stands by its code, without an account."""
    caller = Caller(request.remote_addr, None)
    return container().dossiers.readings.look_up(caller, body["code"], body["phone_end"])
