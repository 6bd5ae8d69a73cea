"""Signing in, and who one is. Views translate; `service.py` decides."""

from typing import Any

from flask import redirect, request
from marshmallow import EXCLUDE

from backend.http import Blueprint, PageQuerySchema, actor, container, public, secured
from backend.identity.service import Return
from shared_models.access import Scope
from shared_models.schemas.identity import (
    AccessLogPageSchema,
    FoundPersonSchema,
    PersonLookupSchema,
    ProfileSchema,
    RevokeSchema,
    SigninReturnSchema,
    SigninStartSchema,
    TokenAnswerSchema,
    TokenRequestSchema,
)

blueprint = Blueprint("identity", __name__, description="Signing in, and who one is")


@blueprint.route("/auth/vneid/start")
@public()
@blueprint.arguments(SigninStartSchema, location="query")
@blueprint.response(302)
def start_signin(query: dict[str, Any]) -> Any:
    """Send the browser to VNeID."""
    return redirect(container().identity.citizens.start(query["code_challenge"], query["state"]))


@blueprint.route("/auth/vneid/callback")
@public()
@blueprint.arguments(SigninReturnSchema, location="query", unknown=EXCLUDE)
@blueprint.response(302)
def finish_signin(query: dict[str, Any]) -> Any:
    """Take the browser back from VNeID and send it to the app with a one-time code."""
    returned = Return(query["state"], query["code"], query["encrypt_key"])
    return redirect(container().identity.citizens.finish(returned))


@blueprint.route("/auth/token", methods=["POST"])
@public()
@blueprint.arguments(TokenRequestSchema)
@blueprint.response(200, TokenAnswerSchema)
def issue_token(body: dict[str, Any]) -> Any:
    """Get tokens, bound to the key of the DPoP proof."""
    source = request.remote_addr or "-"
    return container().identity.token(body, request.headers.get("DPoP"), request.base_url, source)


@blueprint.route("/auth/revoke", methods=["POST"])
@public()
@blueprint.arguments(RevokeSchema)
@blueprint.response(204)
def revoke_token(body: dict[str, Any]) -> Any:
    """End the session of a refresh token; 204 whether there was one or not."""
    container().identity.sessions.end(body["refresh_token"])


@blueprint.route("/me")
@secured(Scope.PROFILE)
@blueprint.response(200, ProfileSchema)
def read_profile() -> Any:
    """Who one is."""
    return container().identity.profile(actor())


@blueprint.route("/me/access-log")
@secured(Scope.PROFILE)
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, AccessLogPageSchema)
def read_access_log(query: dict[str, Any]) -> Any:
    """Who looked at one's data, newest first."""
    return container().identity.access_log(actor(), query["cursor"], query["limit"])


@blueprint.route("/people/lookups", methods=["POST"])
@secured(Scope.PEOPLE_READ)
@blueprint.arguments(PersonLookupSchema)
@blueprint.response(200, FoundPersonSchema)
def look_up_person(body: dict[str, Any]) -> Any:
    """Look up a person by personal id, for an officer with a reason; the person can read it in their access log."""
    return container().identity.look_up(actor(), body["personal_id"], body["purpose"])
