"""What inspectors' phones send in and read back. Views translate; `service.py` decides."""

from typing import Any, Final

from backend.http import MIB, Blueprint, PageQuerySchema, actor, body_limit, container, secured
from shared_models.access import Scope
from shared_models.schemas.inspections import BatchAnswerSchema, BatchSchema, HistoryPageSchema

blueprint = Blueprint("inspections", __name__, description="Scans and inspections in the field")

BATCH_BYTES: Final = 4 * MIB
"""500 records with codes of 700 characters and long notes."""


@blueprint.route("/inspections:batch", methods=["POST"])
@body_limit(BATCH_BYTES)
@secured(Scope.INSPECTIONS_WRITE)
@blueprint.arguments(BatchSchema)
@blueprint.response(200, BatchAnswerSchema)
def receive_batch(body: dict[str, Any]) -> Any:
    """Send up to 500 scans and inspections; each is answered for itself, and repeating them changes nothing."""
    answers = container().inspections.receive(actor(), body["records"])
    return {"results": answers, "server_time": container().clock.now()}


@blueprint.route("/inspections")
@secured(Scope.INSPECTIONS_READ)
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, HistoryPageSchema)
def list_inspections(query: dict[str, Any]) -> Any:
    """Read one's own scans and inspections, newest first."""
    return container().inspections.history(actor(), query["cursor"], query["limit"])
