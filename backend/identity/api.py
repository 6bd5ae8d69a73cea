"""Signing in, and who one is. Views translate; `service.py` decides."""

from typing import Any

from flask import redirect, request
from marshmallow import EXCLUDE

from backend.http import Blueprint, PageQuerySchema, actor, container, public, secured
from backend.identity.service import Caller, Return
from shared_models.access import Scope
from shared_models.schemas.identity import (
    AccessLogPageSchema,
    CommuneListSchema,
    EndedSessionsSchema,
    FoundPersonSchema,
    MachineKeyAddSchema,
    MachineKeyListSchema,
    MachineKeySchema,
    PersonLookupSchema,
    ProfileSchema,
    RecoveryCodesSchema,
    RevokeSchema,
    SecondStepBeginSchema,
    SecondStepCodeSchema,
    SecondStepSecretSchema,
    SecondStepStateSchema,
    SessionListSchema,
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
    return redirect(container().identity.finish_signin(returned, _caller()))


@blueprint.route("/auth/token", methods=["POST"])
@public()
@blueprint.arguments(TokenRequestSchema)
@blueprint.response(200, TokenAnswerSchema)
def issue_token(body: dict[str, Any]) -> Any:
    """Get tokens, bound to the key of the DPoP proof."""
    return container().identity.token(body, request.headers.get("DPoP"), request.base_url, _caller())


@blueprint.route("/auth/revoke", methods=["POST"])
@public()
@blueprint.arguments(RevokeSchema)
@blueprint.response(204)
def revoke_token(body: dict[str, Any]) -> Any:
    """End the session of a refresh token; 204 whether there was one or not."""
    container().identity.sessions.end(body["refresh_token"])


@blueprint.route("/communes")
@public()
@blueprint.response(200, CommuneListSchema)
def list_communes() -> Any:
    """List the city's communes, each with the committee that receives what is handed in there."""
    return container().identity.people.places()


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


@blueprint.route("/me/sessions")
@secured(Scope.PROFILE)
@blueprint.response(200, SessionListSchema)
def list_sessions() -> Any:
    """List where one is signed in."""
    return {"items": container().identity.sessions.own(actor())}


@blueprint.route("/me/sessions", methods=["DELETE"])
@secured(Scope.PROFILE)
@blueprint.response(200, EndedSessionsSchema)
def end_other_sessions() -> Any:
    """Sign out everywhere else."""
    return {"ended": container().identity.sessions.end_others(actor())}


@blueprint.route("/me/sessions/<session_id>", methods=["DELETE"])
@secured(Scope.PROFILE)
@blueprint.response(204)
def end_session(session_id: str) -> None:
    """Sign out one phone or browser; its next request is refused."""
    container().identity.sessions.end_own(actor(), session_id)


@blueprint.route("/me/totp")
@secured(Scope.SECOND_STEP)
@blueprint.response(200, SecondStepStateSchema)
def read_second_step() -> Any:
    """Whether one signs in with a code as well."""
    return container().identity.second_step.state(actor())


@blueprint.route("/me/totp", methods=["POST"])
@secured(Scope.SECOND_STEP)
@blueprint.arguments(SecondStepBeginSchema)
@blueprint.response(201, SecondStepSecretSchema)
def begin_second_step(body: dict[str, Any]) -> Any:
    """Get a secret for one's authenticator app, soon after signing in or with the password."""
    return container().identity.second_step.begin(actor(), body["password"], _caller().address)


@blueprint.route("/me/totp/confirm", methods=["POST"])
@secured(Scope.SECOND_STEP)
@blueprint.arguments(SecondStepCodeSchema)
@blueprint.response(200, RecoveryCodesSchema)
def confirm_second_step(body: dict[str, Any]) -> Any:
    """Turn the second step on with its first code; get the recovery codes."""
    return {"recovery_codes": container().identity.second_step.confirm(actor(), body["code"])}


@blueprint.route("/me/totp/recovery-codes", methods=["POST"])
@secured(Scope.SECOND_STEP)
@blueprint.arguments(SecondStepCodeSchema)
@blueprint.response(200, RecoveryCodesSchema)
def renew_recovery_codes(body: dict[str, Any]) -> Any:
    """Get new recovery codes instead of the old ones."""
    return {"recovery_codes": container().identity.second_step.renew_recovery_codes(actor(), body["code"])}


@blueprint.route("/machine/keys")
@secured(Scope.MACHINE_KEYS)
@blueprint.response(200, MachineKeyListSchema)
def list_machine_keys() -> Any:
    """List the keys of the system that asks."""
    return {"items": container().identity.machines.keys.own(actor())}


@blueprint.route("/machine/keys", methods=["POST"])
@secured(Scope.MACHINE_KEYS)
@blueprint.arguments(MachineKeyAddSchema)
@blueprint.response(201, MachineKeySchema)
@blueprint.alt_response(200, schema=MachineKeySchema, description="this key is there already", success=True)
def add_machine_key(body: dict[str, Any]) -> Any:
    """Add a key that the system proves to hold."""
    key, is_new = container().identity.machines.keys.add_own(actor(), body["jwk"], body["proof"])
    return key, 201 if is_new else 200


@blueprint.route("/machine/keys/<jkt>", methods=["DELETE"])
@secured(Scope.MACHINE_KEYS)
@blueprint.response(204)
def remove_machine_key(jkt: str) -> None:
    """Take a key away, with the tokens that it signed in for; never the last one."""
    container().identity.machines.keys.remove_own(actor(), jkt)


def _caller() -> Caller:
    return Caller(request.remote_addr, request.headers.get("User-Agent"))
