"""The collecting officer's desk. Views translate; the services decide."""

from typing import Any

from backend.http import Blueprint, actor, body_limit, container, secured
from backend.http.limits import MIB
from backend.http.paging import PageQuerySchema
from shared_models.access import Scope
from shared_models.schemas.payments_desk import (
    DeskOrderListSchema,
    DeskOrderSchema,
    OrderSearchSchema,
    RefundAskSchema,
    SettleSchema,
    StatementImportSchema,
    StatementListSchema,
    StatementPageSchema,
    TaskListSchema,
    TaskPageSchema,
    TaskQuerySchema,
)

blueprint = Blueprint("payments_desk", __name__, description="Reconciliation and refunds")

_STATEMENT_LIMIT = 6 * MIB
"""4 MiB of a statement are 5.4 MiB of base64url."""


@blueprint.route("/desk/payments/tasks")
@secured(Scope.PAYMENTS_COLLECT)
@blueprint.arguments(TaskQuerySchema, location="query")
@blueprint.response(200, TaskListSchema)
def list_tasks(query: dict[str, Any]) -> Any:
    """List the agency's tasks of reconciliation, what changed last first."""
    return container().payments.desk.tasks.page(actor(), query["state"], query["cursor"], query["limit"])


@blueprint.route("/desk/payments/tasks/<task_id>")
@secured(Scope.PAYMENTS_COLLECT)
@blueprint.response(200, TaskPageSchema)
def read_task(task_id: str) -> Any:
    """See what is known here beside what the gateway says; who pays can read who looked."""
    return container().payments.desk.tasks.one(actor(), task_id)


@blueprint.route("/desk/payments/tasks/<task_id>/settle", methods=["POST"])
@secured(Scope.PAYMENTS_COLLECT)
@blueprint.arguments(SettleSchema)
@blueprint.response(200, TaskPageSchema)
def settle_task(body: dict[str, Any], task_id: str) -> Any:
    """Settle a task in one of the ways of its kind; the same id again changes nothing."""
    return container().payments.desk.tasks.settle(actor(), task_id, body)


@blueprint.route("/desk/payments/statements")
@secured(Scope.PAYMENTS_COLLECT)
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, StatementListSchema)
def list_statements(query: dict[str, Any]) -> Any:
    """List the statements that the agency has imported."""
    return container().payments.desk.statements.page(actor(), query["cursor"], query["limit"])


@blueprint.route("/desk/payments/statements", methods=["POST"])
@body_limit(_STATEMENT_LIMIT)
@secured(Scope.PAYMENTS_COLLECT)
@blueprint.arguments(StatementImportSchema)
@blueprint.response(200, StatementPageSchema)
def import_statement(body: dict[str, Any]) -> Any:
    """Import a statement of a day and see what its rows are; the same file again changes nothing."""
    return container().payments.desk.statements.import_(actor(), body)


@blueprint.route("/desk/payments/statements/<statement_id>")
@secured(Scope.PAYMENTS_COLLECT)
@blueprint.response(200, StatementPageSchema)
def read_statement(statement_id: str) -> Any:
    """See what came of a statement: counts, and the rows that do not match."""
    return container().payments.desk.statements.one(actor(), statement_id)


@blueprint.route("/desk/payments/orders")
@secured(Scope.PAYMENTS_COLLECT)
@blueprint.arguments(OrderSearchSchema, location="query")
@blueprint.response(200, DeskOrderListSchema)
def find_orders(query: dict[str, Any]) -> Any:
    """Find the agency's orders by the dossier's number."""
    return {"items": container().payments.desk.orders.find(actor(), query["code"])}


@blueprint.route("/desk/payments/orders/<order_id>")
@secured(Scope.PAYMENTS_COLLECT)
@blueprint.response(200, DeskOrderSchema)
def read_desk_order(order_id: str) -> Any:
    """Read an order with its history and attempts; who pays can read who looked."""
    return container().payments.desk.orders.one(actor(), order_id)


@blueprint.route("/desk/payments/orders/<order_id>/refund", methods=["POST"])
@secured(Scope.PAYMENTS_COLLECT)
@blueprint.arguments(RefundAskSchema)
@blueprint.response(200, DeskOrderSchema)
def act_on_refund(body: dict[str, Any], order_id: str) -> Any:
    """Propose, approve, refuse or note a refund: two persons of the agency decide."""
    container().payments.desk.refunds.act(actor(), order_id, body)
    return container().payments.desk.orders.one(actor(), order_id)
