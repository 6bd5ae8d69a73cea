"""What the result store keeps: the results, the deliveries that brought them, and the deliveries that were refused.

Services write and read plain dicts, because mongoengine knows no transaction; the classes say the fields, and a test
holds every document that is written to them.
"""

# ruff: noqa: RUF012 - meta is a plain dict by mongoengine's rules

from typing import Final

from mongoengine import DateTimeField, DictField, Document, IntField, ListField, StringField

from backend.infra.documents import DOCUMENT_META

RESULTS: Final = "results"
DELIVERIES: Final = "deliveries"
REFUSED: Final = "refused_deliveries"
REFUSED_DROPS: Final = "refused_drops"


class ResultDocument(Document):
    """A stored result (NĐ 45/2020/NĐ-CP). ``order`` sorts an agency's results by time and pages them.

    ``signatures`` is the report on the file when it came; ``changes`` every decision since, in order. ``licence_id`` is
    null for a document that grants no licence, ``dossier_id`` for what an agency's own software delivered.
    ``superseded_by`` names the result that took its place; those that are in place share no number.
    """

    meta = {**DOCUMENT_META, "collection": RESULTS}

    id = StringField(primary_key=True)
    licence_id = StringField(null=True)
    owner_id = StringField(required=True)
    dossier_id = StringField(null=True)
    order = StringField(required=True)
    state = StringField(required=True, choices=("active", "suspended", "revoked", "superseded"))
    type = StringField(required=True)
    number = StringField(required=True)
    holder_kind = StringField(required=True, choices=("organisation", "person"))
    holder_name = StringField(required=True)
    tax_code = StringField(null=True)
    activity = StringField(null=True)
    place = DictField(null=True)
    agency_code = StringField(required=True)
    agency_name = StringField(required=True)
    signer = StringField(required=True)
    signed_at = StringField(null=True)
    issued_at = DateTimeField(required=True)
    valid_from = StringField(required=True)
    valid_until = StringField(null=True)
    file_id = StringField(required=True)
    document_sha256 = StringField(required=True, min_length=64, max_length=64)
    signatures = ListField(DictField(), required=True)
    provenance = StringField(required=True, choices=("new", "digitised"))
    delivered_by = StringField(required=True)
    status_since = DateTimeField(required=True)
    changes = ListField(DictField())
    superseded_by = StringField(null=True)


class DeliveryDocument(Document):
    """One delivery, so that a repeated one is answered as the first was. ``id``: agency and delivery id."""

    meta = {**DOCUMENT_META, "collection": DELIVERIES}

    id = StringField(primary_key=True)
    content_sha256 = StringField(required=True, min_length=64, max_length=64)
    result_id = StringField(required=True)
    at = DateTimeField(required=True)


class RefusedDeliveryDocument(Document):
    """A delivery that was refused, so that somebody can mend its cause. ``order`` sorts by the time it first came.

    ``payload`` (the delivery without its file) and the file ``file_id`` of the bucket ``refused`` are personal data:
    both go when the entry is closed, and the whole entry at ``expires_at``. ``refusal_fields`` is a list of
    ``{field, codes}``, because a field's path has dots. ``size`` is the file's in bytes.
    """

    meta = {**DOCUMENT_META, "collection": REFUSED}

    id = StringField(primary_key=True)
    agency_code = StringField(required=True)
    client_id = StringField(required=True)
    delivery_id = StringField(required=True)
    order = StringField(required=True)
    state = StringField(required=True, choices=("waiting", "delivered", "rejected"))
    content_sha256 = StringField(required=True, min_length=64, max_length=64)
    type = StringField(required=True)
    number = StringField(required=True)
    code = StringField(required=True)
    params = DictField()
    refusal_fields = ListField(DictField())
    tries = IntField(required=True, min_value=1)
    first_at = DateTimeField(required=True)
    last_at = DateTimeField(required=True)
    expires_at = DateTimeField(required=True)
    payload = DictField(null=True)
    file_id = StringField(null=True)
    document_sha256 = StringField(required=True, min_length=64, max_length=64)
    size = IntField(required=True, min_value=0)
    result_id = StringField(null=True)
    note = StringField(null=True)
    closed_at = DateTimeField(null=True)


class RefusedDropsDocument(Document):
    """How many refused deliveries of a client were dropped for its newer ones. ``id`` is the client's."""

    meta = {**DOCUMENT_META, "collection": REFUSED_DROPS}

    id = StringField(primary_key=True)
    count = IntField(required=True, min_value=1)
    last_at = DateTimeField(required=True)
