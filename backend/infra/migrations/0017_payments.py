"""Payments: orders with their history, attempts at gateways, receipts without gaps, and what does not match."""

from typing import Any, Final

from pymongo.database import Database

from backend.infra.indexes import Index, ascending, ensure_collections, ensure_indexes

COLLECTIONS: Final = (
    *("payment_orders", "payment_attempts", "payment_events", "payment_tasks", "payment_statements", "payment_rows"),
    *("receipts", "receipt_counters", "fee_rules"),
)

INDEXES: Final = (
    Index("payment_orders", "payment_orders_by_demand", ascending("demand"), "the one order of a demand", unique=True),
    Index(
        "payment_orders",
        "payment_orders_by_subject",
        ascending("subject.kind", "subject.id", "state"),
        "what is open for one subject",
    ),
    Index("payment_orders", "payment_orders_by_payer", ascending("payer.id", "change"), "a citizen's own orders"),
    Index("payment_orders", "payment_orders_by_expiry", ascending("state", "expires_at"), "orders whose time is over"),
    Index(
        "payment_orders",
        "payment_orders_by_agency",
        ascending("agency.code", "reference"),
        "an agency's orders by the number that people call them by",
    ),
    Index(
        "payment_events",
        "payment_events_by_order",
        ascending("order_id", "seq"),
        "an order's history; no line twice",
        unique=True,
    ),
    Index(
        "payment_attempts",
        "payment_attempts_by_code",
        ascending("code"),
        "the attempt that a gateway or bank speaks of",
        unique=True,
    ),
    Index("payment_attempts", "payment_attempts_by_order", ascending("order_id", "started_at"), "an order's attempts"),
    Index(
        "payment_attempts",
        "payment_attempts_by_provider",
        ascending("gateway", "provider_ref"),
        "a gateway's payment; the same is never counted twice",
        unique=True,
        partial={"provider_ref": {"$gt": ""}},
    ),
    Index(
        "payment_attempts",
        "payment_attempts_by_wait",
        ascending("state", "gateway", "started_at"),
        "a gateway's attempts whose notice has not come",
    ),
    Index(
        "payment_attempts",
        "payment_attempts_by_day",
        ascending("gateway", "state", "ended_at"),
        "what a gateway was paid on a day, beside its statement",
    ),
    Index("payment_tasks", "payment_tasks_by_key", ascending("key"), "one thing to settle is one task", unique=True),
    Index(
        "payment_tasks",
        "payment_tasks_by_agency",
        ascending("agency_code", "state", "change"),
        "what an agency has to settle, newest first",
    ),
    Index(
        "payment_statements",
        "payment_statements_by_agency",
        ascending("agency_code", "change"),
        "the statements that an agency has imported",
    ),
    Index(
        "payment_statements",
        "payment_statements_by_day",
        ascending("agency_code", "gateway", "day", "sha256"),
        "whether a statement was imported before",
        unique=True,
    ),
    Index("payment_rows", "payment_rows_by_statement", ascending("statement_id", "line"), "a statement's rows"),
    Index("payment_rows", "payment_rows_by_attempt", ascending("attempt_id"), "the row that an attempt was matched to"),
    Index(
        "receipts",
        "receipts_by_number",
        ascending("agency.code", "series", "year", "number"),
        "a receipt by its number; two never have the same",
        unique=True,
    ),
    Index("receipts", "receipts_by_order", ascending("order_id", "state"), "the receipt of an order"),
    Index("receipts", "receipts_by_payer", ascending("payer.id", "change"), "a citizen's receipts, newest first"),
    Index("receipts", "receipts_by_rendering", ascending("rendered", "issued_at"), "receipts that have no files yet"),
    Index("receipts", "receipts_by_file", ascending("file_ids"), "whether a receipt names a file"),
    Index("fee_rules", "fee_rules_by_day", ascending("in_force", "from_day"), "the exemptions of a day"),
)


def up(database: Database[dict[str, Any]]) -> None:
    ensure_collections(database, COLLECTIONS)
    ensure_indexes(database, INDEXES)
