"""What the result store keeps: the results themselves and the deliveries that brought them.

Services write and read plain dicts, because mongoengine knows no transaction; the classes say the fields, and a test
holds every document that is written to them.
"""

# ruff: noqa: RUF012 - meta is a plain dict by mongoengine's rules

from typing import Final

from mongoengine import DateTimeField, DictField, Document, ListField, StringField

from backend.infra.documents import DOCUMENT_META

RESULTS: Final = "results"
DELIVERIES: Final = "deliveries"


class ResultDocument(Document):
    """A stored result (NĐ 45/2020/NĐ-CP). ``order`` sorts an agency's results by time and pages them.

    ``signatures`` is the report on the file when it came; ``changes`` every decision since, in order.
    """

    meta = {**DOCUMENT_META, "collection": RESULTS}

    id = StringField(primary_key=True)
    licence_id = StringField(required=True)
    owner_id = StringField(required=True)
    order = StringField(required=True)
    state = StringField(required=True, choices=("active", "suspended", "revoked"))
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


class DeliveryDocument(Document):
    """One delivery, so that a repeated one is answered as the first was. ``id``: agency and delivery id."""

    meta = {**DOCUMENT_META, "collection": DELIVERIES}

    id = StringField(primary_key=True)
    content_sha256 = StringField(required=True, min_length=64, max_length=64)
    result_id = StringField(required=True)
    at = DateTimeField(required=True)
