"""The inbox and push subscriptions. Views translate; `service.py` decides."""

from typing import Any

from backend.http import Blueprint, PageQuerySchema, actor, container, secured
from backend.notices.service import Subscription
from shared_models.access import Scope
from shared_models.schemas.notices import NoticePageSchema, SubscriptionCreateSchema, SubscriptionSchema

blueprint = Blueprint("notices", __name__, description="What a person should hear of")


@blueprint.route("/notices")
@secured(Scope.NOTICES)
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, NoticePageSchema)
def list_notices(query: dict[str, Any]) -> Any:
    """Read one's inbox, newest first."""
    return container().notices.inbox(actor(), query["cursor"], query["limit"])


@blueprint.route("/notices/<notice_id>/read", methods=["POST"])
@secured(Scope.NOTICES)
@blueprint.response(204)
def mark_notice_read(notice_id: str) -> None:
    """Mark a notice as read."""
    container().notices.mark_read(actor(), notice_id)


@blueprint.route("/push/subscriptions", methods=["POST"])
@secured(Scope.NOTICES)
@blueprint.arguments(SubscriptionCreateSchema)
@blueprint.response(201, SubscriptionSchema)
@blueprint.alt_response(200, schema=SubscriptionSchema, description="renewed", success=True)
def subscribe_push(body: dict[str, Any]) -> Any:
    """Ask for push messages in this browser, or renew that."""
    subscription = Subscription(body["endpoint"], body["keys"]["p256dh"], body["keys"]["auth"], body["lang"])
    stored, is_new = container().notices.subscribe(actor(), subscription)
    return stored, 201 if is_new else 200


@blueprint.route("/push/subscriptions/<subscription_id>", methods=["DELETE"])
@secured(Scope.NOTICES)
@blueprint.response(204)
def unsubscribe_push(subscription_id: str) -> None:
    """Stop push messages in a browser."""
    container().notices.unsubscribe(actor(), subscription_id)
