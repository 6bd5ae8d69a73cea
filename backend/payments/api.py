"""Orders for those who pay, and notices of gateways. Views translate; the services decide."""

from typing import Any

from flask import Response, request
from marshmallow import EXCLUDE, Schema

from backend.http import Blueprint, actor, body_limit, container, public, secured, takes_bytes
from backend.identity.service import Caller
from backend.payments.ports import RawNotice
from shared_models.access import Scope
from shared_models.schemas.payments import AttemptSchema, BeginAttemptSchema, GatewayListSchema, OrderSchema

blueprint = Blueprint("payments", __name__, description="Orders, ways to pay, notices of gateways")

_NOTICE_LIMIT = 64 * 1024


class GatewayQuerySchema(Schema):
    """Whatever a gateway puts there: its signature says what counts, and the adapter reads it as it was sent."""


@blueprint.route("/gateways")
@secured(Scope.PAYMENTS)
@blueprint.response(200, GatewayListSchema)
def list_gateways() -> Any:
    """See by which ways this city takes money."""
    return {"items": container().payments.attempts.offered()}


@blueprint.route("/orders/<order_id>")
@secured(Scope.PAYMENTS)
@blueprint.response(200, OrderSchema)
@blueprint.alt_response(304, description="nothing has changed since the answer with this ETag", success=True)
def read_order(order_id: str) -> Any:
    """Follow an order: what is due, its attempts, and its receipt when it is paid."""
    shown = container().payments.own(actor(), order_id)
    receipt = shown["receipt"] or {"id": "", "state": ""}
    reached = sum(1 for one in shown["attempts"] if one["url"] or one["qr"])
    # A receipt is replaced without the order changing.
    etag = f"{shown['version']}-{reached}-{receipt['id']}-{receipt['state']}"
    headers = {"ETag": f'W/"{etag}"', "Cache-Control": "private, no-cache"}
    if request.if_none_match.contains_weak(etag):
        return Response(status=304, headers=headers)
    return shown, 200, headers


@blueprint.route("/orders/<order_id>/attempts", methods=["POST"])
@secured(Scope.PAYMENTS)
@blueprint.arguments(BeginAttemptSchema)
@blueprint.response(200, AttemptSchema)
def begin_attempt(body: dict[str, Any], order_id: str) -> Any:
    """Take an order to a gateway; the same id again is the same attempt."""
    caller = Caller(request.remote_addr, request.headers.get("User-Agent"))
    return container().payments.begin(actor(), order_id, body, caller)


@blueprint.route("/gateways/<key>/notice", methods=["GET"])
@public()
@blueprint.arguments(GatewayQuerySchema, location="query", unknown=EXCLUDE)
@blueprint.response(200, content_type="application/json")
def take_query_notice(_query: dict[str, Any], key: str) -> Response:
    """Hear what a gateway says of an attempt; judged by its signature, answered in the gateway's words."""
    return _take(key)


@blueprint.route("/gateways/<key>/notice", methods=["POST"])
@takes_bytes
@body_limit(_NOTICE_LIMIT)
@public()
@blueprint.response(200, content_type="application/json")
@blueprint.alt_response(204, description="taken, for gateways that want no words", success=True)
def take_posted_notice(key: str) -> Response:
    """Hear what a gateway says of an attempt; judged by its signature, answered in the gateway's words."""
    return _take(key)


def _take(key: str) -> Response:
    query = tuple(request.args.items(multi=True))
    raw = RawNotice(request.method, query, dict(request.headers), request.get_data())
    reply = container().payments.taking.take(key, raw)
    return Response(reply.body, reply.status, content_type=reply.content_type)
