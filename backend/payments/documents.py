"""What is kept of payments. Services write and read plain dicts; the classes say the fields, and a test holds them."""

# ruff: noqa: RUF012 - meta is a plain dict by mongoengine's rules

from typing import Final

from mongoengine import DateTimeField, DictField, Document, IntField, ListField, StringField

from backend.infra.documents import DOCUMENT_META

ORDERS: Final = "payment_orders"
ATTEMPTS: Final = "payment_attempts"
EVENTS: Final = "payment_events"
TASKS: Final = "payment_tasks"
STATEMENTS: Final = "payment_statements"
ROWS: Final = "payment_rows"
RECEIPTS: Final = "receipts"
RECEIPT_COUNTERS: Final = "receipt_counters"

BUCKET: Final = "receipt_files"
"""The GridFS bucket of rendered receipts."""


class OrderDocument(Document):
    """A demand for money (docs/payments.md, section 2). ``demand``: ``<kind>:<subject id>:<n>:<turn>``, once for ever.

    ``version`` grows with each event and every change is conditional on it; ``change`` sorts by the last one.
    """

    meta = {**DOCUMENT_META, "collection": ORDERS}

    id = StringField(primary_key=True)
    demand = StringField(required=True)
    n = IntField(required=True, min_value=1)
    subject = DictField(required=True)
    reference = StringField(required=True)
    title = DictField(required=True)
    procedure_code = StringField(required=True)
    payer = DictField(required=True)
    agency = DictField(required=True)
    lines = ListField(DictField(), required=True)
    amount = IntField(required=True, min_value=0)
    created_at = DateTimeField(required=True)
    expires_at = DateTimeField(required=True)
    state = StringField(required=True)
    state_since = DateTimeField(required=True)
    version = IntField(required=True, min_value=1)
    change = StringField(required=True)
    paid = DictField(null=True)
    receipt_id = StringField(null=True)
    refund = DictField(null=True)


class AttemptDocument(Document):
    """One way tried to pay an order. ``code`` is its number at the gateway; ``provider_ref`` the gateway's own.

    ``kept``: what the adapter needs to ask or to pay back later; ``shown``: ``{url, qr}``, empty until it answered.
    ``provider_ref`` is absent until there is one, ``asked_at`` until we have asked what became of it; ``ask_at`` is
    when the gateway is asked next, null once it has said its last word or a week has passed since its time.
    """

    meta = {**DOCUMENT_META, "collection": ATTEMPTS}

    id = StringField(primary_key=True)
    order_id = StringField(required=True)
    gateway = StringField(required=True)
    code = IntField(required=True)
    amount = IntField(required=True, min_value=1)
    started_at = DateTimeField(required=True)
    expires_at = DateTimeField(required=True)
    state = StringField(required=True)
    provider_ref = StringField()
    ended_at = DateTimeField(null=True)
    why = StringField(null=True)
    kept = DictField()
    shown = DictField()
    asked_at = DateTimeField()
    ask_at = DateTimeField(null=True)


class OrderEventDocument(Document):
    """A line of an order's history; never changed. ``by`` is the person who did it, null for a gateway and for time."""

    meta = {**DOCUMENT_META, "collection": EVENTS}

    id = StringField(primary_key=True)
    order_id = StringField(required=True)
    seq = IntField(required=True, min_value=1)
    at = DateTimeField(required=True)
    kind = StringField(required=True)
    attempt_id = StringField(null=True)
    gateway = StringField(null=True)
    by = DictField(null=True)
    detail = DictField()


class TaskDocument(Document):
    """What a person has to settle. ``key`` makes it once: ``<kind>:<what it is about>``.

    ``proposed``: ``{id, by, at, way, note}`` of who would send money back; somebody else confirms it.
    """

    meta = {**DOCUMENT_META, "collection": TASKS}

    id = StringField(primary_key=True)
    key = StringField(required=True)
    kind = StringField(required=True)
    agency_code = StringField(required=True)
    gateway = StringField(required=True)
    order_id = StringField(null=True)
    attempt_id = StringField(null=True)
    row_id = StringField(null=True)
    amount = IntField(required=True)
    detail = DictField()
    opened_at = DateTimeField(required=True)
    change = StringField(required=True)
    state = StringField(required=True, choices=("open", "settled"))
    proposed = DictField(null=True)
    settled = DictField(null=True)


class StatementDocument(Document):
    """A gateway's statement of a day as it was imported. ``counts``: rows by what became of them, once it is `done`."""

    meta = {**DOCUMENT_META, "collection": STATEMENTS}

    id = StringField(primary_key=True)
    agency_code = StringField(required=True)
    gateway = StringField(required=True)
    day = StringField(required=True)
    name = StringField(required=True)
    sha256 = StringField(required=True, min_length=64, max_length=64)
    imported_at = DateTimeField(required=True)
    imported_by = DictField(required=True)
    change = StringField(required=True)
    state = StringField(required=True, choices=("reading", "done"))
    counts = DictField(required=True)
    total = IntField(required=True)


class StatementRowDocument(Document):
    """One line of a statement. ``match``: the attempt that it is, or what is wrong with it."""

    meta = {**DOCUMENT_META, "collection": ROWS}

    id = StringField(primary_key=True)
    statement_id = StringField(required=True)
    line = IntField(required=True)
    provider_ref = StringField(required=True)
    code = IntField(null=True)
    amount = IntField(required=True)
    at = DateTimeField(null=True)
    text = StringField(required=True)
    match = StringField(required=True)
    attempt_id = StringField(null=True)


class ReceiptDocument(Document):
    """An electronic receipt (NĐ 254/2026, TT 91/2026/TT-BTC). Never deleted, never numbered anew.

    ``rendered``: the files that were made of it as it stands, null until they are; ``past_renderings`` the ones from
    before it was cancelled; ``file_ids`` all of them. ``cancelled``: ``{request_id, by, at, why, replace}``.
    """

    meta = {**DOCUMENT_META, "collection": RECEIPTS}

    id = StringField(primary_key=True)
    order_id = StringField(required=True)
    agency = DictField(required=True)
    form = StringField(required=True)
    series = StringField(required=True)
    year = IntField(required=True)
    number = IntField(required=True, min_value=1, max_value=99_999_999)
    payer = DictField(required=True)
    reference = StringField(required=True)
    title = DictField(required=True)
    lines = ListField(DictField(), required=True)
    amount = IntField(required=True, min_value=0)
    words = StringField(required=True)
    method = StringField(required=True)
    issued_at = DateTimeField(required=True)
    change = StringField(required=True)
    state = StringField(required=True, choices=("issued", "cancelled", "replaced"))
    cancelled = DictField(null=True)
    replaces = StringField(null=True)
    replaced_by = StringField(null=True)
    rendered = DictField(null=True)
    past_renderings = ListField(DictField())
    file_ids = ListField(StringField())
