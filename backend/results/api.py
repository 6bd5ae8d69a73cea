"""The machine API of the result store. Views translate; the services decide."""

from typing import Any, Final

from backend.http import MIB, Blueprint, PageQuerySchema, actor, body_limit, container, secured
from backend.results.service import Delivery, StatusChange
from shared_models.access import Scope
from shared_models.result import StatusAction
from shared_models.schemas.results import (
    RefusedPageSchema,
    ResultDeliveredSchema,
    ResultDeliverySchema,
    ResultPageSchema,
    ResultSchema,
    StatusChangedSchema,
    StatusChangeSchema,
)

blueprint = Blueprint("results", __name__, description="Signed results from the agencies' systems")

DELIVERY_LIMIT: Final = 12 * MIB


@blueprint.route("/results", methods=["POST"])
@body_limit(DELIVERY_LIMIT)
@secured(Scope.RESULTS_DELIVER)
@blueprint.arguments(ResultDeliverySchema)
@blueprint.response(201, ResultDeliveredSchema)
@blueprint.alt_response(200, schema=ResultDeliveredSchema, description="delivered before", success=True)
def deliver_result(body: dict[str, Any]) -> Any:
    """Deliver a signed result; its licence goes into the owner's wallet."""
    result, is_new = container().results.deliver(actor(), Delivery.from_wire(body))
    return result, 201 if is_new else 200


@blueprint.route("/results/<result_id>/status", methods=["POST"])
@secured(Scope.RESULTS_STATUS)
@blueprint.arguments(StatusChangeSchema)
@blueprint.response(200, StatusChangedSchema)
def change_result_status(body: dict[str, Any], result_id: str) -> Any:
    """Suspend, restore or revoke a licence by decision."""
    change = StatusChange(**{**body, "action": StatusAction(body["action"])})
    return container().results.change_status(actor(), result_id, change)


@blueprint.route("/results")
@secured(Scope.RESULTS_READ)
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, ResultPageSchema)
def list_results(query: dict[str, Any]) -> Any:
    """List the agency's own results, newest first."""
    return container().results.results(actor(), query["cursor"], query["limit"])


@blueprint.route("/results/refused")
@secured(Scope.RESULTS_REFUSED)
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, RefusedPageSchema)
def list_refused_deliveries(query: dict[str, Any]) -> Any:
    """List the agency's own refused deliveries and why, newest first; kept for thirty days."""
    return container().results.refused_page(actor(), query["cursor"], query["limit"])


@blueprint.route("/results/<result_id>")
@secured(Scope.RESULTS_READ)
@blueprint.response(200, ResultSchema)
def read_result(result_id: str) -> Any:
    """Read one of the agency's own results."""
    return container().results.result(actor(), result_id)
