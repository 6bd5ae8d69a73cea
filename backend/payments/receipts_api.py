"""Receipts for those who paid, and for the officers who collect. Views translate; the services decide."""

from typing import Any

from flask import Response

from backend.http import Blueprint, PageQuerySchema, actor, bytes_response, container, secured
from shared_models.access import Scope
from shared_models.schemas.receipts import (
    CancelReceiptSchema,
    DeskReceiptListSchema,
    DeskReceiptSchema,
    ReceiptDayQuerySchema,
    ReceiptDaySchema,
    ReceiptNumberSchema,
    ReceiptPageSchema,
)

blueprint = Blueprint("receipts", __name__, description="Electronic receipts")


@blueprint.route("/receipts")
@secured(Scope.PAYMENTS)
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, ReceiptPageSchema)
def list_receipts(query: dict[str, Any]) -> Any:
    """List one's own receipts, newest first."""
    return container().payments.receipts.readings.own(actor(), query["cursor"], query["limit"])


@blueprint.route("/receipts/<receipt_id>.pdf")
@secured()
@blueprint.response(200, content_type="application/pdf")
def read_receipt(receipt_id: str) -> Response:
    """Get a receipt as a signed PDF: the payer's own, or one of the officer's agency."""
    content, digest = container().payments.receipts.readings.file(actor(), receipt_id, "pdf")
    return bytes_response(content, "application/pdf", etag=digest)


@blueprint.route("/receipts/<receipt_id>.xml")
@secured()
@blueprint.response(200, content_type="application/xml")
def read_receipt_data(receipt_id: str) -> Response:
    """Get a receipt as signed XML: the payer's own, or one of the officer's agency."""
    content, digest = container().payments.receipts.readings.file(actor(), receipt_id, "xml")
    return bytes_response(content, "application/xml", etag=digest)


@blueprint.route("/desk/payments/receipts")
@secured(Scope.PAYMENTS_COLLECT)
@blueprint.arguments(ReceiptNumberSchema, location="query")
@blueprint.response(200, DeskReceiptListSchema)
def find_receipt(query: dict[str, Any]) -> Any:
    """Find one of the agency's receipts by its number; the payer's access log says so."""
    return {"items": container().payments.receipts.readings.find(actor(), query["series"], query["number"])}


@blueprint.route("/desk/payments/receipts/used")
@secured(Scope.PAYMENTS_COLLECT)
@blueprint.arguments(ReceiptDayQuerySchema, location="query")
@blueprint.response(200, ReceiptDaySchema)
def read_receipt_day(query: dict[str, Any]) -> Any:
    """See which receipts the agency used on a day, with sums; nobody's name is among them."""
    return container().payments.receipts.days.of(actor(), query["day"], query["cursor"], query["limit"])


@blueprint.route("/desk/payments/receipts/<receipt_id>")
@secured(Scope.PAYMENTS_COLLECT)
@blueprint.response(200, DeskReceiptSchema)
def read_desk_receipt(receipt_id: str) -> Any:
    """Read one of the agency's receipts; who paid can read who looked."""
    return container().payments.receipts.readings.one(actor(), receipt_id)


@blueprint.route("/desk/payments/receipts/<receipt_id>/cancel", methods=["POST"])
@secured(Scope.PAYMENTS_COLLECT)
@blueprint.arguments(CancelReceiptSchema)
@blueprint.response(200, DeskReceiptSchema)
def cancel_receipt(body: dict[str, Any], receipt_id: str) -> Any:
    """Cancel a receipt, or replace it by a new one; the same id again changes nothing."""
    return container().payments.receipts.cancel(actor(), receipt_id, body)
