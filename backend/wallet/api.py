"""Phones, the wallet's sync, trust and status lists, sheets and documents. Views translate; the services decide."""

from typing import Any

from flask import Response, request

from backend.http import Blueprint, PageQuerySchema, actor, bytes_response, container, public, secured
from backend.wallet.services.devices import Registration
from shared_models.access import Scope
from shared_models.device import DeviceRemoval
from shared_models.schemas.identity import AccessLogPageSchema
from shared_models.schemas.wallet import (
    ChallengeSchema,
    DeviceCreateSchema,
    DeviceListSchema,
    DeviceRemovalQuerySchema,
    DeviceSchema,
    SyncQuerySchema,
    SyncSchema,
    TrustSchema,
)

blueprint = Blueprint("wallet", __name__, description="Licences on phones, and what checks them")

_PDF = "application/pdf"
_REVALIDATE = "no-cache"
"""Kept, but asked for each time: an ETag costs 300 bytes, a stale revocation list a mistake."""


@blueprint.route("/wallet/devices/challenges", methods=["POST"])
@secured(Scope.WALLET)
@blueprint.response(201, ChallengeSchema)
def make_challenge() -> Any:
    """Get a text for a phone to sign, to register its key."""
    return container().wallet.devices.challenge(actor())


@blueprint.route("/wallet/devices", methods=["POST"])
@secured(Scope.WALLET)
@blueprint.arguments(DeviceCreateSchema)
@blueprint.response(201, DeviceSchema)
@blueprint.alt_response(200, schema=DeviceSchema, description="this key is registered already", success=True)
def register_device(body: dict[str, Any]) -> Any:
    """Register a phone and get credentials that are bound to its key."""
    device, is_new = container().wallet.devices.register(actor(), Registration(**body))
    return device, 201 if is_new else 200


@blueprint.route("/wallet/devices")
@secured(Scope.WALLET)
@blueprint.response(200, DeviceListSchema)
def list_devices() -> Any:
    """List one's phones."""
    return {"items": container().wallet.devices.list(actor())}


@blueprint.route("/wallet/devices/<device_id>", methods=["DELETE"])
@secured(Scope.WALLET)
@blueprint.arguments(DeviceRemovalQuerySchema, location="query")
@blueprint.response(204)
def block_device(query: dict[str, Any], device_id: str) -> None:
    """Block a phone and revoke the credentials on it."""
    container().wallet.devices.block(actor(), device_id, DeviceRemoval(query["reason"]))


@blueprint.route("/wallet/sync")
@secured(Scope.WALLET)
@blueprint.arguments(SyncQuerySchema, location="query")
@blueprint.response(200, SyncSchema)
@blueprint.alt_response(304, description="nothing has changed since the answer with this ETag", success=True)
def sync_wallet(query: dict[str, Any]) -> Any:
    """Get what changed in one's wallet since the cursor."""
    sync = container().wallet.sync
    plan = sync.plan(actor(), query["device_id"], query["cursor"])
    headers = {"ETag": f'W/"{plan.etag}"', "Cache-Control": "private, no-cache"}
    if request.if_none_match.contains_weak(plan.etag):
        return Response(status=304, headers=headers)
    return sync.read(plan), 200, headers


@blueprint.route("/wallet/licences/<licence_id>/access-log")
@secured(Scope.WALLET)
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, AccessLogPageSchema)
def read_licence_access_log(query: dict[str, Any], licence_id: str) -> Any:
    """Read who looked at a licence, newest first."""
    return container().wallet.licences.access_log(actor(), licence_id, query["cursor"], query["limit"])


@blueprint.route("/licences/<licence_id>/sheet.pdf")
@secured()
@blueprint.response(200, content_type=_PDF)
def print_sheet(licence_id: str) -> Any:
    """Get the verification sheet with the paper QR."""
    sheet = container().wallet.sheets.sheet(actor(), licence_id)
    return bytes_response(sheet, _PDF, download_name="phieu-kiem-tra.pdf")


@blueprint.route("/licences/<licence_id>/document.pdf")
@secured()
@blueprint.response(200, content_type=_PDF)
def read_document(licence_id: str) -> Any:
    """Get the signed PDF, exactly as the agency delivered it."""
    content, digest = container().wallet.licences.document(actor(), licence_id)
    return bytes_response(content, _PDF, etag=digest, download_name="giay-phep.pdf")


@blueprint.route("/trust")
@public()
@blueprint.response(200, TrustSchema)
def read_trust() -> Any:
    """List what a verifier needs to check without a network."""
    return container().wallet.trust_bundle()


@blueprint.route("/trust/keys")
@public()
@blueprint.response(200, content_type="application/cwt")
def read_trust_list() -> Any:
    """Get the keys that sign licences and status lists, signed by the city's root."""
    published = container().wallet.trust.current()
    return bytes_response(published.token, "application/cwt", etag=published.etag, cache=_REVALIDATE)


@blueprint.route("/status/<int:list_n>")
@public()
@blueprint.response(200, content_type="application/statuslist+cwt")
def read_status_list(list_n: int) -> Any:
    """Get a status list (draft-ietf-oauth-status-list), signed."""
    status_lists = container().wallet.status_lists
    etag = status_lists.etag(list_n)
    if request.if_none_match.contains(etag):
        return Response(status=304, headers={"ETag": f'"{etag}"', "Cache-Control": _REVALIDATE})
    token, etag = status_lists.token(list_n)
    return bytes_response(token, "application/statuslist+cwt", etag=etag, cache=_REVALIDATE)
