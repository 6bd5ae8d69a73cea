"""What the field sends in: scans and inspections, under the ids that the inspectors' phones gave them.

Services write and read plain dicts, because mongoengine knows no transaction and a batch has 500 records; the classes
say the fields, and a test holds every document that is written to them.
"""

# ruff: noqa: RUF012 - meta is a plain dict by mongoengine's rules

from typing import Final

from mongoengine import DateTimeField, DictField, Document, ListField, StringField

from backend.infra.documents import DOCUMENT_META

SCANS: Final = "scans"
INSPECTIONS: Final = "inspections"


class ScanDocument(Document):
    """One reading of one code. ``outcome``, ``reasons`` are what the phone showed, ``judged_*`` what we make of it.

    ``licence_id`` and ``owner_id`` are null when no issuer's signature held: such a scan is about nobody.
    """

    meta = {**DOCUMENT_META, "collection": SCANS}

    id = StringField(primary_key=True)
    content_sha256 = StringField(required=True, min_length=64, max_length=64)
    inspector_id = StringField(required=True)
    order = StringField(required=True)
    agency_code = StringField(null=True)
    scanned_at = DateTimeField(required=True)
    received_at = DateTimeField(required=True)
    outcome = StringField(required=True)
    reasons = ListField(StringField())
    judged_outcome = StringField(required=True)
    judged_reasons = ListField(StringField())
    carrier = StringField(null=True)
    purpose = StringField(required=True)
    place = DictField(null=True)
    status_as_of = DateTimeField(null=True)
    licence_id = StringField(null=True)
    number = StringField(null=True)
    type = StringField(null=True)
    owner_id = StringField(null=True)


class InspectionDocument(Document):
    """What an officer found at a visit."""

    meta = {**DOCUMENT_META, "collection": INSPECTIONS}

    id = StringField(primary_key=True)
    content_sha256 = StringField(required=True, min_length=64, max_length=64)
    inspector_id = StringField(required=True)
    order = StringField(required=True)
    agency_code = StringField(null=True)
    scan_id = StringField(required=True)
    recorded_at = DateTimeField(required=True)
    received_at = DateTimeField(required=True)
    outcome = StringField(required=True)
    result = StringField(required=True, choices=("in_order", "violation"))
    checklist = ListField(DictField())
    note = StringField()
    place = DictField(null=True)
    licence_id = StringField(null=True)
    number = StringField(null=True)
    type = StringField(null=True)
    owner_id = StringField(null=True)
